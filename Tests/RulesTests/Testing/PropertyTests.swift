// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Rules

@Suite("Properties of rules") struct PropertyTests {
    private let rules = """
        route "vip" { match = at_least("customer.vip_level", 4), assign = { team = "premium" } }
        route "rest" { stage = "fallback", assign = { team = "service" } }
        reply "hello" { match = keywords "hi", text = "hello" }
        escalate "late" { match = below("mood", -0.5), tags = "angry" }
        """

    private func run(_ test: String, main: String? = nil) throws -> TestReport {
        RuleTester.run(try ruleSet(main ?? rules, ["tests/p.lua": test]), understand: { _ in Understanding() })
    }

    @Test("pass where they hold for everything that is drawn") func passes() throws {
        let report = try run(
            """
            property("everybody gets a team", function(g, t)
              local found = t:decide(g:event(), "handoff")
              assert(found.team == "premium" or found.team == "service", "no team")
            end)
            property("numbers are where they belong", function(g)
              local n = g:number(3, 5)
              assert(n == 3 or n == 4 or n == 5)
              local x = g:number(0.5, 1.5)
              assert(x >= 0.5 and x <= 1.5)
              local c = g:choice { "a", "b" }
              assert(c == "a" or c == "b")
              assert(type(g:channel()) == "string" and type(g:text()) == "string" and type(g:flag()) == "boolean")
            end, { runs = 300 })
            property("a message is no sign, and a sign no message", function(g)
              assert(not g:event({ text = "hi" }).event)
              assert(not g:event({ kind = "image" }).event)
              assert(not g:event({ event = "enter" }).text)
            end)
            property("an angry one is tagged", function(g, t)
              local event = g:event { mood = -0.9, state = "queued" }
              assert(t:decide(event, "change").tags[1] == "angry")
            end)
            """)
        #expect(report.failures.map(\.description) == [])
        #expect(report.passed == 4)
    }

    @Test("fail with the smallest event, its seed, file and line") func shrinks() throws {
        let report = try run(
            """
            property("nobody is premium", function(g, t)
              local event = g:event()
              local found = t:decide(event, "start")
              assert(found.team ~= "premium", "premium")
            end)
            """)
        let failure = try #require(report.failures.first)
        #expect(failure.test == "nobody is premium")
        #expect(failure.file == "rules/tests/p.lua" && failure.line == 4)
        #expect(failure.message.contains("vip_level = 4 } (run "), "\(failure)")
        // The kind of message, which is drawn always, and what the rule is about; nothing else.
        #expect(
            failure.message.contains("the smallest it fails with: event = { ") && failure.message.contains(", seed "),
            "\(failure)")
        #expect(failure.message.split(separator: " = ").count == 4, "\(failure)")
        // The same again: the same failure.
        #expect(
            try run(
                """
                property("nobody is premium", function(g, t)
                  local event = g:event()
                  local found = t:decide(event, "start")
                  assert(found.team ~= "premium", "premium")
                end)
                """
            ).failures == report.failures)
    }

    @Test("a number is made as small as it may be", arguments: [(0, 100, 17), (0, 1000, 1), (5, 500, 6)])
    func smallest(low: Int, high: Int, limit: Int) throws {
        let report = try run(
            "property(\"p\", function(g) local n = g:number(\(low), \(high)) assert(n < \(limit), \"too much\") end)")
        #expect(report.failures.first?.message.contains("number = \(limit) ") == true, "\(report)")
    }

    @Test(
        "mistakes are told at their line",
        arguments: [
            ("property \"p\"", "property needs a name and a function"),
            ("property(\"p\", function(g) g:nummer(1, 2) end)", "did you mean 'number'?"),
            ("property(\"p\", function(g) g.number(1, 2) end)", "with a colon"),
            ("property(\"p\", function(g, t) t:decide(g:event(), \"strat\") end)", "did you mean 'start'?"),
            ("property(\"p\", function(g) end, { run = 3 })", "did you mean 'runs'?"),
            ("property(\"p\", function(g) end, { runs = 0 })", "runs between 1 and"),
            ("property(\"p\", function(g) while true do g:flag() end end)", "draws too much"),
            ("property(\"p\", function(g, t) t:decide { state = \"bott\" } end)", "did you mean 'bot'?"),
        ])
    func mistakes(test: String, says: String) throws {
        let report = try run(test)
        #expect(report.failures.count == 1)
        #expect(report.failures.first?.line == 1)
        #expect(report.failures.first?.message.contains(says) == true, "\(report)")
    }

    @Test("shrinking keeps what fails, and ends", arguments: 0..<20) func shrinking(seed: UInt64) {
        var dice = Dice(seed: seed)
        let draws = (0..<dice.pick([1, 5, 30, 200])).map { _ in Int.random(in: 0..<50, using: &dice) }
        let limit = draws.reduce(0, +) / 2
        func fails(_ draws: [Int]) -> [Int]? { draws.reduce(0, +) >= limit ? draws : nil }
        let smallest = PropertyShrinking.smallest(draws, fails: fails)
        #expect(fails(smallest) != nil)
        #expect(smallest.count <= draws.count)
    }
}
