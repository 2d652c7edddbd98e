// SPDX-License-Identifier: Apache-2.0

/// What remains of a platform's permission to answer a customer on one channel, and what waits for more of it.
///
/// A channel without a quota has none, or an empty one: it always allows.
package struct ReplyAllowance: Sendable, Hashable {
    package enum Permit: String, Sendable, Hashable {
        case allowed
        /// What remains is kept for people.
        case kept
        /// The count is used up.
        case used
        /// The time is over.
        case closed
    }

    /// A reply that waits until the customer writes again.
    package struct Held: Sendable, Hashable {
        package let message: ID<Message>
        package let conversation: ID<Conversation>
        package let isByPerson: Bool
        /// Messages whose texts go out with it, in order.
        package let parts: [ID<Message>]

        package init(
            message: ID<Message>, conversation: ID<Conversation>, isByPerson: Bool, parts: [ID<Message>] = []
        ) {
            self.message = message
            self.conversation = conversation
            self.isByPerson = isByPerson
            self.parts = parts
        }
    }

    /// Replies that may still be sent; nil: they are not counted.
    package var left: Int?
    /// How many were opened last; nil: they are not counted.
    package var messages: Int?
    /// The end of the time, which still belongs to it; nil: no end.
    package var until: Instant?
    /// When the customer opened it last.
    package var openedAt: Instant?
    /// Oldest first.
    package var held: [Held] = []

    package init() {}

    /// Whether the platform limits anything here, as far as it said so.
    package var isLimited: Bool { left != nil || until != nil }

    package func isClosed(at now: Instant) -> Bool { until.map { now > $0 } ?? false }

    /// A customer's message, or a sign such as entering the chat, sets the quota anew.
    ///
    /// Entering the chat opens 2 messages for a minute, say; it does not shrink what an earlier message opened.
    package mutating func open(_ quota: ReplyQuota?, at now: Instant) {
        guard let quota else {
            // The platform refused without ever naming a quota: the customer's word is all there is to go by.
            if messages == nil, until == nil { left = nil }
            return
        }
        let end = quota.window.map { now + $0 }
        if isLimited, !isClosed(at: now), (until?.milliseconds ?? .max) >= (end?.milliseconds ?? .max),
            (left ?? .max) >= (quota.messages ?? .max)
        {
            return
        }
        (left, messages, until, openedAt) = (quota.messages, quota.messages, end, now)
    }

    /// Uses one reply.
    /// - Parameter kept: so many are for people only; what is not counted is not kept.
    package mutating func take(byPerson: Bool, keeping kept: Int = 0, at now: Instant) -> Permit {
        if isClosed(at: now) { return .closed }
        guard let left else { return .allowed }
        guard left > 0 else { return .used }
        guard byPerson || left > kept else { return .kept }
        self.left = left - 1
        return .allowed
    }

    /// Replies that were taken and went out with others.
    package mutating func giveBack(_ count: Int, at now: Instant) {
        guard let left, let messages, !isClosed(at: now) else { return }
        self.left = min(messages, left + count)
    }

    /// The platform says that nothing remains; it knows.
    package mutating func exhaust() { left = 0 }

    /// Remembers a reply that has to wait until the customer writes again.
    package mutating func hold(_ reply: Held) {
        guard !held.contains(where: { $0.message == reply.message }) else { return }
        held.append(reply)
    }

    package mutating func forget(_ message: ID<Message>) { held.removeAll { $0.message == message } }
}
