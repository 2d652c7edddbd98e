// SPDX-License-Identifier: Apache-2.0
import Desk

/// The values of one measure under one set of labels, by time, as fine as their age allows.
///
/// Slots of a second for 15 minutes, of a minute for 25 hours, of an hour for 5 weeks. Only slots in which something happened exist.
struct Series: Sendable {
    private var tiers = [Tier(width: 1000, kept: 900), Tier(width: 60_000, kept: 1500), Tier(width: 3_600_000, kept: 840)]

    /// - Parameter value: milliseconds of a duration; 0 where only the count matters.
    mutating func record(_ value: Int64, at instant: Instant) {
        for index in tiers.indices { tiers[index].record(value, at: instant) }
    }

    /// What happened in the window that ends at an instant, both ends included, from the finest slots that reach back that far.
    ///
    /// The older end is rounded out to its slot.
    func window(over duration: Duration, to end: Instant) -> Histogram {
        let start = (end - duration).milliseconds
        let tier = tiers.first { duration.inMilliseconds <= $0.width * ($0.kept - 1) && start >= $0.reachesBackTo }
        return (tier ?? tiers[tiers.count - 1]).window(from: start, to: end.milliseconds)
    }

    /// From the hourly slots alone: each slot with the share of it that lies in the span.
    func hours(from start: Instant, to end: Instant) -> [(histogram: Histogram, share: Double)] {
        tiers[tiers.count - 1].overlaps(from: start.milliseconds, to: end.milliseconds)
    }
}

private struct Tier: Sendable {
    /// Milliseconds.
    let width: Int64
    /// Number of slots.
    let kept: Int64
    /// In order of time.
    private var slots: [(start: Int64, histogram: Histogram)] = []
    private(set) var latest: Int64?

    var reachesBackTo: Int64 { (latest ?? 0) - width * (kept - 1) }

    init(width: Int64, kept: Int64) {
        self.width = width
        self.kept = kept
    }

    mutating func record(_ value: Int64, at instant: Instant) {
        let start = instant.milliseconds / width * width
        latest = max(latest ?? instant.milliseconds, instant.milliseconds)
        if let last = slots.last, last.start >= start {
            // A clock that was set back: the journal's order stands, its times may not.
            guard let index = slots.lastIndex(where: { $0.start <= start }) else { return }
            if slots[index].start == start {
                slots[index].histogram.record(value)
            } else {
                slots.insert((start, histogram(value)), at: index + 1)
            }
        } else {
            slots.append((start, histogram(value)))
            let oldest = start - width * kept
            if slots[0].start < oldest - width * kept / 4 {
                slots.removeFirst(slots.firstIndex { $0.start >= oldest } ?? slots.count)
            }
        }
    }

    func window(from: Int64, to: Int64) -> Histogram {
        var sum = Histogram()
        for slot in slots[first(endingAfter: from)...] {
            if slot.start > to { break }
            sum.merge(slot.histogram)
        }
        return sum
    }

    func overlaps(from: Int64, to: Int64) -> [(histogram: Histogram, share: Double)] {
        slots[first(endingAfter: from)...].prefix { $0.start < to }.map { slot in
            (slot.histogram, Double(min(to, slot.start + width) - max(from, slot.start)) / Double(width))
        }
    }

    private func first(endingAfter time: Int64) -> Int {
        var (low, high) = (0, slots.count)
        while low < high {
            let middle = (low + high) / 2
            if slots[middle].start + width <= time { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func histogram(_ value: Int64) -> Histogram {
        var histogram = Histogram()
        histogram.record(value)
        return histogram
    }
}
