// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal
import Logging
import Plugins

/// What platforms report about messages of ours, in whatever order it comes.
extension DeskEngine {
    private static let early = "early reports"
    /// A platform may report on a message, or on its first part, before the send has returned; not much longer after.
    private static let earlyLife: Duration = .seconds(3600)

    /// Takes one report; on disk when this returns.
    func take(_ report: DeliveryReport, _ channel: String) async throws {
        if try await note(report, channel) { return }
        // Whose it is will be known once the send has been written down. That may have happened just now, so ask again afterwards.
        let value: Value = (["delivery": .string(report.delivery.name), "reason": Value(report.delivery.reason)] as Value)
            .compact()
        _ = try await store.append(
            Entry(
                at: clock(),
                changes: [
                    .stored(
                        namespace: Self.early, key: Self.identityKey(channel, report.externalID), value: value,
                        expires: clock() + Self.earlyLife)
                ]))
        await takeEarlyReports([report.externalID], channel)
    }

    /// Takes the reports that came before it was known whose they are.
    func takeEarlyReports(_ externalIDs: [String], _ channel: String) async {
        for id in externalIDs {
            let key = Self.identityKey(channel, id)
            do {
                guard let value = try await store.stored(namespace: Self.early, key: key, now: clock()),
                    let delivery = Delivery(name: value["delivery"]?.string ?? "", reason: value["reason"]?.string),
                    try await note(DeliveryReport(externalID: id, delivery: delivery), channel)
                else { continue }
                _ = try await store.append(
                    Entry(at: clock(), changes: [.stored(namespace: Self.early, key: key, value: nil, expires: nil)]))
            } catch {
                logger.warning(
                    "A platform's report could not be taken.", metadata: ["channel": "\(channel)", "error": "\(error)"])
            }
        }
    }

    /// - Returns: false if no message of ours has this id.
    private func note(_ report: DeliveryReport, _ channel: String) async throws -> Bool {
        guard let found = try await store.message(channel: channel, externalID: report.externalID) else { return false }
        guard try await parts(of: found.id) != nil else {
            try await advance(found, by: report.delivery)
            return true
        }
        // Reports on two parts at once must not miss each other.
        try await inTurn(of: found.customer) { _ in
            guard var parts = try await self.parts(of: found.id), parts.note(report.delivery, of: report.externalID) else {
                return
            }
            _ = try await self.store.append(
                Entry(at: self.clock(), changes: [MessageParts.kept(parts, of: found.id, at: self.clock())]))
            guard let now = try await self.store.message(found.id), parts.delivery != .sent else { return }
            try await self.advance(now, by: parts.delivery)
        }
        return true
    }

    /// Writes what a report changes, of the message and of those whose texts went out with it, in one entry.
    private func advance(_ message: Message, by report: Delivery) async throws {
        if case .failed(let reason) = report {
            guard let conversation = try await store.conversation(message.conversation) else { return }
            return try await lost(message, reason: reason, in: conversation) { $0.advanced(by: report) != $0 }
        }
        let joined = try await SentTogether.others(with: message.id, in: store, at: clock())
        try await self.report(report, of: [message.id] + joined)
    }

    /// Writes how far messages have got, those that it takes further. Reports on one message wait for each other, so that two at the same
    /// instant are neither told twice nor the earlier over the later.
    /// - Parameter isFresh: where it is false of a message that message is left as it is.
    func report(
        _ delivery: Delivery, of ids: [ID<Message>], by actor: @Sendable (Message) -> Actor = { _ in .system },
        where isFresh: @Sendable (Delivery) -> Bool = { _ in true }
    ) async throws {
        try await reportTurns.withTurns(Set(ids.map(\.number))) {
            var entry = Entry(at: self.clock())
            for message in try await self.store.messages(ids) {
                let advanced = message.delivery.advanced(by: delivery)
                if advanced == message.delivery || !isFresh(message.delivery) { continue }
                Self.put(message, advanced, nil, by: actor(message), into: &entry)
            }
            if !entry.events.isEmpty { _ = try await self.store.append(entry) }
        }
    }

    /// A message that was sent did not arrive: its delivery has failed, and it stands among the dead letters to be sent again.
    ///
    /// So do those whose texts went out with it. A report on an earlier try changes nothing for one that waits to be sent again.
    /// - Parameter isNews: whether it is, of a message that has got so far.
    func lost(
        _ message: Message, reason: String, in conversation: Conversation, isNews: @Sendable (Delivery) -> Bool = { _ in true }
    ) async throws {
        try await work {
            let ids = try await SentTogether.others(with: message.id, in: self.store, at: self.clock())
            try await self.reportTurns.withTurns(Set(([message.id] + ids).map(\.number))) {
                guard let message = try await self.store.message(message.id), message.delivery != .failed(reason: reason),
                    isNews(message.delivery)
                else { return }
                try await self.bury(message, with: ids, reason: reason, in: conversation)
            }
        }
    }

    private func bury(
        _ message: Message, with ids: [ID<Message>], reason: String, in conversation: Conversation
    ) async throws {
        if try await self.store.outboxItem(message.id)?.state == .waiting { return }
        guard let recipient = try await self.recipient(in: conversation, on: message.channel) else { return }
        let others = try await self.store.messages(ids).sorted { $0.id < $1.id }
        var item = OutboxItem(
            message: message.id, conversation: conversation.id, channel: message.channel, recipient: recipient,
            dueAt: self.clock(), queuedAt: self.clock(), parts: others.map(\.id))
        item.state = .dead
        item.reason = reason
        var entry = Entry(at: self.clock(), changes: [.outbox(item)])
        for message in [message] + others { Self.put(message, .failed(reason: reason), nil, into: &entry) }
        _ = try await self.store.append(entry)
    }

    private func recipient(in conversation: Conversation, on channel: String) async throws -> String? {
        if conversation.channel == channel, let sender = conversation.sender { return sender }
        return try await store.identities(of: conversation.customer).first { $0.channel == channel }?.externalID
    }

    private func parts(of message: ID<Message>) async throws -> MessageParts? {
        try await store.stored(namespace: MessageParts.namespace, key: message.text, now: clock()).flatMap { MessageParts($0) }
    }
}

extension MessageParts {
    fileprivate static let namespace = "parts of messages"
    /// Platforms report within days.
    static let life: Duration = .seconds(30 * 86_400)

    /// The row that keeps how far each part has got.
    static func kept(_ parts: MessageParts, of message: ID<Message>, at now: Instant) -> Change {
        .stored(namespace: namespace, key: message.text, value: parts.value, expires: now + life)
    }
}

/// Which messages went out as one: the platform knows the first of them alone, and reports on that one.
enum SentTogether {
    private static let namespace = "messages sent together"

    /// The row that names those whose texts went out with `first`.
    static func kept(_ others: [ID<Message>], with first: ID<Message>, at now: Instant) -> Change {
        .stored(
            namespace: namespace, key: first.text, value: .array(others.map { .string($0.text) }),
            expires: now + MessageParts.life)
    }

    /// Empty where a message went out alone.
    static func others(with first: ID<Message>, in store: any EventStore, at now: Instant) async throws -> [ID<Message>] {
        try await store.stored(namespace: namespace, key: first.text, now: now)?.array?
            .compactMap { $0.string.flatMap { ID<Message>(text: $0) } } ?? []
    }
}
