// SPDX-License-Identifier: Apache-2.0

/// When a team works: several spans a day, holidays, special days, in its own time zone.
package struct BusinessHours: Sendable, Hashable {
    /// Minutes after local midnight; `end` excluded, at most 1440.
    package struct Span: Sendable, Hashable {
        package let start: Int
        package let end: Int
        package init(start: Int, end: Int) { self.start = start; self.end = end }
    }

    /// Local time minus UTC. Zones with summer time are given as the offset of the day (`zone(on:)` of the configuration's floor); the
    /// shops we know of keep one offset, UTC+8.
    package var offset: Duration
    /// By ISO weekday, 1 Monday … 7 Sunday.
    package var week: [Int: [Span]]
    package var holidays: Set<CalendarDay>
    /// Days with spans of their own; wins over week and holidays (a working Sunday before a long holiday, 调休).
    package var exceptions: [CalendarDay: [Span]]

    package init(
        offset: Duration = .seconds(8 * 3600), week: [Int: [Span]], holidays: Set<CalendarDay> = [],
        exceptions: [CalendarDay: [Span]] = [:]
    ) {
        self.offset = offset
        self.week = week
        self.holidays = holidays
        self.exceptions = exceptions
    }

    package static let always = BusinessHours(
        week: Dictionary(uniqueKeysWithValues: (1...7).map { ($0, [Span(start: 0, end: 1440)]) }))

    private func local(_ instant: Instant) -> (day: CalendarDay, minuteMilliseconds: Int64) {
        let local = (instant + offset).milliseconds
        let days = Int((Double(local) / 86_400_000).rounded(.down))
        return (CalendarDay(daysSince1970: days), local - Int64(days) * 86_400_000)
    }

    /// The spans of a day in order, those that overlap or touch as one.
    package func spans(on day: CalendarDay) -> [Span] {
        if let special = exceptions[day] { return Self.joined(special) }
        if holidays.contains(day) { return [] }
        return Self.joined(week[day.weekday] ?? [])
    }

    private static func joined(_ spans: [Span]) -> [Span] {
        guard spans.count > 1 else { return spans }
        return spans.sorted { $0.start < $1.start }.reduce(into: []) { joined, span in
            if let last = joined.last, span.start <= last.end {
                joined[joined.count - 1] = Span(start: last.start, end: max(last.end, span.end))
            } else {
                joined.append(span)
            }
        }
    }

    package func isOpen(at instant: Instant) -> Bool {
        let (day, time) = local(instant)
        return spans(on: day).contains { Int64($0.start) * 60_000 <= time && time < Int64($0.end) * 60_000 }
    }

    /// The next time it opens after `instant`, or `instant` if it is open; nil if it does not within a year.
    package func nextOpening(after instant: Instant) -> Instant? {
        if isOpen(at: instant) { return instant }
        let (today, time) = local(instant)
        for ahead in 0...366 {
            let day = CalendarDay(daysSince1970: today.daysSince1970 + ahead)
            let starts = spans(on: day).filter { $0.end > $0.start }.map { Int64($0.start) * 60_000 }
                .filter { ahead > 0 || $0 > time }
            guard let start = starts.min() else { continue }
            return Instant(milliseconds: Int64(day.daysSince1970) * 86_400_000 + start) - offset
        }
        return nil
    }

    /// The working time between two instants; zero if `end` is not later.
    package func worked(from start: Instant, to end: Instant) -> Duration {
        guard start < end else { return .zero }
        let (firstDay, from) = local(start)
        let (lastDay, to) = local(end)
        var total: Int64 = 0
        for number in firstDay.daysSince1970...lastDay.daysSince1970 {
            let day = CalendarDay(daysSince1970: number)
            for span in spans(on: day) {
                let low = max(Int64(span.start) * 60_000, number == firstDay.daysSince1970 ? from : 0)
                let high = min(Int64(span.end) * 60_000, number == lastDay.daysSince1970 ? to : 86_400_000)
                total += max(0, high - low)
            }
        }
        return .milliseconds(total)
    }

    /// The instant at which `duration` of working time has passed since `start`; nil if that is not within two years.
    package func instant(after duration: Duration, from start: Instant) -> Instant? {
        var left = duration.inMilliseconds
        guard left > 0 else { return start }
        let (firstDay, from) = local(start)
        for ahead in 0...731 {
            let number = firstDay.daysSince1970 + ahead
            for span in spans(on: CalendarDay(daysSince1970: number)).sorted(by: { $0.start < $1.start }) {
                let low = max(Int64(span.start) * 60_000, ahead == 0 ? from : 0)
                let high = Int64(span.end) * 60_000
                guard high > low else { continue }
                if left <= high - low {
                    return Instant(milliseconds: Int64(number) * 86_400_000 + low + left) - offset
                }
                left -= high - low
            }
        }
        return nil
    }
}
