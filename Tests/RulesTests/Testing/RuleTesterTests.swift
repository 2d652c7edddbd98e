// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Rules

@Suite("Tests of rules") struct RuleTesterTests {
    private let rules = """
        reply "hello" { match = keywords "hi", text = "hello {name}", examples = {
          { given = { text = "hi" }, reply = "hello" },
          { given = { text = "ho" }, not_matched = true } } }
        reply "human" { match = keywords "human", text = "one moment", hand_off = { team = "service" }, interrupts_flow = true }
        escalate "late" { after = "60s", raise_priority = 1, tags = "late" }
        flow "f" { start = keywords "flow", stages = {
          a = function(chat, s) s.x = chat:ask("x", { text = "x?", timeout = "10m" }) return "b" end,
          b = function(chat, s) local r, e = chat:call("shop.order", { no = s.x }) chat:say("got " .. (r and r.item or e)) return chat:done() end } }
        """

    private func run(_ files: [String: String], main: String? = nil) throws -> TestReport {
        RuleTester.run(try ruleSet(main ?? rules, files), understand: { _ in Understanding() })
    }

    @Test("are read as editors on Windows save them, and an agent who answers takes over from the bot") func windows() throws {
        let report = try run([
            "tests/a.conv": "\u{feff}# Lin\r\ncustomer: hi\r\nbot: hello\r\nagent: good morning\r\nexpect: state=assigned\r\n"
        ])
        #expect(report.failures.map(\.message) == [])
        #expect(report.passed == 3)
    }

    @Test("tell where a rule leaves something behind for whoever comes next") func leftBehind() throws {
        let counting = """
            local count = 0
            reply "once" { match = keywords "hi", act = function(c, out) count = count + 1 out:reply("hello " .. count) end }
            """
        let script = "customer: hi\nbot: hello 1"
        let lua = "test \"t\" (function(t) t:customer \"hi\" t:bot \"hello 1\" end)"
        let report = try run(["tests/a.conv": script, "tests/b.conv": script, "tests/c.lua": lua], main: counting)
        #expect(report.passed == 1)
        #expect(report.failures.map(\.test) == ["a.conv", "b.conv"])
        for failure in report.failures {
            #expect(failure.message.contains("hello"))
            #expect(failure.message.contains("alone it passes"))
        }
        // After a restart nothing is left.
        let restarted = try run(["tests/a.conv": script, "tests/b.conv": "restart\n\(script)"], main: counting)
        #expect(restarted.failures.isEmpty)
        // What fails alone, too, is nobody else's fault.
        let wrong = try run(["tests/a.conv": script, "tests/b.conv": "customer: hi\nbot: hello 7"], main: counting)
        #expect(wrong.failures.count == 1)
        #expect(wrong.failures.first?.message.contains("alone") == false)
    }

    @Test("pass where the rules do what they say") func passes() throws {
        let report = try run([
            "tests/a.conv": """
            # comment
            given: name=Lin vip_level=2
            call: shop.order {"item": "pot"}
            customer: hi
            bot: hello Lin
            customer: flow
            bot: x?
            restart
            reload
            customer: 12
            bot: got pot
            customer: human
            bot: one moment
            expect: state=queued team=service flow=none
            wait: 1m
            expect: tags=late priority=1
            agent: here I am
            """,
            "tests/b.lua": """
            test "says hello" (function(t)
              t:given { name = "Li" }
              t:customer "hi"
              t:bot "hello Li"
              t:expect { state = "bot", silent = true }
            end)
            test "waits" (function(t)
              t:customer "flow" t:bot "x?" t:wait "10m" t:fail("shop.order", "closed")
            end)
            """,
        ])
        #expect(report.failures.map(\.description).filter { !$0.contains("waits") } == [])
        #expect(report.uncovered == [])
        #expect(report.passed == 4)
    }

    static let failing: [(files: [String: String], says: String)] = [
        (
            ["tests/a.conv": "customer: hi\n\nbot: bye"],
            "rules/tests/a.conv:3: a.conv: expected the bot to say \"bye\", but it says \"hello {name}\""
        ),
        (["tests/a.conv": "customer: hi"], "rules/tests/a.conv:1: a.conv: the bot also says"),
        (["tests/a.conv": "customer: hi\ncustomer: hi"], "rules/tests/a.conv:2: a.conv: the bot also says"),
        (
            ["tests/a.conv": "customer: ho\nbot: hello"],
            "rules/tests/a.conv:2: a.conv: expected the bot to say \"hello\", but it says nothing"
        ),
        (["tests/a.conv": "\ncustmer: hi"], "rules/tests/a.conv:2: a.conv: unknown step 'custmer'; did you mean 'customer'?"),
        (["tests/a.conv": "expect: stat=bot"], "rules/tests/a.conv:1: a.conv: unknown expectation 'stat'; did you mean"),
        (["tests/a.conv": "expect: state=queued"], "rules/tests/a.conv:1: a.conv: expected state 'queued', there is 'bot'"),
        (["tests/a.conv": "wait: long"], "wait takes a duration"), (["tests/a.conv": "at: 25:00"], "is no time"),
        (["tests/a.conv": "call: x {no}"], "is no JSON"),
        (["tests/a.conv": "customer: hi\nbot: *\nresolve\nagent: hello"], "no agent has this conversation"),
        (["tests/a.conv": "given: state=bott"], "did you mean 'bot'?"),
        (["tests/a.conv": "customer: flow\nbot: x?\ncustomer: 1"], "the flow calls 'shop.order', but no answer was prepared"),
        (
            ["tests/b.lua": "test \"t\" (function(t)\n  t:customer \"hi\"\n  t:bot \"bye\"\nend)"],
            "rules/tests/b.lua:3: t: expected the bot to say \"bye\""
        ),
        (
            ["tests/b.lua": "test \"t\" (function(t)\n  t:custmer \"hi\" end)"],
            "rules/tests/b.lua:2: t: unknown field 'custmer' of t; did you mean 'customer'?"
        ),
        (["tests/b.lua": "test \"t\" (function(t)\n  while true do end end)"], "rules/tests/b.lua:2: t:"),
        (["tests/b.lua": "test \"t\""], "rules/tests/b.lua:1: t: the test has no body"),
        (["tests/b.lua": "\nerror(\"x\")"], "rules/tests/b.lua:2: tests/b.lua: x"),
    ]

    @Test("fail with file, line and what was there", arguments: failing.indices) func fails(index: Int) throws {
        let report = try run(Self.failing[index].files)
        #expect(report.failures.count == 1)
        #expect(report.failures.first?.description.contains(Self.failing[index].says) == true, "\(report.description)")
        #expect(!report.isPassed)
    }

    @Test(
        "inline examples fail at their own line",
        arguments: [
            ("{ given = { text = \"ho\" }, reply = \"hello\" }", "it should match, but nothing does"),
            ("{ given = { text = \"hi\" }, not_matched = true }", "it should not match, but does"),
            ("{ given = { text = \"hi\" }, reply = \"bye\" }", "expected reply with \"bye\""),
            ("{ given = { text = \"hi\" }, team = \"x\" }", "expected team 'x', there is none"),
            ("{ given = { text = \"hi\" }, repyl = \"x\" }", "did you mean 'reply'?"),
            ("{ given = { text = \"hi\" }, tags = \"t\" }", "expected the tags \"t\", there is none"),
        ])
    func examples(example: String, says: String) throws {
        let report = try run(
            [:], main: "reply \"hello\" { match = keywords \"hi\", text = \"hello\",\n  examples = {\n    \(example),\n  } }")
        #expect(report.failures.map(\.line) == [3])
        #expect(report.failures.first?.message.contains(says) == true, "\(report.description)")
    }

    @Test("examples know what rules.lua says is known about customers") func attributes() throws {
        let settings = "return { name = \"t\", api = 1, attributes = { customer = { \"vip_level\" } } }"
        let report = try run(
            ["rules.lua": settings],
            main: """
                route "gold" { match = at_least("customer.vip_level", 3), assign = { team = "service" }, examples = {
                  { given = { vip_lvl = 5 }, team = "service" },
                  { given = { vip_level = 5, name = "Lin", ["customer.tags"] = { "x" } }, team = "service" } } }
                """)
        #expect(report.passed == 1)
        #expect(report.failures.map(\.message) == ["customers have no attribute 'vip_lvl'; did you mean 'vip_level'?"])
    }
}
