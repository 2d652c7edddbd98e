// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import GRDB

/// Opens the database file as the store needs it: durable, of a known version, under the right key.
enum DatabaseFile {
    /// - Parameter lock: nil for a tool: it then takes the lock only if there is something to migrate.
    static func open(_ folder: Folder, holding lock: FolderLock?, vault: Vault) throws -> DatabasePool {
        try createPrivately(folder.database)
        let pool = try DatabasePool(path: folder.database, configuration: configuration(cacheKiB: 32_768))
        do {
            try makeDurable(pool)
            try migrate(pool, in: folder, holding: lock)
            try checkKey(pool, vault: vault, folder: folder)
        } catch {
            try? pool.close()
            throw error
        }
        return pool
    }

    static func configuration(cacheKiB: Int) -> Configuration {
        var configuration = Configuration()
        configuration.label = "desk"
        configuration.busyMode = .timeout(5)
        configuration.maximumReaderCount = 6
        configuration.foreignKeysEnabled = false
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA cache_size = -\(db.configuration.readonly ? min(cacheKiB, 8192) : cacheKiB)")
            try db.execute(sql: "PRAGMA temp_store = MEMORY")
            // Of a new file. A message dirties a few pages at random places; half as large, they cost half as much log.
            try db.execute(sql: "PRAGMA page_size = 2048")
            guard !db.configuration.readonly else { return }
            // The checkpointer does it beside the commits.
            try db.execute(sql: "PRAGMA wal_autocheckpoint = 0")
            // After a burst the log gives its room back.
            try db.execute(sql: "PRAGMA journal_size_limit = 67108864")
        }
        return configuration
    }

    /// SQLite gives its other files the mode of the first.
    ///
    /// A file that exists is not opened: closing it again would drop the locks that this process' other connections hold on it.
    private static func createPrivately(_ path: String) throws {
        let descriptor = Foundation.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor < 0, errno == EEXIST { return }
        guard descriptor >= 0 else {
            throw StoreError(code: .io, message: "\(path) cannot be created: \(String(cString: strerror(errno))).")
        }
        _ = Journal.close(descriptor)
    }

    /// GRDB sets NORMAL after `prepareDatabase` has run: commits would not be synced, so this comes last and is read back.
    private static func makeDurable(_ pool: DatabasePool) throws {
        let level = try pool.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = FULL")
            return try Int.fetchOne(db, sql: "PRAGMA synchronous")
        }
        guard level == 2 else {
            throw StoreError(
                code: .io, message: "The database does not sync its commits (synchronous is \(level ?? -1), not 2).")
        }
    }

    private static func migrate(_ pool: DatabasePool, in folder: Folder, holding lock: FolderLock?) throws {
        let migrator = Schema.migrator
        func isComplete() throws -> Bool {
            try pool.read { db in
                if try migrator.hasBeenSuperseded(db) {
                    throw StoreError(
                        code: .newer,
                        message: "\(folder.database) was written by a newer LuaDesk. Start that version, or restore a backup "
                            + "made by this one into another folder.")
                }
                return try migrator.hasCompletedMigrations(db)
            }
        }
        if try isComplete() { return }
        // Never under the feet of a server: whoever migrates holds the lock.
        let own = try lock ?? FolderLock(folder)
        try withExtendedLifetime(own) { try migrator.migrate(pool) }
    }

    /// A value sealed at creation tells whether this is the key that everything else was sealed under.
    private static func checkKey(_ pool: DatabasePool, vault: Vault, folder: Folder) throws {
        let sealed = try pool.write { db in
            if let known = try Data.fetchOne(db, sql: "SELECT value FROM meta WHERE name = 'key_check'") { return known }
            let check = try vault.seal("luadesk", .check, 0)
            try db.execute(sql: "INSERT INTO meta VALUES ('key_check', ?)", arguments: [check])
            return check
        }
        try verifyKey(sealed, vault: vault, path: folder.database)
    }

    static func verifyKey(_ sealed: Data, vault: Vault, path: String) throws {
        guard (try? vault.value(sealed, .check, 0)) == "luadesk" else {
            throw StoreError(
                code: .unreadable,
                message: "The key does not fit \(path): it was created under another one. Give the key file that belongs "
                    + "to it.")
        }
    }
}
