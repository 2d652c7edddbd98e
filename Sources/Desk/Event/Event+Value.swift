// SPDX-License-Identifier: Apache-2.0

extension Event {
    /// The event as the API, the live channel and web hooks write it; fields that it has not are left out.
    package var value: Value {
        let value: Value = [
            "seq": .int(seq), "at": .string(at.rfc3339), "kind": .string(kind.rawValue),
            "conversation_id": Value(conversation?.text), "ticket_id": Value(ticket?.text), "customer_id": Value(customer?.text),
            "channel": Value(channel), "actor": .string(actor.text), "cause": cause.map(Value.int) ?? .null,
        ]
        return value.compact().merging(["payload": payload.outward])
    }
}

extension Value {
    /// Without the fields that only the desk itself needs, whose names begin with `_`.
    package var outward: Value {
        guard case .object(let fields) = self, fields.pairs.contains(where: { $0.name.hasPrefix("_") }) else { return self }
        return .object(.init(unchecked: fields.pairs.filter { !$0.name.hasPrefix("_") }))
    }
}
