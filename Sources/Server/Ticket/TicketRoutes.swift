// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import HTTPTypes
import Journal

/// Tickets (工单).
enum TicketRoutes {
    private static let tags = Schema.array(.string(length: 1...100), limit: 100)

    static let all = [
        Route.list(
            "/v1/tickets", "listTickets", "Tickets, the latest first.", .may(.readDesk),
            [
                .init(name: "status", schema: .text, note: "new, open, pending, on_hold, solved, closed; several with commas."),
                .init(name: "requester_id", schema: .id("c"), note: "Of this customer."),
                .init(name: "conversation_id", schema: .id("v"), note: "Of this conversation."),
                .init(name: "assignee_id", schema: .id("a"), note: "Of this agent."),
                .init(name: "team", schema: .text, note: "Of this team."),
            ], of: "Ticket"
        ) { call in
            let page = try Cursor.page(call, descending: true)
            let filter = TicketFilter(
                statuses: try call.choices("status", TicketStatus.self), requester: try await call.customer("requester_id"),
                conversation: try call.filter("conversation_id"), assignee: try call.filter("assignee_id"),
                team: call.query["team"])
            return Cursor.reply(try await call.engine.store.tickets(filter, page), page, number: \.id.number, value: \.value)
        },
        Route.get("/v1/tickets/{id}", "readTicket", "One ticket.", .may(.readDesk), answer: .reference("Ticket")) { call in
            .ok(try await ticket(call).value)
        },
        Route.list(
            "/v1/tickets/{id}/events", "listTicketEvents", "What happened to it, comments included, in order.", .may(.readDesk),
            of: "Event"
        ) { call in
            let page = try Cursor.page(call)
            let ticket = try await ticket(call)
            let items = try await call.engine.store.events(
                after: page.after ?? 0, limit: page.limit, matching: EventFilter(ticket: ticket.id))
            return Cursor.reply(items, page, number: \.seq, value: \.value)
        },
        Route.write(
            .post, "/v1/tickets", "openTicket", "Opens a ticket, for a conversation or a customer or by itself.",
            .may(.workTickets),
            body: .object([
                .needed("subject", .string(length: 1...500)), .optional("category", .string(length: 0...100)),
                .optional("type", .string(length: 0...100)),
                .optional("priority", .choice(TicketPriority.allCases.map(\.rawValue))),
                .optional("team", .string(length: 1...64)), .optional("tags", tags), .optional("fields", .anyObject()),
                .optional("requester_id", .id("c")), .optional("conversation_id", .id("v")),
            ]), status: 201, answer: .reference("Ticket"),
            example: ["subject": "Screen broken on arrival", "priority": "high", "team": "after_sales"]
        ) { call in
            let body = call.body
            let draft = TicketDraft(
                subject: body["subject"]?.string ?? "", category: body["category"]?.string, type: body["type"]?.string,
                priority: body["priority"]?.string.flatMap(TicketPriority.init) ?? .normal, team: body["team"]?.string,
                tags: body["tags"]?.array?.compactMap(\.string) ?? [], fields: body["fields"] ?? .object(.init()))
            let ticket = try await call.engine.openTicket(
                draft, requester: try id(body, "requester_id"), conversation: try id(body, "conversation_id"),
                by: try call.principal)
            return .created(ticket.value, at: "/v1/tickets/\(ticket.id)")
        },
        Route.write(
            .patch, "/v1/tickets/{id}", "changeTicket", "Changes a ticket; fields are laid over, null in them removes.",
            .may(.workTickets),
            body: .object([
                .optional("status", .choice(TicketStatus.allCases.map(\.rawValue))),
                .optional("subject", .string(length: 1...500)),
                .optional("category", .string(length: 0...100)), .optional("type", .string(length: 0...100)),
                .optional("priority", .choice(TicketPriority.allCases.map(\.rawValue))),
                .optional("team", .string(length: 1...64)),
                .optional("assignee_id", .id("a")), .optional("tags", tags), .optional("fields", .anyObject()),
                .optional("satisfaction", .integer(1...5)),
            ]), answer: .reference("Ticket"), example: ["status": "solved"]
        ) { call in .ok(try await call.engine.changeTicket(try call.id("ticket"), patch: call.body, by: try call.principal).value)
        },
        Route.write(
            .post, "/v1/tickets/{id}/comments", "commentOnTicket", "Adds a comment; a public one also answers the customer.",
            .may(.workTickets),
            body: .object([.needed("text", .string(length: 1...20_000)), .optional("public", .boolean)]), status: 201,
            answer: .reference("Ticket")
        ) { call in
            let id: ID<Ticket> = try call.id("ticket")
            try await call.engine.comment(
                on: id, text: call.body["text"]?.string ?? "", isPublic: call.body["public"]?.bool ?? false,
                by: try call.principal)
            return .created(try await ticket(call).value, at: "/v1/tickets/\(id)")
        },
    ]

    private static func ticket(_ call: Call) async throws -> Ticket {
        let id: ID<Ticket> = try call.id("ticket")
        guard let ticket = try await call.engine.store.ticket(id) else { throw Problem.notFound("ticket", id.text) }
        return ticket
    }

    private static func id<Of>(_ body: Value, _ name: String) throws(Problem) -> ID<Of>? {
        guard let text = body[name]?.string else { return nil }
        guard let id = ID<Of>(text: text) else { throw .invalid("/\(name)", "this is no id of that kind.") }
        return id
    }
}
