// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@Suite("BusinessHours") struct BusinessHoursTests {
    typealias Span = BusinessHours.Span

    /// 9–12 and 13:30–18 from Monday to Friday, UTC+8; the National Day week of 2026 off, its working Sunday and Saturday (调休) on.
    static let shop = BusinessHours(
        week: Dictionary(uniqueKeysWithValues: (1...5).map { ($0, [Span(start: 540, end: 720), Span(start: 810, end: 1080)]) }),
        holidays: Set((1...7).map { CalendarDay(year: 2026, month: 10, day: $0) }),
        exceptions: [
            CalendarDay(year: 2026, month: 9, day: 20): [Span(start: 600, end: 960)],
            CalendarDay(year: 2026, month: 10, day: 10): [Span(start: 540, end: 1080)],
            CalendarDay(year: 2026, month: 10, day: 5): [Span(start: 600, end: 660)],
        ])

    /// Two night shifts that meet at midnight.
    static let night = BusinessHours(
        week: Dictionary(uniqueKeysWithValues: (1...7).map { ($0, [Span(start: 0, end: 120), Span(start: 1320, end: 1440)]) }))

    static func local(_ text: String) -> Instant { Instant(rfc3339: "\(text):00+08:00")! }

    @Test(
        "open and closed, minute by minute at the edges",
        arguments: [
            ("2026-09-21T08:59", false), ("2026-09-21T09:00", true), ("2026-09-21T11:59", true), ("2026-09-21T12:00", false),
            ("2026-09-21T13:30", true), ("2026-09-21T18:00", false), ("2026-09-19T10:00", false),
            ("2026-09-20T10:00", true), ("2026-09-20T09:30", false), ("2026-09-20T16:00", false),
            ("2026-10-01T10:00", false), ("2026-10-05T10:30", true), ("2026-10-05T11:00", false), ("2026-10-08T10:00", true),
            ("2026-10-10T12:30", true),
        ])
    func open(time: String, expected: Bool) { #expect(Self.shop.isOpen(at: Self.local(time)) == expected) }

    @Test("the day is the shop's own: in UTC it is still yesterday") func zone() {
        #expect(Self.shop.isOpen(at: Instant(rfc3339: "2026-09-21T01:00:00Z")!))
        #expect(!Self.shop.isOpen(at: Instant(rfc3339: "2026-09-21T00:59:59.999Z")!))
    }

    @Test(
        "opens next",
        arguments: [
            ("2026-09-21T10:00", "2026-09-21T10:00"), ("2026-09-21T12:30", "2026-09-21T13:30"),
            ("2026-09-18T18:00", "2026-09-20T10:00"),
            ("2026-09-30T18:00", "2026-10-05T10:00"), ("2026-10-05T11:00", "2026-10-08T09:00"),
            ("2026-10-09T20:00", "2026-10-10T09:00"),
        ])
    func next(from: String, to: String) { #expect(Self.shop.nextOpening(after: Self.local(from)) == Self.local(to)) }

    @Test(
        "working time over lunch, nights, holidays and special days",
        arguments: [
            ("2026-09-21T09:00", "2026-09-21T18:00", 450), ("2026-09-21T11:30", "2026-09-21T14:00", 60),
            ("2026-09-21T12:10", "2026-09-21T13:20", 0),
            ("2026-09-18T17:00", "2026-09-21T10:00", 60 + 360 + 60), ("2026-09-30T17:30", "2026-10-08T09:30", 30 + 60 + 30),
            ("2026-09-21T10:00", "2026-09-21T10:00", 0), ("2026-09-21T11:00", "2026-09-21T10:00", 0),
        ])
    func worked(from: String, to: String, minutes: Int) {
        #expect(Self.shop.worked(from: Self.local(from), to: Self.local(to)) == .seconds(minutes * 60))
    }

    @Test("shifts that meet at midnight go on through it") func midnight() {
        let before = Self.local("2026-09-21T23:00")
        #expect(Self.night.worked(from: before, to: Self.local("2026-09-22T01:00")) == .seconds(7200))
        #expect(Self.night.instant(after: .seconds(7200), from: before) == Self.local("2026-09-22T01:00"))
        #expect(Self.night.isOpen(at: Self.local("2026-09-22T00:00")))
        #expect(BusinessHours.always.worked(from: before, to: before + .seconds(3 * 86_400)) == .seconds(3 * 86_400))
    }

    @Test("worked until the instant after a duration is that duration", arguments: [1, 2, 3] as [UInt64])
    func inverse(seed: UInt64) throws {
        var numbers = SeededNumbers(seed)
        let first = Self.local("2026-09-01T00:00").milliseconds
        for hours in [Self.shop, Self.night, .always] {
            for _ in 0..<300 {
                let start = Instant(milliseconds: first + Int64.random(in: 0..<(60 * 86_400_000), using: &numbers))
                let duration = Duration.milliseconds(Int64.random(in: 1..<400_000_000, using: &numbers))
                let end = try #require(hours.instant(after: duration, from: start))
                #expect(hours.worked(from: start, to: end) == duration)
                #expect(end - start >= duration)
                // Not a moment later than need be.
                #expect(hours.worked(from: start, to: end - .milliseconds(1)) == duration - .milliseconds(1))
            }
        }
    }

    @Test("the parts of a time add up to the whole", arguments: [4, 5] as [UInt64])
    func additive(seed: UInt64) {
        var numbers = SeededNumbers(seed)
        let first = Self.local("2026-09-01T00:00").milliseconds
        for _ in 0..<300 {
            let times = (0..<3).map { _ in Instant(milliseconds: first + Int64.random(in: 0..<(60 * 86_400_000), using: &numbers))
            }.sorted()
            #expect(
                Self.shop.worked(from: times[0], to: times[1]) + Self.shop.worked(from: times[1], to: times[2])
                    == Self.shop.worked(from: times[0], to: times[2]))
        }
    }

    @Test("spans that overlap or stand in any order count once") func overlap() {
        let hours = BusinessHours(offset: .zero, week: [4: [Span(start: 600, end: 720), Span(start: 540, end: 660)]])
        let day = Instant(rfc3339: "2026-09-24T00:00:00Z")!
        #expect(hours.worked(from: day, to: day + .seconds(86_400)) == .seconds(3 * 3600))
        #expect(hours.instant(after: .seconds(3 * 3600), from: day) == day + .seconds(720 * 60))
    }

    @Test("never open: no next opening, and nothing is ever done") func never() {
        let closed = BusinessHours(week: [:])
        let now = Self.local("2026-09-21T10:00")
        #expect(closed.nextOpening(after: now) == nil)
        #expect(closed.instant(after: .seconds(1), from: now) == nil)
        #expect(closed.instant(after: .zero, from: now) == now)
        #expect(closed.worked(from: now, to: now + .seconds(86_400)) == .zero)
    }

    @Test("before 1970 the days are right too") func early() {
        let hours = BusinessHours(offset: .zero, week: [3: [Span(start: 0, end: 60)]])
        #expect(hours.isOpen(at: Instant(rfc3339: "1969-12-31T00:30:00Z")!))
        #expect(!hours.isOpen(at: Instant(rfc3339: "1969-12-31T01:00:00Z")!))
    }
}
