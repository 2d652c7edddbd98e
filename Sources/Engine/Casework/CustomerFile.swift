// SPDX-License-Identifier: Apache-2.0
import Desk

/// All that deciding about one customer needs: the rows as they were committed last.
struct CustomerFile: Sendable {
    var customer: Customer
    /// The customer's latest conversation.
    var conversation: Conversation?
    /// External id by channel: where replies go.
    var identities: [String: String]
    /// Escalation timers that are set, by rule; what is unknown after a restart is set again and re-judged when due.
    var timers: [String: Instant]
}
