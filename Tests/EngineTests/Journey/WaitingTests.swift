// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Engine

@Suite("Waiting for a person")
struct WaitingTests {
    @Test("whoever is told that a person is coming still waits, and is escalated")
    func toldToWait() async throws {
        let desk = try await TestDesk(rules: [
            "autoreply/person.lua": """
            reply "person" { why = "asked for", match = keywords { "人工" },
              act = function(c, out) out:reply("正在为您转接") out:hand_off {} end }
            """,
            "escalation/waiting.lua": """
            escalate "waits" { why = "a minute", match = eq("conversation.state", "queued"), after = "60s", of = "waiting",
              once = "conversation", act = function(c, out) out:tag("waited") end }
            """,
        ])
        let id = try await desk.say("人工").conversation
        #expect(try await desk.conversation(id).waitingSince == desk.clock.now())
        desk.clock.advance(by: .seconds(61))
        #expect(try await desk.until(id) { $0.tags == ["waited"] }.state == .queued)
        try await desk.stop()
        desk.remove()
    }
}
