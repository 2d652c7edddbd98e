// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import GRDB

extension Backup {
    /// Reads everything in a database file that nobody writes to.
    static func check(_ path: String, vault: Vault) throws -> BackupReport {
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw StoreError(code: .io, message: "\(path) cannot be read.")
        }
        do {
            var configuration = Configuration()
            configuration.readonly = true
            let file = try DatabaseQueue(path: path, configuration: configuration)
            defer { try? file.close() }
            return try file.read { db in
                try checkStructure(of: db, at: path)
                guard let check = try Data.fetchOne(db, sql: "SELECT value FROM meta WHERE name = 'key_check'") else {
                    throw damaged(path, "it has no key check")
                }
                try DatabaseFile.verifyKey(check, vault: vault, path: path)
                let report = try count(db, at: path)
                try openAll(in: db, vault: vault)
                return report
            }
        } catch let error as DatabaseError {
            throw damaged(path, error.message ?? "SQLite code \(error.resultCode.rawValue)")
        }
    }

    private static func damaged(_ path: String, _ why: String) -> StoreError {
        StoreError(code: .unreadable, message: "\(path) is damaged or no backup of LuaDesk: \(why). Use another one.")
    }

    private static func checkStructure(of db: Database, at path: String) throws {
        let findings = try String.fetchAll(db, sql: "PRAGMA integrity_check(3)")
        guard findings == ["ok"] else { throw damaged(path, findings.joined(separator: "; ")) }
        guard try db.tableExists("grdb_migrations"), try db.tableExists("meta") else {
            throw damaged(path, "its tables are missing")
        }
        if try Schema.migrator.hasBeenSuperseded(db) {
            throw StoreError(code: .newer, message: "\(path) was made by a newer LuaDesk. Use that version.")
        }
    }

    private static func count(_ db: Database, at path: String) throws -> BackupReport {
        let head = try Int64.fetchOne(db, sql: "SELECT max(seq) FROM event") ?? 0
        let events = try Int64.fetchOne(db, sql: "SELECT count(*) FROM event") ?? 0
        let first = try Int64.fetchOne(db, sql: "SELECT min(seq) FROM event") ?? 1
        guard first == 1, events == head else {
            throw damaged(path, "\(head - events) of \(head) events are missing")
        }
        func count(_ table: String) throws -> Int { try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)") ?? 0 }
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
        return BackupReport(
            head: head, customers: try count("customer"), conversations: try count("conversation"),
            messages: try count("message"), tickets: try count("ticket"), byteCount: size ?? 0)
    }

    /// The structure may be sound and a payload damaged all the same; its seal tells.
    private static func openAll(in db: Database, vault: Vault) throws {
        let numbered: [(sql: String, place: Vault.Place)] = [
            ("SELECT at, payload FROM event", .event), ("SELECT id, body FROM customer", .customer),
            ("SELECT id, body FROM conversation", .conversation), ("SELECT id, body FROM ticket", .ticket),
            ("SELECT id, body FROM agent", .agent), ("SELECT message, body FROM outbox", .outbox),
            ("SELECT id, external FROM message WHERE external IS NOT NULL", .delivery),
            ("SELECT id, failure FROM message WHERE failure IS NOT NULL", .delivery),
        ]
        for (sql, place) in numbered {
            let rows = try SealedRow.fetchCursor(db, sql: sql)
            while let row = try rows.next() { _ = try vault.open(row.body, place, row.id) }
        }
        let fingerprinted: [(sql: String, place: Vault.Place)] = [
            ("SELECT key, body FROM identity", .identity), ("SELECT key, body FROM stored", .stored),
            ("SELECT key, answer FROM idempotent", .answer),
        ]
        for (sql, place) in fingerprinted {
            let rows = try GRDB.Row.fetchCursor(db, sql: sql)
            while let row = try rows.next() { _ = try vault.open(row[1], place, Vault.number(of: row[0])) }
        }
        let named: [(sql: String, place: Vault.Place)] = [
            ("SELECT id, body FROM team", .team), ("SELECT key, body FROM timer", .timer),
            ("SELECT id, files FROM rule_set", .ruleSet),
        ]
        for (sql, place) in named {
            let rows = try GRDB.Row.fetchCursor(db, sql: sql)
            while let row = try rows.next() { _ = try vault.open(row[1], place, vault.number(of: row[0])) }
        }
    }
}
