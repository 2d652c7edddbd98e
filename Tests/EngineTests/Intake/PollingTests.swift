// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Journal
import Testing

@testable import Engine

@Suite("What no callback told is found by looking", .timeLimit(.minutes(10)))
struct PollingTests {
    /// A platform whose pages overlap: each look finds the last message again, and one more, up to `last`.
    private static func plugin(last: Int) -> String {
        """
        return plugin { name = "pages", kind = "channel", version = "1",
          receive = function() return accept {} end, send = function() return sent() end,
          poll = function(channel)
            local cursor = store.get("cursor") or 0
            if cursor >= \(last) then return accept({}, { again = 3600 }) end
            local messages = {}
            for number = cursor, cursor + 1 do
              messages[#messages + 1] = { sender = "lin", external_id = "m" .. number, text = "text " .. number }
            end
            return accept(messages, { remember = { cursor = cursor + 1 }, again = 0 })
          end }
        """
    }

    private static let failing = """
        return plugin { name = "pages", kind = "channel", version = "1",
          receive = function() return accept {} end, send = function() return sent() end,
          poll = function() return nil, "the platform is away" end }
        """

    private let channel = ChannelConfiguration(id: "p", plugin: "pages", settings: [:])

    private func texts(_ desk: TestDesk, count: Int) async throws -> [String] {
        while true {
            let head = desk.engine.store.head
            let messages = try await desk.engine.store.messages(MessageFilter(channel: "p"), Page(limit: 200))
            if messages.count >= count { return messages.filter { $0.direction == .inbound }.map(\.content.text) }
            try await desk.engine.store.waitForEvent(after: head)
        }
    }

    @Test("what came while the desk was down arrives after its start, nothing twice, from a cursor that is kept")
    func afterStart() async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/plugins-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try TestDesk.write(["pages/plugin.lua": Self.plugin(last: 3)], to: folder)
        let desk = try await TestDesk(plugins: [folder], channels: [channel])
        #expect(try await texts(desk, count: 4) == ["text 0", "text 1", "text 2", "text 3"])
        try await desk.stop()

        try TestDesk.write(["pages/plugin.lua": Self.plugin(last: 5)], to: folder)
        let again = try await TestDesk(on: desk, plugins: [folder], channels: [channel])
        #expect(try await texts(again, count: 6) == (0...5).map { "text \($0)" })
        try await again.stop()
        again.remove()
    }

    @Test("a platform that cannot be asked is one event, with the plugin's reason")
    func refused() async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/plugins-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try TestDesk.write(["pages/plugin.lua": Self.failing], to: folder)
        let desk = try await TestDesk(plugins: [folder], channels: [channel])
        var found: Event?
        while found == nil {
            let head = desk.engine.store.head
            found = try await desk.engine.store.events(
                after: 0, limit: 100, matching: EventFilter(kinds: [.channelFailed])
            ).first
            if found == nil { try await desk.engine.store.waitForEvent(after: head) }
        }
        #expect(found?.payload["message"]?.string == "the platform is away" && found?.channel == "p")
        try await desk.stop()
        desk.remove()
    }
}
