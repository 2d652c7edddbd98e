// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation

/// An entry ready for the writer: checked, packed and sealed in its caller's own task.
struct PreparedEntry: Sendable {
    let at: Instant
    /// As followers will see them.
    var drafts: [Event.Draft]
    /// Sealed payloads, one for each draft.
    var payloads: [Data]
    let rows: [Row]
    /// Fingerprints of its messages: if one is known, the entry is a duplicate.
    let messageKeys: [Data]

    enum Row: Sendable {
        case customer(CustomerRow)
        case identity(key: Data, customer: Int64, body: Data)
        case conversation(ConversationRow)
        case message(MessageRow)
        case delivery(message: Int64, state: String, failure: Data?, external: (id: String, sealed: Data)?, further: [String])
        case ticket(TicketRow)
        case agent(id: Int64, body: Data)
        case team(id: String, body: Data)
        case channel(ChannelRecord)
        case outbox(OutboxRow)
        case outboxDone(Int64)
        case timer(TimerRow)
        case timerDone(key: String)
        case ruleSet(RuleSetRow)
        case activateRuleSet(id: String)
        case token(AccessToken)
        case revokeToken(name: String)
        case idempotent(key: Data, expires: Int64, answer: Data)
        case stored(key: Data, namespace: String, expires: Int64?, body: Data)
        case storedGone(key: Data)
        case trimDecisions(after: Seq, through: Seq, limit: Int)
    }
}

/// A customer as a row: what is searched by in columns, all of it sealed in `body`. The same holds for the rows below.
struct CustomerRow: Sendable {
    let id: Int64
    let body: Data
}

struct ConversationRow: Sendable {
    let id: Int64
    let customer: Int64
    let state: String
    let agent: Int64?
    let team: String?
    let body: Data
}

/// A message: its text stands in its event.
struct MessageRow: Sendable {
    let id: Int64
    let channel: String
    let direction: String
    let delivery: String
    let failure: Data?
    /// Number of its event within the entry.
    let event: Int
    let keys: [Data]
}

struct TicketRow: Sendable {
    let id: Int64
    /// 0: the next one.
    let number: Int64
    let status: String
    let requester: Int64?
    let conversation: Int64?
    let assignee: Int64?
    let team: String?
    let body: Data
}

struct OutboxRow: Sendable {
    let message: Int64
    let channel: String
    let state: String
    let queuedAt: Int64
    let body: Data
}

struct TimerRow: Sendable {
    let key: String
    let dueAt: Int64
    let conversation: Int64?
    let body: Data
}

struct RuleSetRow: Sendable {
    let id: String
    let name: String
    let acceptedAt: Int64
    let activatedAt: Int64?
    let by: String
    let files: Data
}
