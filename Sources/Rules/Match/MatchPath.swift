// SPDX-License-Identifier: Apache-2.0
import Desk

/// A place in a situation that a rule can look at: `customer.vip_level`, `desk.queue.service`. Compiled once, so that a decision looks up no names.
enum MatchPath: Sendable, Hashable {
    case customerID, customerName, customerLanguage, customerTags, customerIsTest, customerCreated, customerSeen
    /// Of the customer's attributes; more than one name where attributes are nested.
    case customerAttribute([String])
    case conversationID, state, team, agent, priority, conversationTags, sla, startedAt, waitingSince, queuedAt, assignedAt
    case personWantedSince, lastMessageAt, lastReplyAt, reopenings, waitingSeconds, queuedSeconds
    case repliesLeft, replyUntil
    case conversationAttribute([String])
    case messageKind, messageText, messageEvent, messageMood
    case messageField([String])
    /// What is behind the channel; `channel { … }` looks there, too.
    case plugin
    case channel, mood, intent, confidence, language
    case hour, minute, weekday, date
    case queueLength
    case queue(String), online(String), open(String)

    enum Kind: String {
        case text = "a text", number = "a number", flag = "true or false", texts = "a list of texts", time = "a time", any
    }

    /// Every name without parts of the author's own.
    static let named: [String: MatchPath] = [
        "customer.id": .customerID, "customer.name": .customerName, "customer.language": .customerLanguage,
        "customer.tags": .customerTags, "customer.is_test": .customerIsTest, "customer.created_at": .customerCreated,
        "customer.last_seen_at": .customerSeen,
        "conversation.id": .conversationID, "conversation.state": .state, "conversation.team": .team,
        "conversation.agent": .agent,
        "conversation.channel": .channel, "conversation.priority": .priority, "conversation.tags": .conversationTags,
        "conversation.mood": .mood, "conversation.sla": .sla, "conversation.started_at": .startedAt,
        "conversation.waiting_since": .waitingSince, "conversation.queued_at": .queuedAt, "conversation.assigned_at": .assignedAt,
        "conversation.person_wanted_since": .personWantedSince, "conversation.last_customer_message_at": .lastMessageAt,
        "conversation.last_reply_at": .lastReplyAt, "conversation.reopenings": .reopenings,
        "conversation.replies_left": .repliesLeft, "conversation.reply_until": .replyUntil,
        "conversation.waiting_s": .waitingSeconds, "conversation.queued_s": .queuedSeconds,
        "message.kind": .messageKind, "message.text": .messageText, "message.event": .messageEvent, "message.mood": .messageMood,
        "channel": .channel, "mood": .mood, "intent": .intent, "confidence": .confidence, "language": .language,
        "waiting_s": .waitingSeconds,
        "now.hour": .hour, "now.minute": .minute, "now.weekday": .weekday, "now.date": .date,
        "desk.queue": .queueLength,
    ]

    /// Beginnings after which the author's own names follow.
    static let beginnings = [
        "customer.", "conversation.attributes.", "message.fields.", "desk.queue.", "desk.online.", "desk.open.",
    ]

    /// - Returns: nil if there is no such place.
    init?(_ text: String) {
        if let path = Self.named[text] { self = path; return }
        let names = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard names.count > 1, !names.contains("") else { return nil }
        switch (names[0], names[1], names.count) {
        case ("customer", "attributes", 3...): self = .customerAttribute(Array(names.dropFirst(2)))
        case ("customer", _, _): self = .customerAttribute(Array(names.dropFirst()))
        case ("conversation", "attributes", 3...): self = .conversationAttribute(Array(names.dropFirst(2)))
        case ("message", "fields", 3...): self = .messageField(Array(names.dropFirst(2)))
        case ("desk", "queue", 3): self = .queue(names[2])
        case ("desk", "online", 3): self = .online(names[2])
        case ("desk", "open", 3): self = .open(names[2])
        default: return nil
        }
    }

    var name: String {
        switch self {
        case .customerAttribute(let names): "customer." + names.joined(separator: ".")
        case .conversationAttribute(let names): "conversation.attributes." + names.joined(separator: ".")
        case .messageField(let names): "message.fields." + names.joined(separator: ".")
        case .queue(let team): "desk.queue.\(team)"
        case .online(let team): "desk.online.\(team)"
        case .open(let team): "desk.open.\(team)"
        case .channel, .plugin: "channel"
        case .mood: "mood"
        case .waitingSeconds: "conversation.waiting_s"
        default: Self.named.filter { $0.value == self }.keys.sorted().first ?? "?"
        }
    }

    /// What stands there; `any` for attributes, which may be anything.
    var kind: Kind {
        switch self {
        case .customerIsTest, .open: .flag
        case .customerTags, .conversationTags: .texts
        case .customerCreated, .customerSeen, .startedAt, .waitingSince, .queuedAt, .assignedAt, .personWantedSince,
            .lastMessageAt,
            .lastReplyAt, .replyUntil:
            .time
        case .priority, .reopenings, .repliesLeft, .waitingSeconds, .queuedSeconds, .messageMood, .mood, .confidence, .hour,
            .minute, .weekday,
            .queueLength, .queue, .online:
            .number
        case .customerAttribute, .conversationAttribute, .messageField: .any
        default: .text
        }
    }

    /// The least and most that can stand there.
    var range: ClosedRange<Double>? {
        switch self {
        case .mood, .messageMood: -1...1
        case .confidence: 0...1
        case .hour: 0...23
        case .minute: 0...59
        case .weekday: 1...7
        case .priority: 0...9
        case .reopenings, .repliesLeft, .waitingSeconds, .queuedSeconds, .queueLength, .queue, .online: 0...Double.infinity
        default: nil
        }
    }

    /// The only texts that can stand there.
    var words: [String]? {
        switch self {
        case .state: ConversationState.allCases.map(\.rawValue)
        case .messageKind: MessageContent.Kind.allCases.map(\.rawValue)
        default: nil
        }
    }
}
