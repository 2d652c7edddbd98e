// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal

/// Two customers who are one person, and the way back.
extension DeskEngine {
    /// Merges another customer into this one, on a person's word.
    ///
    /// All of the other's identities, conversations and tickets are this one's from then on; the other's id goes on to stand for this one.
    /// - Throws: `.conflict` if both ids stand for one customer already.
    package func mergeCustomer(
        _ id: ID<Customer>, with other: ID<Customer>, by principal: Principal
    ) async throws -> Customer {
        try principal.require(.answer)
        return try await work {
            guard let kept = try await self.join(other, into: id, by: principal.actor) else {
                throw DeskError(.conflict, "Both are the same customer already.", facts: ["id": id.text])
            }
            try await self.releaseHeldReplies(of: kept.id)
            return kept
        }
    }

    /// Takes a merge back: the latest of this customer, or that of `other`.
    ///
    /// What the other brought goes back, and what came in since by the other's identities. A conversation in which both wrote meanwhile
    /// stays whole, with whose it was before; its timeline says so, and the other's latest conversation names it. The two are not
    /// joined again by what both are known by; a person may still merge them.
    /// - Returns: both as they are now.
    /// - Throws: `.conflict` if there is nothing to take back.
    package func unmergeCustomer(
        _ id: ID<Customer>, from other: ID<Customer>?, by principal: Principal
    ) async throws -> (customer: Customer, other: Customer) {
        try principal.require(.answer)
        return try await work {
            while true {
                guard let asked = try await self.store.customer(id) else { throw DeskError.missing("customer", id) }
                let root = try await self.survivor(of: id)
                let gone = other ?? (asked.mergedInto == nil ? asked.merged.last : id)
                guard let gone else { throw DeskError(.conflict, "Customer \(id) was not merged with another.") }
                let parted = try await self.locks.withTurns([root.number, gone.number]) {
                    try await self.part(gone, from: root, by: principal.actor)
                }
                if let parted { return parted }
            }
        }
    }

    // MARK: - Together

    /// - Returns: the customer who remains; nil if they were one already.
    func join(_ other: ID<Customer>, into id: ID<Customer>, by actor: Actor) async throws -> Customer? {
        while true {
            let kept = try await survivor(of: id)
            let gone = try await survivor(of: other)
            guard kept != gone else { return nil }
            let merged: Customer? = try await locks.withTurns([kept.number, gone.number]) {
                guard let keeper = try await store.customer(kept), let goner = try await store.customer(gone),
                    keeper.mergedInto == nil, goner.mergedInto == nil
                else { return nil }
                return try await write(goner, into: keeper, by: actor)
            }
            if let merged { return merged }
        }
    }

    private func write(_ gone: Customer, into kept: Customer, by actor: Actor) async throws -> Customer {
        let tickets = try await all(\.id.number) { try await self.store.tickets(TicketFilter(requester: gone.id), $0) }
        return try await locks.withTurns(Set(tickets.map(\.id.number))) {
            var (kept, gone) = (kept, gone)
            let now = clock()
            let owned = try await store.identities(of: gone.id)
            let moving = try await all(\.id.number) {
                try await self.store.conversations(ConversationFilter(customer: gone.id), $0)
            }
            let staying = try await store.conversations(
                ConversationFilter(customer: kept.id), Page(limit: 50, descending: true)
            ).filter { $0.canReopen(at: now, within: options.reopenWithin) }
            var record = CustomerMerge(
                identities: owned, conversations: moving.map { CustomerMerge.Place($0) },
                kept: staying.map { CustomerMerge.Place($0) }, tickets: tickets.map(\.id), at: now)
            kept.absorb(gone, &record)
            kept.apart.removeAll { $0 == gone.id }
            gone.apart.removeAll { $0 == kept.id }
            gone.mergedInto = kept.id
            gone.merge = record
            var entry = Entry(at: now, changes: [.customer(kept), .customer(gone)])
            entry.events.append(
                Event.Draft(
                    .customerMerged, customer: kept.id, actor: actor,
                    payload: record.value.merging(["from": .string(gone.id.text)])))
            for identity in owned {
                entry.changes.append(
                    .identity(Identity(channel: identity.channel, externalID: identity.externalID, customer: kept.id)))
            }
            var moved = moving.map { $0.belonging(to: kept.id) }
            let latest = try await (store.latestConversation(of: kept.id), store.latestConversation(of: gone.id))
            if let joined = Self.joinReplies(latest.0, latest.1)?.belonging(to: kept.id) {
                moved.removeAll { $0.id == joined.id }
                moved.append(joined)
            }
            entry.changes += moved.map(Change.conversation)
            for id in tickets.map(\.id) {
                guard var ticket = try await store.ticket(id) else { continue }
                ticket.requester = kept.id
                entry.changes.append(.ticket(ticket))
            }
            // Who waits for the one who goes comes before whoever finds the new owner.
            locks.redirect(gone.id.number, to: kept.id.number)
            _ = try await store.append(entry)
            settle([kept.id, gone.id], owned, moved)
            return kept
        }
    }

    /// What platforms allow stands in a customer's latest conversation: from now on that is one.
    private static func joinReplies(_ first: Conversation?, _ second: Conversation?) -> Conversation? {
        guard let first, let second else { return nil }
        let (newer, older) = first.id > second.id ? (first, second) : (second, first)
        var latest = newer
        latest.replies.merge(older.replies) { known, _ in known }
        return latest
    }

    /// Caches and the switchboard say from now on what the store says.
    private func settle(_ customers: [ID<Customer>], _ owned: [Identity], _ conversations: [Conversation]) {
        files.forget(customers)
        identities.forget(owned.map { Self.identityKey($0.channel, $0.externalID) })
        for conversation in conversations where conversation.state != .resolved { roster.note(conversation) }
        queueBell.ring()
    }

    private func all<Item>(_ number: (Item) -> Int64, _ read: (Page) async throws -> [Item]) async throws -> [Item] {
        var items: [Item] = []
        while true {
            let next = try await read(Page(after: items.last.map(number), limit: 200))
            items += next
            if next.count < 200 { return items }
        }
    }

    // MARK: - Apart

    /// - Returns: nil if another merge came between.
    private func part(
        _ gone: ID<Customer>, from root: ID<Customer>, by actor: Actor
    ) async throws -> (customer: Customer, other: Customer)? {
        guard var rest = try await store.customer(root) else { throw DeskError.missing("customer", root) }
        guard var other = try await store.customer(gone) else { throw DeskError.missing("customer", gone) }
        guard rest.mergedInto == nil else { return nil }
        guard let record = other.merge, try await survivor(of: gone) == root, gone != root else {
            throw DeskError(.conflict, "Customer \(gone) is not merged into \(root).", facts: ["id": gone.text])
        }
        let tickets = try await all(\.id.number) { try await self.store.tickets(TicketFilter(requester: root), $0) }
        return try await locks.withTurns(Set(tickets.map(\.id.number))) {
            let now = clock()
            var entry = Entry(at: now)
            let owned = try await store.identities(of: root)
            let back = owned.filter { record.owns(channel: $0.channel, externalID: $0.externalID) }
            var others: Set<ID<Conversation>> = []
            for id in rest.merged where id != gone && !other.merged.contains(id) {
                others.formUnion(try await store.customer(id)?.merge?.conversations.map(\.conversation) ?? [])
            }
            let parting = Parting(
                record: record, gone: gone, back: back, stay: owned.filter { !back.contains($0) }, others: others)
            entry.changes += back.map {
                .identity(Identity(channel: $0.channel, externalID: $0.externalID, customer: gone))
            }
            let all = try await all(\.id.number) { try await self.store.conversations(ConversationFilter(customer: root), $0) }
            let parted = parting.parted(all, root)
            let changed = zip(all, parted).filter { $0 != $1 }.map(\.1)
            entry.changes += changed.map(Change.conversation)
            let returned = changed.filter { $0.customer == gone }.map(\.id)
            var returnedTickets: [ID<Ticket>] = []
            for id in tickets.map(\.id) {
                guard var ticket = try await store.ticket(id), ticket.requester == root,
                    record.tickets.contains(id)
                        || ticket.createdAt >= record.at && ticket.conversation.map(returned.contains) == true
                else { continue }
                ticket.requester = gone
                entry.changes.append(.ticket(ticket))
                returnedTickets.append(id)
            }
            entry.events += Self.shared(parted, since: record.at, root, gone, by: actor)
            try await forget(other, on: &entry, above: root)
            rest.part(from: other, record)
            rest.merged.removeAll { other.merged.contains($0) }
            other.mergedInto = nil
            other.merge = nil
            other.apart.append(root)
            entry.changes += [.customer(rest), .customer(other)]
            entry.events.append(
                Event.Draft(
                    .customerUnmerged, customer: root, actor: actor,
                    payload: [
                        "other": .string(gone.text), "customers": .array(([gone] + other.merged).map { .string($0.text) }),
                        "identities": .array(back.map(\.value)), "conversations": .array(returned.map { .string($0.text) }),
                        "tickets": .array(returnedTickets.map { .string($0.text) }),
                    ]))
            _ = try await store.append(entry)
            settle([root, gone] + other.merged, back, changed)
            return (rest, other)
        }
    }

    /// What agents are told of conversations in which both may have written while they were one: in those, and in the latest of the one
    /// who has them no more.
    private static func shared(
        _ all: [Conversation], since: Instant, _ root: ID<Customer>, _ gone: ID<Customer>, by actor: Actor
    ) -> [Event.Draft] {
        func told(_ conversation: Conversation, _ facts: Value) -> Event.Draft {
            Event.Draft(
                .conversationChanged, conversation: conversation.id, customer: conversation.customer,
                channel: conversation.channel, actor: actor,
                payload: ["parted": (["since": .string(since.rfc3339)] as Value).merging(facts)])
        }
        return all.filter { $0.lastCustomerMessageAt.map { $0 >= since } ?? false }.flatMap { shared in
            let other = shared.customer == root ? gone : root
            let latest = all.filter { $0.customer == other }.max { $0.id < $1.id }
            return [told(shared, ["from": .string(other.text)])]
                + (latest.map { [told($0, ["from": .string(shared.customer.text), "conversation": .string(shared.id.text)])] }
                    ?? [])
        }
    }

    /// What is whose when two part.
    private struct Parting {
        let record: CustomerMerge
        let gone: ID<Customer>
        /// Identities that go back, and those that stay.
        let back: [Identity]
        let stay: [Identity]
        /// Conversations that others brought who stay merged.
        let others: Set<ID<Conversation>>

        /// The conversations as they are from now on. The latest of each side knows what platforms allow its own names.
        func parted(_ all: [Conversation], _ root: ID<Customer>) -> [Conversation] {
            let replies = all.max { $0.id < $1.id }?.replies ?? [:]
            var parted = all.map { self.parted($0) ?? $0 }
            for (owner, own) in [(root, stay), (gone, back)] {
                let theirs = parted.indices.filter { parted[$0].customer == owner }
                guard let latest = theirs.max(by: { parted[$0].id < parted[$1].id }) else { continue }
                let known = replies.filter { place, _ in
                    own.contains { $0.channel == place.channel && $0.externalID == place.sender }
                }
                parted[latest].replies.merge(known) { $1 }
            }
            return parted
        }

        /// A conversation as it is afterwards; nil if it stays as it is.
        private func parted(_ conversation: Conversation) -> Conversation? {
            let isByOther = conversation.sender.map { record.owns(channel: conversation.channel, externalID: $0) } ?? false
            let place = record.conversations.first { $0.conversation == conversation.id }
            let kept = record.kept.first { $0.conversation == conversation.id }
            let isNew = kept == nil && !others.contains(conversation.id) && conversation.startedAt >= record.at
            let goes = place != nil || isByOther && isNew
            var parted = goes ? conversation.belonging(to: gone) : conversation
            parted.goHome(to: goes ? back : stay, place ?? kept)
            return parted == conversation ? nil : parted
        }
    }

    /// Those through whom the other came here name it no more.
    private func forget(_ other: Customer, on entry: inout Entry, above root: ID<Customer>) async throws {
        var next = other.mergedInto
        while let id = next, id != root {
            guard var between = try await store.customer(id) else { return }
            between.merged.removeAll { $0 == other.id || other.merged.contains($0) }
            entry.changes.append(.customer(between))
            next = between.mergedInto
        }
    }
}

extension Conversation {
    /// Replies go to one of its customer's own identities: the one they go to now, the one they went to before, or any.
    fileprivate mutating func goHome(to own: [Identity], _ place: CustomerMerge.Place?) {
        func isOwn(_ channel: String, _ sender: String?) -> Bool {
            own.contains { $0.channel == channel && $0.externalID == sender }
        }
        guard sender != nil, !isOwn(channel, sender) else { return }
        if let place, isOwn(place.channel, place.sender) { return move(to: place.channel, sender: place.sender) }
        let reachable = own.filter { !VerifiedName.isName(channel: $0.channel) }
        guard let home = reachable.first(where: { $0.channel == channel }) ?? reachable.first else { return }
        move(to: home.channel, sender: home.externalID)
    }

    fileprivate func belonging(to customer: ID<Customer>) -> Conversation {
        var conversation = self
        conversation.customer = customer
        return conversation
    }
}
