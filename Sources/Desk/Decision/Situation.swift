// SPDX-License-Identifier: Apache-2.0

/// Why rules are asked.
package enum Occasion: Sendable, Hashable {
    /// A conversation begins, or is reopened; before its first message is looked at by autoreplies. Routing.
    case started
    /// A customer's message, or an event such as entering the chat (`content.kind == .event`). Autoreplies, escalations without `after`.
    case message
    /// A person is wanted. Routing.
    case handedOff
    /// A conversation changed otherwise (state, agent, mood): escalations without `after`.
    case changed
    /// The time of an escalation has come.
    case due(rule: String)

    package var name: String {
        switch self {
        case .started: "started"
        case .message: "message"
        case .handedOff: "handed_off"
        case .changed: "changed"
        case .due: "due"
        }
    }
}

/// All that a decision may look at: views as plain data, the time, and a seed.
package struct Situation: Sendable {
    package var occasion: Occasion
    package var now: Instant
    /// Seeds the script's random numbers; derived from the event, so that a replay draws the same.
    package var seed: UInt64
    package var customer: Customer
    package var conversation: Conversation
    /// The message in question, if there is one.
    package var message: Message?
    package var understanding: Understanding
    package var desk: DeskView
    /// What is behind the conversation's channel: `live`, `wechat-miniprogram`; nil if the channel is not configured.
    package var plugin: String?

    package init(
        occasion: Occasion, now: Instant, seed: UInt64, customer: Customer, conversation: Conversation,
        message: Message?, understanding: Understanding = .init(), desk: DeskView = .init(), plugin: String? = nil
    ) {
        self.occasion = occasion
        self.now = now
        self.seed = seed
        self.customer = customer
        self.conversation = conversation
        self.message = message
        self.understanding = understanding
        self.desk = desk
        self.plugin = plugin
    }
}

/// What the answer engine made of a text.
package struct Understanding: Sendable, Hashable {
    /// Best first.
    package var intents: [Guess]
    /// -1 furious … 1 delighted.
    package var mood: Double
    /// BCP 47; nil if the text does not tell.
    package var language: String?

    package struct Guess: Sendable, Hashable {
        package let intent: String
        /// 0…1
        package let confidence: Double
        package init(intent: String, confidence: Double) { self.intent = intent; self.confidence = confidence }
    }
    package init(intents: [Guess] = [], mood: Double = 0, language: String? = nil) {
        self.intents = intents
        self.mood = mood
        self.language = language
    }
}

/// What rules may know about the desk as a whole.
package struct DeskView: Sendable, Hashable {
    /// Conversations waiting for a person, all teams.
    package var queueLength: Int
    /// By team.
    package var queues: [String: Int]
    /// Agents online, by team.
    package var online: [String: Int]
    /// Whether a team is within its business hours now; a team that is absent has no hours: always open.
    package var open: [String: Bool]
    package init(
        queueLength: Int = 0, queues: [String: Int] = [:], online: [String: Int] = [:], open: [String: Bool] = [:]
    ) {
        self.queueLength = queueLength
        self.queues = queues
        self.online = online
        self.open = open
    }
}
