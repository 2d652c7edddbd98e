// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// A value that arrives once and that many may wait for.
final class Arrival<Value: Sendable>: Sendable {
    private enum State {
        case awaited([CheckedContinuation<Value, any Error>])
        case here(Result<Value, any Error>)
    }
    private let state = Mutex(State.awaited([]))

    var value: Value {
        get async throws {
            try await withCheckedThrowingContinuation { continuation in
                let result: Result<Value, any Error>? = state.withLock { state in
                    switch state {
                    case .here(let result): return result
                    case .awaited(let waiters):
                        state = .awaited(waiters + [continuation])
                        return nil
                    }
                }
                if let result { continuation.resume(with: result) }
            }
        }
    }

    /// Later arrivals change nothing.
    func arrive(_ result: Result<Value, any Error>) {
        let waiters: [CheckedContinuation<Value, any Error>] = state.withLock { state in
            guard case .awaited(let waiters) = state else { return [] }
            state = .here(result)
            return waiters
        }
        for waiter in waiters { waiter.resume(with: result) }
    }
}
