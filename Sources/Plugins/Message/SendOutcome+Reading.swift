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
    /// Reads what `send` returned: the tables made by `sent`, `retry`, `held`, `failed` and `misconfigured`.
    init?(_ value: Value) {
        let reason = value["reason"]?.string ?? "no reason given"
        switch value["outcome"]?.string {
        case "sent": self = .sent(externalID: value["external_id"]?.string)
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
