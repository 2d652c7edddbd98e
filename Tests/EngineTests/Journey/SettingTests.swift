// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal
import Testing

@testable import Engine

@Suite("Rules that set attributes")
struct SettingTests {
    @Test("what is set to what it was already is no change, and no event says there was one") func again() async throws {
        let desk = try await TestDesk(rules: [
            "a.lua": """
            reply "size" { match = keywords "size", set = { asked = "size" }, set_customer = { shops = true } }
            reply "stock" { match = keywords "stock", set = { asked = "stock" }, set_customer = { shops = true } }
            """
        ])
        defer { desk.remove() }
        var id: ID<Conversation>?
        for text in ["size?", "size!", "stock?", "stock!"] { id = try await desk.say(text).conversation }
        let conversation = try await desk.conversation(try #require(id))
        #expect(conversation.attributes["asked"] == "stock")
        let changes = try await desk.engine.store.events(
            after: 0, limit: 1000, matching: EventFilter(kinds: [.conversationChanged, .customerChanged]))
        #expect(
            changes.map(\.payload) == [
                ["attributes": ["shops": true]], ["attributes": ["asked": "size"]], ["attributes": ["asked": "stock"]],
            ])
        try await desk.stop()
    }
}
