// SPDX-License-Identifier: Apache-2.0
import Desk
import Lua
import Testing

@testable import Rules

@Suite("Pinned decisions") struct PinnedDecisionTests {
    private let rules = """
        reply "vip" { match = at_least("customer.vip_level", 4), text = "welcome back, {name}", tags = "vip" }
        reply "order" { match = matches("message.text", pattern.order_no), text = "we look it up" }
        reply "hello" { match = keywords "hi", text = "hello" }
        """

    private func pin(_ situation: Situation, _ rules: String? = nil) throws -> PinnedDecision {
        PinnedDecision(id: "m7", situations: [situation], runner: try runner(rules ?? self.rules))
    }

    private func test(_ pinned: PinnedDecision, under rules: String) throws -> TestReport {
        RuleTester.run(
            try ruleSet(rules, [pinned.path: pinned.value.jsonText]), understand: { _ in Understanding() }, measuresCoverage: true
        )
    }

    private var lin: Situation {
        .sample(
            customer: .sample(["vip_level": 5, "phone": "13912345678", "city": "上海"], name: "小林"),
            text: "小林 hi 13912345678 a.b@lin.cn")
    }

    @Test("pass while the rules decide the same, and count for the coverage") func passes() throws {
        let report = try test(try pin(lin), under: rules)
        #expect(report.failures == [] && report.passed == 1)
        #expect(report.coverage.first?.matched == 1)
    }

    @Test("say what was expected and what is found instead") func fails() throws {
        let pinned = try pin(lin)
        let other = rules.replacing("\"welcome back, {name}\"", with: "\"good day\"")
        let words = try #require(try test(pinned, under: other).failures.first)
        #expect(words.file == "rules/tests/pinned/m7.json")
        #expect(words.message.contains("welcome back") && words.message.contains("found { rule = \"vip\""), "\(words)")
        let gone = try #require(try test(pinned, under: rules.replacing("vip_level\", 4", with: "vip_level\", 6")).failures.first)
        #expect(gone.message == "when message, expected the rules \"vip\" to match, found \"order\"")
    }

    @Test("hold while a text or an answer reads otherwise, and not where another one is said") func reworded() throws {
        func files(_ hello: String, _ answer: String) -> [String: String] {
            [
                "i18n/en.lua": "return { hello = \"\(hello)\", other = \"Hello, {name}!\", note = \"\(hello)?\" }",
                "data/knowledge.json": #"{ "shipping": { "en": "\#(answer)" } }"#,
            ]
        }
        let rules = """
            reply "hello" { match = keywords "hi", act = function(c, out) out:reply(i18n("hello", { name = "Lin" }) .. "!!") end, note = i18n "note" }
            reply "ship" { match = keywords "ship", knowledge = "shipping" }
            """
        func failures(
            _ text: String, _ rules: String, under later: String, _ files: [String: String], _ changed: [String: String]
        ) throws -> [String] {
            let pinned = PinnedDecision(
                id: "m8", situations: [.sample(text: text)],
                runner: try ruleSet(rules, files).makeRunner(mode: .counted))
            let again = try PinnedDecision(pinned.value.json)
            #expect(again.value == pinned.value)
            let set = try ruleSet(later, changed.merging([again.path: again.value.jsonText]) { $1 })
            return RuleTester.run(set, understand: { _ in Understanding() }).failures.map(\.message)
        }
        let (old, new) = (files("Hello, {name}!", "In 48 hours."), files("Hi {name}", "Tomorrow."))
        for text in ["hi", "ship"] {
            #expect(try failures(text, rules, under: rules, old, old) == [])
            #expect(try failures(text, rules, under: rules, old, new) == [])
        }
        // The same words from another text are what was pinned.
        let other = rules.replacing("i18n(\"hello\"", with: "i18n(\"other\"")
        #expect(try failures("hi", rules, under: other, old, new) == [])
        let dearer = rules.replacing("name = \"Lin\"", with: "name = \"Li\"")
        #expect(try failures("hi", rules, under: dearer, old, new).first?.contains("Hi Li!!") == true)
    }

    @Test("hold nothing personal that the decision does not need") func masks() throws {
        let pinned = try pin(lin)
        let text = pinned.value.jsonText
        for personal in ["小林", "13912345678", "lin.cn", "上海"] { #expect(!text.contains(personal), "\(text)") }
        #expect(text.contains("vip_level"))
        #expect(pinned.masked == ["customer.city", "customer.name", "customer.phone", "message.text"])
    }

    @Test("keep what the decision is about") func keeps() throws {
        // The order number's digits are masked, its form is not.
        let order = try pin(.sample(text: "where is SO-20260101"))
        #expect(order.value.jsonText.contains("SO-00000000"))
        #expect(order.questions.first?.matched == ["order"])
        // A rule for one number needs the number.
        let rules = "reply \"a\" { match = contains(\"message.text\", \"12345678\"), text = \"x\" }"
        let exact = try pin(.sample(text: "it is 12345678"), rules)
        #expect(exact.value.jsonText.contains("12345678") && !exact.masked.contains("message.text"))
    }

    @Test("are read back as they were written") func roundTrip() throws {
        var situation = lin
        situation.conversation.fired = ["x": noon]
        situation.conversation.tags = ["a"]
        let pinned = try pin(situation)
        let again = try PinnedDecision(pinned.value.json)
        #expect(again.value == pinned.value)
    }

    @Test("broken files fail by name", arguments: ["", "{}", "{\"pinned\": 2}", "{\"pinned\": 1, \"questions\": [{}]}", "[1]"])
    func broken(text: String) throws {
        let report = RuleTester.run(
            try ruleSet(rules, ["tests/pinned/m1.json": text]), understand: { _ in Understanding() })
        #expect(report.failures.map(\.file) == ["rules/tests/pinned/m1.json"])
    }

    @Test(
        "texts lose names, addresses and long numbers, and nothing else",
        arguments: [
            ("call 139-1234-5678 now", "call 000-0000-0000 now"), ("room 12", "room 12"), ("我是小林", "我是…"),
            ("mail x@y.cn or z@y.cn", "mail a@example.com or a@example.com"),
        ])
    func texts(text: String, plain: String) { #expect(SituationMask.withoutPerson(text, "小林") == plain) }
}
