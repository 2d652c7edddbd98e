// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Insight

/// What stands beside the twelve measures.
@Suite("Beside the twelve measures") struct BesideMeasuresTests {
    @Test("the net promoter score is promoters less detractors, from -100 to 100, where each counts once") func promoters() {
        var journal = SampleJournal()
        journal.starts(0)
        journal.queues(1)
        #expect(journal.value(.netPromoterScore, .mean, at: 2) == nil)
        for (index, rating) in [10, 9, 8, 7, 6, 0, 3, 2].enumerated() {
            journal.add(10 + Double(index), .conversationChanged, 1, ["attributes": ["nps": .int(Int64(rating))]])
        }
        journal.add(20, .conversationChanged, 1, ["attributes": ["nps": 11]])
        #expect(journal.value(.netPromoterScore, .count, at: 30) == 8)
        #expect(journal.value(.netPromoterScore, .mean, at: 30) == -25)
        #expect(journal.value(.netPromoterScore, .mean, at: 30, ["team": "service"]) == -25)
        #expect(journal.value(.satisfaction, .count, at: 30) == 0)
    }

    @Test("tickets are backlog until they are solved, by the team and agent that have them now") func tickets() {
        var journal = SampleJournal()
        func ticket(_ seconds: Double, _ kind: Event.Kind, _ number: Int64, _ payload: Value) {
            let draft = Event.Draft(kind, ticket: ID(number), channel: "mini", payload: payload)
            journal.meter.observe(Event(seq: 0, at: journal.at(seconds), draft: draft))
        }
        ticket(0, .ticketCreated, 1, ["status": "new", "team": "service", "tags": ["refund"]])
        ticket(100, .ticketCreated, 2, ["status": "new", "team": "service"])
        #expect(journal.value(.ticketBacklog, .count, at: 200) == 2)
        #expect(journal.value(.ticketBacklog, .max, at: 200) == 200)
        #expect(journal.value(.ticketBacklog, .count, at: 200, ["tag": "refund"]) == 1)
        ticket(300, .ticketChanged, 1, ["team": ["from": "service", "to": "premium"]])
        ticket(300, .ticketChanged, 2, ["assignee_id": ["from": nil, "to": "a1"], "status": ["from": "new", "to": "open"]])
        #expect(journal.value(.ticketBacklog, .count, at: 300, ["team": "premium"]) == 1)
        #expect(journal.value(.ticketBacklog, .count, at: 300, ["agent": "a1"]) == 1)
        #expect(journal.meter.labelSets(of: "ticket_backlog", by: ["team"]) == [["team": "premium"], ["team": "service"]])
        ticket(400, .ticketChanged, 2, ["status": ["from": "open", "to": "pending"]])
        #expect(journal.value(.ticketBacklog, .count, at: 400) == 2)
        ticket(500, .ticketChanged, 2, ["status": ["from": "pending", "to": "solved"]])
        #expect(journal.value(.ticketBacklog, .count, at: 500) == 1)
        ticket(600, .ticketChanged, 2, ["status": ["from": "solved", "to": "open"]])
        #expect(journal.value(.ticketBacklog, .count, at: 700) == 2)
        #expect(journal.value(.ticketBacklog, .max, at: 700) == 700)
        ticket(800, .ticketChanged, 1, ["status": ["from": "new", "to": "closed"]])
        #expect(journal.value(.ticketBacklog, .max, at: 800) == 200)
    }

    private func presence(_ journal: inout SampleJournal, _ seconds: Double, _ presence: String, _ agent: ID<Agent>) {
        journal.add(seconds, .agentPresence, nil, channel: nil, ["agent": .string(agent.text), "presence": .string(presence)])
    }

    @Test("occupancy is time with a conversation of the time signed in; concurrency how many at once then") func occupancy() {
        var journal = SampleJournal()
        let (one, two) = (SampleJournal.agent, SampleJournal.other)
        let agent = Agent(id: one, name: "Ann", teams: ["service", "premium"], idleSince: journal.start)
        journal.add(0, .agentChanged, nil, channel: nil, ["agent": agent.value])
        presence(&journal, 0, "online", one)
        presence(&journal, 0, "busy", two)
        for number in 1...2 as ClosedRange<Int64> { journal.queues(10, number) }
        journal.accepts(120, 1, by: one)
        journal.accepts(240, 2, by: one)
        journal.add(360, .conversationPending, 2, ["from": "assigned", "to": "pending"])
        journal.resolves(480, 1)
        #expect(journal.value(.occupancy, .share, at: 480, ["agent": one.text]) == 360.0 / 480)
        #expect(journal.value(.occupancy, .share, at: 480, ["agent": two.text]) == 0)
        #expect(journal.value(.occupancy, .share, at: 480) == 360.0 / 960)
        #expect(journal.value(.occupancy, .share, at: 480, ["team": "premium"]) == 360.0 / 480)
        // Alone for two minutes, two for two, one for two.
        #expect(journal.value(.concurrency, .mean, at: 480) == 480.0 / 360)
        #expect(journal.value(.concurrency, .mean, at: 480, ["agent": two.text]) == nil)
        // Who has gone is not signed in; what was before stays.
        presence(&journal, 480, "offline", one)
        presence(&journal, 480, "away", two)
        #expect(journal.value(.occupancy, .share, at: 900, over: .seconds(3600)) == 360.0 / 960)
        #expect(journal.value(.occupancy, .share, at: 90_000, over: .seconds(60)) == nil)
    }

    @Test("how often time passes changes nothing of it") func steadiness() {
        func run(ticks: Int) -> Double? {
            var journal = SampleJournal()
            presence(&journal, 0, "online", SampleJournal.agent)
            journal.queues(5)
            journal.accepts(7)
            if ticks > 0 { for tick in 1...ticks { journal.waits(until: 7 + Double(tick) * 1000 / Double(ticks)) } }
            journal.resolves(1007)
            return journal.value(.occupancy, .share, at: 2000, over: .seconds(3600))
        }
        #expect(run(ticks: 0) == 0.5)
        #expect(run(ticks: 10) == 0.5)
        #expect(run(ticks: 1000) == 0.5)
    }

    @Test("what the bot handed on is counted, and what only looked contained") func containment() {
        var journal = SampleJournal()
        for number in 1...3 as ClosedRange<Int64> {
            journal.starts(0, number)
            journal.asks(1, number)
            journal.replies(2, number, by: .bot("hello"))
        }
        journal.queues(10, 3)
        for number in 1...2 as ClosedRange<Int64> { journal.resolves(20, number, from: "bot") }
        journal.reopens(7200, 2)
        #expect(journal.value(.botHandoffs, .count, at: 30) == 1)
        #expect(journal.value(.falseContainment, .share, at: 30) == nil)
        journal.waits(until: 300_000)
        #expect(journal.value(.falseContainment, .share, at: 300_000, over: .seconds(86_400)) == 0.5)
        #expect(journal.value(.falseContainment, .count, at: 300_000, over: .seconds(86_400)) == 2)
        #expect(journal.value(.botContainment, .count, at: 300_000, over: .seconds(86_400)) == 3)
    }

    @Test("the knowledge hits where a question to the bot was answered from it") func knowledge() {
        var journal = SampleJournal()
        journal.starts(0)
        for (second, keys) in [["shipping"], [], [], ["price"]].enumerated() {
            journal.add(Double(second), .decision, 1, ["knowledge": .array(keys.map { .string($0) })])
        }
        journal.add(9, .decision, 1, ["rule_set": "x"])
        #expect(journal.value(.knowledgeHitRate, .share, at: 10) == 0.5)
        #expect(journal.value(.knowledgeHitRate, .count, at: 10) == 4)
    }
}

@Suite("A measure over time") struct MeasureHistoryTests {
    private func history(
        _ journal: SampleJournal, _ measure: Measure, _ step: MeasureHistory.Step, _ steps: Int, by: [String] = [],
        only: [String: String] = [:]
    ) -> [Value]? {
        // The sample begins on the hour.
        let until = journal.start + step.duration * steps
        return journal.meter.history(
            MeasureHistory(measure, step: step, since: journal.start, until: until, by: by, only: only))
    }

    @Test("arrivals by quarter-hour: each in its own, none in two") func quarters() throws {
        var journal = SampleJournal()
        for (index, second) in [0.0, 899, 900, 1799.9, 3599.999].enumerated() { journal.starts(second, Int64(index + 1)) }
        let items = try #require(history(journal, .arrivals, .quarter, 5))
        #expect(items.map { $0["count"] } == [2, 2, 1])
        #expect(items.map { $0["at"]?.string } == [0.0, 900, 2700].map { journal.at($0).rfc3339 })
        #expect(try #require(history(journal, .arrivals, .hour, 1)).map { $0["count"] } == [5])
    }

    @Test("by label, and only what has one") func labels() throws {
        var journal = SampleJournal()
        for number in 1...3 as ClosedRange<Int64> { journal.queues(0, number) }
        journal.accepts(10, 1, by: SampleJournal.agent)
        journal.replies(30, 1)
        journal.accepts(10, 2, by: SampleJournal.other)
        journal.replies(50, 2, by: .agent(SampleJournal.other))
        let items = try #require(history(journal, .firstResponseTime, .hour, 2, by: ["agent"]))
        #expect(items.map { $0.at("labels.agent")?.string } == [SampleJournal.agent.text, SampleJournal.other.text])
        #expect(items.map { $0["max"] } == [30.0, 50.0])
        let one = try #require(
            history(journal, .firstResponseTime, .day, 1, by: ["team"], only: ["agent": SampleJournal.agent.text]))
        #expect(one.map { $0["count"] } == [1])
        // The third still waits: of the past nothing is said of that.
        #expect(try #require(history(journal, .queueWait, .hour, 3)).count == 1)
    }

    @Test("what is too much is refused") func bound() {
        #expect(history(SampleJournal(), .arrivals, .quarter, MeasureHistory.most) == [])
        #expect(history(SampleJournal(), .arrivals, .quarter, MeasureHistory.most + 1) == nil)
    }
}
