// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Insight

/// Each measure by its definition, and the trap in which known systems fall.
@Suite("The twelve measures") struct TwelveMeasuresTests {
    private static let hours = 3600.0

    @Test("a turn is from its first unanswered message, not from the last of a burst, and the bot does not end it with people")
    func responseTime() {
        var journal = SampleJournal()
        journal.starts(0)
        journal.asks(0)
        journal.replies(1, by: .bot("hello"))
        journal.queues(10)
        journal.accepts(20)
        journal.replies(30)
        journal.asks(100)
        journal.asks(130)
        journal.replies(135, by: .bot("position"))
        journal.asks(150)
        journal.replies(160)
        journal.replies(170)
        #expect(journal.value(.responseTime, .count, at: 200) == 2)
        #expect(journal.value(.responseTime, .max, at: 200) == 60)
        #expect(journal.value(.responseTime, .mean, at: 200) == 40)
        #expect(journal.value(.responseTime, .count, at: 200, ["agent": SampleJournal.agent.text]) == 2)
        #expect(journal.value(.responseTime, .max, at: 200, ["team": "service"]) == 60)
    }

    @Test("turns that are never answered, or still wait beyond the target, are not timely; a thank-you at the end is no turn")
    func timely() {
        var journal = SampleJournal()
        for number in 1...3 as ClosedRange<Int64> { journal.starts(0, number); journal.queues(0, number) }
        journal.accepts(5, 1)
        journal.replies(10, 1)
        journal.accepts(5, 2)
        journal.replies(50, 2)
        #expect(journal.value(.timelyResponseRate, .count, at: 20) == 1)
        // The third waits and is over 30 s.
        #expect(journal.value(.timelyResponseRate, .share, at: 60) == 1.0 / 3)
        #expect(journal.value(.timelyResponseRate, .share, at: 60, [:], .init(within: .seconds(55))) == 2.0 / 3)
        #expect(journal.value(.timelyResponseRate, .share, at: 60, ["team": "service"]) == 1.0 / 3)
        journal.resolves(70, 3, from: "queued")
        journal.asks(80, 1)
        journal.resolves(85, 1)
        #expect(journal.value(.timelyResponseRate, .count, at: 90) == 3)
        #expect(journal.value(.timelyResponseRate, .share, at: 90) == 1.0 / 3)
        #expect(journal.value(.timelyResponseRate, .share, at: 10_000) == nil)
    }

    @Test("handling is what was worked, without lunch; each team and agent has their part") func handling() {
        var journal = SampleJournal()
        journal.starts(0)
        journal.queues(0)
        journal.accepts(100)
        journal.replies(130)
        journal.asks(150)
        journal.replies(4000)
        journal.queues(4060, from: "assigned", team: "after_sales")
        journal.accepts(4100, team: "after_sales", by: SampleJournal.other)
        journal.replies(4110, by: .agent(SampleJournal.other))
        journal.resolves(4130)
        #expect(journal.value(.handlingTime, .count, at: 4200) == 1)
        #expect(journal.value(.handlingTime, .max, at: 4200) == 140)
        #expect(journal.value(.handlingTime, .max, at: 4200, ["team": "service"]) == 110)
        #expect(journal.value(.handlingTime, .max, at: 4200, ["team": "after_sales"]) == 30)
        #expect(journal.value(.handlingTime, .max, at: 4200, ["agent": SampleJournal.other.text]) == 30)
        #expect(journal.value(.transferRate, .share, at: 4200) == 1)
        #expect(journal.value(.transferRate, .count, at: 4200) == 1)
    }

    @Test("abandonment is of those who left the queue; a team from which one was passed on has lost nobody") func abandonment() {
        var journal = SampleJournal()
        for number in 1...4 as ClosedRange<Int64> { journal.queues(0, number) }
        journal.accepts(10, 1)
        journal.queues(20, 2, from: "queued", team: "after_sales")
        journal.resolves(60, 2, from: "queued")
        journal.resolves(90, 3, from: "queued")
        #expect(journal.value(.abandonmentRate, .share, at: 100) == 2.0 / 3)
        #expect(journal.value(.abandonmentRate, .count, at: 100) == 3)
        #expect(journal.value(.abandonmentRate, .share, at: 100, ["team": "after_sales"]) == 1)
        #expect(journal.value(.abandonmentRate, .share, at: 100, ["team": "service"]) == 1.0 / 3)
        #expect(journal.value(.queueAbandoned, .mean, at: 100) == 75)
        #expect(journal.value(.queueAbandoned, .count, at: 100, ["team": "service"]) == 1)
    }

    @Test("resolution is from the reopening, for each cycle; each team has the part since it came to it") func resolution() {
        var journal = SampleJournal()
        journal.starts(0)
        journal.queues(100)
        journal.accepts(110)
        journal.resolves(300)
        journal.reopens(90_000)
        journal.queues(90_010)
        journal.resolves(90_050, from: "queued")
        #expect(journal.value(.resolutionTime, .max, at: 90_100, over: .seconds(100_000)) == 300)
        #expect(journal.value(.resolutionTime, .max, at: 90_100) == 50)
        #expect(journal.value(.resolutionTime, .max, at: 90_100, over: .seconds(100_000), ["team": "service"]) == 200)
        #expect(journal.value(.resolutionTime, .count, at: 90_100, over: .seconds(100_000)) == 2)
    }

    /// How the first contact goes on.
    enum Sequel: String, CaseIterable { case nothing, reopened, sameTopic, unknownTopic, otherTopic, reopenedLate, secondStint }

    @Test("a first contact is judged after 72 h, by what the customer did meanwhile", arguments: Sequel.allCases)
    func firstContact(sequel: Sequel) {
        var journal = SampleJournal()
        func topic(_ seconds: Double, _ conversation: Int64, _ topic: String) {
            journal.add(seconds, .conversationChanged, conversation, customer: 9, ["attributes": ["topic": .string(topic)]])
        }
        journal.add(0, .conversationStarted, 1, customer: 9, ["to": "bot"])
        topic(1, 1, "delivery")
        journal.queues(2)
        journal.accepts(3)
        if sequel == .secondStint { journal.accepts(4, from: "assigned", by: SampleJournal.other) }
        journal.resolves(10)
        #expect(
            journal.value(.firstContactResolution, .share, at: 20, [:], .init(isProvisional: true))
                == (sequel == .secondStint ? 0 : 1))
        switch sequel {
        case .nothing, .secondStint: break
        case .reopened: journal.reopens(10 * Self.hours)
        case .reopenedLate: journal.reopens(80 * Self.hours)
        case .sameTopic, .unknownTopic, .otherTopic:
            journal.add(10 * Self.hours, .conversationStarted, 2, customer: 9, ["to": "bot"])
            if sequel != .unknownTopic { topic(10 * Self.hours + 1, 2, sequel == .sameTopic ? "delivery" : "invoice") }
        }
        #expect(journal.value(.firstContactResolution, .count, at: 71 * Self.hours, over: .seconds(100 * 3600)) == 0)
        journal.waits(until: 90 * Self.hours)
        #expect(
            journal.value(.firstContactResolution, .share, at: 90 * Self.hours, over: .seconds(86_400))
                == ([.nothing, .otherTopic, .reopenedLate].contains(sequel) ? 1 : 0))
    }

    @Test("what the bot contained: not who gave up, nor who wanted a person, nor who came back") func containment() {
        var journal = SampleJournal()
        for number in 1...5 as ClosedRange<Int64> {
            journal.starts(0, number)
            journal.asks(1, number)
            if number != 5 { journal.replies(2, number, by: .bot("answer")) }
        }
        journal.resolves(60, 1, from: "bot")
        journal.asks(50, 2)
        journal.resolves(60, 2, from: "bot")
        journal.queues(60, 3)
        journal.resolves(70, 4, from: "bot")
        journal.reopens(7200, 4)
        // The bot has not spoken in the fifth.
        journal.resolves(7300, 5, from: "bot")
        #expect(journal.value(.botContainment, .share, at: 100, [:], .init(isProvisional: true)) == 0.5)
        #expect(journal.value(.botContainment, .count, at: 100) == 0)
        journal.waits(until: 73 * Self.hours)
        #expect(journal.value(.botContainment, .share, at: 73 * Self.hours, over: .seconds(7200)) == 0.25)
        #expect(journal.value(.botContainment, .count, at: 73 * Self.hours, over: .seconds(7200)) == 4)
    }

    @Test("satisfaction is 4 and 5 of all ratings, of tickets too; who was asked and kept silent shows beside it")
    func satisfaction() {
        var journal = SampleJournal()
        for number in 1...4 as ClosedRange<Int64> { journal.starts(0, number) }
        for number in 1...3 as ClosedRange<Int64> {
            journal.add(5, .flowEnded, number, ["flow": "f", "outcome": "done", "csat": true])
        }
        journal.add(6, .conversationChanged, 1, ["attributes": ["satisfaction": 5]])
        journal.add(7, .conversationChanged, 2, ["attributes": ["satisfaction": 3]])
        journal.add(8, .ticketChanged, 4, ["satisfaction": ["from": .null, "to": 4]])
        journal.add(9, .ticketChanged, 4, ["satisfaction": ["from": 4, "to": 1]])
        journal.add(9, .conversationChanged, 4, ["attributes": ["satisfaction": "good"]])
        #expect(journal.value(.satisfaction, .share, at: 20) == 2.0 / 3)
        #expect(journal.value(.satisfaction, .count, at: 20) == 3)
        journal.waits(until: 73 * Self.hours)
        #expect(
            abs(journal.value(.satisfactionResponseRate, .share, at: 73 * Self.hours, over: .seconds(7200))! - 2.0 / 3) < 0.001)
    }

    @Test("an SLA that is open and overdue is breached, and only conversations under one count") func attainment() {
        var journal = SampleJournal()
        func queue(_ seconds: Double, _ conversation: Int64, sla: String?) {
            let payload: Value = ["from": "bot", "to": "queued", "team": "premium", "sla": Value(sla)]
            journal.add(seconds, .conversationStarted, conversation, ["to": "bot"])
            journal.add(seconds, .conversationQueued, conversation, payload.compact())
        }
        queue(0, 1, sla: "vip")
        queue(0, 2, sla: "vip")
        queue(0, 3, sla: nil)
        journal.accepts(5, 1)
        journal.replies(10, 1)
        let minute = MeasureOptions(within: .seconds(60))
        #expect(journal.value(.slaAttainment, .share, at: 59, ["sla": "vip"], minute) == 1)
        #expect(journal.value(.slaAttainment, .share, at: 61, ["sla": "vip"], minute) == 0.5)
        #expect(journal.value(.slaAttainment, .count, at: 61, [:], minute) == 2)
        journal.resolves(100, 2, from: "queued")
        #expect(journal.value(.slaAttainment, .share, at: 120, ["sla": "vip"], minute) == 0.5)
        let hour = MeasureOptions(within: .seconds(3600), target: .resolution)
        #expect(journal.value(.slaAttainment, .share, at: 200, [:], hour) == 1)
        #expect(journal.value(.slaAttainment, .share, at: 3700, over: .seconds(4000), [:], hour) == 0.5)
    }

    @Test("reopened within seven days of all resolved, judged when they are over; at once as far as is known") func reopened() {
        var journal = SampleJournal()
        for number in 1...4 as ClosedRange<Int64> { journal.starts(0, number); journal.resolves(10, number, from: "bot") }
        journal.reopens(3600, 1)
        #expect(journal.value(.reopenRate, .share, at: 3600, over: .seconds(7200), [:], .init(isProvisional: true)) == 0.25)
        #expect(journal.value(.reopenRate, .share, at: 3600, over: .seconds(7200)) == nil)
        journal.reopens(8 * 86_400, 2)
        #expect(journal.value(.reopenRate, .share, at: 8 * 86_400, over: .seconds(2 * 86_400)) == 0.25)
    }

    @Test("the backlog is what is with people now, and how old it is") func backlog() {
        var journal = SampleJournal()
        journal.starts(0, 1)
        journal.starts(0, 2)
        journal.queues(0, 2)
        journal.accepts(5, 2)
        journal.queues(50, 3, team: "premium")
        journal.add(55, .conversationChanged, 3, ["tags": ["vip", "angry"]])
        #expect(journal.value(.backlog, .count, at: 100) == 2)
        #expect(journal.value(.backlog, .max, at: 100) == 100)
        #expect(journal.value(.backlog, .count, at: 100, ["team": "premium"]) == 1)
        #expect(journal.value(.backlog, .max, at: 100, ["tag": "angry", "team": "premium"]) == 50)
        #expect(journal.meter.labelSets(of: "backlog", by: ["tag"]) == [["tag": "angry"], ["tag": "vip"]])
        journal.resolves(110, 2)
        #expect(journal.value(.backlog, .count, at: 120) == 1)
    }

    @Test("messages by direction, what was not delivered by channel, signs not at all") func operations() {
        var journal = SampleJournal()
        journal.starts(0)
        journal.asks(1, kind: "event")
        journal.asks(2)
        journal.replies(3, by: .bot("hello"))
        journal.add(4, .deliveryChanged, 1, channel: "web", ["delivery": "failed", "direction": "out"])
        journal.add(5, .deliveryChanged, 1, ["delivery": "sent", "direction": "out"])
        #expect(journal.value(.messages, .count, at: 10) == 2)
        #expect(journal.value(.messages, .count, at: 10, ["direction": "in"]) == 1)
        #expect(journal.value(.deliveryFailures, .count, at: 10) == 1)
        #expect(journal.value(.deliveryFailures, .count, at: 10, ["channel": "web"]) == 1)
    }

    @Test("tags divide what they are on, each by itself; more than two labels together are not kept") func tags() {
        var journal = SampleJournal()
        journal.starts(0)
        journal.add(1, .conversationChanged, 1, ["tags": ["refund", "vip"]])
        journal.queues(2)
        journal.accepts(12)
        #expect(journal.value(.queueWait, .max, at: 20, ["tag": "refund"]) == 10)
        #expect(journal.value(.queueWait, .max, at: 20, ["tag": "vip", "team": "service"]) == 10)
        #expect(journal.value(.queueWait, .max, at: 20, ["tag": "vip", "team": "service", "channel": "mini"]) == nil)
    }

    @Test("a measure of one's own counts the events that match, from when it is asked for") func own() {
        var journal = SampleJournal()
        let refunds = EventCount(kind: .ticketCreated, match: ["category": ["refund"], "fields.level": [2, 3]])
        journal.add(0, .ticketCreated, 1, ["category": "refund", "fields": ["level": 3]])
        journal.meter.count([refunds])
        journal.add(1, .ticketCreated, 1, ["category": "refund", "fields": ["level": 3.0]])
        journal.add(2, .ticketCreated, 1, ["category": "refund", "fields": ["level": 1]])
        journal.add(3, .ticketCreated, 1, channel: "web", ["category": "refund", "fields": ["level": 2]])
        journal.add(4, .ticketChanged, 1, ["category": "refund", "fields": ["level": 2]])
        let options = MeasureOptions(own: refunds)
        func count(_ labels: Labels = [:]) -> Double? {
            journal.meter.value(of: "", .count, over: .seconds(60), at: journal.at(10), labels: labels, options: options)
        }
        #expect(count() == 2)
        #expect(count(["channel": "web"]) == 1)
        journal.meter.count([])
        #expect(count() == 0)
    }

    @Test("an alert for one tag, or for each team under it, sees nothing else") func only() {
        var journal = SampleJournal()
        for (number, team) in [(1, "service"), (2, "premium")] as [(Int64, String)] {
            journal.queues(0, number, team: team)
            journal.add(1, .conversationChanged, number, ["tags": number == 1 ? ["vip"] : ["plain"]])
        }
        let rule = AlertRule(
            id: "a", measure: "backlog", over: .seconds(60), by: ["team"], only: ["tag": "vip"], raise: .above(0))
        var board = AlertBoard()
        let changes = board.evaluate(rules: [rule], on: journal.meter, at: journal.at(5))
        #expect(changes.map(\.labels) == [["team": "service"]])
    }
}
