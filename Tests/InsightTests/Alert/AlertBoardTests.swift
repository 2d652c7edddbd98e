// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Insight

@Suite("AlertBoard") struct AlertBoardTests {
    private static func rule(
        _ id: String = "crowd", measure: String = "arrivals", statistic: AlertRule.Statistic = .count,
        over: Duration = .seconds(60),
        by: [String] = [], raise: AlertRule.Bound = .above(5), clear: AlertRule.Bound? = .below(3), hold: Duration = .zero
    ) -> AlertRule {
        AlertRule(
            id: id, measure: measure, statistic: statistic, over: over, by: by, raise: raise, clear: clear, hold: hold,
            notify: ["team:leads"])
    }

    /// So many arrivals, all in this second.
    private func arrive(_ count: Int, _ second: Double, in journal: inout SampleJournal, channel: String = "mini") {
        for _ in 0..<count { journal.starts(second, Int64(journal.events.count + 1), channel: channel) }
    }

    /// What the evaluations at these seconds say: `10 raised`, `80 cleared`; in brackets where nobody is notified.
    private func story(_ rules: [AlertRule], _ journal: SampleJournal, at seconds: [Double]) -> [String] {
        var board = AlertBoard()
        return seconds.flatMap { second in
            board.evaluate(rules: rules, on: journal.meter, at: journal.at(second)).map { change in
                let labels = change.labels.values.sorted().map { " " + $0 }.joined()
                let text = "\(Int(second)) \(change.kind)\(labels)\(change.isTransition ? "" : " again")"
                return change.notifies ? text : "(\(text))"
            }
        }
    }

    @Test("raised above its bound, once, and cleared below the other, not in between") func hysteresis() {
        var journal = SampleJournal()
        arrive(4, 0, in: &journal)
        arrive(4, 30, in: &journal)
        #expect(story([Self.rule()], journal, at: [0, 30, 31, 50]) == ["30 raised"])
        // At 65 four are left: between the bounds. At 95 none.
        #expect(story([Self.rule()], journal, at: [30, 65, 95, 96]) == ["30 raised", "95 cleared"])
        #expect(story([Self.rule(clear: nil)], journal, at: [30, 91, 95]) == ["30 raised", "91 cleared"])
    }

    @Test("must hold without a break before it is raised") func hold() {
        var journal = SampleJournal()
        arrive(9, 0, in: &journal)
        let rule = Self.rule(hold: .seconds(20))
        #expect(story([rule], journal, at: [0, 10, 19, 20, 30]) == ["20 raised"])
        var broken = SampleJournal()
        arrive(9, 0, in: &broken)
        arrive(9, 75, in: &broken)
        // At 70 the window is empty: the count of 20 s begins again at 75.
        #expect(story([Self.rule(hold: .seconds(65))], broken, at: [0, 50, 70, 75, 100, 130]) == [])
    }

    @Test("what is acknowledged says by whom until it is over, and only instances with the labels") func acknowledged() {
        var journal = SampleJournal()
        arrive(6, 0, in: &journal, channel: "web")
        arrive(6, 0, in: &journal, channel: "mini")
        let rule = Self.rule(by: ["channel"])
        var board = AlertBoard()
        _ = board.evaluate(rules: [rule], on: journal.meter, at: journal.at(1))
        let lee = AlertAcknowledgement(by: "Lee", at: journal.at(2))
        #expect(board.acknowledge("crowd", labels: ["channel": "web"], lee) == [["channel": "web"]])
        #expect(board.acknowledge("crowd", labels: ["channel": "web"], lee) == [])
        #expect(board.acknowledge("other", labels: [:], lee) == [])
        let states = board.states(of: [rule], at: journal.at(3))
        #expect(states.map(\.labels) == [["channel": "mini"], ["channel": "web"]])
        #expect(states.map(\.acknowledgement) == [nil, lee])
        #expect(states.map(\.value) == [6, 6])
        _ = board.evaluate(rules: [rule], on: journal.meter, at: journal.at(90))
        #expect(board.states(of: [rule], at: journal.at(90)).map(\.since) == [nil])
        #expect(board.acknowledge("crowd", labels: [:], lee) == [])
    }

    @Test("while it is silenced nobody is told; afterwards what is still news is") func silenced() {
        var journal = SampleJournal()
        arrive(9, 0, in: &journal)
        let rule = Self.rule()
        var board = AlertBoard()
        board.silence(AlertSilence(alert: "crowd", labels: [:], until: journal.at(20), by: "Lee"))
        #expect(board.states(of: [rule], at: journal.at(1)).map { $0.silence?.by } == ["Lee"])
        let first = board.evaluate(rules: [rule], on: journal.meter, at: journal.at(1))
        #expect(first.map(\.isTransition) == [true])
        #expect(first.map(\.notifies) == [false])
        #expect(board.evaluate(rules: [rule], on: journal.meter, at: journal.at(19)).isEmpty)
        #expect(board.evaluate(rules: [rule], on: journal.meter, at: journal.at(20)).map(\.notifies) == [true])
        let hadOne = board.endSilence(of: "crowd")
        #expect(!hadOne)
    }

    @Test("one instance for each channel") func instances() {
        var journal = SampleJournal()
        arrive(6, 0, in: &journal, channel: "web")
        arrive(2, 0, in: &journal, channel: "app")
        arrive(7, 10, in: &journal, channel: "mini")
        #expect(
            story([Self.rule(by: ["channel"])], journal, at: [1, 11, 61, 75]) == [
                "1 raised web", "11 raised mini", "61 cleared web", "75 cleared mini",
            ])
    }

    @Test("at most one notification an instance and minute; what was held back is said later if it is still so") func flood() {
        var journal = SampleJournal()
        arrive(6, 0, in: &journal)
        arrive(6, 30, in: &journal)
        let rule = Self.rule(over: .seconds(10))
        #expect(
            story([rule], journal, at: [0, 20, 30, 45, 55, 61, 70]) == [
                "0 raised", "(20 cleared)", "(30 raised)", "(45 cleared)", "61 cleared again",
            ])
    }

    @Test("a queue nobody serves raises the alert on the longest wait") func unservedQueue() {
        var journal = SampleJournal()
        journal.queues(0)
        let rule = Self.rule(
            "waiting", measure: "queue_wait", statistic: .max, by: ["team"], raise: .above(60), clear: .below(60))
        #expect(story([rule], journal, at: [1, 60, 61, 90]) == ["61 raised service"])
    }

    @Test("nothing ended within the window: a time has no value, raises nothing and clears") func noValue() {
        var journal = SampleJournal()
        journal.queues(0)
        journal.accepts(100)
        let rule = Self.rule("slow", measure: "queue_wait", statistic: .p90, raise: .above(30), clear: .below(20))
        #expect(story([rule], journal, at: [50, 101, 150, 165]) == ["101 raised", "165 cleared"])
        let idle = Self.rule("idle", measure: "queue_wait", statistic: .p90, raise: .below(30), clear: nil)
        #expect(story([idle], journal, at: [50]) == [])
    }

    @Test("an alert whose rule is gone is cleared") func ruleGone() {
        var journal = SampleJournal()
        arrive(9, 0, in: &journal)
        var board = AlertBoard()
        #expect(board.evaluate(rules: [Self.rule()], on: journal.meter, at: journal.at(1)).map(\.kind) == [.raised])
        #expect(board.states(of: [], at: journal.at(1)).map(\.rule.id) == ["crowd"])
        #expect(board.evaluate(rules: [], on: journal.meter, at: journal.at(2)).map(\.kind) == [.cleared])
        #expect(board.states(of: [], at: journal.at(2)).isEmpty)
    }

    @Test("after a restart what the journal says is up is not raised again, and is cleared in its time") func restart() {
        var journal = SampleJournal()
        arrive(9, 0, in: &journal, channel: "web")
        let rule = Self.rule(by: ["channel"])
        var board = AlertBoard()
        let raised = board.evaluate(rules: [rule], on: journal.meter, at: journal.at(1))[0]
        var second = AlertBoard()
        second.recall(Event(seq: 99, at: raised.at, draft: raised.draft), rules: [rule])
        #expect(second.evaluate(rules: [rule], on: journal.meter, at: journal.at(5)).isEmpty)
        #expect(second.evaluate(rules: [rule], on: journal.meter, at: journal.at(70)).map(\.kind) == [.cleared])
        #expect(raised.payload["alert"] == "crowd")
        #expect(raised.payload.at("labels.channel") == "web")
        #expect(raised.payload["value"] == 9.0)
    }

    @Test("an unusual number for this time of the day is an anomaly, the usual one is not", arguments: ["day", "week"])
    func anomaly(season: String) {
        var journal = SampleJournal()
        let day = 86_400.0
        let length = season == "day" ? day : 7 * day
        // Six seasons, each with a quiet hour of an arrival a minute and then a busy one of ten, give or take one.
        for number in 0..<6 {
            for minute in 0..<120 {
                let count = minute < 60 ? 1 : 10 + (minute + number) % 3 - 1
                arrive(count, Double(number) * length + Double(minute) * 60, in: &journal)
            }
        }
        let rule = Self.rule(over: .seconds(600), raise: .anomaly(sigma: 4, season: season), clear: nil)
        // The busy hour of the last season was as busy as ever.
        let busy = 5 * length + 100 * 60
        #expect(journal.value(.arrivals, .count, at: busy)! >= 90)
        #expect(story([rule], journal, at: [busy]) == [])
        let usual = journal.meter.usual(of: "arrivals", .count, over: .seconds(600), at: journal.at(busy), season: season)
        #expect(usual.map { $0.mean > 60 && $0.seasons >= 3 } == true)
        // A burst in the quiet hour of the next season.
        var burst = journal
        arrive(100, 6 * length + 30 * 60, in: &burst)
        #expect(story([rule], burst, at: [6 * length + 30 * 60 + 5]) == ["\(Int(6 * length) + 1805) raised"])
        // Nothing at all in the busy hour is as unusual.
        #expect(story([rule], journal, at: [6 * length + 100 * 60]).count == 1)
    }

    @Test("without seasons to compare with nothing is unusual") func noHistory() {
        var journal = SampleJournal()
        arrive(500, 0, in: &journal)
        #expect(story([Self.rule(raise: .anomaly(sigma: 3, season: "day"))], journal, at: [1]) == [])
        #expect(story([Self.rule(raise: .anomaly(sigma: 3, season: "day"))], journal, at: [1 + 2.0 * 86_400]) == [])
    }
}
