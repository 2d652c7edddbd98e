// SPDX-License-Identifier: Apache-2.0
import Desk

extension MatchPath {
    /// Makes a value stand at this place: the other direction of `Facts`.
    ///
    /// What follows from other things (the clock) or belongs to nobody (ids of customer and conversation) cannot be set.
    /// - Returns: false where it cannot be, or the value is of another kind; the situation is then as before.
    func put(_ value: Value, into situation: inout Situation) -> Bool {
        switch kind {
        case .number: value.double.map { put($0, into: &situation) } ?? false
        case .text: value.string.map { put($0, into: &situation) } ?? false
        case .time: Fact(value).time.map { put($0, into: &situation) } ?? false
        case .flag: value.bool.map { put($0, into: &situation) } ?? false
        case .texts: put(value.array?.compactMap(\.string) ?? value.string.map { [$0] } ?? [], into: &situation)
        case .any: putAttribute(value, into: &situation)
        }
    }

    private func put(_ flag: Bool, into situation: inout Situation) -> Bool {
        switch self {
        case .customerIsTest: situation.customer.isTest = flag
        case .open(let team): situation.desk.open[team] = flag
        default: return false
        }
        return true
    }

    private func put(_ number: Double, into situation: inout Situation) -> Bool {
        let start = situation.now - .milliseconds(Int64(max(-1e12, min(1e12, number * 1000))))
        switch self {
        case .priority: situation.conversation.priority = Int(max(0, min(9, number)))
        case .reopenings: situation.conversation.reopenings = Int(max(0, min(1e6, number)))
        case .repliesLeft: situation.conversation.changeAllowance { $0.left = Int(max(0, min(1e6, number))) }
        case .waitingSeconds: (situation.conversation.waitingSince, situation.conversation.personWantedSince) = (start, nil)
        case .queuedSeconds: situation.conversation.queuedAt = start
        case .messageMood: situation.understanding.mood = number
        case .mood: situation.conversation.mood = number
        case .queueLength: situation.desk.queueLength = Int(max(0, min(1e6, number)))
        case .queue(let team): situation.desk.queues[team] = Int(max(0, min(1e6, number)))
        case .online(let team): situation.desk.online[team] = Int(max(0, min(1e6, number)))
        default: return false
        }
        return true
    }

    private func put(_ text: String, into situation: inout Situation) -> Bool {
        switch self {
        case .customerName: situation.customer.name = text
        case .customerLanguage, .language: situation.customer.language = text
        case .state:
            guard let state = ConversationState(rawValue: text) else { return false }
            situation.conversation.state = state
        case .team: situation.conversation.team = text
        case .agent:
            guard let agent = ID<Agent>(text: text) else { return false }
            situation.conversation.agent = agent
        case .sla: situation.conversation.sla = text
        case .channel: situation.conversation.channel = text
        case .plugin: situation.plugin = text
        case .messageKind:
            guard let kind = MessageContent.Kind(rawValue: text) else { return false }
            situation.changeContent { $0.kind = kind }
        case .messageText: situation.changeContent { $0.text = text }
        case .messageEvent:
            situation.changeContent { content in
                content.kind = .event
                content.fields["name"] = .string(text)
            }
        default: return false
        }
        return true
    }

    private func put(_ time: Instant, into situation: inout Situation) -> Bool {
        switch self {
        case .customerCreated: situation.customer.createdAt = time
        case .customerSeen: situation.customer.lastSeenAt = time
        case .startedAt: situation.conversation.startedAt = time
        case .waitingSince: situation.conversation.waitingSince = time
        case .queuedAt: situation.conversation.queuedAt = time
        case .assignedAt: situation.conversation.assignedAt = time
        case .personWantedSince: situation.conversation.personWantedSince = time
        case .lastMessageAt: situation.conversation.lastCustomerMessageAt = time
        case .lastReplyAt: situation.conversation.lastReplyAt = time
        case .replyUntil: situation.conversation.changeAllowance { $0.until = time }
        default: return false
        }
        return true
    }

    private func put(_ texts: [String], into situation: inout Situation) -> Bool {
        switch self {
        case .customerTags: situation.customer.tags = texts
        case .conversationTags: situation.conversation.tags = texts
        default: return false
        }
        return true
    }

    private func putAttribute(_ value: Value, into situation: inout Situation) -> Bool {
        switch self {
        case .customerAttribute(let names): Self.put(value, at: names[...], of: &situation.customer.attributes)
        case .conversationAttribute(let names): Self.put(value, at: names[...], of: &situation.conversation.attributes)
        case .messageField(let names):
            guard situation.message != nil else { return false }
            situation.changeContent { Self.put(value, at: names[...], of: &$0.fields) }
        default: return false
        }
        return true
    }

    private static func put(_ value: Value, at names: ArraySlice<String>, of tree: inout Value) {
        guard let first = names.first else { tree = value; return }
        var below = tree[first] ?? .object(.init())
        put(value, at: names.dropFirst(), of: &below)
        tree[first] = below
    }
}

extension Conversation {
    /// Changes what the platform allows on the present channel.
    fileprivate mutating func changeAllowance(_ change: (inout ReplyAllowance) -> Void) {
        change(&replies[place, default: ReplyAllowance()])
    }
}

extension Situation {
    /// Puts other content into the message; the rest of it stays.
    fileprivate mutating func changeContent(_ change: (inout MessageContent) -> Void) {
        guard let old = message else { return }
        var content = old.content
        change(&content)
        message = Message(
            id: old.id, conversation: old.conversation, customer: old.customer, channel: old.channel, direction: old.direction,
            content: content, author: old.author, delivery: old.delivery, at: old.at)
    }
}
