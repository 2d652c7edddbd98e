// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Lets work in while the desk is open, and tells when the last of it has left.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var isDrained = false
        var inside = 0
        var waiters: [CheckedContinuation<Void, Never>] = []
        var enders: [CheckedContinuation<Void, Never>] = []
    }
    private let state = Mutex(State())

    var isOpen: Bool { state.withLock { $0.isOpen } }
    func open() { state.withLock { $0.isOpen = true } }

    func enter() -> Bool {
        state.withLock { state in
            if state.isOpen { state.inside += 1 }
            return state.isOpen
        }
    }

    func leave() {
        let waiters = state.withLock { state in
            state.inside -= 1
            guard !state.isOpen, state.inside == 0 else { return [CheckedContinuation<Void, Never>]() }
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Nobody comes in any more; returns when nobody is inside.
    func close() async {
        await withCheckedContinuation { continuation in
            let isEmpty = state.withLock { state in
                state.isOpen = false
                if state.inside > 0 { state.waiters.append(continuation) }
                return state.inside == 0
            }
            if isEmpty { continuation.resume() }
        }
    }

    func markDrained() {
        let enders = state.withLock { state in
            state.isDrained = true
            defer { state.enders = [] }
            return state.enders
        }
        for ender in enders { ender.resume() }
    }

    /// Also returns when the task is cancelled.
    func waitUntilDrained() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDrained = state.withLock { state in
                    if !state.isDrained { state.enders.append(continuation) }
                    return state.isDrained
                }
                if isDrained { continuation.resume() }
            }
        } onCancel: {
            markDrained()
        }
    }
}
