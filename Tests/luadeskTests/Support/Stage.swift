// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Which server is up at the moment, and how much has been acknowledged.
final class Stage: Sendable {
    private struct State {
        var desk: LuaDeskProcess?
        var life = 0
        var isClosing = false
        var acknowledged = 0
        var lifeWaiters: [CheckedContinuation<Void, Never>] = []
        var countWaiters: [(Int, CheckedContinuation<Void, Never>)] = []
    }
    private let state = Mutex(State())

    var current: LuaDeskProcess? { state.withLock { $0.desk } }
    var acknowledged: Int { state.withLock { $0.acknowledged } }
    /// No new messages: what was begun is seen through.
    var isClosing: Bool { state.withLock { $0.isClosing } }
    func close() { state.withLock { $0.isClosing = true } }

    func enter(_ desk: LuaDeskProcess) {
        let waiters = state.withLock { state in
            state.desk = desk
            state.life += 1
            defer { state.lifeWaiters = [] }
            return state.lifeWaiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// The server that came after this life, as soon as it is there.
    func desk(after life: Int) async -> (desk: LuaDeskProcess, life: Int) {
        while true {
            if let found = state.withLock({ state in state.life > life ? state.desk.map { ($0, state.life) } : nil }) {
                return found
            }
            await withCheckedContinuation { continuation in
                let isHere = state.withLock { state in
                    if state.life > life { return true }
                    state.lifeWaiters.append(continuation)
                    return false
                }
                if isHere { continuation.resume() }
            }
        }
    }

    func acknowledge() {
        let waiters = state.withLock { state in
            state.acknowledged += 1
            let count = state.acknowledged
            let ready = state.countWaiters.filter { $0.0 <= count }.map(\.1)
            state.countWaiters.removeAll { $0.0 <= count }
            return ready
        }
        for waiter in waiters { waiter.resume() }
    }

    func wait(untilAcknowledged count: Int) async {
        await withCheckedContinuation { continuation in
            let isMet = state.withLock { state in
                if state.acknowledged >= count { return true }
                state.countWaiters.append((count, continuation))
                return false
            }
            if isMet { continuation.resume() }
        }
    }
}
