// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal
import Testing

@testable import Engine

@Suite("Rules that set each other off")
struct RuleLoopTests {
    private func run(_ rules: String, text: String = "go") async throws -> (Conversation, [Event]) {
        let desk = try await TestDesk(rules: ["a.lua": rules])
        defer { desk.remove() }
        let id = try await desk.say(text).conversation
        let conversation = try await desk.conversation(id)
        let loops = try await desk.engine.store.events(after: 0, limit: 1000, matching: EventFilter(kinds: [.ruleLoop]))
        try await desk.stop()
        return (conversation, loops)
    }

    @Test("a circle is cut where a rule meets itself again, and the chain is shown") func circle() async throws {
        let (conversation, loops) = try await run(
            """
            reply "begins" { match = keywords "go", tags = { "a" } }
            escalate "ping" { match = has_tag "a", tags = { "b" }, untags = { "a" } }
            escalate "pong" { match = has_tag "b", tags = { "a" }, untags = { "b" } }
            """)
        #expect(loops.map { $0.payload["rule"] } == ["ping"])
        #expect(loops.map { $0.payload["chain"] } == [["ping", "pong"]])
        #expect(loops.map(\.conversation) == [conversation.id])
        #expect(conversation.tags == ["a"])
    }

    @Test("a chain follows tags, priority and attributes, and is cut at depth 8") func depth() async throws {
        let chain = (1...12).map {
            "escalate \"e\($0)\" { match = eq(\"conversation.attributes.n\", \($0)), set = { n = \($0 + 1) } }"
        }
        let (conversation, loops) = try await run(
            "reply \"begins\" { match = keywords \"go\", set = { n = 1 } }\n" + chain.joined(separator: "\n"))
        #expect(conversation.attributes["n"] == 9)
        #expect(loops.map { $0.payload["rule"] } == ["e8"])
        #expect(loops.map { $0.payload["depth"] } == [8])
        #expect(loops.first?.payload["chain"]?.array?.count == 8)
    }

    @Test("ten that act beside each other, and one whose condition goes on holding, are no loop") func noLoop() async throws {
        let many = (1...10).map { "escalate \"e\($0)\" { match = has_tag \"a\", tags = { \"t\($0)\" }, raise_priority = 1 }" }
        let (conversation, loops) = try await run(
            "reply \"begins\" { match = keywords \"go\", tags = { \"a\" } }\n" + many.joined(separator: "\n"))
        #expect(conversation.tags.count == 11)
        #expect(conversation.priority == 1)
        #expect(loops.isEmpty)
    }
}
