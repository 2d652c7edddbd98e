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

    @Test("whoever was outranked is told by whom; a resolved conversation is left alone") func outranked() throws {
        let runner = try runner(
            """
            reply "first" { priority = 9, match = keywords "x", text = "y" }
            reply "second" { match = keywords "x", text = "z" }
            escalate "now" { match = channel "live", raise_priority = 1 }
            escalate "later" { after = "60s", raise_priority = 1 }
            """)
        var situation = Situation.sample(text: "x")
        let second = runner.explain(situation).candidates.first { $0.rule == "second" }
        #expect(second?.verdict == .outranked)
        #expect(second?.remark == "\"first\" (rules/main.lua:1, priority 9) comes before it")
        situation.conversation.state = .resolved
        situation.occasion = .changed
        let silent = runner.explain(situation).candidates
        #expect(silent.map(\.verdict) == [.silent, .silent])
        #expect(silent.first?.remark == "the conversation is resolved")
    }

    struct Miss: Sendable, CustomTestStringConvertible {
        let condition: String
        let actual: String
        let wanted: String
        var testDescription: String { condition }
    }

    @Test(
        "a miss says what there was and what it would have taken",
        arguments: [
            Miss(condition: "at_least(\"customer.vip_level\", 4)", actual: "2", wanted: "customer.vip_level of 4 or more"),
            Miss(condition: "eq(\"customer.city\", \"杭州\")", actual: "\"上海\"", wanted: "customer.city to be \"杭州\""),
            Miss(condition: "has_tag \"vip\"", actual: "none", wanted: "a tag of \"vip\""),
            Miss(condition: "exists(\"customer.phone\")", actual: "nothing", wanted: "customer.phone to be known"),
            Miss(condition: "keywords \"refund\"", actual: "\"hello\"", wanted: "a message with one of \"refund\""),
            Miss(
                condition: "none { eq(\"customer.vip_level\", 2) }", actual: "2: eq(\"customer.vip_level\", 2) holds",
                wanted: "customer.vip_level to be anything but 2"),
            Miss(
                condition: "missing(\"customer.city\")", actual: "\"上海\"",
                wanted: "customer.city to be unknown"),
            Miss(
                condition: "any { has_tag \"a\", below(\"customer.vip_level\", 1) }", actual: "none; 2",
                wanted: "one of these: a tag of \"a\" / customer.vip_level of less than 1"),
        ])
    func misses(miss: Miss) throws {
        let runner = try runner("reply \"r\" { match = \(miss.condition), text = \"y\" }")
        let found = runner.explain(.sample(customer: .sample(["vip_level": 2, "city": "上海"]), text: "hello")).candidates.first
        #expect(found?.verdict == .missed)
        #expect(found?.miss?.actual == miss.actual && found?.miss?.wanted == miss.wanted, "\(String(describing: found?.miss))")
    }
}
