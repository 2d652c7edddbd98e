// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Insight

/// Times that count only while the team works. The sample begins at 17:00 in Shanghai on a Thursday.
@Suite("Business time") struct BusinessTimeTests {
    private static let business = MeasureOptions(time: .business)

    /// Nine to twelve and one to six on weekdays; Friday is a holiday, Saturday is worked for it in the morning.
    private static let hours = BusinessHours(
        week: Dictionary(
            uniqueKeysWithValues: (1...5).map { ($0, [.init(start: 540, end: 720), .init(start: 780, end: 1080)]) }),
        holidays: [CalendarDay(text: "2025-10-10")!],
        exceptions: [CalendarDay(text: "2025-10-11")!: [.init(start: 600, end: 720)]])

    private func journal(_ teams: [(String, BusinessHours?)] = [("service", BusinessTimeTests.hours)]) -> SampleJournal {
        var journal = SampleJournal()
        for (id, hours) in teams {
            journal.add(-10, .teamChanged, nil, channel: nil, ["team": Team(id: id, name: id, hours: hours).value])
        }
        return journal
    }

    private static let hour = 3600.0

    @Test("a wait over night and holiday is the hour before and the morning after, in a span for each") func nights() {
        var journal = journal()
        journal.starts(0)
        journal.queues(0)
        // Saturday 10:30: one hour on Thursday, half an hour on Saturday.
        let answered = 41.5 * Self.hour
        journal.accepts(answered)
        journal.replies(answered)
        let now = answered + 60
        for measure in [Measure.firstResponseTime, .responseTime, .queueWait] {
            #expect(journal.value(measure, .max, at: now) == answered, "\(measure)")
            #expect(journal.value(measure, .max, at: now, [:], Self.business) == 5400, "\(measure)")
            #expect(journal.value(measure, .max, at: now, ["team": "service"], Self.business) == 5400, "\(measure)")
        }
        #expect(
            journal.value(
                .timelyResponseRate, .share, at: now, [:], .init(within: .seconds(5400), time: .business)) == 1)
        #expect(journal.value(.timelyResponseRate, .share, at: now, [:], .init(within: .seconds(5400))) == 0)
        journal.resolves(42 * Self.hour)
        #expect(journal.value(.resolutionTime, .max, at: 42 * Self.hour, [:], Self.business) == 7200)
        #expect(journal.value(.resolutionTime, .max, at: 42 * Self.hour) == 42 * Self.hour)
    }

    @Test("each team counts by its own calendar, and the whole is the sum of its parts") func twoTeams() {
        var journal = journal([("service", Self.hours), ("night", nil)])
        journal.starts(0)
        journal.queues(0)
        // An hour with the first until it closes and two behind closed doors, then two hours with one that never closes.
        journal.queues(3 * Self.hour, from: "queued", team: "night")
        journal.accepts(5 * Self.hour, team: "night")
        let now = 5 * Self.hour + 1
        #expect(journal.value(.queueWait, .max, at: now, [:], Self.business) == 3 * Self.hour)
        #expect(journal.value(.queueWait, .max, at: now, ["team": "service"], Self.business) == Self.hour)
        #expect(journal.value(.queueWait, .max, at: now, ["team": "night"], Self.business) == 2 * Self.hour)
        #expect(journal.value(.queueWait, .max, at: now, ["team": "service"]) == 3 * Self.hour)
    }

    @Test("who waits now is not overdue while the team sleeps, and its age in the backlog stands still") func now() {
        var journal = journal()
        journal.starts(0)
        journal.add(
            0, .conversationQueued, 1, ["from": "bot", "to": "queued", "team": "service", "priority": 0, "sla": "vip"])
        let night = 10 * Self.hour
        let promise = MeasureOptions(within: .seconds(2 * 3600), time: .business)
        #expect(journal.value(.slaAttainment, .count, at: night, [:], promise) == 0)
        #expect(journal.value(.slaAttainment, .share, at: night, [:], .init(within: .seconds(2 * 3600))) == 0)
        #expect(journal.value(.queueWait, .max, at: night, [:], Self.business) == Self.hour)
        #expect(journal.value(.backlog, .max, at: night, [:], Self.business) == Self.hour)
        #expect(journal.value(.backlog, .max, at: night) == night)
        let resolution = MeasureOptions(within: .seconds(3 * 3600), target: .resolution, time: .business)
        // Saturday noon: three hours, not yet more; Monday 9:01 it is.
        #expect(journal.value(.slaAttainment, .count, at: 43 * Self.hour, [:], resolution) == 0)
        #expect(journal.value(.slaAttainment, .share, at: 88 * Self.hour + 60, [:], resolution) == 0)
    }

    @Test("the report has both, and what was worked is worked at any hour") func report() {
        var journal = journal()
        journal.starts(0)
        journal.queues(0)
        journal.accepts(2 * Self.hour)
        journal.replies(2 * Self.hour + 30)
        journal.resolves(2 * Self.hour + 60)
        let report = journal.meter.snapshot(at: journal.at(2 * Self.hour + 90))
        #expect(report.at("measures.queue_wait.5m.max") == 7200.0)
        #expect(report.at("measures.queue_wait.business.5m.max") == 3600.0)
        #expect(report.at("measures.queue_wait.business.by_team.service.5m.max") == 3600.0)
        #expect(report.at("measures.handling_time.business") == nil)
        #expect(report.at("measures.handling_time.5m.max") == 60.0)
    }
}
