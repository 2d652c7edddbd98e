// SPDX-License-Identifier: Apache-2.0
import Desk

/// What remains of a platform's permission to answer, as the conversation remembers it: rules read
/// `conversation.attributes.reply_quota`, agents see it.
extension Conversation {
    enum ReplyPermit: Sendable, Hashable { case allowed, used, closed }

    /// The customer writes from another place: replies go there, under the permission of that channel. What a channel allowed, and
    /// what it holds back, waits until the customer writes there again.
    mutating func move(to channel: String, sender: String?) {
        self.sender = sender
        guard channel != self.channel else { return }
        var elsewhere = attributes["reply_quota_elsewhere"] ?? [:]
        let parked = elsewhere[channel]
        elsewhere[channel] = nil
        if let quota = attributes["reply_quota"] { elsewhere[self.channel] = quota }
        attributes["reply_quota"] = parked
        attributes["reply_quota_elsewhere"] = elsewhere.object?.isEmpty ?? true ? nil : elsewhere
        self.channel = channel
    }

    /// A customer's message sets the quota anew.
    mutating func open(_ quota: ReplyQuota?, at now: Instant) {
        guard let quota else { return }
        if let left = attributes["reply_quota"]?["left"]?.int, let until = quotaEnd, until > now + quota.window,
            left > Int64(quota.messages)
        {
            // Entering the chat opens 2 messages for a minute; it must not shrink what an earlier message opened.
            return
        }
        var record: Value = [
            "left": .int(Int64(quota.messages)), "until": .string((now + quota.window).rfc3339),
        ]
        if let held = attributes["reply_quota"]?["held"] { record["held"] = held }
        attributes["reply_quota"] = record
    }

    private var quotaEnd: Instant? { attributes["reply_quota"]?["until"]?.string.flatMap { Instant(rfc3339: $0) } }

    /// Uses one reply of the quota, if the channel has one.
    mutating func takeReply(at now: Instant) -> ReplyPermit {
        guard let left = attributes["reply_quota"]?["left"]?.int, let until = quotaEnd else { return .allowed }
        if now > until { return .closed }
        guard left > 0 else { return .used }
        attributes["reply_quota"]?["left"] = .int(left - 1)
        return .allowed
    }

    /// Remembers a reply that has to wait until the customer writes again.
    mutating func hold(_ message: ID<Message>) {
        var record = attributes["reply_quota"] ?? ["left": 0]
        record["held"] = .array((record["held"]?.array ?? []) + [.string(message.text)])
        attributes["reply_quota"] = record
    }

    /// Takes as many held replies as the quota allows now, oldest first.
    mutating func released(at now: Instant) -> [ID<Message>] {
        let held = (attributes["reply_quota"]?["held"]?.array ?? []).compactMap { $0.string.flatMap { ID<Message>(text: $0) } }
        var out: [ID<Message>] = []
        for message in held {
            guard takeReply(at: now) == .allowed else { break }
            out.append(message)
        }
        let rest = held.dropFirst(out.count)
        if !held.isEmpty {
            attributes["reply_quota"]?["held"] = rest.isEmpty ? nil : .array(rest.map { .string($0.text) })
        }
        return out
    }
}
