// SPDX-License-Identifier: Apache-2.0
import Desk
import Dispatch
import Foundation
import GRDB
import Logging
import Synchronization

/// The store in one SQLite file, `desk.db` in the data folder.
///
/// One writer task commits what has gathered as a group; readers are other connections and never wait for it. Three tasks belong
/// to the store and end in `close()`: the writer, the checkpointer, and the watch for commits of other processes.
package final class SQLiteStore: EventStore {
    /// Who opens the folder.
    package enum Role: Sendable {
        /// Serves: holds the folder's lock until closed.
        case server
        /// Does something beside a running server and goes away.
        case tool
    }

    /// Sizes that tests make small.
    struct Limits: Sendable {
        /// Events kept in memory for followers.
        var ring = 8192
        /// Entries that wait for the writer.
        var queue = 8192
        /// Entries of one commit.
        var group = 512
        /// Pages in the log after which it is carried over into the file.
        var checkpoint = 8000
        /// How often to look for commits of other processes.
        var watch = Duration.milliseconds(200)
    }

    let folder: Folder
    let pool: DatabasePool
    let vault: Vault
    let clock: Clock
    let tide: Tide
    private let queue: AppendQueue
    private let checkpointer: Checkpointer
    private let tasks: (writer: Task<Void, Never>, checkpointer: Task<Void, Never>, watch: Task<Void, Never>)
    private let lock: Mutex<FolderLock?>
    private let isClosed = Mutex(false)

    /// Opens the store of a data folder and creates what is missing.
    ///
    /// - Parameter clock: says when idempotency keys and plugins' values expire.
    /// - Throws: `StoreError`: `inUse`, `newer`, `unreadable` (wrong key or damaged), `io`, `full`.
    package static func open(
        at folder: String, key: StoreKey, clock: @escaping Clock = Instant.systemNow, role: Role = .server,
        logger: Logger = Logger(label: "luadesk.journal")
    ) throws -> SQLiteStore {
        try SQLiteStore(Folder(path: folder), key: key, clock: clock, role: role, limits: Limits(), logger: logger)
    }

    init(
        _ folder: Folder, key: StoreKey, clock: @escaping Clock, role: Role, limits: Limits,
        logger: Logger = Logger(label: "luadesk.journal")
    ) throws {
        try folder.create()
        let lock = role == .server ? try FolderLock(folder) : nil
        let vault = Vault(key)
        let pool = try asStoreError { try DatabaseFile.open(folder, holding: lock, vault: vault) }
        let head = try asStoreError {
            try pool.read { try Int64.fetchOne($0, sql: "SELECT max(seq) FROM event") ?? 0 }
        }
        let tide = Tide(head: head, ringCapacity: limits.ring)
        let queue = AppendQueue(limit: limits.queue, groupLimit: limits.group)
        let checkpointer = try asStoreError {
            try Checkpointer(
                path: folder.database, configuration: DatabaseFile.configuration(cacheKiB: 256),
                pagesBetween: limits.checkpoint, logger: logger)
        }
        pool.writeWithoutTransaction { checkpointer.listen(to: $0) }
        let writer = Writer(
            pool: pool, vault: vault, queue: queue, tide: tide, checkpointer: checkpointer, clock: clock)
        // Tasks of their own: no caller's cancellation may reach a commit. `close()` ends them; they report through the entries'
        // outcomes and have no errors of their own.
        tasks = (
            Task.detached { await writer.run() },
            Task.detached { await checkpointer.run() },
            Task.detached { await Self.watch(pool, every: limits.watch, tide: tide) }
        )
        self.folder = folder
        self.pool = pool
        self.vault = vault
        self.clock = clock
        self.tide = tide
        self.queue = queue
        self.checkpointer = checkpointer
        self.lock = Mutex(lock)
    }

    /// Notices what other processes have committed. Until cancelled.
    private static func watch(_ pool: DatabasePool, every interval: Duration, tide: Tide) async {
        while (try? await Task.sleep(for: interval)) != nil {
            let head = try? await pool.read { db in
                try Int64.fetchOne(db.cachedStatement(sql: "SELECT max(seq) FROM event"))
            }
            if let head { tide.rise(to: head) }
        }
    }

    package func append(_ entry: Entry) async throws -> Receipt {
        let outcome = Outcome()
        try await queue.put(.init(entry: PreparedEntry(entry, vault: vault), outcome: outcome))
        return try await outcome.wait()
    }

    package var head: Seq { tide.head }

    package func waitForEvent(after seq: Seq) async throws { try await tide.wait(after: seq) }

    package func close() async {
        let isFirst = isClosed.withLock { isClosed in
            defer { isClosed = true }
            return !isClosed
        }
        queue.close()
        await tasks.writer.value
        guard isFirst else { return }
        tasks.watch.cancel()
        checkpointer.close()
        await tasks.watch.value
        await tasks.checkpointer.value
        tide.close()
        await onDispatch { [pool] in try? pool.close() }
        lock.withLock { $0 = nil }
    }

    func ensureOpen() throws { if isClosed.withLock({ $0 }) { throw StoreError.closed } }

    /// Reads on one of the pool's readers; what the rows hold is opened afterwards, in the caller's task.
    func read<T: Sendable>(_ body: @escaping @Sendable (Database) throws -> T) async throws -> T {
        try ensureOpen()
        do { return try await pool.read(body) } catch let error as DatabaseError { throw StoreError(error) }
    }
}

/// Runs something that blocks on a thread that may be blocked.
func onDispatch<T: Sendable>(_ body: @escaping @Sendable () -> T) async -> T {
    await withCheckedContinuation { waiter in DispatchQueue.global().async { waiter.resume(returning: body()) } }
}

extension Page {
    /// At least 1, at most 1000.
    var boundedLimit: Int { min(max(limit, 1), 1000) }
}
