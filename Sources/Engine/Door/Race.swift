// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// The first of several results; the later ones are dropped.
final class Race<Outcome: Sendable>: Sendable {
    private struct State { var outcome: Outcome?; var isDecided = false; var waiter: CheckedContinuation<Outcome, Never>? }
    private let state = Mutex(State())

    func finish(_ outcome: Outcome) {
        let waiter = state.withLock { state -> CheckedContinuation<Outcome, Never>? in
            guard !state.isDecided else { return nil }
            state.isDecided = true
            state.outcome = outcome
            return state.waiter.take()
        }
        waiter?.resume(returning: outcome)
    }

    /// One caller only.
    func winner() async -> Outcome {
        await withCheckedContinuation { continuation in
            let outcome = state.withLock { state -> Outcome? in
                if !state.isDecided { state.waiter = continuation }
                return state.outcome
            }
            if let outcome { continuation.resume(returning: outcome) }
        }
    }
}
