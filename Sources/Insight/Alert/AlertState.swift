// SPDX-License-Identifier: Apache-2.0
import Desk

/// Who has seen an alert that is up.
package struct AlertAcknowledgement: Sendable, Hashable {
    package let by: String
    package let at: Instant

    package init(by: String, at: Instant) { self.by = by; self.at = at }
}

/// For a while nobody is told of an alert.
package struct AlertSilence: Sendable, Hashable {
    /// The rule's id.
    package let alert: String
    /// Only of instances with these; empty: of all.
    package let labels: [String: String]
    package let until: Instant
    package let by: String

    package init(alert: String, labels: [String: String], until: Instant, by: String) {
        self.alert = alert
        self.labels = labels
        self.until = until
        self.by = by
    }
}

/// How an alert stands now: an instance that is up, or a rule of which none is.
package struct AlertState: Sendable, Hashable {
    package let rule: AlertRule
    /// Of the instance; empty where none is up.
    package let labels: [String: String]
    /// Since when it is up; nil: it is not.
    package let since: Instant?
    /// As measured last.
    package let value: Double?
    package let acknowledgement: AlertAcknowledgement?
    package let silence: AlertSilence?
}
