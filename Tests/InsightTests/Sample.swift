// SPDX-License-Identifier: Apache-2.0
import Desk

@testable import Insight

/// A journal written by hand: each line is one event, seconds after the start.
struct SampleJournal {
    var meter = DeskMeter()
    private(set) var events: [Event] = []
    let start = Instant(seconds: 1_760_000_400)

    func at(_ seconds: Double) -> Instant { Instant(milliseconds: start.milliseconds + Int64(seconds * 1000)) }

    mutating func add(
        _ seconds: Double, _ kind: Event.Kind, _ conversation: Int64? = 1, channel: String? = "mini", actor: Actor = .system,
        customer: Int64? = nil, _ payload: Value = .object(.init())
    ) {
        let draft = Event.Draft(
            kind, conversation: conversation.map { ID($0) }, customer: customer.map { ID($0) }, channel: channel, actor: actor,
            payload: payload)
        let event = Event(seq: Seq(events.count + 1), at: at(seconds), draft: draft)
        events.append(event)
        meter.observe(event)
    }

    mutating func starts(_ seconds: Double, _ conversation: Int64 = 1, channel: String = "mini") {
        add(seconds, .conversationStarted, conversation, channel: channel, ["to": "bot"])
    }
    mutating func queues(
        _ seconds: Double, _ conversation: Int64 = 1, from: String = "bot", team: String = "service", channel: String = "mini"
    ) {
        add(
            seconds, .conversationQueued, conversation, channel: channel,
            ["from": .string(from), "to": "queued", "team": .string(team), "priority": 0])
    }
    mutating func accepts(
        _ seconds: Double, _ conversation: Int64 = 1, from: String = "queued", team: String = "service", waited: Int64? = nil,
        by agent: ID<Agent> = Self.agent
    ) {
        var payload: Value = ["from": .string(from), "to": "assigned", "team": .string(team), "agent": .string(agent.text)]
        if let waited { payload["wait_ms"] = .int(waited) }
        add(seconds, .conversationAssigned, conversation, payload)
    }
    mutating func replies(_ seconds: Double, _ conversation: Int64 = 1, by author: Actor = .agent(SampleJournal.agent)) {
        add(
            seconds, .messageSent, conversation, actor: author, ["author": .string(author.text), "direction": "out", "text": "…"])
    }
    mutating func resolves(_ seconds: Double, _ conversation: Int64 = 1, from: String = "assigned") {
        add(seconds, .conversationResolved, conversation, ["from": .string(from), "to": "resolved"])
    }
    mutating func reopens(_ seconds: Double, _ conversation: Int64 = 1) {
        add(seconds, .conversationReopened, conversation, ["from": "resolved", "to": "bot"])
    }

    static let agent = ID<Agent>(77)

    mutating func asks(_ seconds: Double, _ conversation: Int64 = 1, kind: String = "text") {
        add(seconds, .messageReceived, conversation, ["kind": .string(kind), "direction": "in", "text": "…"])
    }
    /// Time passes without an event.
    mutating func waits(until seconds: Double) { meter.advance(to: at(seconds)) }

    static let other = ID<Agent>(78)

    func value(
        _ measure: Measure, _ statistic: AlertRule.Statistic, at seconds: Double, over: Duration = .seconds(600),
        _ labels: Labels = [:], _ options: MeasureOptions = .init()
    ) -> Double? {
        meter.value(of: measure.rawValue, statistic, over: over, at: at(seconds), labels: labels, options: options)
    }
}

/// Random numbers that are the same in every run.
struct SeededNumbers: RandomNumberGenerator {
    var state: UInt64
    init(_ seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
