// SPDX-License-Identifier: Apache-2.0
import Desk

/// Something an alert has to say.
package struct AlertChange: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable { case raised, cleared }

    package let kind: Kind
    /// As it was declared when this happened.
    package let rule: AlertRule
    /// Which instance: the values of the rule's `by`.
    package let labels: [String: String]
    /// The measured value; nil where there was none.
    package let value: Double?
    package let at: Instant
    /// Since when `raise` has held, without a break.
    package let since: Instant
    /// A change of state: it belongs in the journal. False for a notification that flood control had held back.
    package let isTransition: Bool
    /// Whether `rule.notify` shall hear of it now.
    package let notifies: Bool

    /// The event that records it; its payload is `{alert, labels, value, severity, measure, statistic, since, why}`.
    package var draft: Event.Draft {
        Event.Draft(kind == .raised ? .alertRaised : .alertCleared, actor: .bot(rule.id), payload: payload)
    }

    package var payload: Value {
        var names = Value.Fields()
        for (name, label) in labels.sorted(by: { $0.key < $1.key }) { names[name] = .string(label) }
        return [
            "alert": .string(rule.id), "labels": .object(names), "value": value.map(Value.double) ?? .null,
            "severity": .string(rule.severity), "measure": .string(rule.measure), "statistic": .string(rule.statistic.rawValue),
            "since": .string(since.rfc3339), "why": .string(rule.why),
        ]
    }
}
