// SPDX-License-Identifier: Apache-2.0
import Answers
import Desk
import Journal
import Plugins

/// What became of a message that came in.
package struct Intake: Sendable, Hashable {
    package let message: ID<Message>
    package let conversation: ID<Conversation>
    package let customer: ID<Customer>
    package let seq: Seq
    /// It had been taken before: nothing was changed.
    package let isDuplicate: Bool
}

extension DeskEngine {
    /// Takes a message in: durable, with all that was decided about it, when this returns.
    package func receive(_ inbound: InboundMessage) async throws -> Intake {
        try await work { try await self.take(inbound) }
    }

    private func take(_ inbound: InboundMessage) async throws -> Intake {
        let key = Self.identityKey(inbound.channel, inbound.sender)
        if let customer = try await knownCustomer(inbound, key) {
            return try await locks.withTurn(customer.number) { try await self.handle(inbound, from: customer) }
        }
        // Two first messages of a newcomer must not make two customers.
        return try await newcomers.withTurn(Int64(key.hashValue)) {
            if let customer = try await self.knownCustomer(inbound, key) {
                return try await self.locks.withTurn(customer.number) { try await self.handle(inbound, from: customer) }
            }
            let customer = self.newCustomer(inbound)
            let intake = try await self.locks.withTurn(customer.id.number) {
                try await self.handle(inbound, from: customer.id, newcomer: customer)
            }
            self.identities[key] = intake.customer
            return intake
        }
    }

    static func identityKey(_ channel: String, _ externalID: String) -> String { "\(channel)\u{1f}\(externalID)" }

    private func knownCustomer(_ inbound: InboundMessage, _ key: String) async throws -> ID<Customer>? {
        if let known = identities[key] { return known }
        guard let stored = try await store.customer(channel: inbound.channel, externalID: inbound.sender) else { return nil }
        identities[key] = stored.id
        return stored.id
    }

    private func newCustomer(_ inbound: InboundMessage) -> Customer {
        var attributes = inbound.profile
        for name in ["name", "language"] { attributes[name] = nil }
        return Customer(
            id: ids.next(), name: inbound.profile["name"]?.string, language: inbound.profile["language"]?.string,
            attributes: attributes, createdAt: clock())
    }

    private func handle(
        _ inbound: InboundMessage, from id: ID<Customer>, newcomer: Customer? = nil
    ) async throws -> Intake {
        let now = clock()
        let file =
            if let newcomer {
                CustomerFile(customer: newcomer, conversation: nil, identities: [:], timers: [:])
            } else {
                try await customerFile(id)
            }
        var work = Casework(
            file: file, conversation: try await conversation(for: inbound, file, at: now), now: now, ids: ids,
            liveChannels: liveChannels,
            sendsAfterWindow: plugins.sendsAfterWindow(channel: inbound.channel))
        if newcomer != nil {
            work.record(.customerCreated, by: .customer(id), [:])
            work.customer.lastSeenAt = now
        }
        work.know(identity: inbound.sender, on: inbound.channel)
        let isBeginning = begin(&work, inbound)
        let message = work.add(
            Self.safelyNamed(inbound.content), .inbound, by: .customer(id), externalID: inbound.externalID,
            clientID: inbound.clientID)

        var settlement = rules.settlement(for: work.conversation, roster: roster)
        settlement.message = message
        if message.content.kind == .text {
            let heard = settlement.generation.understanding.understand(message.content.text)
            settlement.understanding = heard
            work.conversation.mood = (work.conversation.mood + heard.mood) / 2
            work.hear(message.content.text, in: heard.language)
        }
        (settlement, work) = await settlement.lane.run(settlement, work) { settlement, work in
            await settlement.customerWrote(&work, isBeginning: isBeginning)
        }

        switch try await commit(work) {
        case .committed(let first, _):
            fetchMedia(of: message)
            return Intake(
                message: message.id, conversation: work.conversation.id, customer: id,
                seq: first + work.eventIndex(of: message.id), isDuplicate: false)
        case .duplicate(let original, let seq):
            let conversation = try await store.message(original)?.conversation ?? work.conversation.id
            return Intake(message: original, conversation: conversation, customer: id, seq: seq, isDuplicate: true)
        }
    }

    /// The conversation that this message continues, or a new one.
    private func conversation(
        for inbound: InboundMessage, _ file: CustomerFile, at now: Instant
    ) async throws -> Conversation {
        if let id = inbound.conversation, id != file.conversation?.id, var older = try await store.conversation(id),
            older.customer == file.customer.id
        {
            older.channel = inbound.channel
            return older
        }
        if var latest = file.conversation,
            latest.id == inbound.conversation || latest.canReopen(at: now, within: options.reopenWithin)
        {
            latest.channel = inbound.channel
            return latest
        }
        return Conversation(id: ids.next(), customer: file.customer.id, channel: inbound.channel, startedAt: now)
    }

    /// Marks the beginning or reopening.
    /// - Returns: whether routing is to be asked.
    private func begin(_ work: inout Casework, _ inbound: InboundMessage) -> Bool {
        work.conversation.open(inbound.replyQuota, at: work.now)
        work.releaseHeldReplies()
        let isSign = inbound.content.kind == .event
        let isNew = !work.conversation.hasBegun
        let isReopened = work.conversation.state == .resolved && !isSign
        if isNew {
            work.conversation.hasBegun = true
            work.record(
                .conversationStarted, by: .customer(work.customer.id),
                [
                    "to": .string(work.conversation.state.rawValue), "channel": .string(inbound.channel),
                ])
        }
        if work.now - work.customer.lastSeenAt > .seconds(3600) { work.customer.lastSeenAt = work.now }
        // A sign (entering the chat) is no word: nobody waits for an answer to it, and it reopens nothing.
        if !isSign { try? work.apply(.customerWrote, by: .customer(work.customer.id)) }
        return isNew || isReopened
    }

    /// All rows of one customer: from memory, or read.
    func customerFile(_ id: ID<Customer>) async throws -> CustomerFile {
        if let file = files[id] { return file }
        async let customer = store.customer(id)
        async let conversation = store.latestConversation(of: id)
        async let identities = store.identities(of: id)
        guard let customer = try await customer else { throw DeskError.missing("customer", id) }
        let file = CustomerFile(
            customer: customer, conversation: try await conversation,
            identities: Dictionary(try await identities.map { ($0.channel, $0.externalID) }, uniquingKeysWith: { $1 }),
            timers: [:])
        files[id] = file
        return file
    }
}
