// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// A bounded queue between tasks; one of them takes.
final class Mailbox<Element: Sendable>: Sendable {
    private struct State {
        var items: [Element] = []
        var waiter: CheckedContinuation<Void, Never>?
        var giver: CheckedContinuation<Void, Never>?
        var isClosed = false
    }
    private let state = Mutex(State())
    private let capacity: Int

    init(capacity: Int) { self.capacity = capacity }

    /// - Returns: false if there is no room, or nobody will take it any more.
    func put(_ item: Element) -> Bool {
        let (isTaken, waiter) = state.withLock { state -> (Bool, CheckedContinuation<Void, Never>?) in
            guard !state.isClosed, state.items.count < capacity else { return (false, nil) }
            state.items.append(item)
            return (true, state.waiter.take())
        }
        waiter?.resume()
        return isTaken
    }

    /// Waits for room; one task at a time.
    /// - Returns: false once it is closed.
    func putInTurn(_ item: Element) async -> Bool {
        while !put(item) {
            if state.withLock({ $0.isClosed }) { return false }
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    if state.isClosed || state.items.count < capacity { return true }
                    state.giver = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        }
        return true
    }

    func close() {
        let (waiter, giver) = state.withLock { state in
            state.isClosed = true
            return (state.waiter.take(), state.giver.take())
        }
        waiter?.resume()
        giver?.resume()
    }

    /// The next item; nil once closed and empty, or when the task is cancelled.
    func next() async -> Element? {
        await withTaskCancellationHandler {
            while true {
                let (item, isClosed, giver) = state.withLock { state in
                    let item = state.items.isEmpty ? nil : state.items.removeFirst()
                    return (item, state.isClosed, state.giver.take())
                }
                giver?.resume()
                if let item { return item }
                if isClosed { return nil }
                await withCheckedContinuation { continuation in
                    let isReady = state.withLock { state in
                        if state.isClosed || !state.items.isEmpty { return true }
                        state.waiter = continuation
                        return false
                    }
                    if isReady { continuation.resume() }
                }
            }
        } onCancel: {
            close()
        }
    }
}
