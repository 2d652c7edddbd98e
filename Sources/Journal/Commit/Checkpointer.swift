// SPDX-License-Identifier: Apache-2.0
import Desk
import GRDB
import Synchronization

/// Carries the write-ahead log over into the database file, beside the commits instead of inside them.
///
/// Has a connection of its own: a passive checkpoint there blocks neither writer nor readers.
final class Checkpointer: Sendable {
    private let connection: DatabaseQueue
    private let entriesBetween: Int
    private struct State {
        var entries = 0
        var isClosed = false
        var waiter: CheckedContinuation<Void, Never>?
    }
    private let state = Mutex(State())

    /// - Parameter entriesBetween: entries after which a checkpoint is due.
    init(path: String, configuration: Configuration, entriesBetween: Int) throws {
        connection = try DatabaseQueue(path: path, configuration: configuration)
        self.entriesBetween = entriesBetween
    }

    func committed(_ entries: Int) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.entries += entries
            guard state.entries >= entriesBetween else { return nil }
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// Ends after `close()`. A checkpoint that fails (a full disk, mostly) is tried again with the next that is due.
    func run() async {
        while await due() {
            _ = try? await connection.writeWithoutTransaction { try $0.checkpoint(.passive) }
        }
        try? connection.close()
    }

    private func due() async -> Bool {
        await withCheckedContinuation { waiter in
            let goesOn = state.withLock { state in
                if state.isClosed || state.entries >= entriesBetween {
                    state.entries = 0
                    return true
                }
                state.waiter = waiter
                return false
            }
            if goesOn { waiter.resume() }
        }
        return state.withLock { state in
            state.entries = 0
            return !state.isClosed
        }
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
