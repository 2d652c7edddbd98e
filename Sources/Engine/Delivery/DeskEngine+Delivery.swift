// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal
import Logging
import Synchronization

/// Messages that reached a customer's socket and are to be marked delivered together.
final class DeliveryReceipts: Sendable {
    private let pending = Mutex<[ID<Message>]>([])
    private let bell = Bell()

    func note(_ message: ID<Message>) {
        let isFirst = pending.withLock { pending in
            pending.append(message)
            return pending.count == 1
        }
        if isFirst { bell.ring() }
    }

    /// Gathers for 50 ms, so that a burst is one commit.
    func run(_ confirm: @Sendable ([ID<Message>]) async -> Void) async {
        while !Task.isCancelled {
            await bell.wait()
            try? await Task.sleep(for: .milliseconds(50))
            await flush(confirm)
        }
    }

    func flush(_ confirm: @Sendable ([ID<Message>]) async -> Void) async {
        let messages = pending.withLock { pending in
            defer { pending = [] }
            return pending
        }
        if !messages.isEmpty { await confirm(messages) }
    }
}

extension DeskEngine {
    func confirmDelivered(_ ids: [ID<Message>]) async {
        do {
            try await report(.delivered, of: ids, by: { .customer($0.customer) }) { $0 == .sent }
        } catch {
            logger.warning("Delivery marks could not be written.", metadata: ["error": "\(error)"])
        }
    }

    static func put(
        _ message: Message, _ delivery: Delivery, _ externalID: String?, further: [String] = [], by actor: Actor = .system,
        into entry: inout Entry
    ) {
        entry.events.append(
            Event.Draft(
                .deliveryChanged, conversation: message.conversation, customer: message.customer, channel: message.channel,
                actor: actor,
                payload: ([
                    "message": .string(message.id.text), "delivery": .string(delivery.name), "reason": Value(delivery.reason),
                    "direction": .string(message.direction.rawValue),
                ] as Value).compact()))
        entry.changes.append(.delivery(message.id, delivery, externalID: externalID, further: further))
    }

    /// Sends a dead letter, or a held one, again; with it what went out in the same message. What failed because no way was open is tried
    /// on those that are open now.
    /// - Throws: `.conflict` for what has not failed, and where there is still no way.
    package func resend(_ id: ID<Message>, by principal: Principal) async throws {
        try principal.require(.answer)
        try await work {
            guard let message = try await self.store.message(id) else { throw DeskError.missing("message", id) }
            try await self.inTurn(of: message.conversation) { work, _ in
                let item = try await self.letter(with: id)
                if let item, item.state != .waiting {
                    work.resend(item, by: principal.actor)
                } else if item == nil, message.direction == .outbound, message.delivery.reason != nil {
                    if let reason = work.sendAgain(message, by: principal.actor) {
                        throw DeskError(.conflict, "Message \(id) still cannot be sent: \(reason).", facts: ["reason": reason])
                    }
                } else {
                    throw DeskError(.conflict, "Message \(id) is no dead letter.", facts: ["delivery": message.delivery.name])
                }
                _ = try await self.commit(work)
            }
        }
    }

    /// The outbox item that holds a message, itself or among the texts that go out with it.
    private func letter(with id: ID<Message>) async throws -> OutboxItem? {
        if let item = try await store.outboxItem(id) { return item }
        var page = Page(limit: 200)
        while true {
            let letters = try await store.deadLetters(page)
            if let found = letters.first(where: { $0.parts.contains(id) }) { return found }
            guard letters.count == page.limit, let last = letters.last else { return nil }
            page.after = last.message.number
        }
    }
}
