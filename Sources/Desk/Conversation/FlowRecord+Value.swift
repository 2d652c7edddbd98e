// SPDX-License-Identifier: Apache-2.0

extension FlowRecord {
    /// The record as the store writes it, inside its conversation. Results of waits are kept whatever they are, null too.
    package var value: Value {
        Value(fields: [
            "flow": .text(flow),
            "version": .int(Int64(version)),
            "rule_set": .text(ruleSet),
            "stage": .text(stage),
            "state": state,
            "journal": .array(journal.map(\.value)),
            "wait": wait?.value,
            "step": .int(Int64(step)),
            "started_at": .time(startedAt),
        ])
    }

    /// Reads what `value` wrote; nil if a needed field, an entry of the journal or the wait is missing or wrong.
    package init?(value: Value) {
        guard let flow = value.text("flow"), let version = value.number("version"), let ruleSet = value.text("rule_set"),
            let stage = value.text("stage"), let step = value.number("step"), let startedAt = value.time("started_at"),
            let entries = value["journal"]?.array
        else { return nil }
        let journal = entries.compactMap(Entry.init(value:))
        guard journal.count == entries.count else { return nil }
        self.init(
            flow: flow, version: version, ruleSet: ruleSet, stage: stage, state: value["state"] ?? .null,
            startedAt: startedAt)
        self.journal = journal
        self.step = step
        if let open = value["wait"] {
            guard let wait = Wait(value: open) else { return nil }
            self.wait = wait
        }
    }
}

extension FlowRecord.Entry {
    fileprivate var value: Value { Value(fields: ["label": .text(label), "hash": .text(hash), "result": result]) }

    fileprivate init?(value: Value) {
        guard let label = value.text("label"), let hash = value.text("hash") else { return nil }
        self.init(label: label, hash: hash, result: value["result"] ?? .null)
    }
}

extension FlowRecord.Wait {
    fileprivate var value: Value {
        Value(fields: [
            "kind": .text(kind.rawValue), "label": .text(label), "hash": .text(hash), "until": .time(until),
            "detail": detail,
        ])
    }

    fileprivate init?(value: Value) {
        guard let kind = value.text("kind").flatMap(Kind.init(rawValue:)), let label = value.text("label"),
            let hash = value.text("hash")
        else { return nil }
        self.init(
            kind: kind, label: label, hash: hash, until: value.time("until"), detail: value["detail"] ?? .null)
    }
}
