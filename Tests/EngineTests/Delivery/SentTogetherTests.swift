// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Journal
import Testing

@testable import Engine

@Suite("Reports on texts that went out as one message", .timeLimit(.minutes(10)))
struct SentTogetherTests {
    /// A platform that sends all in one, in several where the text asks for it, or fails; its hook brings reports.
    private static let plugin = """
        return plugin { name = "one", kind = "channel", version = "1",
          receive = function(request)
            local body = json.decode(request.body)
            if body.receipts then return accept({}, { receipts = body.receipts }) end
            return accept { { sender = "lin", external_id = body.id, text = body.text } }
          end,
          send = function(message)
            if message.text:find("split", 1, true) then return sent { "p1", "p2" } end
            if message.text:find("broken", 1, true) then return failed("the platform says no") end
            return sent("p1")
          end }
        """
    private static func rules(_ first: String) -> [String: String] {
        [
            "autoreply/all.lua": """
            reply "all" { why = "x", match = keywords { "两" }, act = function(c, out)
              out:reply("\(first)")
              out:reply("second")
              out:reply("third")
            end }
            """
        ]
    }

    private func with(_ first: String = "first", _ body: (TestDesk, ID<Conversation>) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/plugins-\(UUID().uuidString)"
        try TestDesk.write(["one/plugin.lua": Self.plugin], to: folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let desk = try await TestDesk(
            rules: Self.rules(first), plugins: [folder],
            channels: [ChannelConfiguration(id: "s", plugin: "one", settings: [:], replies: ReplyPolicy(merge: true))])
        let intake = try await desk.engine.receive(
            InboundMessage(channel: "s", sender: "lin", externalID: "1", content: .text("两")))
        try await body(desk, intake.conversation)
        try await desk.stop()
        desk.remove()
    }

    private func report(_ desk: TestDesk, _ id: String, _ delivery: String, reason: String? = nil) async {
        let receipt: Value = ["external_id": .string(id), "delivery": .string(delivery), "reason": Value(reason)]
        #expect(await desk.post(["receipts": .array([receipt.compact()])], to: "s").status == 200)
    }

    /// The replies, once all of them have got so far.
    private func replies(_ desk: TestDesk, _ id: ID<Conversation>, are delivery: String) async throws -> [Message] {
        while true {
            let head = desk.engine.store.head
            let replies = try await desk.engine.store.messages(MessageFilter(conversation: id), Page())
                .filter { $0.direction == .outbound }
            if replies.count == 3, replies.allSatisfy({ $0.delivery.name == delivery }) { return replies }
            try await desk.engine.store.waitForEvent(after: head)
        }
    }

    @Test("delivered and read are said of each of them, once") func all() async throws {
        try await with { desk, id in
            let sent = try await replies(desk, id, are: "sent")
            #expect(sent.map(\.externalID) == ["p1", nil, nil])
            await report(desk, "p1", "delivered")
            _ = try await replies(desk, id, are: "delivered")
            await report(desk, "p1", "read")
            await report(desk, "p1", "delivered")
            _ = try await replies(desk, id, are: "read")
            let events = try await desk.engine.store.events(
                after: 0, limit: 100, matching: EventFilter(kinds: [.deliveryChanged]))
            #expect(events.map { $0.payload["delivery"]?.string } == ["sent", "delivered", "read"].flatMap { [$0, $0, $0] })
            #expect(Set(events.compactMap { $0.payload["message"]?.string }) == Set(sent.map(\.id.text)))
        }
    }

    @Test("a report that comes before the send has returned reaches each of them") func early() async throws {
        try await with { desk, id in
            await report(desk, "p1", "delivered")
            _ = try await replies(desk, id, are: "delivered")
        }
    }

    @Test("where the one became several on the platform, all follow the last part") func parts() async throws {
        try await with("split") { desk, id in
            _ = try await replies(desk, id, are: "sent")
            await report(desk, "p1", "read")
            await report(desk, "p2", "delivered")
            _ = try await replies(desk, id, are: "delivered")
        }
    }

    @Test("a failure, at once or reported later, is that of each of them") func failed() async throws {
        try await with("broken") { desk, id in
            let replies = try await replies(desk, id, are: "failed")
            #expect(Set(replies.map(\.delivery.reason)) == ["the platform says no"])
        }
        try await with { desk, id in
            _ = try await replies(desk, id, are: "sent")
            await report(desk, "p1", "failed", reason: "blocked")
            let replies = try await replies(desk, id, are: "failed")
            #expect(Set(replies.map(\.delivery.reason)) == ["blocked"])
            // Whichever of them somebody sends again, all go, once.
            try await desk.engine.resend(replies[1].id, by: TestDesk.admin)
            let again = try await self.replies(desk, id, are: "sent")
            #expect(again.map(\.id) == replies.map(\.id))
            #expect(try await desk.engine.store.deadLetters(Page()).isEmpty)
        }
    }
}
