// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal

/// Replies that no way was open for: each goes as soon as there is one.
extension Casework {
    /// Lets go what waits and has a way now: where it was to go, as far as the quota reaches; where the customer writes from; on another
    /// channel that they agreed to; or as what the platform has for the time after its window.
    /// - Parameter isWriting: the customer has just written where replies go, so whatever waits for them elsewhere can go there.
    mutating func releaseHeldReplies(isWriting: Bool = false) {
        func order(_ place: ReplyPlace) -> (String, String) { (place.channel, place.sender ?? "") }
        let places = conversation.replies.filter { !$0.value.held.isEmpty }.keys.sorted { order($0) < order($1) }
        for place in places {
            for reply in conversation.replies[place]?.held ?? [] {
                guard let way = wayOut(for: reply, from: place, isWriting: isWriting) else { continue }
                conversation.replies[place]?.forget(reply.message)
                release(reply, on: way)
            }
            if conversation.replies[place]?.held.isEmpty == false { lookAgain(at: place) }
        }
    }

    private mutating func wayOut(
        for reply: ReplyAllowance.Held, from place: ReplyPlace, isWriting: Bool
    ) -> ReplyRoute? {
        let permit = take(at: place, byPerson: reply.isByPerson)
        let name = place.sender ?? file.identities[place.channel]
        let way = name.map { ReplyRoute.outbox(channel: place.channel, recipient: $0) }
        if permit == .allowed, let way { return way }
        if isWriting, place != here {
            if ways.live.contains(here.channel) { return .live(channel: here.channel) }
            if let recipient, take(at: here, byPerson: reply.isByPerson) == .allowed {
                return .outbox(channel: here.channel, recipient: recipient)
            }
        }
        guard permit == .used || permit == .closed else { return nil }
        if let other = elsewhere(from: place.channel, byPerson: reply.isByPerson) {
            announce(other, from: place.channel, permit)
            return other
        }
        return permit == .closed && ways[place.channel].sendsAfterWindow ? way : nil
    }

    private mutating func release(_ reply: ReplyAllowance.Held, on way: ReplyRoute) {
        switch way {
        case .live(let channel): showAtOnce([reply.message] + reply.parts, on: channel)
        case .outbox(let channel, let recipient):
            outboxChannels.insert(channel)
            change(
                .outbox(
                    OutboxItem(
                        message: reply.message, conversation: reply.conversation, channel: channel, recipient: recipient,
                        dueAt: now, queuedAt: now, parts: reply.parts)))
        case .held, .joined, .failed: return
        }
    }

    /// Replies that waited are now read from the journal, first the one that stands in the outbox.
    mutating func showAtOnce(_ messages: [ID<Message>], on channel: String) {
        guard let first = messages.first else { return }
        change(.outboxDone(first))
        for message in messages { report(.sent, of: message, on: channel) }
    }

    /// The end of the time opens the ways that there are after it.
    mutating func lookAgain(at place: ReplyPlace) {
        let way = ways[place.channel]
        guard way.sendsAfterWindow || !way.policy.fallback.isEmpty, let until = conversation.replies[place]?.until, until >= now
        else { return }
        let timer = DeskTimer(
            key: "held:\(conversation.id):\(place.channel)", dueAt: until + .milliseconds(1), conversation: conversation.id,
            payload: ["kind": "held"])
        change(.timer(timer))
    }

    /// A reply that failed before it was anybody's to send: tried on the ways that are open now.
    /// - Returns: why there is still none; nil if it goes, or waits.
    mutating func sendAgain(_ message: Message, by actor: Actor) -> String? {
        let way = route(message.content, by: message.author)
        var item = OutboxItem(
            message: message.id, conversation: conversation.id, channel: message.channel, recipient: "", dueAt: now, queuedAt: now
        )
        switch way {
        case .failed(let reason): return reason
        case .live(let channel):
            report(.sent, of: message.id, on: channel, by: actor)
            return nil
        case .outbox(let channel, let recipient): (item.channel, item.recipient) = (channel, recipient)
        case .held(let recipient, let reason):
            (item.recipient, item.state, item.reason) = (recipient, .held, reason)
            hold(item, by: message.author)
        case .joined: return nil
        }
        report(.queued, of: message.id, on: item.channel, by: actor)
        outboxChannels.insert(item.channel)
        change(.outbox(item))
        return nil
    }
}

extension DeskEngine {
    /// What becomes possible for a customer (they agreed to another channel, are known on one, were joined with somebody) lets go what
    /// waits for them.
    func releaseHeldReplies(of id: ID<Customer>) async throws {
        guard let conversation = try await knownFile(id).conversation, conversation.holdsReplies else { return }
        try await inTurn(of: conversation.id) { work, _ in
            work.releaseHeldReplies()
            if work.hasChanges { _ = try await self.commit(work) }
        }
    }
}

extension Conversation {
    /// Whether replies wait until their platforms take more.
    var holdsReplies: Bool { replies.values.contains { !$0.held.isEmpty } }
}
