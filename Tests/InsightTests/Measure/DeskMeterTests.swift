// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Insight

@Suite("DeskMeter") struct DeskMeterTests {
    @Test("a window forgets what is older than it, and has what happened this second") func sliding() {
        var journal = SampleJournal()
        for second in 0..<600 { journal.starts(Double(second), Int64(second + 1)) }
        #expect(journal.value(.arrivals, .count, at: 599, over: .seconds(599)) == 600)
        #expect(journal.value(.arrivals, .count, at: 599, over: .seconds(60)) == 61)
        #expect(journal.value(.arrivals, .count, at: 659, over: .seconds(60)) == 1)
        #expect(journal.value(.arrivals, .count, at: 661, over: .seconds(60)) == 0)
        #expect(journal.value(.arrivals, .rate, at: 600, over: .seconds(300)) == 300.0 / 5)
    }

    @Test("long windows are answered from coarser slots", arguments: [(3600, 360), (86_400, 8640), (14 * 86_400, 20_000)])
    func longWindows(window: Int, expected: Int) {
        var journal = SampleJournal()
        for number in 0..<20_000 { journal.starts(Double(number) * 10, Int64(number + 1)) }
        let value = journal.value(.arrivals, .count, at: 199_999, over: .seconds(window))!
        #expect(abs(value - Double(expected)) <= 7)
    }

    @Test("a window in the past is answered too, from slots of a minute") func past() {
        var journal = SampleJournal()
        for number in 0..<6000 { journal.starts(Double(number), Int64(number + 1)) }
        let value = journal.value(.arrivals, .count, at: 1800, over: .seconds(600))!
        #expect(abs(value - 600) <= 120)
    }

    @Test("the same events give the same numbers, and an event seen twice counts once") func replay() {
        var journal = SampleJournal()
        for number in 1...50 as ClosedRange<Int64> {
            journal.starts(Double(number), number)
            journal.queues(Double(number), number)
            journal.accepts(Double(number) + 7, number)
        }
        var again = DeskMeter()
        for event in journal.events { again.observe(event); again.observe(event) }
        let now = journal.at(100)
        #expect(again.snapshot(at: now) == journal.meter.snapshot(at: now))
        #expect(again.value(of: "arrivals", .count, over: .seconds(600), at: now) == 50)
        #expect(again.seq == 150)
    }

    @Test("channels and teams are told apart, and their labels listed in order") func labels() {
        var journal = SampleJournal()
        journal.starts(0, 1, channel: "web")
        journal.starts(1, 2, channel: "mini")
        journal.queues(2, 2, team: "premium", channel: "mini")
        #expect(journal.value(.arrivals, .count, at: 5) == 2)
        #expect(journal.value(.arrivals, .count, at: 5, ["channel": "web"]) == 1)
        #expect(journal.value(.arrivals, .count, at: 5, ["channel": "app"]) == 0)
        #expect(journal.value(.arrivals, .count, at: 5, ["moon": "full"]) == nil)
        #expect(journal.meter.labelSets(of: "arrivals", by: ["channel"]) == [["channel": "mini"], ["channel": "web"]])
        #expect(journal.meter.labelSets(of: "arrivals", by: []) == [[:]])
        #expect(journal.meter.labelSets(of: "arrivals", by: ["moon"]) == [])
        #expect(journal.meter.labelSets(of: "queue_wait", by: ["team"]) == [["team": "premium"]])
    }

    @Test("rule errors are counted by rule and channel") func ruleErrors() {
        var journal = SampleJournal()
        journal.add(
            1, .ruleFailed, 1, ["rule": "vip", "file": "routing/vip.lua", "line": 3, "message": "…", "occasion": "started"])
        journal.add(2, .ruleFailed, nil, channel: nil, ["rule": "vip"])
        journal.add(3, .ruleFailed, 2, channel: "web", ["rule": "hours"])
        #expect(journal.value(.ruleErrors, .count, at: 5) == 3)
        #expect(journal.value(.ruleErrors, .count, at: 5, ["rule": "vip"]) == 2)
        #expect(journal.value(.ruleErrors, .count, at: 5, ["channel": "web"]) == 1)
        #expect(journal.value(.ruleErrors, .mean, at: 5) == nil)
    }

    @Test("test customers are left out from the moment they are marked") func testCustomers() {
        var journal = SampleJournal()
        journal.add(0, .customerCreated, nil, customer: 9, ["is_test": true])
        journal.add(1, .conversationStarted, 1, customer: 9, ["to": "bot"])
        journal.add(2, .conversationStarted, 2, customer: 8, ["to": "bot"])
        #expect(journal.value(.arrivals, .count, at: 5) == 1)
    }

    @Test("unknown measures and senseless statistics have no value") func unknown() {
        let meter = DeskMeter()
        let now = Instant(seconds: 1_760_000_000)
        #expect(meter.value(of: "happiness", .count, over: .seconds(60), at: now) == nil)
        #expect(meter.value(of: "arrivals", .p90, over: .seconds(60), at: now) == nil)
        #expect(meter.value(of: "arrivals", .count, over: .seconds(60), at: now) == 0)
        #expect(meter.value(of: "queue_wait", .mean, over: .seconds(60), at: now) == nil)
        #expect(DeskMeter.measures.count == 27)
    }

    @Test("percentiles of many waits are those of the waits") func percentiles() {
        var journal = SampleJournal()
        for number in 1...100 as ClosedRange<Int64> { journal.queues(0, number) }
        for number in 1...100 as ClosedRange<Int64> { journal.accepts(Double(number), number) }
        #expect(abs(journal.value(.queueWait, .p50, at: 101)! - 50) < 0.8)
        #expect(abs(journal.value(.queueWait, .p90, at: 101)! - 90) < 1.5)
        #expect(journal.value(.queueWait, .max, at: 101) == 100)
        #expect(journal.value(.queueWait, .mean, at: 101) == 50.5)
    }

    @Test("the report names every measure, the queue of now, and nothing that is unknown") func report() {
        var journal = SampleJournal()
        journal.starts(0)
        journal.queues(10)
        journal.queues(12, 2)
        journal.accepts(40)
        let report = journal.meter.snapshot(at: journal.at(60))
        #expect(report["measures"]?.object?.names == DeskMeter.measures)
        #expect(report.at("queue.waiting") == 1)
        #expect(report.at("queue.longest_waiting_s") == 48.0)
        #expect(report.at("queue.by_team.service.waiting") == 1)
        #expect(report.at("measures.queue_wait.5m.p50") == 30.0)
        #expect(report.at("measures.queue_wait.5m.count") == 1)
        #expect(report.at("measures.queue_wait.by_team.service.1h.max") == 48.0)
        #expect(report.at("measures.first_response_time.5m.mean") == nil)
        #expect(report.at("measures.arrivals.24h.count") == 1)
    }

    @Test("gauges tell who waits now, in all and by team") func gauges() {
        var journal = SampleJournal()
        journal.queues(10)
        let gauges = journal.meter.gauges(at: journal.at(60))
        #expect(gauges.contains(Gauge(name: "luadesk_queue_waiting", labels: [:], value: 1)))
        #expect(gauges.contains(Gauge(name: "luadesk_queue_waiting", labels: ["team": "service"], value: 1)))
        #expect(gauges.contains(Gauge(name: "luadesk_queue_longest_waiting_seconds", labels: [:], value: 50)))
        #expect(!gauges.contains { $0.name.hasPrefix("luadesk_first_response_time_mean") })
    }
}
