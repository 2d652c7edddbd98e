// SPDX-License-Identifier: Apache-2.0

/// A piece of work (工单), with a number people can say.
package struct Ticket: Sendable, Hashable, Identified {
    package static var idLetter: Unicode.Scalar { "t" }

    package let id: ID<Ticket>
    /// From 1, in order of creation. Given by the store; 0 until then.
    package var number: Int64
    package var status: TicketStatus
    package var subject: String
    package var category: String?
    package var type: String?
    package var priority: TicketPriority
    package var requester: ID<Customer>?
    package var conversation: ID<Conversation>?
    package var team: String?
    package var assignee: ID<Agent>?
    package var followers: [ID<Agent>]
    package var tags: [String]
    /// Custom fields. Always an object.
    package var fields: Value
    package var createdAt: Instant
    package var updatedAt: Instant
    package var firstReplyAt: Instant?
    package var solvedAt: Instant?
    package var closedAt: Instant?
    /// While the clocks stand still: since when.
    package var pausedSince: Instant?
    /// Sum of all pauses that have ended.
    package var paused: Duration
    package var reopenings: Int
    /// 1…5, by the customer.
    package var satisfaction: Int?

    package init(
        id: ID<Ticket>, number: Int64 = 0, status: TicketStatus = .new, subject: String, category: String? = nil,
        type: String? = nil, priority: TicketPriority = .normal, requester: ID<Customer>? = nil,
        conversation: ID<Conversation>? = nil, team: String? = nil, assignee: ID<Agent>? = nil, tags: [String] = [],
        fields: Value = .object(.init()), createdAt: Instant
    ) {
        self.id = id
        self.number = number
        self.status = status
        self.subject = subject
        self.category = category
        self.type = type
        self.priority = priority
        self.requester = requester
        self.conversation = conversation
        self.team = team
        self.assignee = assignee
        followers = []
        self.tags = tags
        self.fields = fields
        self.createdAt = createdAt
        updatedAt = createdAt
        paused = .zero
        reopenings = 0
    }
}

package enum TicketPriority: String, Sendable, Hashable, CaseIterable { case low, normal, high, urgent }
