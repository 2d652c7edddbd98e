// SPDX-License-Identifier: Apache-2.0
import Desk

extension OutboundMessage {
    /// The message as `send` gets it.
    var value: Value {
        [
            "id": .string(message.text), "recipient": .string(recipient), "kind": .string(content.kind.rawValue),
            "text": .string(content.text), "fields": content.fields, "author": .string(author.text),
            "attempt": .int(Int64(attempt)),
        ]
    }
}

extension SendOutcome {
    /// Platform messages of one of ours that are told apart.
    private static let mostParts = 100

    /// Reads what `send` returned: the tables made by `sent`, `retry`, `held`, `failed` and `misconfigured`.
    init?(_ value: Value) {
        let reason = value["reason"]?.string ?? "no reason given"
        switch value["outcome"]?.string {
        case "sent":
            let ids = (value["external_ids"]?.array ?? []).prefix(Self.mostParts).compactMap(\.string).filter {
                (1...512).contains($0.utf8.count)
            }
            let first = value["external_id"]?.string ?? ids.first
            self = .sent(externalID: first, further: ids.filter { $0 != first })
        case "retry":
            let after = value["after"]?.double.flatMap { (0..<1e8).contains($0) ? Duration.seconds($0) : nil }
            self = .retry(reason: reason, after: after)
        case "held": self = .held(reason: reason)
        case "failed": self = .failed(reason: reason)
        case "misconfigured": self = .misconfigured(reason: reason)
        default: return nil
        }
    }
}
