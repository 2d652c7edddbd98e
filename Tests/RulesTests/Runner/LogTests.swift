// SPDX-License-Identifier: Apache-2.0
import Desk
import Lua
import Testing

@testable import Rules

@Suite("Lines that rules write") struct LogTests {
    @Test("come with the rule that wrote them, also where it did not match") func lines() throws {
        let decision = try runner(
            """
            reply "one" { when = function(c) log.debug("looked", { hour = c.now.hour, list = { 1 } }) return false end, text = "x" }
            reply "two" { text = "x", act = function(c, out) log.warning "acted" end }
            """
        ).decide(.sample(text: "x"))
        #expect(decision.failures.map(\.message) == [])
        #expect(decision.log.map(\.rule) == ["one", "two"])
        #expect(decision.log.map(\.level) == [.debug, .warning])
        #expect(decision.log.first?.fields["list"] == "[1]")
        #expect(decision.value["log"]?[1] == ["rule": "two", "level": "warning", "text": "acted"])
    }

    @Test("are bounded in number and size, and the next decision has its own") func bounded() throws {
        let runner = try runner(
            """
            reply "chatty" {
              text = "x",
              act = function(c, out)
                if c.message.text == "much" then
                  for i = 1, 50 do log.info(("a"):rep(1000), { field = ("b"):rep(1000) }) end
                end
              end,
            }
            """)
        let much = runner.decide(.sample(text: "much")).log
        #expect(much.count == 21)
        #expect(much.first?.text.count == 500)
        #expect(much.first?.fields["field"]?.count == 200)
        #expect(much.last?.text == "30 more lines are left out: a decision has at most 20.")
        #expect(runner.decide(.sample(text: "little")).log == [])
    }

    @Test("a stage that is run again does not write again what it wrote before its wait") func stages() throws {
        let runner = try runner(
            """
            flow "talk" {
              start = keywords "go",
              stages = {
                first = function(chat, s)
                  log.info "before"
                  chat:ask("name", { text = "Who?" })
                  log.info "after"
                  return chat:done()
                end,
              },
            }
            """)
        let begun = runner.startFlow("talk", .sample(text: "go"))
        #expect(begun.log.map(\.text) == ["before"])
        #expect(begun.log.map(\.rule) == ["talk"])
        let record = try #require(begun.record)
        let ended = runner.continueFlow(record, with: .message(.text("me")), .sample(text: "me"))
        #expect(ended.log.map(\.text) == ["after"])
        // What is decided next is no stage.
        #expect(runner.decide(.sample(text: "x")).log == [])
    }

    @Test(
        "a wrong argument fails the rule with a sentence; at the top of a file there is no log",
        arguments: [
            ("log.info(5)", "log.info takes a text"), ("log.info(\"a\", 5)", "log.info takes a table"),
        ])
    func wrong(call: String, message: String) throws {
        let decision = try runner("reply \"x\" { text = \"x\", act = function(c, out) \(call) end }").decide(.sample(text: "x"))
        #expect(decision.failures.first?.message.contains(message) == true, "\(decision.failures)")
        let (_, problems) = RuleSet.compile(RuleSource(name: "t", texts: ["a.lua": "log.info \"hello\""]))
        #expect(problems.contains { $0.message.contains("log stands in a function") && $0.line == 1 }, "\(problems)")
    }
}
