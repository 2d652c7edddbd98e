// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// The entries that wait for the writer, in order; bounded, and whoever finds it full waits at the door.
final class AppendQueue: Sendable {
    struct Item: Sendable {
        let entry: PreparedEntry
        let outcome: Outcome
    }

    private struct State {
        var items: [Item] = []
        var isClosed = false
        /// The writer, if it has nothing to do.
        var writer: CheckedContinuation<Void, Never>?
        /// Appenders who found no room, in order.
        var door: [(number: UInt64, waiter: CheckedContinuation<Void, Never>)] = []
        var nextNumber: UInt64 = 0
    }

    private let state = Mutex(State())
    private let limit: Int
    private let groupLimit: Int

    /// - Parameter limit: entries that may wait.
    /// - Parameter groupLimit: entries of one commit.
    init(limit: Int = 8192, groupLimit: Int = 512) {
        self.limit = limit
        self.groupLimit = groupLimit
    }

    /// Hands an entry in; waits only for room.
    /// - Throws: `StoreError.closed`; CancellationError if cancelled before there was room, and then nothing is written.
    func put(_ item: Item) async throws {
        while true {
            enum Answer { case accepted(CheckedContinuation<Void, Never>?), full, closed }
            let answer = state.withLock { state -> Answer in
                if state.isClosed { return .closed }
                guard state.items.count < limit else { return .full }
                state.items.append(item)
                defer { state.writer = nil }
                return .accepted(state.writer)
            }
            switch answer {
            case .accepted(let writer):
                writer?.resume()
                return
            case .closed: throw StoreError.closed
            case .full:
                try Task.checkCancellation()
                await waitAtDoor()
            }
        }
    }

    private func waitAtDoor() async {
        let number = state.withLock { state in
            state.nextNumber += 1
            return state.nextNumber
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let goesOn = state.withLock { state in
                    // Room may have come, or the cancellation, since the caller looked.
                    if state.isClosed || state.items.count < limit || Task.isCancelled { return true }
                    state.door.append((number, waiter))
                    return false
                }
                if goesOn { waiter.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.door.firstIndex { $0.number == number }.map { state.door.remove(at: $0).waiter }
            }
            waiter?.resume()
        }
    }

    /// The next group, waiting for one; nil once the queue is closed and empty. Only the writer calls it.
    func next() async -> [Item]? {
        while true {
            var atDoor: [CheckedContinuation<Void, Never>] = []
            let group = state.withLock { state -> [Item]? in
                if state.items.isEmpty { return state.isClosed ? [] : nil }
                let group = Array(state.items.prefix(groupLimit))
                state.items.removeFirst(group.count)
                atDoor = state.door.prefix(group.count).map(\.waiter)
                state.door.removeFirst(atDoor.count)
                return group
            }
            for waiter in atDoor { waiter.resume() }
            if let group { return group.isEmpty ? nil : group }
            await withCheckedContinuation { writer in
                let goesOn = state.withLock { state in
                    if state.isClosed || !state.items.isEmpty { return true }
                    state.writer = writer
                    return false
                }
                if goesOn { writer.resume() }
            }
        }
    }

    /// What is in is still written; what comes now is refused.
    func close() {
        let waiters = state.withLock { state in
            state.isClosed = true
            defer {
                state.writer = nil
                state.door = []
            }
            return state.door.map(\.waiter) + (state.writer.map { [$0] } ?? [])
        }
        for waiter in waiters { waiter.resume() }
    }
}
