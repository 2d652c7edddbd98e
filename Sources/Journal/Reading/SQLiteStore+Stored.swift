// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import GRDB

extension SQLiteStore {
    package func idempotent(key: String) async throws -> Value? {
        let key = vault.answerKey(key)
        let now = clock().milliseconds
        return try await read { db in
            try Data.fetchOne(
                db.cachedStatement(sql: "SELECT answer FROM idempotent WHERE key = ? AND expires_at > ?"),
                arguments: [key, now])
        }.map { try vault.value($0, .answer, Vault.number(of: key)) }
    }

    package func storedValue(namespace: String, key: String, now: Instant) async throws -> StoredValue? {
        let key = vault.storedKey(namespace: namespace, key: key)
        let found = try await read { db -> (Data, Int64?)? in
            try Row.fetchOne(
                db.cachedStatement(
                    sql: "SELECT body, expires_at FROM stored WHERE key = ? AND (expires_at IS NULL OR expires_at > ?)"),
                arguments: [key, now.milliseconds]
            ).map { ($0[0], $0[1]) }
        }
        guard let (body, expires) = found else { return nil }
        return StoredValue(
            value: try vault.value(body, .stored, Vault.number(of: key)), expires: expires.map { Instant(milliseconds: $0) })
    }

    package func storedSize(namespace: String, now: Instant) async throws -> Int {
        try await read { db in
            try Int.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT SUM(LENGTH(key) + LENGTH(namespace) + LENGTH(body)) FROM stored
                        WHERE namespace = ? AND (expires_at IS NULL OR expires_at > ?)
                        """),
                arguments: [namespace, now.milliseconds]) ?? 0
        }
    }
}
