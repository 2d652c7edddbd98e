// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Journal
import Testing

@testable import Engine

@Suite("Reports on a message that became several on its platform", .timeLimit(.minutes(10)))
struct MessagePartReportTests {
    /// Sends each message as three, p1 to p3; its hook brings reports.
    private static let plugin = """
        return plugin { name = "split", kind = "channel", version = "1",
          receive = function(request) return accept({}, { receipts = json.decode(request.body) }) end,
          send = function() return sent { "p1", "p2", "p3" } end }
        """

    private func with(_ plugin: String = Self.plugin, _ body: (TestDesk) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/plugins-\(UUID().uuidString)"
        try TestDesk.write(["split/plugin.lua": plugin], to: folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let desk = try await TestDesk(
            rules: DeliveryTests.rules, plugins: [folder],
            channels: [ChannelConfiguration(id: "s", plugin: "split", settings: [:])])
        try await body(desk)
        try await desk.stop()
        desk.remove()
    }

    private func greet(_ desk: TestDesk) async throws -> Intake {
        try await desk.engine.receive(
            InboundMessage(channel: "s", sender: "lin", externalID: "1", content: .text("你好")))
    }

    private func report(_ desk: TestDesk, _ reports: [(id: String, delivery: String)]) async {
        let body = Value.array(reports.map { ["external_id": .string($0.id), "delivery": .string($0.delivery)] })
        #expect(await desk.post(body, to: "s").status == 200)
    }

    private func reply(_ desk: TestDesk, _ intake: Intake, is delivery: String) async throws -> Message {
        while true {
            let head = desk.engine.store.head
            let messages = try await desk.engine.store.messages(MessageFilter(conversation: intake.conversation), Page())
            if let reply = messages.last, reply.direction == .outbound, reply.delivery.name == delivery { return reply }
            try await desk.engine.store.waitForEvent(after: head)
        }
    }

    private func deliveries(_ desk: TestDesk) async throws -> [String] {
        try await desk.engine.store.events(after: 0, limit: 500, matching: EventFilter(kinds: [.deliveryChanged])).compactMap {
            $0.payload["delivery"]?.string
        }
    }

    @Test("delivered when all parts are, read when all are; each part finds the message") func all() async throws {
        try await with { desk in
            let reply = try await reply(desk, try await greet(desk), is: "sent")
            #expect(reply.externalID == "p1")
            await report(desk, [("p3", "delivered"), ("p1", "read")])
            #expect(try await desk.engine.store.message(reply.id)?.delivery == .sent)
            await report(desk, [("p2", "delivered")])
            #expect(try await desk.engine.store.message(reply.id)?.delivery == .delivered)
            await report(desk, [("p2", "read"), ("p2", "delivered")])
            #expect(try await desk.engine.store.message(reply.id)?.delivery == .delivered)
            await report(desk, [("p3", "read")])
            #expect(try await desk.engine.store.message(reply.id)?.delivery == .read)
            #expect(try await deliveries(desk) == ["sent", "delivered", "read"])
        }
    }

    @Test("all parts reported at once are one delivery") func together() async throws {
        try await with { desk in
            let reply = try await reply(desk, try await greet(desk), is: "sent")
            await withTaskGroup(of: Void.self) { group in
                for id in ["p1", "p2", "p3"] { group.addTask { await self.report(desk, [(id, "delivered")]) } }
            }
            #expect(try await desk.engine.store.message(reply.id)?.delivery == .delivered)
            #expect(try await deliveries(desk) == ["sent", "delivered"])
        }
    }

    @Test("a part that failed fails the message, and says which") func failed() async throws {
        try await with { desk in
            let reply = try await reply(desk, try await greet(desk), is: "sent")
            await report(desk, [("p1", "delivered"), ("p2", "failed"), ("p3", "delivered")])
            let delivery = try await desk.engine.store.message(reply.id)?.delivery
            #expect(delivery?.reason?.hasPrefix("part 2 of 3: ") == true, "\(String(describing: delivery))")
        }
    }

    @Test("a platform that reports before the send has returned is heard") func early() async throws {
        try await with { desk in
            await report(desk, [("p2", "delivered"), ("p1", "read"), ("p3", "delivered")])
            let reply = try await reply(desk, try await greet(desk), is: "delivered")
            #expect(reply.externalID == "p1")
            #expect(try await deliveries(desk) == ["sent", "delivered"])
        }
    }

    @Test("reports on one message at the same instant are told once each, in order", arguments: ["read", "delivered"])
    func atOnce(last: String) async throws {
        let plugin = Self.plugin.replacing(
            #"function() return sent { "p1", "p2", "p3" }"#, with: #"function(message) return sent("p" .. message.id)"#)
        try await with(plugin) { desk in
            for number in 1...20 {
                let intake = try await desk.engine.receive(
                    InboundMessage(channel: "s", sender: "c\(number)", externalID: "\(number)", content: .text("你好")))
                let id = try #require(try await reply(desk, intake, is: "sent").externalID)
                await withTaskGroup(of: Void.self) { group in
                    for delivery in ["delivered", last, last, "delivered", last] {
                        group.addTask { await self.report(desk, [(id, delivery)]) }
                    }
                }
                let message = try #require(try await desk.engine.store.message(channel: "s", externalID: id))
                #expect(message.delivery.name == last)
                let told = try await desk.engine.store.events(
                    after: 0, limit: 500, matching: EventFilter(kinds: [.deliveryChanged])
                ).filter { $0.payload["message"]?.string == message.id.text }.compactMap { $0.payload["delivery"]?.string }
                #expect(told == ["sent", last] || last == "read" && told == ["sent", "delivered", "read"], "\(told)")
            }
        }
    }
}
