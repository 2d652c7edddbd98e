// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal
import Rules
import Testing

@testable import Engine

@Suite("A rule set on its way to everybody", .timeLimit(.minutes(10)))
struct RolloutTests {
    /// Nothing here is about how long rules take: what else the machine does speaks against no set.
    private static func answering(_ text: String, more: String = "") -> [String: String] {
        [
            "rules.lua": "return { name = \"\(text)\", api = 1, watch = { window = \"10m\", least = 20, slower = 1000000 } }\n",
            "autoreply/a.lua": "reply \"hello\" { match = keywords { \"hello\" }, text = \"\(text)\" }\n" + more,
        ]
    }

    private static func source(_ files: [String: String]) -> RuleSource { RuleSource(name: "next", texts: files) }

    private func answers(_ desk: TestDesk, _ count: Int, from first: Int = 0) async throws -> [String: Int] {
        var found: [String: Int] = [:]
        for number in first..<(first + count) {
            let intake = try await desk.say("hello", as: "c\(number)")
            for text in try await desk.texts(intake.conversation) { found[text, default: 0] += 1 }
        }
        return found
    }

    @Test("a canary decides about its part of the conversations, each wholly, until it is promoted")
    func canary() async throws {
        let desk = try await TestDesk(rules: Self.answering("old"))
        defer { desk.remove() }
        let rules = desk.engine.rules
        let candidate = Self.source(Self.answering("new"))
        try await rules.activate(candidate, by: "mei", plan: .canary(share: 0.3))
        #expect(rules.active.id != candidate.id)
        let first = try await answers(desk, 200)
        #expect(first["old", default: 0] + first["new", default: 0] == 200)
        #expect((30...90).contains(first["new", default: 0]), "30 % of 200 were wanted: \(first)")
        // The same conversations are asked again: each gets what it got.
        for number in 0..<40 {
            let intake = try await desk.say("hello", as: "c\(number)")
            #expect(Set(try await desk.texts(intake.conversation)).count == 1)
        }
        let status = rules.rolloutStatus
        #expect(status["candidate"]?["plan"] == "canary")
        #expect(status["candidate"]?["vitals"]?["settlements"]?.int ?? 0 >= Int64(first["new", default: 0]))

        try await rules.promote(by: "mei")
        #expect(rules.active.id == candidate.id)
        #expect(rules.rolloutStatus["candidate"] == nil)
        #expect(try await answers(desk, 20, from: 1000) == ["new": 20])
        let steps = try await desk.engine.store.events(
            after: 0, limit: 1000, matching: EventFilter(kinds: [.rulesRollout])
        ).compactMap { $0.payload["step"]?.string }
        #expect(steps == ["canary", "promoted"])
        try await desk.stop()
    }

    @Test("a canary survives a restart, and rolling back ends it")
    func restart() async throws {
        let desk = try await TestDesk(rules: Self.answering("old"))
        try await desk.engine.rules.activate(Self.source(Self.answering("new")), by: "mei", plan: .canary(share: 0.5))
        let before = try await answers(desk, 60)
        try await desk.stop()

        desk.clock.advance(by: .seconds(1))
        let again = try await TestDesk(on: desk)
        defer { again.remove() }
        #expect(again.engine.rules.rolloutStatus["candidate"]?["plan"] == "canary")
        var after: [String: Int] = [:]
        for number in 0..<60 {
            let intake = try await again.say("hello", as: "c\(number)")
            after[try await again.texts(intake.conversation).last ?? "", default: 0] += 1
        }
        #expect(after == before)
        try await again.engine.rules.rollback(to: nil, by: "mei")
        #expect(again.engine.rules.rolloutStatus["candidate"] == nil)
        #expect(try await answers(again, 30, from: 1000) == ["old": 30])
        try await again.stop()
    }

    @Test("a canary whose rules fail is stopped by itself, and the reason stands in the journal")
    func badCanary() async throws {
        let desk = try await TestDesk(rules: Self.answering("old"))
        defer { desk.remove() }
        let failing = "escalate \"bad\" { match = keywords { \"hello\" }, act = function() error(\"no\") end }\n"
        let rules = desk.engine.rules
        try await rules.activate(Self.source(Self.answering("new", more: failing)), by: "mei", plan: .canary(share: 0.5))
        _ = try await answers(desk, 60)
        // The desk itself may have looked a moment before, and be about to stop it.
        while rules.rolloutStatus["candidate"] != nil { await rules.lookAfterRollout(at: desk.clock.now()) }
        let stopped = try await desk.engine.store.events(after: 0, limit: 1000, matching: EventFilter(kinds: [.rulesRollout]))
            .last
        #expect(stopped?.payload["step"] == "stopped")
        #expect(stopped?.payload["reason"]?.string?.contains("rules fail") == true)
        try await desk.stop()
    }

    @Test("a rule that rests in a canary answers on in the live set")
    func restingCanary() async throws {
        let desk = try await TestDesk(rules: Self.answering("old"))
        defer { desk.remove() }
        let failing = [
            "autoreply/a.lua": "reply \"hello\" { match = keywords { \"hello\" }, act = function() error(\"no\") end }\n"
        ]
        let rules = desk.engine.rules
        let candidate = Self.source(failing)
        try await rules.activate(candidate, by: "mei", plan: .canary(share: 0.5))
        _ = try await answers(desk, 40)
        #expect(rules.health.isSetAside("hello", of: candidate.id, at: desk.clock.now()))
        while rules.rolloutStatus["candidate"] != nil { await rules.lookAfterRollout(at: desk.clock.now()) }
        #expect(try await answers(desk, 20, from: 100) == ["old": 20])
        try await desk.stop()
    }

    private func steps(_ desk: TestDesk) async throws -> [String] {
        try await desk.engine.store.events(after: 0, limit: 2000, matching: EventFilter(kinds: [.rulesRollout]))
            .compactMap { $0.payload["step"]?.string }
    }

    @Test("the journal says how each trial ended, also where another set took its place")
    func replaced() async throws {
        let desk = try await TestDesk(rules: Self.answering("old"))
        defer { desk.remove() }
        let rules = desk.engine.rules
        try await rules.activate(Self.source(Self.answering("one")), by: "mei", plan: .canary(share: 0.5))
        try await rules.activate(Self.source(Self.answering("one")), by: "mei", plan: .canary(share: 0.7))
        try await rules.activate(Self.source(Self.answering("two")), by: "mei", plan: .shadow)
        try await rules.activate(Self.source(Self.answering("three")), by: "file watch")
        #expect(rules.rolloutStatus["candidate"] == nil)
        #expect(try await steps(desk) == ["canary", "canary", "replaced", "shadow", "replaced"])
        try await desk.stop()
    }

    @Test("dialogues that began during a trial must be able to go on before the candidate is live for all")
    func promotionRehearses() async throws {
        let desk = try await TestDesk(rules: Self.flow(1))
        defer { desk.remove() }
        let rules = desk.engine.rules
        let candidate = Self.source(Self.flow(1, second: "other"))
        try await rules.activate(candidate, by: "mei", plan: .canary(share: 0.000_001), lasting: .seconds(60))
        try await desk.say("begin", as: "c1")
        await #expect {
            try await rules.promote(by: "mei")
        } throws: { error in
            (error as? RuleRejection)?.problems.map(\.code) == ["running_flow"]
        }
        desk.clock.advance(by: .seconds(61))
        while rules.rolloutStatus["candidate"]?["until"] != nil { await rules.lookAfterRollout(at: desk.clock.now()) }
        #expect(rules.active.id != candidate.id)
        #expect(rules.rolloutStatus["candidate"]?["id"]?.string == candidate.id, "it is tried on until somebody decides")
        #expect(try await steps(desk) == ["canary", "held"])
        try await rules.promote(by: "mei", force: true)
        #expect(rules.active.id == candidate.id)
        try await desk.stop()
    }

    @Test("a canary with a time goes live for all at its end")
    func timed() async throws {
        let desk = try await TestDesk(rules: Self.answering("old"))
        defer { desk.remove() }
        let rules = desk.engine.rules
        let candidate = Self.source(Self.answering("new"))
        try await rules.activate(candidate, by: "mei", plan: .canary(share: 0.5), lasting: .seconds(1800))
        desk.clock.advance(by: .seconds(1799))
        await rules.lookAfterRollout(at: desk.clock.now())
        #expect(rules.active.id != candidate.id)
        desk.clock.advance(by: .seconds(2))
        while rules.active.id != candidate.id { await rules.lookAfterRollout(at: desk.clock.now()) }
        #expect(rules.rolloutStatus["candidate"] == nil)
        try await desk.stop()
    }

    @Test("a shadow decides everything and does nothing; what differs is counted by rule")
    func shadow() async throws {
        let desk = try await TestDesk(rules: Self.answering("old"))
        defer { desk.remove() }
        let rules = desk.engine.rules
        try await rules.activate(Self.source(Self.answering("new")), by: "mei", plan: .shadow)
        #expect(try await answers(desk, 40) == ["old": 40])
        _ = try await desk.say("something else", as: "other")
        while (rules.rolloutStatus["candidate"]?["report"]?["decisions"]?.int ?? 0) < 41 {
            try await Task.sleep(for: .milliseconds(5))
        }
        let report = rules.rolloutStatus["candidate"]?["report"]
        #expect(report?["changed"] == 40)
        #expect(report?["changes"]?.array?.first?["rule"] == "hello")
        try await rules.stopRollout(by: "mei")
        #expect(rules.rolloutStatus["candidate"] == nil)
        try await desk.stop()
    }

    @Test("a new set that does badly in its watch window goes, and the desk is back at the one before")
    func returns() async throws {
        let desk = try await TestDesk(rules: Self.answering("old"))
        defer { desk.remove() }
        let rules = desk.engine.rules
        let good = rules.active.id
        _ = try await answers(desk, 30)
        let failing = "escalate \"bad\" { match = keywords { \"hello\" }, act = function() error(\"no\") end }\n"
        try await rules.activate(Self.source(Self.answering("new", more: failing)), by: "mei")
        #expect(rules.rolloutStatus["watch"]?["previous"]?.string == good)
        _ = try await answers(desk, 30, from: 100)
        await rules.lookAfterRollout(at: desk.clock.now())
        // The desk itself may have looked a moment before, and be on its way back.
        while rules.active.id != good || rules.rolloutStatus["watch"] != nil { await Task.yield() }
        #expect(rules.rolloutStatus["watch"] == nil)
        #expect(try await answers(desk, 5, from: 200) == ["old": 5])
        let reasons = try await desk.engine.store.events(
            after: 0, limit: 2000, matching: EventFilter(kinds: [.rulesActivated, .rulesRollout]))
        #expect(reasons.last?.payload["reason"]?.string?.contains("rules fail") == true)
        #expect(reasons.contains { $0.payload["step"] == "returned" })
        // The history says by whom it is live now, not who brought it once; its files are all there.
        let record = try #require(try await desk.engine.store.ruleSet(good))
        #expect(record.by == "watch window" && !record.files.isEmpty)
        #expect(try await desk.engine.store.ruleSets(limit: 10).first { $0.id == good }?.by == "watch window")
        try await desk.stop()
    }

    @Test("a set that does well stays, and after its window it is watched no more")
    func stays() async throws {
        let desk = try await TestDesk(rules: Self.answering("old"))
        defer { desk.remove() }
        let rules = desk.engine.rules
        _ = try await answers(desk, 30)
        let candidate = Self.source(Self.answering("new"))
        try await rules.activate(candidate, by: "mei")
        _ = try await answers(desk, 30, from: 100)
        await rules.lookAfterRollout(at: desk.clock.now())
        #expect(rules.active.id == candidate.id)
        desk.clock.advance(by: .seconds(601))
        await rules.lookAfterRollout(at: desk.clock.now())
        #expect(rules.rolloutStatus["watch"] == nil)
        #expect(rules.active.id == candidate.id)
        try await desk.stop()
    }

    @Test("what was put live beside the folder is live after a restart, until the folder changes")
    func survives() async throws {
        let desk = try await TestDesk(rules: Self.answering("old"))
        let promoted = Self.source(Self.answering("new"))
        try await desk.engine.rules.activate(promoted, by: "mei", plan: .canary(share: 0.5))
        try await desk.engine.rules.promote(by: "mei")
        try await desk.stop()
        desk.clock.advance(by: .seconds(1))
        let again = try await TestDesk(on: desk)
        #expect(again.engine.rules.active.id == promoted.id)
        #expect(again.engine.rules.rolloutStatus["watch"] != nil, "its watch window goes on")
        #expect(try await again.engine.rules.reloadFromDisk(by: "file watch") == nil)
        try await again.stop()

        again.clock.advance(by: .seconds(1))
        let saved = try await TestDesk(rules: Self.answering("saved"), on: again)
        defer { saved.remove() }
        #expect(try await answers(saved, 3) == ["saved": 3])
        try await saved.stop()
    }

    private static func flow(_ version: Int, second: String = "after", upgrade: String = "") -> [String: String] {
        [
            "flows/f.lua": """
            flow "f" {
              version = \(version), start = keywords { "begin" },
              stages = {
                ask = function(chat, s) s.a = chat:ask("a", { text = "first?", timeout = "1h" }) return "\(second)" end,
                \(second) = function(chat, s) s.b = chat:ask("b", { text = "second?", timeout = "1h" }) return chat:done() end,
              },
              \(upgrade)
            }
            """
        ]
    }

    @Test("running dialogues are taken over dry first: a set in which they could not go on is refused, unless it is forced")
    func rehearsal() async throws {
        let desk = try await TestDesk(rules: Self.flow(1))
        defer { desk.remove() }
        let rules = desk.engine.rules
        for number in 0..<3 { try await desk.say("begin", as: "c\(number)") }
        for (files, words) in [
            (Self.flow(1, second: "other"), "may come to stage 'after'"),
            (Self.flow(2), "no on_upgrade from version 1"),
            (Self.flow(2, upgrade: "on_upgrade = { [1] = function(s) error(\"broken\") end },"), "broken"),
            (["autoreply/a.lua": "reply \"x\" { match = keywords { \"x\" }, text = \"x\" }"], "no flow 'f'"),
        ] {
            await #expect {
                try await rules.activate(Self.source(files), by: "mei")
            } throws: { error in
                let problems = (error as? RuleRejection)?.problems ?? []
                return problems.count == 1 && problems[0].code == "running_flow"
                    && problems[0].message.hasPrefix("3 running dialogues of flow 'f' could not go on")
                    && problems[0].message.contains(words) && problems[0].file != nil && problems[0].line ?? 0 > 0
            }
        }
        let good = Self.source(Self.flow(2, upgrade: "on_upgrade = { [1] = function(s) return s end },"))
        try await rules.activate(good, by: "mei")
        #expect(rules.active.id == good.id)
        let forced = Self.source(Self.flow(1, second: "other"))
        try await rules.activate(forced, by: "mei", force: true)
        #expect(rules.active.id == forced.id)
        // What could not go on under the live set either stands in nobody's way.
        let without = Self.source(["autoreply/a.lua": "reply \"x\" { match = keywords { \"x\" }, text = \"x\" }"])
        try await rules.activate(without, by: "mei")
        #expect(rules.active.id == without.id)
        try await desk.stop()
    }
}

@Suite("What speaks against a new rule set")
struct WatchSettingsTests {
    private func sum(_ settled: Int, failed: Int = 0, us: Int64 = 50, arrived: Int = 0, fallback: Int = 0) -> Vitals.Sum {
        var sum = Vitals.Sum()
        sum.settled = settled
        sum.failed = failed
        sum.failures = failed
        sum.microseconds = us * Int64(settled)
        sum.arrived = arrived
        sum.fallenBack = fallback
        return sum
    }

    @Test("failures, time and arrivals that jump, and nothing else")
    func objections() {
        let settings = WatchSettings()
        let before = sum(1000, failed: 5, us: 300, arrived: 100, fallback: 10)
        #expect(settings.objection(before: before, after: sum(1000, failed: 6, us: 310, arrived: 100, fallback: 12)) == nil)
        #expect(settings.objection(before: before, after: sum(20, failed: 5))?.contains("fail") == true)
        #expect(settings.objection(before: before, after: sum(4, failed: 4)) == nil, "four failures are chance")
        #expect(settings.objection(before: before, after: sum(100, us: 9000))?.contains("µs") == true)
        #expect(settings.objection(before: before, after: sum(100, us: 1900)) == nil, "still quick")
        #expect(settings.objection(before: before, after: sum(10, us: 9000)) == nil, "too few to judge")
        #expect(settings.objection(before: before, after: sum(100, arrived: 20, fallback: 10))?.contains("fallback") == true)
        #expect(settings.objection(before: sum(0), after: sum(100, us: 9000)) == nil, "nothing to compare with")
    }

    @Test("a conversation's place is fixed, and places are even")
    func places() {
        let ids = (0..<10_000).map { ID<Conversation>(0x0190_0000_0000_0000 + Int64($0) * 4096) }
        let places = ids.map(Rollout.place)
        #expect(places == ids.map(Rollout.place))
        for tenth in 0..<10 {
            let count = places.count { $0 >= Double(tenth) / 10 && $0 < Double(tenth + 1) / 10 }
            #expect((850...1150).contains(count))
        }
    }
}
