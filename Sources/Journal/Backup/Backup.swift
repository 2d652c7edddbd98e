// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import GRDB

/// What a backup holds, counted while all of it was read.
package struct BackupReport: Sendable, Hashable {
    /// Seq of its newest event; also their number, because seqs have no gaps.
    package let head: Seq
    package let customers: Int
    package let conversations: Int
    package let messages: Int
    package let tickets: Int
    package let byteCount: Int
}

/// A copy of the store in one file: made on a running server, checked whole, restored into an empty folder.
///
/// The key is not in it. All functions block on the disk: the async ones on a thread that may.
package enum Backup {
    /// Reads the whole file: structure, gaps between seqs, and that each sealed row opens under the key.
    ///
    /// - Throws: `StoreError`: `unreadable` for a damaged file or another key, `newer`, `io`.
    package static func verify(_ path: String, key: StoreKey) async throws -> BackupReport {
        try await onDispatch { Result { try check(path, vault: Vault(key)) } }.get()
    }

    /// Puts a verified backup into a folder that has no database yet.
    ///
    /// - Throws: `StoreError.inUse` for the folder of a running server, or one with anything in it but a lock file and a key
    ///   (`*.key`); what `verify` throws.
    package static func restore(from path: String, to folder: String, key: StoreKey) async throws -> BackupReport {
        try await onDispatch { Result { try restore(path, into: Folder(path: folder), vault: Vault(key)) } }.get()
    }

    private static func restore(_ path: String, into folder: Folder, vault: Vault) throws -> BackupReport {
        try folder.create()
        let lock = try FolderLock(folder)
        return try withExtendedLifetime(lock) {
            let present = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
            let inTheWay = present.filter { $0 != "desk.lock" && !$0.hasSuffix(".key") }.sorted()
            guard inTheWay.isEmpty else {
                throw StoreError(
                    code: .inUse,
                    message: "\(folder.path) is not empty (\(inTheWay.prefix(3).joined(separator: ", "))). Restore into a "
                        + "new folder.")
            }
            let draft = folder.database + ".restoring"
            defer { unlink(draft) }
            do { try FileManager.default.copyItem(atPath: path, toPath: draft) } catch {
                throw StoreError(
                    code: .io, message: "\(path) cannot be copied to \(folder.path): \(error.localizedDescription)")
            }
            // The copy is what will be served, so the copy is what is checked.
            let report = try check(draft, vault: vault)
            try place(draft, at: folder.database)
            return report
        }
    }

    /// Syncs a finished file and gives it its name.
    static func place(_ draft: String, at path: String) throws {
        let descriptor = Foundation.open(draft, O_RDWR)
        defer { if descriptor >= 0 { _ = Journal.close(descriptor) } }
        guard descriptor >= 0, fchmod(descriptor, 0o600) == 0, fsync(descriptor) == 0, rename(draft, path) == 0 else {
            throw StoreError(code: .io, message: "\(path) cannot be written: \(String(cString: strerror(errno))).")
        }
        try Folder.sync((path as NSString).deletingLastPathComponent)
    }
}

extension SQLiteStore {
    /// Copies the database as it is at this moment into a file, while it is written to; then reads the copy back whole.
    ///
    /// - Throws: `StoreError.inUse` if the file exists, and what `Backup.verify` throws; nothing is left behind then.
    package func backup(to path: String) async throws -> BackupReport {
        try ensureOpen()
        return try await onDispatch { [pool, vault] in
            Result {
                guard !FileManager.default.fileExists(atPath: path) else {
                    throw StoreError(code: .inUse, message: "\(path) exists. Give the backup a name of its own.")
                }
                let draft = path + ".partial"
                unlink(draft)
                defer { unlink(draft) }
                try asStoreError { try Self.copy(pool, to: draft) }
                let report = try Backup.check(draft, vault: vault)
                try Backup.place(draft, at: path)
                return report
            }
        }.get()
    }

    private static func copy(_ pool: DatabasePool, to path: String) throws {
        let copy = try DatabaseQueue(path: path)
        defer { try? copy.close() }
        try pool.backup(to: copy)
        // One plain file, without a log beside it.
        try copy.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
    }
}
