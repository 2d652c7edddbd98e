// SPDX-License-Identifier: Apache-2.0

/// Where a customer can be answered: a platform counts for each of a person's names on it.
package struct ReplyPlace: Sendable, Hashable {
    package var channel: String
    /// The customer's id there; nil: the one they are known by.
    package var sender: String?

    package init(channel: String, sender: String?) {
        self.channel = channel
        self.sender = sender
    }
}

extension Conversation {
    /// Where replies go now.
    package var place: ReplyPlace { ReplyPlace(channel: channel, sender: sender) }

    /// The customer writes from another place: replies go there. What a place allowed stays with it, for when the customer writes there
    /// again.
    package mutating func move(to channel: String, sender: String?) {
        let before = place
        (self.channel, self.sender) = (channel, sender)
        // An id that was not known is known now.
        guard before.channel == channel, before.sender == nil, let allowance = replies.removeValue(forKey: before) else { return }
        replies[place] = allowance
    }

    /// What the platform allows on the channel where replies go; nil where it limits nothing.
    package var allowance: ReplyAllowance? { replies[place].flatMap { $0.isLimited ? $0 : nil } }

    /// Replies that may still be sent; 0 after the end of the time, nil where they are not counted.
    package func repliesLeft(at now: Instant) -> Int? {
        guard let allowance else { return nil }
        return allowance.isClosed(at: now) ? 0 : allowance.left
    }

    /// When the time to reply ends; nil: no end.
    package var replyUntil: Instant? { allowance?.until }

    /// `{remaining?, messages?, until?}` as the API shows it; nil where nothing is limited.
    var replyQuotaValue: Value? {
        allowance.map {
            Value(fields: [
                "remaining": .number($0.left), "messages": .number($0.messages), "until": .time($0.until),
            ])
        }
    }

    /// All places, in the order of their channels, so that the same conversation is always written the same way.
    var repliesValue: Value? {
        func order(_ place: ReplyPlace) -> (String, String) { (place.channel, place.sender ?? "") }
        return replies.isEmpty
            ? nil
            : .array(
                replies.sorted { order($0.key) < order($1.key) }.map { place, allowance in
                    Value(fields: ["channel": .text(place.channel), "sender": .text(place.sender)]).merging(allowance.value)
                })
    }

    /// Reads what `repliesValue` wrote, or what an earlier version kept among the attributes.
    mutating func readReplies(_ value: Value) {
        for item in value["_replies"]?.array ?? [] {
            guard let channel = item.text("channel") else { continue }
            replies[ReplyPlace(channel: channel, sender: item.text("sender"))] = ReplyAllowance(value: item)
        }
        attributes["reply_quota_elsewhere"] = nil
        guard let old = attributes["reply_quota"], old["left"] != nil else { return }
        attributes["reply_quota"] = nil
        var allowance = ReplyAllowance()
        if let until = old.time("until") { (allowance.left, allowance.until) = (old.number("left"), until) }
        for text in old.texts("held") {
            guard let message = ID<Message>(text: text) else { continue }
            allowance.hold(.init(message: message, conversation: id, isByPerson: true))
        }
        replies[place] = allowance
    }
}

extension ReplyAllowance {
    var value: Value {
        Value(fields: [
            "left": .number(left), "messages": .number(messages), "until": .time(until), "opened_at": .time(openedAt),
            "held": held.isEmpty ? nil : .array(held.map(\.value)),
        ])
    }

    init(value: Value) {
        self.init()
        left = value.number("left")
        messages = value.number("messages")
        until = value.time("until")
        openedAt = value.time("opened_at")
        held = (value["held"]?.array ?? []).compactMap(Held.init(value:))
    }
}

extension ReplyAllowance.Held {
    var value: Value {
        Value(fields: [
            "message": .id(message), "conversation": .id(conversation), "by_person": .bool(isByPerson),
            "parts": parts.isEmpty ? nil : .texts(parts.map(\.text)),
        ])
    }

    init?(value: Value) {
        guard let message: ID<Message> = value.id("message"), let conversation: ID<Conversation> = value.id("conversation")
        else { return nil }
        self.init(
            message: message, conversation: conversation, isByPerson: value["by_person"]?.bool ?? true,
            parts: value.texts("parts").compactMap { ID(text: $0) })
    }
}

extension Value {
    fileprivate static func number(_ number: Int?) -> Value? { number.map { .int(Int64($0)) } }
}
