// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Where an appender waits for what came of its entry.
///
/// Settled once by the writer. A cancelled appender stops waiting; its entry is written all the same.
final class Outcome: Sendable {
    private enum State {
        case open
        case awaited(CheckedContinuation<Receipt, any Error>)
        case settled(Result<Receipt, any Error>)
        case abandoned
    }
    private let state = Mutex(State.open)

    func settle(_ result: Result<Receipt, any Error>) {
        let waiter = state.withLock { state -> CheckedContinuation<Receipt, any Error>? in
            switch state {
            case .open: state = .settled(result); return nil
            case .awaited(let waiter): state = .settled(result); return waiter
            case .settled, .abandoned: return nil
            }
        }
        waiter?.resume(with: result)
    }

    func wait() async throws -> Receipt {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { waiter in
                let known = state.withLock { state -> Result<Receipt, any Error>? in
                    switch state {
                    case .open: state = .awaited(waiter); return nil
                    case .settled(let result): return result
                    case .awaited, .abandoned: return .failure(CancellationError())
                    }
                }
                if let known { waiter.resume(with: known) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> CheckedContinuation<Receipt, any Error>? in
                switch state {
                case .open: state = .abandoned; return nil
                case .awaited(let waiter): state = .abandoned; return waiter
                case .settled, .abandoned: return nil
                }
            }
            waiter?.resume(throwing: CancellationError())
        }
    }
}
