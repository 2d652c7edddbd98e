// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import GRDB

extension SQLiteStore {
    package func events(after seq: Seq, limit: Int, matching filter: EventFilter) async throws -> [Event] {
        try await sealedEvents(after: seq, limit: limit, matching: filter).map { try $0.open() }
    }

    package func sealedEvents(after seq: Seq, limit: Int, matching filter: EventFilter) async throws -> [SealedEvent] {
        let limit = min(max(limit, 1), 1000)
        if let events = tide.events(after: seq, limit: limit, matching: filter) {
            try ensureOpen()
            return events.map(SealedEvent.init)
        }
        let (conditions, arguments) = filter.conditions
        let rows = try await read { db in
            try EventRow.fetchAll(
                db.cachedStatement(sql: "SELECT * FROM event WHERE seq > ? \(conditions) ORDER BY seq LIMIT ?"),
                arguments: [seq] + arguments + [limit])
        }
        return rows.map { SealedEvent($0, vault) }
    }

    package func events(before seq: Seq, limit: Int, matching filter: EventFilter) async throws -> [Event] {
        let limit = min(max(limit, 1), 1000)
        let (conditions, arguments) = filter.conditions
        let rows = try await read { db in
            try EventRow.fetchAll(
                db.cachedStatement(sql: "SELECT * FROM event WHERE seq < ? \(conditions) ORDER BY seq DESC LIMIT ?"),
                arguments: [seq] + arguments + [limit])
        }
        return try rows.reversed().map { try $0.event(vault) }
    }
}

extension EventFilter {
    fileprivate var conditions: (sql: String, arguments: StatementArguments) {
        var sql = ""
        var arguments = StatementArguments()
        if let kinds {
            sql += " AND kind IN (\(kinds.map { _ in "?" }.joined(separator: ", ")))"
            arguments += StatementArguments(kinds.map(\.rawValue))
        }
        if let conversation {
            sql += " AND conversation = ?"
            arguments += [conversation.number]
        }
        if let ticket {
            sql += " AND ticket = ?"
            arguments += [ticket.number]
        }
        if let customers {
            let list = customers.map { String($0.number) }.sorted().joined(separator: ",")
            // Two indexes: what happened in the customers' conversations, and what belongs to none.
            sql += """
                 AND customer IN (\(list)) AND seq IN (
                  SELECT seq FROM event WHERE conversation IN (SELECT id FROM conversation WHERE customer IN (\(list)))
                  UNION ALL SELECT seq FROM event WHERE customer IN (\(list)) AND conversation IS NULL)
                """
        }
        return (sql, arguments)
    }
}

/// An event as it lies in the table.
struct EventRow: FetchableRecord, Sendable {
    let seq: Seq
    let at: Instant
    private let kind: String
    private let conversation: Int64?
    private let ticket: Int64?
    private let customer: Int64?
    private let channel: String?
    private let actor: String
    private let cause: Seq?
    private let payload: Data

    init(row: GRDB.Row) {
        seq = row[0]
        at = Instant(milliseconds: row[1])
        kind = row[2]
        conversation = row[3]
        ticket = row[4]
        customer = row[5]
        channel = row[6]
        actor = row[7]
        cause = row[8]
        payload = row[9]
    }

    func event(_ vault: Vault) throws -> Event {
        guard let kind = Event.Kind(name: kind), let actor = Actor(text: actor) else {
            throw StoreError(code: .unreadable, message: "Event \(seq) is of a kind that this program does not know.")
        }
        return Event(
            seq: seq, at: at,
            draft: .init(
                kind, conversation: conversation.map { ID($0) }, ticket: ticket.map { ID($0) },
                customer: customer.map { ID($0) }, channel: channel, actor: actor, cause: cause,
                payload: try vault.value(payload, .event, at.milliseconds)))
    }
}
