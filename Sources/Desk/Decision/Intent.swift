// SPDX-License-Identifier: Apache-2.0

/// What a rule or flow wants done; the engine checks it and does it with the message in one transaction.
package struct Intent: Sendable, Hashable {
    /// Id of the rule or flow.
    package var rule: String
    /// Priority of the rule: settles conflicts.
    package var priority: Int
    package var action: Action

    package init(rule: String, priority: Int = 0, action: Action) {
        self.rule = rule
        self.priority = priority
        self.action = action
    }

    package enum Action: Sendable, Hashable {
        /// Queue for a team (nil: keep, or the fallback team), or straight to an agent; `bot` keeps it with the machine.
        case assign(Assignment)
        /// A person is wanted; routing says which.
        case handOff(team: String?, note: String?)
        case reply(MessageContent)
        /// Internal note.
        case note(String)
        case tag([String])
        case untag([String])
        /// Adds to the conversation's priority (0…9).
        case raisePriority(Int)
        case setPriority(Int)
        case startFlow(String)
        case stopFlow
        /// `to` as in `notify = {"wecom:ops"}`: `team:NAME`, `agent:ID`, a channel or an address a notifier plugin knows.
        case notify(to: [String], text: String)
        case openTicket(TicketDraft)
        case resolve
        /// Attributes of the conversation, laid over the present ones.
        case setAttributes(Value)
        /// Attributes of the customer, laid over the present ones.
        case setCustomer(Value)
    }
}

/// What routing says about a conversation.
package struct Assignment: Sendable, Hashable {
    package var team: String?
    package var agent: String?
    package var toBot: Bool
    package var skills: [String]
    package var sla: String?
    package var strategy: AssignmentStrategy?
    package var priority: Int?
    package init(
        team: String? = nil, agent: String? = nil, toBot: Bool = false, skills: [String] = [], sla: String? = nil,
        strategy: AssignmentStrategy? = nil, priority: Int? = nil
    ) {
        self.team = team
        self.agent = agent
        self.toBot = toBot
        self.skills = skills
        self.sla = sla
        self.strategy = strategy
        self.priority = priority
    }
}

/// A ticket that a rule, a flow or a person wants opened.
package struct TicketDraft: Sendable, Hashable {
    package var subject: String
    package var category: String?
    package var type: String?
    package var priority: TicketPriority
    package var team: String?
    package var tags: [String]
    package var fields: Value
    package init(
        subject: String, category: String? = nil, type: String? = nil, priority: TicketPriority = .normal,
        team: String? = nil, tags: [String] = [], fields: Value = .object(.init())
    ) {
        self.subject = subject
        self.category = category
        self.type = type
        self.priority = priority
        self.team = team
        self.tags = tags
        self.fields = fields
    }
}
