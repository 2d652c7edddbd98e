// SPDX-License-Identifier: Apache-2.0
import GRDB
import GRDBSQLite
import Logging
import Synchronization

/// Carries the write-ahead log over into the database file, beside the commits instead of inside them.
///
/// A passive checkpoint on a connection of its own blocks neither writer nor readers, but under load it never catches the writer
/// up, and the log would grow for ever. So it follows until only a little is left, and asks the writer to carry that over
/// between two groups: then the log begins anew at its start.
final class Checkpointer: Sendable {
    private let connection: DatabaseQueue
    private let pagesBetween: Int
    private let logger: Logger

    private struct State {
        /// Pages in the log now, and at the end of the last checkpoint.
        var pages = 0
        var carried = 0
        var asksWriter = false
        var isClosed = false
        var waiter: CheckedContinuation<Void, Never>?
    }
    private let state = Mutex(State())

    /// - Parameter pagesBetween: pages in the log after which a checkpoint is due.
    init(path: String, configuration: Configuration, pagesBetween: Int, logger: Logger) throws {
        connection = try DatabaseQueue(path: path, configuration: configuration)
        self.pagesBetween = pagesBetween
        self.logger = logger
    }

    /// Lets the writer's connection tell after each commit how long the log is.
    ///
    /// SQLite keeps a bare pointer to this object: it must live until the connection is closed.
    func listen(to writer: Database) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_wal_hook(
            writer.sqliteConnection,
            { context, _, _, pages in
                guard let context else { return SQLITE_OK }
                Unmanaged<Checkpointer>.fromOpaque(context).takeUnretainedValue().log(has: Int(pages))
                return SQLITE_OK
            }, context)
    }

    private func log(has pages: Int) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            // A shorter log has begun anew.
            if pages < state.pages { state.carried = 0 }
            state.pages = pages
            guard state.pages - state.carried >= pagesBetween else { return nil }
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// Called by the writer outside a transaction.
    func finishIfAsked(on writer: Database) {
        let isAsked = state.withLock { state in
            defer { state.asksWriter = false }
            return state.asksWriter
        }
        guard isAsked else { return }
        do { _ = try writer.checkpoint(.passive) } catch { report(error) }
    }

    /// A failure (a full disk, mostly) leaves the log as it is; the next checkpoint tries again.
    private func report(_ error: any Error) {
        let why = (error as? DatabaseError).map { StoreError($0).message } ?? "\(error)"
        logger.warning("The write-ahead log could not be carried over into the database", metadata: ["why": "\(why)"])
    }

    /// Ends after `close()`.
    func run() async {
        while await due() {
            do { try await follow() } catch { report(error) }
            state.withLock { state in
                state.carried = state.pages
                state.asksWriter = true
            }
        }
        try? connection.close()
    }

    /// Checkpoints until little is left of what was written meanwhile.
    private func follow() async throws {
        var carried = 0
        for _ in 0..<5 {
            let log = try await connection.writeWithoutTransaction { try $0.checkpoint(.passive) }
            let left = log.walFrameCount - carried
            carried = log.checkpointedFrameCount
            if left < pagesBetween / 16 { return }
        }
    }

    /// Waits until a checkpoint is due; false once closed.
    private func due() async -> Bool {
        await withCheckedContinuation { waiter in
            let goesOn = state.withLock { state in
                if state.isClosed || state.pages - state.carried >= pagesBetween { return true }
                state.waiter = waiter
                return false
            }
            if goesOn { waiter.resume() }
        }
        return state.withLock { !$0.isClosed }
    }

    func close() {
        let waiter = state.withLock { state in
            state.isClosed = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }
}
