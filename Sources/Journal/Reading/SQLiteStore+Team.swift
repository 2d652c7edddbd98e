// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import GRDB

extension SQLiteStore {
    package func agents() async throws -> [Agent] {
        let rows = try await read { try SealedRow.fetchAll($0, sql: "SELECT id, body FROM agent ORDER BY id") }
        return try rows.map { try vault.record($0.body, .agent, $0.id, Agent.init(value:)) }
    }

    package func teams() async throws -> [Team] {
        let rows = try await read { db in
            try GRDB.Row.fetchAll(db, sql: "SELECT id, body FROM team ORDER BY id").map {
                (id: $0[0] as String, body: $0[1] as Data)
            }
        }
        return try rows.map { try vault.record($0.body, .team, vault.number(of: $0.id), Team.init(value:)) }
    }

    /// The channels that the store remembers, by id.
    package func channels() async throws -> [ChannelRecord] {
        try await read { db in
            try GRDB.Row.fetchAll(db, sql: "SELECT id, plugin, enabled FROM channel ORDER BY id")
                .map { ChannelRecord(id: $0[0], plugin: $0[1], enabled: $0[2]) }
        }
    }

    package func tokens() async throws -> [AccessToken] { try await tokens("ORDER BY created_at, name", []) }

    package func token(hash: [UInt8]) async throws -> AccessToken? {
        try await tokens("WHERE hash = ?", [Data(hash)]).first
    }

    private func tokens(_ rest: String, _ arguments: StatementArguments) async throws -> [AccessToken] {
        let rows = try await read { db in
            try GRDB.Row.fetchAll(
                db, sql: "SELECT hash, name, role, agent, created_at FROM token \(rest)", arguments: arguments
            ).map { row in
                (
                    hash: row[0] as Data, name: row[1] as String, role: row[2] as String, agent: row[3] as Int64?,
                    at: row[4] as Int64
                )
            }
        }
        return try rows.map { row in
            guard let role = Desk.Role(rawValue: row.role) else {
                throw StoreError(code: .unreadable, message: "Token \(row.name) has a role that this program does not know.")
            }
            return AccessToken(
                hash: Array(row.hash), name: row.name, role: role, agent: row.agent.map { ID($0) },
                createdAt: Instant(milliseconds: row.at))
        }
    }
}
