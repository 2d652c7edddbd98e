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

    package func stored(namespace: String, key: String, now: Instant) async throws -> Value? {
        let key = vault.storedKey(namespace: namespace, key: key)
        return try await read { db in
            try Data.fetchOne(
                db.cachedStatement(sql: "SELECT body FROM stored WHERE key = ? AND (expires_at IS NULL OR expires_at > ?)"),
                arguments: [key, now.milliseconds])
        }.map { try vault.value($0, .stored, Vault.number(of: key)) }
    }
}
