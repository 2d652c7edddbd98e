// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Rules

@Suite("Explanations") struct ExplainTests {
    @Test("say of every candidate why it did or did not act") func verdicts() throws {
        let runner = try runner(
            """
            reply "hit" { priority = 9, why = "Because.", match = keywords "x", text = "y" }
            reply "second" { match = keywords "x", text = "z" }
            reply "miss" { match = all { keywords "x", at_least("customer.vip_level", 4) }, text = "z" }
            reply "no" { match = keywords "x", when = function(c) return false end, tags = "t" }
            reply "bad" { match = keywords "x", act = function(c, out) error("boom") end }
            reply "enter" { on = "enter", text = "hi" }
            escalate "timed" { after = "60s", raise_priority = 1 }
            escalate "fired" { match = channel "live", once = "conversation", raise_priority = 1 }
            flow "f" { start = keywords "zz", stages = { a = function(chat) return chat:done() end } }
            """)
        var situation = Situation.sample(customer: .sample(["vip_level": 1]), text: "x")
        situation.conversation.fired["fired"] = noon
        situation.conversation.waitingSince = noon
        let explanation = runner.explain(situation)
        let verdicts = Dictionary(uniqueKeysWithValues: explanation.candidates.map { ($0.rule, $0.verdict) })
        #expect(
            verdicts == [
                "hit": .matched, "second": .outranked, "miss": .missed, "no": .when, "bad": .failed, "enter": .silent,
                "timed": .waits, "fired": .silent, "f": .missed,
            ])
        let miss = try #require(explanation.candidates.first { $0.rule == "miss" })
        #expect(
            miss.miss
                == MatchMiss(term: "at_least(\"customer.vip_level\", 4)", actual: "1", wanted: "customer.vip_level of 4 or more"))
        #expect(miss.description.contains("there was 1") && miss.description.contains("it takes customer.vip_level of 4 or more"))
        #expect(explanation.candidates.first?.why == "Because.")
        #expect(explanation.value["candidates"]?.array?.count == 9)
        #expect(explanation.candidates.first { $0.rule == "timed" }?.dueAt == noon + .seconds(60))
    }

    @Test("what it takes is enough: with the wanted value the rule matches") func enough() throws {
        let runner = try runner("reply \"r\" { match = at_least(\"customer.vip_level\", 4), text = \"y\" }")
        #expect(
            runner.explain(.sample(customer: .sample(["vip_level": 1]), text: "x")).candidates.first?.miss?.wanted
                == "customer.vip_level of 4 or more")
        #expect(runner.decide(.sample(customer: .sample(["vip_level": 4]), text: "x")).rules == ["r"])
    }
}
