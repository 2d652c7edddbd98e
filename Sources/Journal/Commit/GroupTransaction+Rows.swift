// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import GRDB

extension GroupTransaction {
    private func run(_ sql: String, _ arguments: StatementArguments) throws {
        try db.cachedStatement(sql: sql).execute(arguments: arguments)
    }

    /// The rows that most messages do without.
    func writeRarer(_ row: PreparedEntry.Row, at: Instant) throws {
        switch row {
        case .customer, .conversation, .message, .ticket: break
        case .identity(let key, let customer, let body):
            try run("INSERT OR REPLACE INTO identity VALUES (?, ?, ?)", [key, customer, body])
        case .delivery(let message, let state, let failure, let external, let further):
            try writeDelivery(of: message, state: state, failure: failure, external: external, further: further)
        case .agent(let id, let body): try run("INSERT OR REPLACE INTO agent VALUES (?, ?)", [id, body])
        case .team(let id, let body): try run("INSERT OR REPLACE INTO team VALUES (?, ?)", [id, body])
        case .channel(let it):
            try run("INSERT OR REPLACE INTO channel VALUES (?, ?, ?)", [it.id, it.plugin, it.enabled])
        case .outbox(let it):
            try run(
                "INSERT OR REPLACE INTO outbox VALUES (?, ?, ?, ?, ?)",
                [it.message, it.channel, it.state, it.queuedAt, it.body])
        case .outboxDone(let message): try run("DELETE FROM outbox WHERE message = ?", [message])
        case .timer(let it):
            try run("INSERT OR REPLACE INTO timer VALUES (?, ?, ?, ?)", [it.key, it.dueAt, it.conversation, it.body])
        case .timerDone(let key): try run("DELETE FROM timer WHERE key = ?", [key])
        case .ruleSet(let it):
            try run(
                """
                INSERT INTO rule_set VALUES (?, ?, ?, ?, 0, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name,
                  activated_at = coalesce(excluded.activated_at, activated_at), by = excluded.by, files = excluded.files
                """,
                [it.id, it.name, it.acceptedAt, it.activatedAt, it.by, it.files])
        case .activateRuleSet(let id): try activate(id, at: at)
        case .token(let it):
            try run(
                "INSERT OR REPLACE INTO token VALUES (?, ?, ?, ?, ?)",
                [Data(it.hash), it.name, it.role.rawValue, it.agent?.number, it.createdAt.milliseconds])
        case .revokeToken(let name): try run("DELETE FROM token WHERE name = ?", [name])
        case .idempotent(let key, let expires, let answer):
            try run("INSERT OR REPLACE INTO idempotent VALUES (?, ?, ?)", [key, expires, answer])
        case .stored(let key, let namespace, let expires, let body):
            try run("INSERT OR REPLACE INTO stored VALUES (?, ?, ?, ?)", [key, namespace, expires, body])
        case .storedGone(let key): try run("DELETE FROM stored WHERE key = ?", [key])
        case .trimDecisions(let after, let through, let limit):
            try trimDecisions(after: after, through: through, limit: limit)
        }
    }

    private func writeDelivery(
        of message: Int64, state: String, failure: Data?, external: (id: String, sealed: Data)?, further: [String]
    ) throws {
        // Who reports has read before, and another report may have come between: a late one never takes a message back.
        try run(
            """
            UPDATE message SET delivery = CASE WHEN (delivery = 'read' AND ? IN ('sent', 'delivered'))
                OR (delivery = 'delivered' AND ? = 'sent') THEN delivery ELSE ? END,
              failure = ?, external = coalesce(?, external) WHERE id = ?
            """,
            [state, state, state, failure, external?.sealed, message])
        let ids = (external.map { [$0.id] } ?? []) + further
        guard db.changesCount > 0, !ids.isEmpty else { return }
        let statement = try db.cachedStatement(sql: "SELECT seq, channel FROM message WHERE id = ?")
        guard let row = try GRDB.Row.fetchOne(statement, arguments: [message]) else { return }
        for id in ids {
            // IGNORE: the platform may show us our own message before it tells us its id.
            try run(
                "INSERT OR IGNORE INTO message_key VALUES (?, ?)",
                [vault.messageKey(channel: row[1], externalID: id), row[0] as Int64])
        }
    }

    private func trimDecisions(after: Seq, through: Seq, limit: Int) throws {
        let statement = try db.cachedStatement(
            sql: "SELECT seq, at FROM event WHERE seq > ? AND seq <= ? AND kind = ? ORDER BY seq LIMIT ?")
        let rows = try GRDB.Row.fetchAll(
            statement, arguments: [after, through, Event.Kind.decision.rawValue, limit])
        for row in rows {
            let (seq, at): (Int64, Int64) = (row[0], row[1])
            let payload = try vault.seal(["trimmed": true] as Value, .event, at)
            try run("UPDATE event SET payload = ? WHERE seq = ?", [payload, seq])
        }
    }

    private func activate(_ id: String, at: Instant) throws {
        try run("UPDATE rule_set SET is_active = 0 WHERE is_active = 1 AND id <> ?", [id])
        try run("UPDATE rule_set SET is_active = 1, activated_at = ? WHERE id = ?", [at.milliseconds, id])
        guard db.changesCount == 1 else {
            throw StoreError(code: .invalid, message: "There is no rule set \(id) to activate.")
        }
    }

    /// Deletes what has expired, a bounded number of rows at a time.
    func purge(expiredBefore now: Instant, limit: Int = 500) throws {
        for table in ["idempotent", "stored"] {
            try run(
                "DELETE FROM \(table) WHERE key IN (SELECT key FROM \(table) WHERE expires_at < ? ORDER BY expires_at LIMIT ?)",
                [now.milliseconds, limit])
        }
    }
}
