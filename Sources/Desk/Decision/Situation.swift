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
///
/// A value like any other; copies share one block until one of them is changed, so that handing it on costs a count.
package struct Situation: Sendable {
    /// The block itself: what is read through it is not copied, which counts where rules are looked at by the thousand.
    package private(set) var parts: Parts

    package init(
        occasion: Occasion, now: Instant, seed: UInt64, customer: Customer, conversation: Conversation,
        message: Message?, understanding: Understanding = .init(), desk: DeskView = .init(), plugin: String? = nil
    ) {
        parts = Parts(
            occasion: occasion, now: now, seed: seed, customer: customer, conversation: conversation, message: message,
            understanding: understanding, desk: desk, plugin: plugin)
    }

    package var occasion: Occasion {
        get { parts.occasion }
        _modify { own(); yield &parts.occasion }
    }
    package var now: Instant {
        get { parts.now }
        _modify { own(); yield &parts.now }
    }
    /// Seeds the script's random numbers; derived from the event, so that a replay draws the same.
    package var seed: UInt64 {
        get { parts.seed }
        _modify { own(); yield &parts.seed }
    }
    package var customer: Customer {
        get { parts.customer }
        _modify { own(); yield &parts.customer }
    }
    package var conversation: Conversation {
        get { parts.conversation }
        _modify { own(); yield &parts.conversation }
    }
    /// The message in question, if there is one.
    package var message: Message? {
        get { parts.message }
        _modify { own(); yield &parts.message }
    }
    package var understanding: Understanding {
        get { parts.understanding }
        _modify { own(); yield &parts.understanding }
    }
    package var desk: DeskView {
        get { parts.desk }
        _modify { own(); yield &parts.desk }
    }
    /// What is behind the conversation's channel: `live`, `wechat-miniprogram`; nil if the channel is not configured.
    package var plugin: String? {
        get { parts.plugin }
        _modify { own(); yield &parts.plugin }
    }

    /// Before a change: what other copies see stays as it is.
    private mutating func own() {
        if !isKnownUniquelyReferenced(&parts) { parts = Parts(parts) }
    }

    /// Changed only by its one owner.
    package final class Parts: @unchecked Sendable {
        @exclusivity(unchecked) package fileprivate(set) var occasion: Occasion
        @exclusivity(unchecked) package fileprivate(set) var now: Instant
        @exclusivity(unchecked) package fileprivate(set) var seed: UInt64
        @exclusivity(unchecked) package fileprivate(set) var customer: Customer
        @exclusivity(unchecked) package fileprivate(set) var conversation: Conversation
        @exclusivity(unchecked) package fileprivate(set) var message: Message?
        @exclusivity(unchecked) package fileprivate(set) var understanding: Understanding
        @exclusivity(unchecked) package fileprivate(set) var desk: DeskView
        @exclusivity(unchecked) package fileprivate(set) var plugin: String?

        fileprivate init(
            occasion: Occasion, now: Instant, seed: UInt64, customer: Customer, conversation: Conversation,
            message: Message?, understanding: Understanding, desk: DeskView, plugin: String?
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

        fileprivate convenience init(_ other: Parts) {
            self.init(
                occasion: other.occasion, now: other.now, seed: other.seed, customer: other.customer,
                conversation: other.conversation, message: other.message, understanding: other.understanding,
                desk: other.desk, plugin: other.plugin)
        }
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
