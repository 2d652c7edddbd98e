// SPDX-License-Identifier: Apache-2.0
import Desk
import Synchronization

/// How far the journal has got, and who waits for more.
final class Tide: Sendable {
    private struct State {
        var head: Seq
        var ring: EventRing
        var isClosed = false
        var waiters: [UInt64: (after: Seq, continuation: CheckedContinuation<Void, any Error>)] = [:]
        var nextNumber: UInt64 = 0
    }
    private let state: Mutex<State>

    init(head: Seq, ringCapacity: Int) { state = Mutex(State(head: head, ring: EventRing(capacity: ringCapacity))) }

    var head: Seq { state.withLock(\.head) }

    /// After our own commit, in the order of the commits.
    func rise(with events: [Event]) {
        guard let last = events.last?.seq else { return }
        wake { state in
            state.ring.append(events)
            state.head = max(state.head, last)
        }
    }

    /// After somebody else's: the events are in the database only.
    func rise(to seq: Seq) { wake { $0.head = max($0.head, seq) } }

    private func wake(_ change: (inout State) -> Void) {
        let woken = state.withLock { state in
            change(&state)
            guard !state.waiters.isEmpty else { return [CheckedContinuation<Void, any Error>]() }
            let due = state.waiters.filter { $0.value.after < state.head }
            for number in due.keys { state.waiters[number] = nil }
            return due.values.map(\.continuation)
        }
        for waiter in woken { waiter.resume() }
    }

    /// Nil if memory does not reach back that far.
    func events(after seq: Seq, limit: Int, matching filter: EventFilter) -> [Event]? {
        state.withLock { state in
            // Behind a commit of another process the ring ends before the head.
            guard seq < state.head else { return [] }
            guard state.ring.last == state.head else { return nil }
            return state.ring.events(after: seq, limit: limit, matching: filter)
        }
    }

    /// Waits until the head is beyond `seq`; throws CancellationError if cancelled or closed.
    func wait(after seq: Seq) async throws {
        let number = state.withLock { state in
            state.nextNumber += 1
            return state.nextNumber
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (waiter: CheckedContinuation<Void, any Error>) in
                let answer = state.withLock { state -> Result<Void, any Error>? in
                    if state.head > seq { return .success(()) }
                    if state.isClosed || Task.isCancelled { return .failure(CancellationError()) }
                    state.waiters[number] = (seq, waiter)
                    return nil
                }
                if let answer { waiter.resume(with: answer) }
            }
        } onCancel: {
            let waiter = state.withLock { $0.waiters.removeValue(forKey: number)?.continuation }
            waiter?.resume(throwing: CancellationError())
        }
    }

    func close() {
        let waiters = state.withLock { state in
            state.isClosed = true
            defer { state.waiters = [:] }
            return state.waiters.values.map(\.continuation)
        }
        for waiter in waiters { waiter.resume(throwing: CancellationError()) }
    }
}
