// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal
import Synchronization

/// One reader's share of the live traffic: first what it missed, read from the store, then what comes.
///
/// One consumer. The queue is bounded: a reader that cannot keep up gets `LiveOverflow` instead of holding anybody up.
package final class LiveSubscription: Sendable, AsyncSequence {
    package typealias Element = LiveFrame

    let id: Int
    let audience: Audience
    /// The journal's head when this subscription began: what came later arrives live.
    package let start: Seq
    private let capacity: Int
    private let missedAfter: Seq?
    private let store: any EventStore
    private let hub: LiveHub

    private struct State {
        var frames: [LiveFrame] = []
        var waiter: CheckedContinuation<Void, Never>?
        var isClosed = false
        var isOverflown = false
    }
    private let state = Mutex(State())

    init(id: Int, audience: Audience, start: Seq, after: Seq?, capacity: Int, store: any EventStore, hub: LiveHub) {
        self.id = id
        self.audience = audience
        self.start = start
        self.capacity = capacity
        self.store = store
        self.hub = hub
        missedAfter = after.flatMap { $0 < start ? $0 : nil }
    }

    /// Called by the hub, in order of the journal.
    func offer(_ frame: LiveFrame) {
        let waiter: CheckedContinuation<Void, Never>? = state.withLock { state in
            guard !state.isClosed, !state.isOverflown else { return nil }
            if state.frames.count >= capacity {
                state.isOverflown = true
                state.frames = []
            } else {
                state.frames.append(frame)
            }
            return state.waiter.take()
        }
        waiter?.resume()
    }

    package func close() {
        let waiter = state.withLock { state in
            state.isClosed = true
            return state.waiter.take()
        }
        waiter?.resume()
        hub.remove(self)
    }

    package func makeAsyncIterator() -> Iterator { Iterator(subscription: self, missed: missedAfter) }

    package struct Iterator: AsyncIteratorProtocol {
        let subscription: LiveSubscription
        /// Where catching up stands; nil when it is over.
        var missed: Seq?
        var ready: ArraySlice<LiveFrame> = []

        package mutating func next() async throws -> LiveFrame? {
            while true {
                if let frame = ready.popFirst() {
                    subscription.noteDelivery(of: frame)
                    return frame
                }
                if let after = missed {
                    try await catchUp(after: after)
                } else {
                    guard let frames = try await subscription.take() else { return nil }
                    ready = frames[...]
                }
            }
        }

        /// What is there, waiting only for the first; nil when closed or cancelled.
        package mutating func batch(atMost limit: Int) async throws -> [LiveFrame]? {
            guard let first = try await next() else { return nil }
            let more = ready.prefix(limit - 1)
            ready = ready.dropFirst(more.count)
            for frame in more { subscription.noteDelivery(of: frame) }
            return [first] + more
        }

        private mutating func catchUp(after: Seq) async throws {
            var filter = EventFilter.all
            if case .listener(let listener) = subscription.audience { filter.customers = listener.names }
            let page = 500
            let events = try await subscription.store.events(after: after, limit: page, matching: filter)
            let wanted = events.prefix { $0.seq <= subscription.start }
            ready = wanted.filter(subscription.audience.sees).map(LiveFrame.event)[...]
            missed = wanted.count == page ? wanted.last?.seq : nil
        }
    }

    /// What a customer's reader has taken counts as delivered.
    private func noteDelivery(of frame: LiveFrame) {
        guard case .listener = audience, case .event(let event) = frame, event.kind == .messageSent,
            let id = event.payload["id"]?.string.flatMap({ ID<Message>(text: $0) })
        else { return }
        hub.receipts.note(id)
    }

    /// Waits for frames; nil when closed or cancelled.
    private func take() async throws -> [LiveFrame]? {
        try await withTaskCancellationHandler {
            while true {
                let (frames, isClosed, isOverflown) = state.withLock { state in
                    let frames = state.frames
                    state.frames = []
                    return (frames, state.isClosed, state.isOverflown)
                }
                if isOverflown { throw LiveOverflow() }
                if !frames.isEmpty { return frames }
                if isClosed { return nil }
                await withCheckedContinuation { continuation in
                    let isReady = state.withLock { state in
                        if state.isClosed || state.isOverflown || !state.frames.isEmpty { return true }
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
