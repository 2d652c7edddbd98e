// SPDX-License-Identifier: Apache-2.0

/// A customer's running talk (会话), across channels.
package struct Conversation: Sendable, Hashable, Identified {
    package static var idLetter: Unicode.Scalar { "v" }

    package let id: ID<Conversation>
    package var customer: ID<Customer>
    /// The channel the customer wrote through last: where replies go.
    package var channel: String
    /// The customer's id there; nil: the one they are known by on it.
    package var sender: String?
    package var state: ConversationState
    package var team: String?
    package var agent: ID<Agent>?
    /// 0 ordinary, higher is more urgent; at most 9.
    package var priority: Int
    package var tags: [String]
    /// What rules and flows remember about this conversation. Always an object.
    package var attributes: Value
    /// -1 furious … 1 delighted, an average that forgets; 0 where nothing is known.
    package var mood: Double
    /// Name of the SLA policy that routing chose.
    package var sla: String?
    package var startedAt: Instant
    package var updatedAt: Instant
    /// Of the earliest customer message that nobody has answered: neither a person nor the bot.
    package var waitingSince: Instant?
    /// When the present wait for a person began (hand-off, reopening); cleared by a person's first public reply.
    package var personWantedSince: Instant?
    /// When it entered the queue it is in now.
    package var queuedAt: Instant?
    package var assignedAt: Instant?
    package var lastCustomerMessageAt: Instant?
    package var lastReplyAt: Instant?
    package var resolvedAt: Instant?
    /// The agent who had it last: `sticky` assignment goes there again.
    package var lastAgent: ID<Agent>?
    /// When each escalation rule fired last, by rule id: bounds `once` and `cooldown`.
    package var fired: [String: Instant]
    /// Whether anything has come in yet: opening a chat makes a conversation, the first word or sign begins it.
    package var hasBegun: Bool
    /// How often it has been reopened.
    package var reopenings: Int
    /// The strategy and skills that routing asked for; read again whenever the queue is drained.
    package var strategy: AssignmentStrategy
    package var skills: [String]
    /// What remains of each platform's permission to answer this customer, by place. The latest conversation's counts.
    package var replies: [ReplyPlace: ReplyAllowance]
    /// Position in the dialogue that runs, if any.
    package var flow: FlowRecord?

    package init(id: ID<Conversation>, customer: ID<Customer>, channel: String, startedAt: Instant) {
        self.id = id
        self.customer = customer
        self.channel = channel
        self.startedAt = startedAt
        updatedAt = startedAt
        state = .bot
        priority = 0
        tags = []
        attributes = .object(.init())
        mood = 0
        fired = [:]
        hasBegun = false
        reopenings = 0
        strategy = .leastLoaded
        skills = []
        replies = [:]
    }
}
