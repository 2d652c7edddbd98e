// SPDX-License-Identifier: Apache-2.0
import Desk
import Insight
import Journal
import Logging
import Rules

/// What the desk measured before this start.
///
/// The latest events are recalled at once, so that alerts that are up stay up and the present is known. All of the last five weeks, which
/// is what the measures remember, is read beside the desk's work into another meter, which then takes the first one's place.
extension DeskEngine {
    /// Five weeks, as `DeskMeter` keeps its hours.
    private static let memory = Duration.seconds(35 * 86_400)
    /// Beyond so many the oldest are left out: what is read costs time, even if nobody waits for it.
    private static let most: Seq = 5_000_000
    private static let page = 1000

    /// Before the desk is ready.
    func recallLatest() async throws {
        watch.begin(with: try await store.teams(), try await openTickets())
        var seq = max(0, store.head - Seq(options.recalledAtOnce))
        let head = store.head
        while seq < head {
            let events = try await store.events(after: seq, limit: Self.page, matching: .all)
            guard let last = events.last else { break }
            watch.recall(events, rules: rules.active.watched)
            seq = last.seq
        }
        watch.know(try await store.agents())
    }

    /// While the desk runs; ends when the measures know everything they can.
    func recallEarlier() async {
        guard store.head > Seq(options.recalledAtOnce) else { return }
        let began = ContinuousClock.now
        do {
            var meter = DeskMeter()
            for team in try await store.teams() { meter.know(team) }
            for ticket in try await openTickets() { meter.know(ticket) }
            let own = rules.active.watched.compactMap(\.options.own)
            meter.count(own)
            let filter = EventFilter(kinds: DeskMeter.kinds.union(own.map(\.kind)))
            var seq = try await seq(at: clock() - Self.memory)
            var (count, isLast) = (0, false)
            while true {
                let turn = ContinuousClock.now
                let events = try await store.events(after: seq, limit: Self.page, matching: filter)
                for event in events { meter.observe(event) }
                seq = events.last?.seq ?? seq
                count += events.count
                if isLast, events.count < Self.page { break }
                // From here on nothing can fall between what is read and what is heard.
                if events.count < Self.page { watch.keepTail(); isLast = true; continue }
                // Half of a core at most: customers come first.
                try await Task.sleep(for: ContinuousClock.now - turn)
            }
            for agent in try await store.agents() { meter.know(agent, at: clock()) }
            watch.replace(with: meter, rules: rules.active.watched)
            logger.info(
                "The measures know the last five weeks.",
                metadata: ["events": "\(count)", "s": "\((ContinuousClock.now - began).components.seconds)"])
        } catch is CancellationError {
        } catch {
            logger.error("The measures know only what is recent.", metadata: ["error": "\(error)"])
        }
    }

    private func openTickets() async throws -> [Ticket] {
        var tickets: [Ticket] = []
        var page = Page(limit: 500)
        while true {
            let more = try await store.tickets(.init(statuses: [.new, .open, .pending, .onHold]), page)
            tickets += more
            guard more.count == page.limit, let last = more.last else { return tickets }
            page.after = last.id.number
        }
    }

    /// The last event before an instant, or a little earlier; not more than `most` from the end.
    private func seq(at instant: Instant) async throws -> Seq {
        var (low, high) = (max(0, store.head - Self.most), store.head)
        while high - low > Seq(Self.page) {
            let middle = (low + high) / 2
            guard let event = try await store.events(after: middle, limit: 1, matching: .all).first else { break }
            if event.at < instant { low = middle } else { high = middle }
        }
        return low
    }
}
