// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal

/// How replies keep to what platforms allow: sent, joined with the one before, on another channel, held, or failed with a reason.
extension Casework {
    /// Decides where a reply goes and uses the quota for it.
    mutating func route(_ content: MessageContent, by author: Actor) -> ReplyRoute {
        let channel = conversation.channel
        if ways.live.contains(channel) { return .live(channel: channel) }
        guard let recipient else {
            return .failed(reason: "the customer is not known on channel \(channel)")
        }
        if let joint, joint.takes(content, by: author) { return .joined }
        let permit = take(at: here, byPerson: author.isPerson)
        switch permit {
        case .allowed: return .outbox(channel: channel, recipient: recipient)
        case .kept: return .held(recipient: recipient, reason: "kept_for_people")
        case .used, .closed:
            if let other = elsewhere(from: channel, byPerson: author.isPerson) {
                announce(other, from: channel, permit)
                return other
            }
            if permit == .used { return .held(recipient: recipient, reason: "reply_quota_used") }
            return ways[channel].sendsAfterWindow
                ? .outbox(channel: channel, recipient: recipient) : .failed(reason: "window_closed")
        }
    }

    mutating func take(at place: ReplyPlace, byPerson: Bool) -> ReplyAllowance.Permit {
        conversation.replies[place]?.take(
            byPerson: byPerson, keeping: ways[place.channel].policy.keepForPeople, at: now) ?? .allowed
    }

    /// The first channel to fall back to on which the customer is known, agreed, and may be answered now.
    mutating func elsewhere(from channel: String, byPerson: Bool) -> ReplyRoute? {
        for other in ways[channel].policy.fallback where other != channel && hasAgreed(to: other) {
            guard let recipient = file.identities[other] else { continue }
            if ways.live.contains(other) { return .live(channel: other) }
            let place = ReplyPlace(channel: other, sender: recipient)
            if conversation.replies[place]?.isLimited == true {
                let permit = take(at: place, byPerson: byPerson)
                guard permit == .allowed || permit == .closed && ways[other].sendsAfterWindow else { continue }
            } else if ways[other].isLimited, !ways[other].sendsAfterWindow {
                continue
            }
            return .outbox(channel: other, recipient: recipient)
        }
        return nil
    }

    /// `consent.CHANNEL` of the customer decides; without it, having written there of late.
    private func hasAgreed(to channel: String) -> Bool {
        customer.attributes["consent"]?[channel]?.bool ?? ways.agreed.contains(channel)
    }

    /// Says once that replies go another way, and why.
    mutating func announce(_ route: ReplyRoute, from channel: String, _ permit: ReplyAllowance.Permit) {
        let other: String
        switch route {
        case .live(let id), .outbox(let id, _): other = id
        default: return
        }
        guard announced.insert(other).inserted else { return }
        let note =
            permit == .closed
            ? "Replies go to \(other): the time to reply on \(channel) is over until the customer writes again."
            : "Replies go to \(other): \(channel) takes no more replies until the customer writes again."
        add(.text(note), .note, by: .system)
    }

    /// Puts a reply where its route leads.
    mutating func dispatch(_ message: Message, _ route: ReplyRoute) {
        if route == .joined {
            joinLast(message)
            return
        }
        joint = nil
        var item = OutboxItem(
            message: message.id, conversation: conversation.id, channel: message.channel, recipient: "", dueAt: now,
            queuedAt: now)
        switch route {
        case .live, .failed, .joined: return
        case .outbox(_, let recipient): item.recipient = recipient
        case .held(let recipient, let reason):
            item.recipient = recipient
            item.state = .held
            item.reason = reason
            hold(item, by: message.author)
        }
        outboxChannels.insert(message.channel)
        change(.outbox(item))
        guard ways[message.channel].policy.merge, Joint.isMachineText(message.content, by: message.author) else { return }
        joint = Joint(
            item: item, change: changes.count - 1, byteCount: message.content.text.utf8.count,
            limit: ways[message.channel].textLimit)
    }

    private mutating func joinLast(_ message: Message) {
        guard var last = joint else { preconditionFailure("a reply is joined to one that stands before it") }
        last.item.parts.append(message.id)
        last.byteCount += 1 + message.content.text.utf8.count
        change(last.change, to: .outbox(last.item))
        joint = last
        guard last.item.state == .held else { return }
        conversation.replies[place(of: last.item)]?.forget(last.item.message)
        hold(last.item, by: message.author)
    }

    /// The place where replies go. An older conversation may not know its customer's id there: then it is the one they are known by.
    var here: ReplyPlace {
        let place = conversation.place
        guard place.sender == nil, conversation.replies[place] == nil else { return place }
        return ReplyPlace(channel: place.channel, sender: recipient)
    }

    func place(of item: OutboxItem) -> ReplyPlace {
        item.channel == conversation.channel && item.recipient == recipient
            ? here : ReplyPlace(channel: item.channel, sender: item.recipient)
    }

    mutating func hold(_ item: OutboxItem, by author: Actor) {
        let place = place(of: item)
        conversation.replies[place, default: ReplyAllowance()].hold(
            .init(message: item.message, conversation: item.conversation, isByPerson: author.isPerson, parts: item.parts))
        lookAgain(at: place)
    }

    /// The platform took no more, whatever we had counted: the reply goes another way, or waits.
    ///
    /// Where the customer has written since the reply was queued, it belongs to the new quota and is tried once more.
    mutating func refused(_ refused: OutboxItem, by author: Actor) {
        var item = refused
        let channel = item.channel
        let place = place(of: item)
        if let openedAt = conversation.replies[place]?.openedAt, openedAt > item.queuedAt,
            take(at: place, byPerson: author.isPerson) == .allowed
        {
            (item.state, item.queuedAt, item.dueAt) = (.waiting, now, now)
        } else {
            conversation.replies[place, default: ReplyAllowance()].exhaust()
            let other = place == here ? elsewhere(from: channel, byPerson: author.isPerson) : nil
            switch other {
            case .outbox(let channel, let recipient):
                (item.channel, item.recipient, item.state) = (channel, recipient, .waiting)
                (item.attempts, item.dueAt, item.reason) = (0, now, nil)
            case .live(let live):
                showAtOnce([item.message] + item.parts, on: channel)
                announce(.live(channel: live), from: channel, .used)
                return
            default:
                item.state = .held
                hold(item, by: author)
            }
            if let other { announce(other, from: channel, .used) }
        }
        outboxChannels.insert(item.channel)
        change(.outbox(item))
    }

    /// Texts of the machine that wait one behind the other become one send; what they had taken of the quota is free again.
    /// - Parameter followers: in order; each alone takes a reply of the quota.
    mutating func join(_ head: OutboxItem, _ followers: [OutboxItem]) -> OutboxItem {
        var joined = head
        for follower in followers {
            joined.parts += [follower.message] + follower.parts
            change(.outboxDone(follower.message))
        }
        change(.outbox(joined))
        conversation.replies[place(of: head)]?.giveBack(followers.count, at: now)
        if place(of: head) == here { releaseHeldReplies() }
        return joined
    }

    /// Somebody sends a reply that waited, whatever the quota says.
    mutating func resend(_ item: OutboxItem, by actor: Actor) {
        var item = item
        _ = conversation.replies[place(of: item)]?.take(byPerson: true, at: now)
        conversation.replies[place(of: item)]?.forget(item.message)
        (item.state, item.attempts, item.dueAt, item.reason) = (.waiting, 0, now, nil)
        for message in [item.message] + item.parts { report(.queued, of: message, on: item.channel, by: actor) }
        outboxChannels.insert(item.channel)
        change(.outbox(item))
    }

    mutating func report(_ delivery: Delivery, of message: ID<Message>, on channel: String, by actor: Actor = .system) {
        record(
            .deliveryChanged, by: actor,
            [
                "message": .string(message.text), "delivery": .string(delivery.name),
                "direction": .string(MessageDirection.outbound.rawValue),
            ])
        change(.delivery(message, delivery))
    }
}

extension Casework {
    /// The machine's text that was put into an outbox last: the next one can go out with it.
    struct Joint: Sendable {
        var item: OutboxItem
        /// Where the item stands among the changes.
        let change: Int
        var byteCount: Int
        /// Of the platform, in bytes; nil: none.
        let limit: Int?

        func takes(_ content: MessageContent, by author: Actor) -> Bool {
            Self.isMachineText(content, by: author)
                && (limit.map { byteCount + 1 + content.text.utf8.count <= $0 } ?? true)
        }

        /// Words alone, not said by a person.
        static func isMachineText(_ content: MessageContent, by author: Actor) -> Bool {
            !author.isPerson && content.kind == .text && content.fields.object?.isEmpty ?? true
        }

        /// How the texts of one send are put together.
        static func text(_ texts: [String]) -> String { texts.joined(separator: "\n") }
    }
}
