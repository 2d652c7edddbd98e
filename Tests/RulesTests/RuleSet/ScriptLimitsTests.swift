// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Rules

@Suite("Limits of a rule set") struct ScriptLimitsTests {
    private static let counting = """
        reply "counts" { match = keywords "go", text = "done",
          when = function(c) local n = 0 for i = 1, 6000 do n = n + i end return n > 0 end }
        """

    @Test("a function may use as much as rules.lua says, and no more") func limits() throws {
        let situation = Situation.sample(text: "go")
        #expect(try runner(Self.counting).decide(situation).failures.map(\.code) == ["instructions"])
        let more = ["rules.lua": "return { limits = { when_instructions = 100000 } }"]
        #expect(try runner(Self.counting, more).decide(situation).replies == ["done"])
        let less = ["rules.lua": "return { limits = { when_instructions = 100000, decision_instructions = 2000 } }"]
        #expect(try runner(Self.counting, less).decide(situation).failures.map(\.code) == ["instructions"])
    }

    @Test("a file that is read within load_ms is taken") func load() throws {
        let slow = "local n = 0 for i = 1, 4000000 do n = n + i end\nreply \"a\" { match = keywords \"a\", text = \"x\" }"
        let source = RuleSource(name: "test", texts: ["main.lua": slow])
        #expect(RuleSet.compile(source).problems.map(\.code).contains("budget"))
        let longer = RuleSource(
            name: "test", texts: ["main.lua": slow, "rules.lua": "return { limits = { load_ms = 2000 } }"])
        #expect(RuleSet.compile(longer).problems == [])
    }
}
