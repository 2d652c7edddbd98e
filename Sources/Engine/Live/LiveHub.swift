// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal
import Logging
import Synchronization

/// Follows the journal once and hands each event to the sockets that may see it.
package final class LiveHub: Sendable {
    private struct State {
        var position: Seq
        var nextID = 0
        var customers: [ID<Customer>: [Int: LiveSubscription]] = [:]
        var desk: [Int: LiveSubscription] = [:]
        /// Whose events each customer's listener gets.
        var homes: [Int: ID<Customer>] = [:]
        /// Customers merged since the start, and into whom; parted again: into themselves.
        var moves: [ID<Customer>: ID<Customer>] = [:]

        func home(of id: ID<Customer>) -> ID<Customer> {
            var id = id
            // No circle: a customer who is merged into another is merged into nobody else.
            while let next = moves[id], next != id { id = next }
            return id
        }

        /// Listeners go with their customer, into a merge and out of it.
        mutating func follow(_ event: Event) {
            switch event.kind {
            case .customerMerged:
                guard let kept = event.customer, let gone = event.payload["from"]?.string.flatMap({ ID<Customer>(text: $0) })
                else { return }
                moves[gone] = kept
                move(to: kept, from: gone) { _ in true }
            case .customerUnmerged:
                guard let kept = event.customer, let gone = event.payload["other"]?.string.flatMap({ ID<Customer>(text: $0) })
                else { return }
                let back = Set((event.payload["customers"]?.array ?? []).compactMap(\.string))
                moves[gone] = gone
                move(to: gone, from: kept) { back.contains($0.owner.text) }
            default: break
            }
        }

        private mutating func move(to: ID<Customer>, from: ID<Customer>, _ goes: (Listener) -> Bool) {
            for (number, subscription) in customers[from] ?? [:] {
                guard case .listener(let listener) = subscription.audience, goes(listener) else { continue }
                customers[from]?[number] = nil
                customers[to, default: [:]][number] = subscription
                homes[number] = to
            }
            if customers[from]?.isEmpty == true { customers[from] = nil }
        }
    }
    private let state: Mutex<State>
    private let store: any EventStore
    private let logger: Logger
    let receipts: DeliveryReceipts

    init(store: any EventStore, receipts: DeliveryReceipts, logger: Logger) {
        self.store = store
        self.receipts = receipts
        self.logger = logger
        state = Mutex(State(position: store.head))
    }

    /// Starts listening.
    /// - Parameter after: what came after this seq is delivered first; nil: only what comes from now on.
    package func subscribe(_ audience: Audience, after: Seq?, capacity: Int = 1024) -> LiveSubscription {
        state.withLock { state in
            state.nextID += 1
            let subscription = LiveSubscription(
                id: state.nextID, audience: audience, start: state.position, after: after, capacity: capacity,
                store: store, hub: self)
            switch audience {
            case .listener(let listener):
                // What the journal says goes before what the session was told earlier.
                let id = state.home(of: state.moves[listener.owner] == nil ? listener.customer : listener.owner)
                state.homes[subscription.id] = id
                state.customers[id, default: [:]][subscription.id] = subscription
            case .desk: state.desk[subscription.id] = subscription
            }
            return subscription
        }
    }

    func remove(_ subscription: LiveSubscription) {
        state.withLock { state in
            switch subscription.audience {
            case .listener:
                guard let id = state.homes.removeValue(forKey: subscription.id) else { return }
                state.customers[id]?[subscription.id] = nil
                if state.customers[id]?.isEmpty == true { state.customers[id] = nil }
            case .desk: state.desk[subscription.id] = nil
            }
        }
    }

    /// How many listen: customers' and desk's sockets.
    package var listeners: (customers: Int, desk: Int) {
        state.withLock { ($0.customers.values.reduce(0) { $0 + $1.count }, $0.desk.count) }
    }

    /// Sends something passing to a customer and to the desk.
    func pass(_ frame: LiveFrame, customer: ID<Customer>?, exceptCustomer: Bool = false) {
        let listeners = state.withLock { state in
            var listeners = Array(state.desk.values)
            if let customer, !exceptCustomer { listeners += Array((state.customers[customer] ?? [:]).values) }
            return listeners
        }
        for listener in listeners { listener.offer(frame) }
    }

    /// Whether a customer has a socket open now.
    func hears(_ customer: ID<Customer>) -> Bool { state.withLock { $0.customers[customer] != nil } }

    /// Runs until cancelled; each event once, in order.
    /// - Parameter seen: called for each batch after it has been handed out: measures and reactions follow here.
    func run(seen: @Sendable ([Event]) async -> Void) async throws {
        while !Task.isCancelled {
            let position = state.withLock { $0.position }
            try await store.waitForEvent(after: position)
            let events: [Event]
            do {
                events = try await store.events(after: position, limit: 500, matching: .all)
            } catch let error as StoreError where error.code != .closed {
                logger.error("The live hub could not read the journal.", metadata: ["error": "\(error)"])
                try await Task.sleep(for: .milliseconds(200))
                continue
            }
            hand(out: events)
            await seen(events)
        }
    }

    /// Under one lock with the position, so that a new subscription sees either the event or a later start.
    private func hand(out events: [Event]) {
        state.withLock { state in
            for event in events where event.seq > state.position {
                state.position = event.seq
                state.follow(event)
                let frame = LiveFrame.event(event)
                if event.isPublic, let customer = event.customer, let listeners = state.customers[state.home(of: customer)] {
                    for listener in listeners.values { listener.offer(frame) }
                }
                for listener in state.desk.values where listener.audience.sees(event) { listener.offer(frame) }
            }
        }
    }
}
