// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal

extension DeskEngine {
    /// Opens a ticket, for a conversation or by itself.
    package func openTicket(
        _ draft: TicketDraft, requester: ID<Customer>?, conversation: ID<Conversation>?, by principal: Principal
    ) async throws -> Ticket {
        try principal.require(.workTickets)
        try check(team: draft.team)
        return try await work {
            var requester = requester
            if let conversation {
                guard let stored = try await self.store.conversation(conversation) else {
                    throw DeskError.missing("conversation", conversation)
                }
                requester = requester ?? stored.customer
            }
            if let requester, try await self.store.customer(requester) == nil { throw DeskError.missing("customer", requester) }
            // In the customer's turn: a merge takes along all tickets that there are.
            guard let requester else { return try await self.openTicket(draft, nil, conversation, principal) }
            return try await self.inTurn(of: requester) { try await self.openTicket(draft, $0, conversation, principal) }
        }
    }

    private func openTicket(
        _ draft: TicketDraft, _ requester: ID<Customer>?, _ conversation: ID<Conversation>?, _ principal: Principal
    ) async throws -> Ticket {
        let ticket = Ticket(
            id: self.ids.next(), subject: draft.subject, category: draft.category, type: draft.type,
            priority: draft.priority, requester: requester, conversation: conversation, team: draft.team,
            tags: draft.tags, fields: draft.fields, createdAt: self.clock())
        let event = Event.Draft(
            .ticketCreated, conversation: conversation, ticket: ticket.id, customer: requester, actor: principal.actor,
            payload: ticket.value)
        _ = try await self.store.append(Entry(at: self.clock(), events: [event], changes: [.ticket(ticket)]))
        return try await self.ticket(ticket.id)
    }

    private func ticket(_ id: ID<Ticket>) async throws -> Ticket {
        guard let ticket = try await store.ticket(id) else { throw DeskError.missing("ticket", id) }
        return ticket
    }

    private func check(team: String?) throws(DeskError) {
        if let team, roster.read({ $0.teams[team] }) == nil {
            throw DeskError(.invalid, "team: there is no team \(team).", facts: ["field": "team"])
        }
    }

    /// Changes `status`, `team`, `assignee_id`, `priority`, `tags`, `fields` (laid over), `subject`, `category`, `type`, `satisfaction`.
    package func changeTicket(_ id: ID<Ticket>, patch: Value, by principal: Principal) async throws -> Ticket {
        try principal.require(.workTickets)
        try Patch.check(
            patch,
            allowed: [
                "status", "team", "assignee_id", "priority", "tags", "fields", "subject", "category", "type", "satisfaction",
            ])
        try check(team: patch["team"]?.string)
        return try await work {
            try await self.locks.withTurn(id.number) {
                let before = try await self.ticket(id)
                var ticket = before
                try self.lay(patch, over: &ticket)
                let event = Event.Draft(
                    .ticketChanged, conversation: ticket.conversation, ticket: id, customer: ticket.requester,
                    actor: principal.actor, payload: Self.difference(before.value, ticket.value))
                _ = try await self.store.append(Entry(at: self.clock(), events: [event], changes: [.ticket(ticket)]))
                return ticket
            }
        }
    }

    private func lay(_ patch: Value, over ticket: inout Ticket) throws {
        let now = clock()
        if let subject = try Patch.text(patch, "subject") { ticket.subject = subject }
        if let category = try Patch.text(patch, "category", limit: 100) { ticket.category = category }
        if let type = try Patch.text(patch, "type", limit: 100) { ticket.type = type }
        if let team = try Patch.text(patch, "team", limit: 64) { ticket.team = team }
        if let priority = try Patch.choice(patch, "priority", TicketPriority.self) { ticket.priority = priority }
        if let tags = try Patch.texts(patch, "tags") { ticket.tags = tags }
        if let fields = try Patch.object(patch, "fields") { ticket.fields = ticket.fields.merging(fields).compact() }
        if let stars = try Patch.int(patch, "satisfaction", in: 1...5) { ticket.satisfaction = stars }
        if let assignee = try Patch.id(patch, "assignee_id", Agent.self) {
            guard roster.read({ $0.agents[assignee] }) != nil else { throw DeskError.missing("agent", assignee) }
            ticket.assignee = assignee
            try ticket.apply(.assigned, at: now)
        }
        if let status = try Patch.choice(patch, "status", TicketStatus.self), status != ticket.status {
            guard let occurrence = ticket.status.occurrence(to: status) else {
                throw DeskError(
                    .conflict, "A ticket cannot go from \(ticket.status.rawValue) to \(status.rawValue).",
                    facts: ["from": ticket.status.rawValue, "to": status.rawValue])
            }
            try ticket.apply(occurrence, at: now)
        }
        ticket.updatedAt = now
    }

    /// The fields that changed, as `{name: {from, to}}`.
    private static func difference(_ before: Value, _ after: Value) -> Value {
        var changed: Value = .object(.init())
        let names = (before.object?.names ?? []) + (after.object?.names ?? []).filter { before[$0] == nil }
        for name in names where name != "updated_at" && before[name] != after[name] {
            changed[name] = ["from": before[name] ?? .null, "to": after[name] ?? .null]
        }
        return changed
    }

    /// Adds a comment: to the customer (through the ticket's conversation) or internal.
    package func comment(on id: ID<Ticket>, text: String, isPublic: Bool, by principal: Principal) async throws {
        try principal.require(.workTickets)
        let ticket = try await work { try await self.ticket(id) }
        if isPublic {
            guard let conversation = ticket.conversation else {
                throw DeskError(.conflict, "Ticket \(ticket.number) has no conversation to answer in; comment internally.")
            }
            _ = try await reply(in: conversation, .text(text), note: false, clientID: nil, by: principal)
        }
        try await work {
            try await self.locks.withTurn(id.number) {
                var ticket = try await self.ticket(id)
                if isPublic { try ticket.apply(.agentReplied, at: self.clock()) }
                let event = Event.Draft(
                    .ticketCommented, conversation: ticket.conversation, ticket: id, customer: ticket.requester,
                    actor: principal.actor, payload: ["text": .string(text), "public": .bool(isPublic)])
                _ = try await self.store.append(Entry(at: self.clock(), events: [event], changes: [.ticket(ticket)]))
            }
        }
    }
}
