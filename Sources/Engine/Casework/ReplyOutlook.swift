// SPDX-License-Identifier: Apache-2.0
import Desk

/// What would become of a reply that an agent writes now.
package struct ReplyOutlook: Sendable, Hashable {
    package enum Way: String, Sendable, Hashable, CaseIterable {
        /// The platform takes it.
        case sent
        /// The time is over: the channel has something for that, a template message say.
        case afterWindow = "after_window"
        /// To another channel that the customer agreed to.
        case elsewhere
        /// It waits until the customer writes again.
        case held
        /// Nothing is possible until the customer writes again.
        case failed
    }

    /// Of the place where replies go now; it is limited.
    let allowance: ReplyAllowance
    package var way: Way
    /// Where it goes instead; nil unless `way` is `elsewhere`.
    package var channel: String?

    /// `{remaining?, messages?, until?, next, next_channel?}`; `remaining` is as the platform counts, also where the time is over.
    package var value: Value {
        ([
            "remaining": Value(allowance.left), "messages": Value(allowance.messages), "until": Value(allowance.until?.rfc3339),
            "next": .string(way.rawValue), "next_channel": Value(channel),
        ] as Value).compact()
    }
}

extension Casework {
    /// Where a person's reply would go; nil where the platform limits nothing.
    func outlook() -> ReplyOutlook? {
        var trial = self
        let channel = conversation.channel
        guard let allowance = conversation.replies[here], allowance.isLimited else { return nil }
        let route = trial.route(.text(""), by: .token("outlook"))
        switch route {
        case .outbox(channel, _), .joined:
            let isOver = allowance.isClosed(at: now)
            return ReplyOutlook(allowance: allowance, way: isOver ? .afterWindow : .sent)
        case .outbox(let other, _), .live(let other):
            return ReplyOutlook(allowance: allowance, way: .elsewhere, channel: other)
        case .held: return ReplyOutlook(allowance: allowance, way: .held)
        case .failed: return ReplyOutlook(allowance: allowance, way: .failed)
        }
    }
}

extension DeskEngine {
    /// What the platform still takes in a conversation, and what becomes of a reply now. What it allows belongs to the customer: an older
    /// conversation is told what the latest knows. A look: nothing is written, and no turn is waited for.
    /// - Returns: nil where nothing is limited.
    package func replyOutlook(in conversation: Conversation) async throws -> ReplyOutlook? {
        guard !liveChannels.contains(conversation.channel) else { return nil }
        let now = clock()
        let file = try await knownFile(conversation.customer)
        return Casework(
            file: file, conversation: conversation, now: now, ids: ids,
            ways: try await ways(to: file, on: conversation.channel, at: now), isDry: true
        ).outlook()
    }
}
