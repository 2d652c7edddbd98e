// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal

/// The decision log, read page by page in its order, each settlement with the message it was about.
struct DecisionLog: Sendable {
    private let store: any EventStore
    /// What was read ends here.
    private(set) var after: Seq
    private var end: Seq
    private let filter = EventFilter(kinds: [.decision, .messageReceived])
    private let pageSize: Int

    /// - Parameters:
    ///   - since: settlements from then on; nil: all there are.
    ///   - until: settlements before then; nil: up to now.
    ///   - limit: only the last so many; nil: all.
    ///   - pageSize: events that are read at once.
    init(_ store: any EventStore, since: Instant?, until: Instant? = nil, limit: Int?, pageSize: Int = 500) async throws {
        self.store = store
        self.pageSize = pageSize
        end = store.head
        if let until { end = try await Self.seq(before: until, in: store, end: end) }
        after = 0
        if let since { after = try await Self.seq(before: since, in: store, end: end) }
        if let limit { after = max(after, try await Self.seq(ofLast: limit, in: store, after: after, end: end)) }
    }

    /// What comes after a seq; `extend` says up to where.
    init(_ store: any EventStore, after: Seq) {
        self.store = store
        pageSize = 500
        self.after = after
        end = after
    }

    /// Reads on to what there is now.
    mutating func extend() { end = store.head }

    private var progress: Double { end == 0 ? 1 : min(1, Double(after) / Double(end)) }

    /// The next page; nil at the end. There may be no settlement in it.
    mutating func next() async throws -> Page? {
        guard after < end else { return nil }
        let events = try await store.sealedEvents(after: after, limit: pageSize, matching: filter).filter { $0.seq <= end }
        guard let last = events.last else { after = end; return nil }
        after = last.seq
        return Page(store: store, sealed: events, progress: progress)
    }

    /// Some settlements as they lie in the journal, to be opened where they are needed.
    struct Page: Sendable {
        fileprivate let store: any EventStore
        fileprivate let sealed: [SealedEvent]
        /// How far the log is read with it, 0…1.
        let progress: Double

        nonisolated(nonsending) func settlements() async throws -> [RecordedSettlement] {
            try await events().compactMap { RecordedSettlement($0.event, message: $0.message) }
        }

        /// Settlements as events, each with its message.
        nonisolated(nonsending) func events() async throws -> [(event: Event, message: Message?)] {
            var messages: [String: Message] = [:]
            var found: [(event: Event, message: Message?)] = []
            for sealed in sealed {
                let event = try sealed.open()
                if event.kind == .messageReceived {
                    if let message = Message(value: event.payload) { messages[message.id.text] = message }
                    continue
                }
                var message: Message?
                if let id = event.payload["message"]?.string {
                    message = messages[id]
                    // Its event stood at the end of the page before.
                    if message == nil, let id = ID<Message>(text: id) { message = try await store.message(id) }
                }
                found.append((event, message))
            }
            return found
        }
    }

    /// By halving: times grow with seqs.
    static func seq(before time: Instant, in store: any EventStore, end: Seq) async throws -> Seq {
        var (low, high) = (Seq(0), end)
        while low < high {
            let middle = low + (high - low) / 2
            guard let event = try await store.events(after: middle, limit: 1, matching: .all).first else { return middle }
            if event.at < time { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Looks backwards, window by window, until there are enough settlements.
    private static func seq(ofLast limit: Int, in store: any EventStore, after: Seq, end: Seq) async throws -> Seq {
        let decisions = EventFilter(kinds: [.decision])
        let window = Seq(max(1000, limit * 6))
        var (missing, border) = (limit, end)
        while border > after {
            let start = max(after, border - window)
            var (seqs, position) = ([Seq](), start)
            while position < border {
                // The store gives a thousand at most.
                let page = try await store.events(after: position, limit: 1000, matching: decisions)
                seqs += page.map(\.seq).filter { $0 <= border }
                guard page.count == 1000, let last = page.last else { break }
                position = last.seq
            }
            if seqs.count >= missing { return seqs[seqs.count - missing] - 1 }
            missing -= seqs.count
            border = start
        }
        return after
    }
}
