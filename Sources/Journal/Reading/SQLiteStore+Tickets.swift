// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import GRDB

extension SQLiteStore {
    package func ticket(_ id: ID<Ticket>) async throws -> Ticket? {
        try await tickets("WHERE id = ?", [id.number]).first
    }

    package func tickets(_ filter: TicketFilter, _ page: Page) async throws -> [Ticket] {
        var query = Query(page, column: "id")
        query.require("status", oneOf: filter.statuses.map { $0.map(\.rawValue) })
        query.require("requester", filter.requester?.number)
        query.require("conversation", filter.conversation?.number)
        query.require("assignee", filter.assignee?.number)
        query.require("team", filter.team)
        return try await tickets(query.sql, query.arguments)
    }

    private func tickets(_ rest: String, _ arguments: StatementArguments) async throws -> [Ticket] {
        let rows = try await read { db in
            try GRDB.Row.fetchAll(db, sql: "SELECT id, body, number FROM ticket \(rest)", arguments: arguments)
                .map { (sealed: SealedRow(row: $0), number: $0[2] as Int64) }
        }
        return try rows.map { row in
            var ticket = try vault.record(row.sealed.body, .ticket, row.sealed.id, Ticket.init(value:))
            ticket.number = row.number
            return ticket
        }
    }
}
