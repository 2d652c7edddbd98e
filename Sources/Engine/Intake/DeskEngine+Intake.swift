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
        let names = [(inbound.channel, inbound.sender)] + verifiedNames(inbound.profile).map(\.name)
        if let known = familiar(names) {
            return try await inTurn(of: known.found, known.customer) { id, _ in
                try await self.handle(inbound, from: id, names: [])
            }
        }
        // Two first messages of a newcomer must not make two customers.
        return try await inTurns(of: names) {
            let found = try await self.acquaint(names)
            if let customer = found.customer {
                return try await self.inTurn(of: found, customer) { id, names in
                    try await self.handle(inbound, from: id, names: names)
                }
            }
            let customer = self.newCustomer(inbound)
            let intake = try await self.locks.withTurn(customer.id.number) {
                try await self.handle(inbound, from: customer.id, names: names, newcomer: customer)
            }
            if !intake.isDuplicate {
                for name in names {
                    let key = Self.identityKey(name.0, name.1)
                    self.identities.keep(intake.customer, for: key, readSince: found.since)
                }
            }
            return intake
        }
    }

    static func identityKey(_ channel: String, _ externalID: String) -> String { "\(channel)\u{1f}\(externalID)" }

    /// The customer to whom all of these names are known to belong; whom nobody remembers is looked up in their names' turn, once.
    private func familiar(_ names: [Acquaintance.Name]) -> (found: Acquaintance, customer: ID<Customer>)? {
        let since = identities.generation
        var customer: ID<Customer>?
        for name in names {
            guard let owner = identities[Self.identityKey(name.channel, name.externalID)], customer ?? owner == owner else {
                return nil
            }
            customer = owner
        }
        guard let customer else { return nil }
        return (Acquaintance(customer: customer, names: names, since: since), customer)
    }

    private func newCustomer(_ inbound: InboundMessage) -> Customer {
        var attributes = inbound.profile
        for name in ["name", "language", "verified"] { attributes[name] = nil }
        return Customer(
            id: ids.next(), name: inbound.profile["name"]?.string, language: inbound.profile["language"]?.string,
            attributes: attributes, createdAt: clock())
    }

    /// - Parameter names: what the customer is known by from now on.
    private func handle(
        _ inbound: InboundMessage, from id: ID<Customer>, names: [Acquaintance.Name], newcomer: Customer? = nil
    ) async throws -> Intake {
        let now = clock()
        var file =
            if let newcomer {
                CustomerFile(customer: newcomer, conversation: nil, identities: [:], timers: [:])
            } else {
                try await customerFile(id)
            }
        if let known = try await known(inbound, in: file) { return known }
        let conversation = try await conversation(for: inbound, file, at: now)
        // Timers are known of the latest conversation only.
        if conversation.id != file.conversation?.id { file.timers = [:] }
        var work = Casework(
            file: file, conversation: conversation, now: now, ids: ids,
            ways: try await ways(to: file, on: inbound.channel, at: now))
        if newcomer != nil {
            work.record(.customerCreated, by: .customer(id), [:])
            work.customer.lastSeenAt = now
        }
        work.know(identity: inbound.sender, on: inbound.channel)
        for name in names { work.know(identity: name.externalID, on: name.channel) }
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
            return try await duplicate(original, seq, id, work.conversation.id)
        }
    }

    private func duplicate(
        _ original: ID<Message>, _ seq: Seq, _ customer: ID<Customer>, _ fallback: ID<Conversation>
    ) async throws -> Intake {
        let conversation = try await store.message(original)?.conversation ?? fallback
        return Intake(message: original, conversation: conversation, customer: customer, seq: seq, isDuplicate: true)
    }

    /// A client of a customer who was several may send again what it sent into another of their conversations.
    private func known(_ inbound: InboundMessage, in file: CustomerFile) async throws -> Intake? {
        guard let clientID = inbound.clientID, !file.customer.merged.isEmpty else { return nil }
        let recent = try await store.conversations(
            ConversationFilter(customer: file.customer.id), Page(limit: 10, descending: true))
        for conversation in recent {
            guard let message = try await store.message(conversation: conversation.id, clientID: clientID) else { continue }
            return try await duplicate(message.id, message.seq, file.customer.id, conversation.id)
        }
        return nil
    }

    /// The conversation that this message continues, or a new one.
    private func conversation(
        for inbound: InboundMessage, _ file: CustomerFile, at now: Instant
    ) async throws -> Conversation {
        if let id = inbound.conversation, id != file.conversation?.id, var older = try await store.conversation(id),
            older.customer == file.customer.id
        {
            older.move(to: inbound.channel, sender: inbound.sender)
            return older
        }
        if var latest = try await current(of: file),
            latest.id == inbound.conversation || latest.canReopen(at: now, within: options.reopenWithin)
        {
            latest.move(to: inbound.channel, sender: inbound.sender)
            return latest
        }
        var conversation = Conversation(id: ids.next(), customer: file.customer.id, channel: inbound.channel, startedAt: now)
        conversation.sender = inbound.sender
        return conversation
    }

    /// Marks the beginning or reopening.
    /// - Returns: whether routing is to be asked.
    private func begin(_ work: inout Casework, _ inbound: InboundMessage) -> Bool {
        let place = work.conversation.place
        if inbound.replyQuota != nil || work.conversation.replies[place] != nil {
            work.conversation.replies[place, default: ReplyAllowance()].open(inbound.replyQuota, at: work.now)
        }
        work.releaseHeldReplies(isWriting: true)
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

    /// All rows of one customer: from memory, or read. To be called in the customer's turn.
    func customerFile(_ id: ID<Customer>) async throws -> CustomerFile {
        let file = try await knownFile(id)
        files[id] = file
        return file
    }

    /// The same for a reader who is not in the customer's turn: what it reads may be old before it is read, so it is not kept.
    func knownFile(_ id: ID<Customer>) async throws -> CustomerFile {
        if let file = files[id] { return file }
        async let customer = store.customer(id)
        async let conversation = store.latestConversation(of: id)
        async let identities = store.identities(of: id)
        guard let customer = try await customer else { throw DeskError.missing("customer", id) }
        return CustomerFile(
            customer: customer, conversation: try await conversation,
            identities: Dictionary(try await identities.map { ($0.channel, $0.externalID) }, uniquingKeysWith: { $1 }),
            timers: [:])
    }
}
