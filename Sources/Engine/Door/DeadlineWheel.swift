// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Calls back after one fixed time, a quarter of a second late at most: for deadlines that are hardly ever met, where a timer each
/// would cost more than the work it watches.
final class DeadlineWheel: Sendable {
    private static let step: Duration = .milliseconds(250)
    private struct State {
        var slots: [[@Sendable () -> Void]]
        var now = 0
    }
    private let state: Mutex<State>

    /// - Parameter time: rounded up to a quarter of a second.
    init(_ time: Duration) {
        let count = Int((time / Self.step).rounded(.up)) + 1
        state = Mutex(State(slots: Array(repeating: [], count: count)))
    }

    /// What is called must be quick, and harmless if all is over already.
    func add(_ call: @escaping @Sendable () -> Void) {
        state.withLock { state in
            // The slot that was emptied last is reached again after a whole turn.
            let slot = (state.now + state.slots.count - 1) % state.slots.count
            state.slots[slot].append(call)
        }
    }

    /// Until cancelled.
    func run() async {
        while (try? await Task.sleep(for: Self.step)) != nil {
            let due = state.withLock { state in
                state.now = (state.now + 1) % state.slots.count
                defer { state.slots[state.now].removeAll(keepingCapacity: true) }
                return state.slots[state.now]
            }
            for call in due { call() }
        }
    }
}
