// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Rules

@Suite("Tests name a text instead of its words") struct NamedTextTests {
    private static let i18n = [
        "i18n/en.lua":
            #"return { hello = "Hello {name}!", ahead = "{count} before you.", price = "{item}: {price}.", late = "{name} waits." }"#,
        "i18n/zh-CN.lua":
            #"return { hello = "{name}，您好！", ahead = "前面还有 {count} 位。", price = "{item}：{price}。", late = "{name}在等。" }"#,
        "data/knowledge.json": #"{ "shipping": { "en": "Within 48 hours.", "zh-CN": "48 小时内发货。" } }"#,
    ]
    private static let rules = """
        reply "hello" { match = keywords "hi", text = i18n "hello" }
        reply "shipping" { match = keywords "ship", knowledge = "shipping", examples = {
          { given = { text = "ship", language = "en" }, knowledge = "shipping" }, { given = { text = "ship" }, knowledge = "shipping" } } }
        reply "queue" { match = keywords "queue", act = function(c, out) out:reply(i18n("ahead", { count = 3 })) end, examples = {
          { given = { text = "queue" }, reply = i18n("ahead", { count = 3 }) } } }
        reply "both" { match = keywords "price", act = function(c, out)
          out:reply(i18n("price", { item = "Cup", price = "12" }) .. "\\n" .. i18n("ahead", { count = 1 })) end }
        reply "late" { match = keywords "late", text = "ok", note = i18n "late", notify = { team = "t", text = i18n "late" } }
        flow "f" { start = keywords "flow", stages = { a = function(chat, s)
          s.n = chat:ask("n", { text = i18n("price", { item = "Tea", price = "1" }), retry_text = i18n("ahead", { count = 9 }) })
          chat:say(i18n("hello", { name = s.n })) return chat:done() end } }
        """

    private func run(_ files: [String: String], _ rules: String = Self.rules) throws -> TestReport {
        RuleTester.run(try ruleSet(rules, Self.i18n.merging(files) { $1 }), understand: { _ in Understanding() })
    }

    private func message(_ script: String, _ rules: String = Self.rules) throws -> String {
        let report = try run(["tests/a.conv": script], rules)
        #expect(report.failures.count == 1)
        return report.failures.first?.message ?? ""
    }

    private static let script = """
        given: name=Lin language=LANGUAGE
        customer: hi
        bot: @hello
        customer: hi
        bot: @hello name=Lin
        customer: ship
        bot: @knowledge.shipping
        customer: queue
        bot: ＠ahead count=3
        customer: price
        bot: @price price=12
        customer: late
        bot: ok
        expect: note=@late notified=team:t,@late language=LANGUAGE
        customer: flow
        bot: @price item=Tea
        reload
        customer: 007
        bot: @hello name=007
        """

    @Test("in scripts: in each language, with what is filled in", arguments: ["en", "zh-CN"]) func scripts(language: String)
        throws
    {
        let report = try run(["tests/a.conv": Self.script.replacing("LANGUAGE", with: language)])
        #expect(report.failures.map(\.description) == [])
        #expect(report.passed == 4)
    }

    @Test("in Lua as in a rule") func lua() throws {
        let report = try run([
            "tests/a.lua": """
            test "names" (function(t)
              t:given { name = "Lin", language = "en" }
              t:customer "hi" t:bot(i18n("hello", { name = "Lin" }))
              t:customer "ship" t:bot { knowledge = "shipping" }
              t:customer "queue" t:bot "@ahead count=3"
              t:customer "late" t:bot "*" t:expect { note = i18n "late", notified = { "team:t", i18n "late" } }
            end)
            """
        ])
        #expect(report.failures.map(\.description) == [])
    }

    @Test("what is filled in may be a text by its name, too, or stand in quotes") func within() throws {
        let rules = """
            reply "price" { match = keywords "price", act = function(c, out)
              out:reply(i18n("price", { item = i18n "late", price = "12 CNY" })) end }
            """
        let talk = "customer: price\nbot: @price item=@LATE price='12 CNY'"
        let lua =
            "test \"t\" (function(t) t:customer \"price\" t:bot(i18n(\"price\", { item = i18n \"LATE\", price = \"12 CNY\" })) end)"
        for language in ["en", "zh-CN"] {
            let files = ["tests/a.conv": "given: language=\(language)\n" + talk, "tests/b.lua": lua]
            #expect(try run(files.mapValues { $0.replacing("LATE", with: "late") }, rules).failures.map(\.description) == [])
            #expect(try run(files.mapValues { $0.replacing("LATE", with: "ahead") }, rules).failures.count == 2)
        }
        #expect(
            try run(["tests/a.conv": talk.replacing("LATE", with: "late").replacing("12 CNY", with: "13 CNY")], rules).failures
                .count == 1)
    }

    @Test("whatever the texts read like: all may change, also so that nothing is filled in any more") func reworded() throws {
        let files = [
            "i18n/en.lua": #"return { hello = "Hey", ahead = "Soon", price = "See the page", late = "Look" }"#,
            "i18n/zh-CN.lua": #"return { hello = "嗨", ahead = "快了", price = "见页面", late = "看" }"#,
            "data/knowledge.json": #"{ "shipping": { "en": "Tomorrow.", "zh-CN": "明天。" } }"#,
            "tests/a.conv": Self.script.replacing("LANGUAGE", with: "en"),
        ]
        #expect(try run(files).failures.map(\.description) == [])
    }

    @Test("another text fails, also one that reads alike, and both are shown") func another() throws {
        #expect(
            try message("given: language=en name=Lin\ncustomer: hi\nbot: @ahead")
                == #"expected the bot to say the text 'ahead' ("{count} before you."), but it says "Hello Lin!", which is the text 'hello' with name=Lin"#
        )
        #expect(
            try message("given: language=en\ncustomer: queue\nbot: @ahead count=4")
                == #"expected the bot to say the text 'ahead' ("4 before you."), but it says "3 before you.", which is the text 'ahead' with count=3"#
        )
        #expect(
            try message("customer: ship\nbot: @hello")
                == #"expected the bot to say the text 'hello' ("{name}，您好！"), but it says "48 小时内发货。", which is the answer 'shipping'"#
        )
        #expect(
            try message("customer: nothing\nbot: @knowledge.shipping")
                == #"expected the bot to say the answer 'shipping' ("48 小时内发货。"), but it says nothing"#)
        #expect(
            try message("given: name=Lin\ncustomer: late\nbot: *\nexpect: note=@hello")
                == #"expected a note with the text 'hello' ("{name}，您好！"), there is "Lin在等。""#)
        // The words are the same, but nobody took the text.
        let literal = #"reply "hello" { match = keywords "hi", text = "{name}，您好！" }"#
        #expect(try message("given: name=Lin\ncustomer: hi\nbot: @hello", literal).contains("but it says \"Lin，您好！\""))
    }

    @Test("an example says which text it was, too") func examples() throws {
        let rules = """
            reply "a" { match = keywords "a", text = i18n "hello", examples = { { given = { text = "a", name = "Lin" }, knowledge = "shipping" } } }
            reply "b" { match = keywords "b", text = i18n "hello", examples = { { given = { text = "b" }, reply = i18n "late" } } }
            """
        #expect(
            try run([:], rules).failures.map(\.message) == [
                #"expected reply with the answer 'shipping' ("48 小时内发货。"), there is "Lin，您好！", which is the text 'hello' with name=Lin"#,
                #"expected reply with the text 'late' ("{name}在等。"), there is "{name}，您好！", which is the text 'hello'"#,
            ])
    }

    @Test("the language must be the customer's") func language() throws {
        // The rule takes the Chinese words, which are another text's in English.
        let rules = #"reply "hello" { match = keywords "hi", act = function(c, out) i18n "hello" out:reply "{name}，您好！" end }"#
        #expect(try message("given: language=en\ncustomer: hi\nbot: @hello", rules).contains("Hello {name}!"))
    }

    @Test("a wrong name is an error with the nearest one: a check finds it, and so does the test") func wrongName() throws {
        func problems(_ files: [String: String]) -> [String] {
            let source = RuleSource(
                name: "rules", texts: Self.i18n.merging(["main.lua": Self.rules]) { $1 }.merging(files) { $1 })
            return RuleSet.compile(source).problems.filter { $0.severity == .error }.map(\.description)
        }
        #expect(
            problems(["tests/a.conv": "customer: hi\nbot: @helo\nexpect: note=@lat notified=x,@ahed"]) == [
                "rules/tests/a.conv:2: there is no text 'helo' under i18n/; did you mean 'hello'?",
                "rules/tests/a.conv:3: there is no text 'ahed' under i18n/; did you mean 'ahead'?",
                "rules/tests/a.conv:3: there is no text 'lat' under i18n/; did you mean 'late'?",
            ])
        #expect(
            problems(["tests/a.conv": "bot: @knowledge.shiping\nbot: @shipping\nbot: @knowledge.hello\nbot: @x y"]) == [
                "rules/tests/a.conv:1: there is no 'shiping' in data/knowledge.json; did you mean 'shipping'?",
                "rules/tests/a.conv:2: there is no text 'shipping' under i18n/; it is an answer in data/knowledge.json: @knowledge.shipping, in Lua knowledge = \"shipping\"",
                "rules/tests/a.conv:3: there is no 'hello' in data/knowledge.json; it is a text under i18n/: @hello",
                "rules/tests/a.conv:4: 'y' has no '='; write name=value",
            ])
        #expect(
            problems(["tests/a.lua": "test \"x\" (function(t)\n  t:bot(i18n \"helo\")\nend)"]) == [
                "rules/tests/a.lua:2: there is no text 'helo' under i18n/; did you mean 'hello'?"
            ])
        // What only the test can see.
        let report = try run([
            "tests/a.lua": "test \"x\" (function(t)\n  t:customer \"hi\"\n  t:bot { knowledge = \"shiping\" }\nend)",
            "tests/b.lua": "test \"y\" (function(t)\n  t:customer \"hi\"\n  t:bot(\"says \" .. i18n \"hello\")\nend)",
            "tests/c.lua": "test \"z\" (function(t)\n  t:customer \"hi\"\n  t:bot { 1 }\nend)",
        ])
        #expect(
            report.failures.map(\.message) == [
                "there is no 'shiping' in data/knowledge.json; did you mean 'shipping'?",
                "in a test, i18n names a text for t:bot and t:expect; words cannot be joined to it",
                "{ 1 } is no text; write words, i18n \"key\" or { knowledge = \"key\" }",
            ])
    }

    @Test("words that begin with an @ are written @@") func at() throws {
        let rules = #"reply "hello" { match = keywords "hi", text = "@Lin will help" }"#
        #expect(try run(["tests/a.conv": "customer: hi\nbot: @@Lin"], rules).failures.map(\.description) == [])
        #expect(try run(["tests/a.conv": "customer: hi\nbot: @@Li Ming"], rules).failures.count == 1)
    }
}
