// SPDX-License-Identifier: Apache-2.0
import Desk

/// The newest events without gaps, decoded: followers that keep up never touch the disk.
struct EventRing {
    private var events: [Event] = []
    /// Where the oldest stands once the ring is full.
    private var start = 0
    private let capacity: Int

    init(capacity: Int) { self.capacity = capacity }

    /// Seq of the oldest; nil while empty.
    var first: Seq? { events.isEmpty ? nil : events[start].seq }
    var last: Seq? { events.isEmpty ? nil : events[(start + events.count - 1) % events.count].seq }

    /// Events of another process may lie between: the ring then begins anew.
    mutating func append(_ newer: [Event]) {
        guard let next = newer.first?.seq else { return }
        if let last, last + 1 != next {
            events.removeAll()
            start = 0
        }
        for event in newer {
            if events.count < capacity {
                events.append(event)
            } else {
                events[start] = event
                start = (start + 1) % capacity
            }
        }
    }

    /// Up to `limit` events after `seq` that pass the filter, in order.
    /// - Returns: nil if the ring does not reach back to `seq`.
    func events(after seq: Seq, limit: Int, matching filter: EventFilter) -> [Event]? {
        guard let first, let last, seq + 1 >= first else { return nil }
        guard seq < last else { return [] }
        var found: [Event] = []
        for number in Int(seq + 1 - first)..<events.count where found.count < limit {
            let event = events[(start + number) % events.count]
            if filter.accepts(event) { found.append(event) }
        }
        return found
    }
}

extension EventFilter {
    /// Whether an event passes.
    package func accepts(_ event: Event) -> Bool {
        (kinds?.contains(event.kind) ?? true) && (conversation == nil || event.conversation == conversation)
            && (customers == nil || event.customer.map { customers?.contains($0) ?? false } ?? false)
            && (ticket == nil || event.ticket == ticket)
    }
}
