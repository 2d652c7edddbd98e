// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Journal
import Rules
import Testing

@testable import Engine

@Suite("A message that a failing rule leaves unanswered")
struct FailingRuleTests {
    private static let rules = """
        reply "boom" { match = keywords "boom", act = function(c, out) error("broken") end }
        reply "hello" { match = keywords "hello", text = "hi" }
        """

    @Test("goes to a person, with a note that names file and line") func passedOn() async throws {
        let desk = try await TestDesk(rules: ["a.lua": Self.rules])
        defer { desk.remove() }
        let id = try await desk.say("boom").conversation
        let conversation = try await desk.conversation(id)
        #expect(conversation.state == .queued)
        #expect(conversation.team == "service")
        #expect(try await desk.texts(id, .note).first?.contains("Rule boom failed (rules/a.lua:1)") == true)
        try await desk.stop()
    }

    @Test("goes to a person whom the note tells what a dialogue that took another way was to ask, and where") func diverged()
        async throws
    {
        let desk = try await TestDesk(rules: [
            "f.lua": """
            local runs = 0
            flow "f" { start = keywords "order", stages = { one = function(chat, s)
              runs = runs + 1
              chat:ask("q" .. runs, { text = "Which?" })
              return chat:done()
            end } }
            """
        ])
        defer { desk.remove() }
        let id = try await desk.say("order").conversation
        #expect(try await desk.texts(id) == ["Which?"])
        try await desk.say("blue")
        let note = try await desk.texts(id, .note).first ?? ""
        #expect(note.contains("Flow f could not go on at rules/f.lua:4"), "\(note)")
        #expect(note.contains("expected \"q1\", found ask \"q"), "\(note)")
        #expect(try await desk.conversation(id).state == .queued)
        try await desk.stop()
    }

    @Test("goes to a person while the rule rests, too") func rested() async throws {
        let desk = try await TestDesk(rules: ["a.lua": Self.rules])
        defer { desk.remove() }
        for number in 0..<5 { try await desk.say("boom", as: "c\(number)") }
        let id = try await desk.say("boom", as: "late").conversation
        #expect(try await desk.conversation(id).state == .queued)
        #expect(try await desk.texts(id, .note).first?.contains("Rule boom rests") == true)
        try await desk.stop()
    }

    @Test("is not left so by a call that is misspelt: the desk knows the calls of its plugins") func misspeltCall() async throws {
        let plugins = FileManager.default.temporaryDirectory.path + "/plugins-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: plugins) }
        try TestDesk.write(
            [
                "stock/plugin.lua":
                    "return plugin { name = \"stock\", kind = \"data\", version = \"1\", calls = { count = function() return 1 end } }"
            ], to: plugins)
        let desk = try await TestDesk(rules: ["a.lua": Self.rules], plugins: [plugins])
        defer { desk.remove() }
        func problems(_ call: String) async -> [String] {
            let flow =
                "flow \"f\" { start = keywords \"x\", stages = { a = function(chat) chat:call(\"\(call)\") return chat:done() end } }"
            return await desk.engine.rules.check(RuleSource(name: "t", texts: ["f.lua": flow])).map(\.description)
        }
        #expect(await problems("stock.count") == [])
        #expect(
            await problems("stock.cuont") == [
                "rules/f.lua:1: no plugin answers the call 'stock.cuont'; did you mean 'stock.count'?"
            ])
        #expect(await problems("till.count_money") == [])
        try await desk.stop()
    }

    @Test("stays with the bot where another rule has answered") func answered() async throws {
        let desk = try await TestDesk(rules: ["a.lua": Self.rules])
        defer { desk.remove() }
        let id = try await desk.say("boom hello").conversation
        #expect(try await desk.texts(id) == ["hi"])
        #expect(try await desk.conversation(id).state == .bot)
        try await desk.stop()
    }
}
