// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import GRDB

extension SQLiteStore {
    package func outbox(channel: String, limit: Int) async throws -> [OutboxItem] {
        try await items(
            "WHERE state = 'waiting' AND channel = ? ORDER BY queued_at, message LIMIT ?",
            [channel, min(max(limit, 1), 1000)], isRepeated: true)
    }

    package func outboxChannels() async throws -> [String] {
        try await read {
            try String.fetchAll($0, sql: "SELECT DISTINCT channel FROM outbox WHERE state = 'waiting' ORDER BY channel")
        }
    }

    package func outboxDepths() async throws -> [OutboxDepth] {
        try await read { db in
            try GRDB.Row.fetchAll(
                db.cachedStatement(
                    sql: "SELECT channel, state, count(*) FROM outbox GROUP BY state, channel ORDER BY channel, state")
            ).map { OutboxDepth(channel: $0[0], state: $0[1], count: $0[2]) }
        }
    }

    package func deadLetters(_ page: Page) async throws -> [OutboxItem] {
        var query = Query(page, column: "message")
        query.require("state", "dead")
        return try await items(query.sql, query.arguments)
    }

    package func outboxItem(_ id: ID<Message>) async throws -> OutboxItem? {
        try await items("WHERE message = ?", [id.number], isRepeated: true).first
    }

    private func items(
        _ rest: String, _ arguments: StatementArguments, isRepeated: Bool = false
    ) async throws -> [OutboxItem] {
        let rows = try await read { db in
            try SealedRow.fetchAll(db.statement("SELECT message, body FROM outbox \(rest)", isRepeated), arguments: arguments)
        }
        return try rows.map { try vault.record($0.body, .outbox, $0.id, OutboxItem.init(value:)) }
    }

    package func timers(dueBefore instant: Instant, limit: Int) async throws -> [DeskTimer] {
        let rows = try await read { db in
            try GRDB.Row.fetchAll(
                db.cachedStatement(
                    sql: "SELECT key, due_at, conversation, body FROM timer WHERE due_at < ? ORDER BY due_at, key LIMIT ?"),
                arguments: [instant.milliseconds, min(max(limit, 1), 1000)]
            ).map { (key: $0[0] as String, dueAt: $0[1] as Int64, conversation: $0[2] as Int64?, body: $0[3] as Data) }
        }
        return try rows.map { row in
            DeskTimer(
                key: row.key, dueAt: Instant(milliseconds: row.dueAt), conversation: row.conversation.map { ID($0) },
                payload: try vault.value(row.body, .timer, vault.number(of: row.key)))
        }
    }

    package func nextTimer() async throws -> Instant? {
        try await read { try Int64.fetchOne($0.cachedStatement(sql: "SELECT min(due_at) FROM timer")) }.map(
            Instant.init(milliseconds:))
    }
}
