// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Journal
import Rules
import Testing

@testable import Engine

@Suite("Rules that change under traffic")
struct ReloadStormTests {
    /// Every rule of the set leaves its mark, so that a mixture would show.
    private static func marked(_ mark: Int) -> RuleSource {
        RuleSource(
            name: "set \(mark)",
            texts: [
                "rules.lua": "return { name = \"set \(mark)\", api = 1 }\n",
                "autoreply/a.lua": """
                reply "answer" { match = keywords { "hello" }, text = "answer \(mark)" }
                """,
                "escalation/a.lua": """
                escalate "tag" { match = keywords { "hello" }, tags = { "tag-\(mark)" } }
                escalate "note" { match = keywords { "hello" }, note = "note \(mark)" }
                """,
            ])
    }

    /// The numbers that one settlement's decisions bear.
    private static func marks(_ decision: Event) -> Set<String> {
        let text = decision.payload["decisions"]?.jsonText ?? ""
        return Set(text.matches(of: /(?:answer |tag-|note )(\d+)/).map { String($0.output.1) })
    }

    @Test("a thousand reloads in a row: each message is decided once, wholly by one set, and by the one that is named")
    func storm() async throws {
        let desk = try await TestDesk()
        defer { desk.remove() }
        try await desk.engine.rules.activate(Self.marked(0), by: "test")
        // A hundred sets, each of them ten times: new ones come in whole, known ones come back.
        let sets = (0..<100).map { Self.marked($0) }
        let name = Dictionary(uniqueKeysWithValues: sets.enumerated().map { ($1.id, String($0)) })
        try await withThrowingTaskGroup { group in
            let isOver = Flag()
            for talker in 0..<2 {
                group.addTask {
                    var number = 0
                    while !isOver.isSet || number < 50 {
                        try await desk.say("hello \(number)", as: "c\(talker)-\(number % 20)")
                        number += 1
                    }
                }
            }
            group.addTask {
                defer { isOver.set() }
                for turn in 1...1000 {
                    // Eight by eight, so that most of what comes back is still at hand.
                    let mark = turn / 80 * 8 + turn % 8
                    try await desk.engine.rules.activate(sets[mark % 100], by: "test")
                }
            }
            try await group.waitForAll()
        }
        #expect(desk.engine.rules.active.id == sets[1000 / 80 * 8 % 100].id)
        var received: Set<String> = []
        var decided: [String: Int] = [:]
        var used: Set<String> = []
        var after: Seq = 0
        while case let page = try await desk.engine.store.events(after: after, limit: 1000, matching: .all), let last = page.last
        {
            after = last.seq
            for event in page {
                switch event.kind {
                case .messageReceived: received.insert(event.payload["id"]?.string ?? "")
                case .decision:
                    let set = name[event.payload["rule_set"]?.string ?? ""]
                    #expect(Self.marks(event) == [set ?? "none"], "at \(event.seq)")
                    used.insert(set ?? "none")
                    decided[event.payload["message"]?.string ?? "", default: 0] += 1
                default: break
                }
            }
        }
        #expect(received.count >= 100)
        #expect(Set(decided.keys) == received)
        #expect(decided.values.allSatisfy { $0 == 1 })
        #expect(used.count > 20, "the messages met too few of the sets to show anything: \(used.count)")
        try await desk.stop()
    }

    /// True once it was set.
    private final class Flag: Sendable {
        private let state = NSLock()
        nonisolated(unsafe) private var value = false
        var isSet: Bool { state.withLock { value } }
        func set() { state.withLock { value = true } }
    }

    // MARK: - Broken sets

    /// One of each kind, small, so that a thousand of them are soon looked at.
    private static let sound = [
        "rules.lua": "return { name = \"sound\", api = 1 }\n",
        "routing/r.lua": """

        route "vip" { match = at_least("customer.vip_level", 3),
          priority = 900, assign = { team = "premium" } }
        route "gold" { match = at_least("customer.vip_level", 2), assign = { team = "service" } }
        """,
        "autoreply/a.lua": """

        reply "price" {
          match = keywords { "price", "多少钱" },
          priority = 10, text = "See the shop." }
        reply "person" {
          match = keywords { "人工", "human" }, hand_off = { team = "service" } }
        """,
        "escalation/e.lua": """

        escalate "angry" {
          match = below("mood", -0.5),
          priority = 5, after = "60s", of = "waiting", act = function(c, out) out:raise_priority(1) end }
        alert "slow" { measure = "queue_wait", stat = "p90", over = "5m", raise = above("30s"), clear = below("20s") }
        """,
        "flows/f.lua": """

        flow "hello" { start = keywords { "begin" },
          stages = { ask = function(chat, s) chat:ask("x", { text = "x?", timeout = "1h" }) return chat:done() end } }
        """,
    ]
    private static let teams = ["service", "premium"]

    private enum Mutation: Int, CaseIterable {
        case syntax, undefined, team, type, field, duplicate, endless, memory

        /// One thing in one file is made wrong; nil if the file has nothing of the kind.
        func apply(_ text: String, _ draw: (Int) -> Int) -> String? {
            func somewhere(_ pattern: Regex<Substring>) -> Range<String.Index>? {
                let places = text.ranges(of: pattern)
                return places.isEmpty ? nil : places[draw(places.count)]
            }
            switch self {
            case .syntax:
                guard let place = somewhere(/\n(?:route|reply|escalate|flow|alert) "/) else { return nil }
                let junk = ["= = ", "end ", "( ", "return return ", "} ", "'unfinished ", "local 1 = 2 "][draw(7)]
                return text.replacingCharacters(in: place, with: "\n" + junk + text[place].dropFirst())
            case .undefined:
                guard let place = somewhere(/\n(?:route|reply|escalate|flow|alert) "/) else { return nil }
                return text.replacingCharacters(in: place, with: "\nno_such_thing_\(draw(1000))()" + text[place])
            case .team:
                guard let place = somewhere(/team = "[a-z_]+"/) else { return nil }
                return text.replacingCharacters(in: place, with: "team = \"nobody_\(draw(1000))\"")
            case .type:
                guard let place = somewhere(/priority = [0-9]+/) else { return nil }
                return text.replacingCharacters(in: place, with: "priority = {}")
            case .field:
                guard let place = somewhere(/\n {2,}match = {0,1}/) else { return nil }
                return text.replacingCharacters(in: place, with: "\n colour_\(draw(1000)) = 1, match = ")
            case .duplicate:
                guard let place = somewhere(/\n(?:route|reply|escalate|alert) "[a-z_]+"/) else { return nil }
                return text + text[place] + " {}\n"
            case .endless: return text + "\nwhile true do end\n"
            case .memory: return text + "\nlocal t = {} for i = 1, 100000000 do t[i] = { i } end\n"
            }
        }
    }

    @Test("a thousand broken sets: none goes live, each refusal names file and line, and what is decided stays the same")
    func mutations() async throws {
        let texts = Self.sound
        let desk = try await TestDesk(rules: texts, teams: Self.teams)
        defer { desk.remove() }
        let live = desk.engine.rules.active.id
        var random = SplitMix(state: 0x5eed)
        let paths = texts.keys.filter { $0 != "rules.lua" }.sorted()
        var tried = 0
        var kinds: [Mutation: Int] = [:]
        while tried < 1000 {
            // The two that burn a whole budget each are not as many.
            let mutation =
                tried % 50 == 0 ? [Mutation.endless, .memory][tried / 50 % 2] : Mutation.allCases[random.next(below: 6)]
            let path = paths[random.next(below: paths.count)]
            guard let broken = mutation.apply(texts[path] ?? "", { random.next(below: $0) }) else { continue }
            tried += 1
            kinds[mutation, default: 0] += 1
            var files = texts
            files[path] = broken
            do {
                try await desk.engine.rules.activate(RuleSource(name: "rules", texts: files), by: "test")
                Issue.record("\(mutation) in \(path) went live")
            } catch let rejection as RuleRejection {
                let errors = rejection.problems.filter { $0.severity == .error }
                #expect(
                    errors.contains { $0.file?.hasSuffix(path) == true && ($0.line ?? 0) > 0 },
                    "\(mutation) in \(path): \(rejection)")
            }
            if tried % 100 == 0 {
                let intake = try await desk.say("price?", as: "c\(tried)")
                #expect(try await desk.texts(intake.conversation).isEmpty == false)
            }
        }
        #expect(desk.engine.rules.active.id == live)
        #expect(kinds.count == Mutation.allCases.count && kinds.values.allSatisfy { $0 >= 5 }, "\(kinds)")
        let rejected = try await desk.engine.store.events(after: 0, limit: 5000, matching: EventFilter(kinds: [.rulesRejected]))
        #expect(rejected.count == 1000)
        let decisions = try await desk.engine.store.events(after: 0, limit: 5000, matching: EventFilter(kinds: [.decision]))
        #expect(decisions.allSatisfy { $0.payload["rule_set"]?.string == live })
        try await desk.stop()
    }

    @Test("of two activations at once one follows the other, and the last one is live")
    func together() async throws {
        let desk = try await TestDesk()
        defer { desk.remove() }
        let sets = (1...8).map { Self.marked($0) }
        try await withThrowingTaskGroup { group in
            for set in sets { group.addTask { _ = try await desk.engine.rules.activate(set, by: "test") } }
            try await group.waitForAll()
        }
        let activated = try await desk.engine.store.events(after: 0, limit: 100, matching: EventFilter(kinds: [.rulesActivated]))
            .suffix(8).compactMap { $0.payload["id"]?.string }
        #expect(Set(activated) == Set(sets.map(\.id)))
        #expect(activated.last == desk.engine.rules.active.id)
        #expect(try await desk.engine.store.activeRuleSet()?.id == activated.last)
        try await desk.stop()
    }
}
