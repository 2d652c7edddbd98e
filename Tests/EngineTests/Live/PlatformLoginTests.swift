// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Journal
import Testing

@testable import Engine

/// Our own chat inside of mini programs: who the customer is, the platform's login says.
@Suite struct PlatformLoginTests {
    private static let plugin = """
        return plugin { name = "mini", kind = "channel", version = "1",
          receive = function(request) return accept { { sender = request.body, external_id = request.raw_query, text = "hi" } } end,
          send = function() return sent() end,
          login = function(request)
            if request.code == "old" then return nil, "used", "bad_code" end
            if request.code == "down" then return nil, "no answer", "network" end
            return { external_id = "open-" .. request.code, union_id = request.union, profile = { name = "Lin", vip_level = 3 } }
          end }
        """

    private func withDesk(_ body: (TestDesk) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/plugins-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder + "/mini", withIntermediateDirectories: true)
        try Self.plugin.write(toFile: folder + "/mini/plugin.lua", atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let desk = try await TestDesk(
            plugins: [folder], channels: ["one", "two"].map { ChannelConfiguration(id: $0, plugin: "mini") })
        try await body(desk)
        try await desk.stop()
        desk.remove()
    }

    private func login(_ code: String, on channel: String = "one", union: String? = nil) -> Value {
        (["channel": .string(channel), "code": .string(code), "union": Value(union)] as Value).compact()
    }

    @Test("a login gives the same customer each time, with what the platform tells") func sameCustomer() async throws {
        try await withDesk { desk in
            let first = try await desk.engine.openLiveSession(channel: "web", login: login("a"))
            let second = try await desk.engine.openLiveSession(channel: "web", login: login("a"))
            let other = try await desk.engine.openLiveSession(channel: "web", login: login("b"))
            #expect(first.customer == second.customer && first.customer != other.customer)
            let customer = try await desk.engine.store.customer(first.customer)
            #expect(customer?.name == "Lin" && customer?.attributes == ["vip_level": 3])
        }
    }

    @Test("a union id ties two programs, and a message through the platform, to one customer") func union() async throws {
        try await withDesk { desk in
            let one = try await desk.engine.openLiveSession(channel: "web", login: login("a", union: "u1"))
            let two = try await desk.engine.openLiveSession(channel: "web", login: login("b", on: "two", union: "u1"))
            #expect(one.customer == two.customer)
            let message = try await desk.engine.receive(
                InboundMessage(channel: "two", sender: "open-b", externalID: "x", content: .text("hello")))
            #expect(message.customer == one.customer)
        }
    }

    @Test(
        "a login that fails says what the client can do",
        arguments: [("old", DeskError.Code.unauthorized), ("down", .unavailable)])
    func refused(_ code: String, _ expected: DeskError.Code) async throws {
        try await withDesk { desk in
            let error = await #expect(throws: DeskError.self) {
                try await desk.engine.openLiveSession(channel: "web", login: login(code))
            }
            #expect(error?.code == expected)
            let unknown = await #expect(throws: DeskError.self) {
                try await desk.engine.openLiveSession(channel: "web", login: login("a", on: "web"))
            }
            #expect(unknown?.code == .invalid)
            let customers = try await desk.engine.store.customers(Page(limit: 10))
            #expect(customers.isEmpty)
        }
    }
}
