// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Journal
import Plugins
import Testing

@testable import Engine

@Suite("A file that an agent sends, for a platform that fetches", .timeLimit(.minutes(10)))
struct PublicFileTests {
    /// Tells where it would have the platform fetch the file: as the id that the platform gave.
    private static let plugin = """
        return plugin { name = "fetching", kind = "channel", version = "1",
          receive = function() return accept {} end,
          send = function(message)
            if message.kind == "text" then return sent() end
            local address, reason, code = media.url(message.fields.media_id)
            if not address then return failed(code .. ": " .. reason) end
            return sent(address)
          end }
        """

    /// Sends a picture as an agent does, and gives the message once its delivery is known.
    private func sent(publicURL: String?, _ body: (TestDesk, Message, String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/plugins-\(UUID().uuidString)"
        try TestDesk.write(["fetching/plugin.lua": Self.plugin], to: folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let desk = try await TestDesk(
            plugins: [folder], channels: [ChannelConfiguration(id: "f", plugin: "fetching", settings: [:])],
            publicURL: publicURL)
        let intake = try await desk.engine.receive(
            InboundMessage(channel: "f", sender: "lin", externalID: "1", content: .text("a picture, please")))
        let file = try await desk.engine.keep([0xff, 0xd8, 0xff, 1, 2], claimed: nil, name: "p.jpg")
        let message = try await desk.engine.reply(
            in: intake.conversation, MessageContent(kind: .image, fields: ["media_id": .string(file.id)]), note: false,
            clientID: nil, by: TestDesk.admin)
        while true {
            let head = desk.engine.store.head
            if let now = try await desk.engine.store.message(message.id), now.delivery != .queued {
                try await body(desk, now, file.id)
                break
            }
            try await desk.engine.store.waitForEvent(after: head)
        }
        try await desk.stop()
        desk.remove()
    }

    @Test("it gets a signed address under server.public_url that opens this file, for hours and no other") func signed()
        async throws
    {
        try await sent(publicURL: "https://desk.example.com") { desk, message, file in
            let address = try #require(message.externalID.flatMap { URLComponents(string: $0) })
            #expect(address.scheme == "https" && address.host == "desk.example.com" && address.path == "/media/\(file)")
            func given(_ name: String) -> String? { address.queryItems?.first { $0.name == name }?.value }
            let until = try #require(given("until").flatMap { Int64($0) }), signature = try #require(given("signature"))
            let links = desk.engine.mediaLinks
            #expect(links.opens(file, until: until, signature: signature))
            #expect(!links.opens(file + "0", until: until, signature: signature))
            #expect(!links.opens(file, until: until + 3600, signature: signature))
            desk.clock.advance(by: .seconds(6 * 3600 - 1))
            #expect(links.opens(file, until: until, signature: signature))
            desk.clock.advance(by: .seconds(3601))
            #expect(!links.opens(file, until: until, signature: signature))
        }
    }

    @Test("without server.public_url the message fails and says what is missing") func missing() async throws {
        try await sent(publicURL: nil) { _, message, _ in
            #expect(message.delivery.reason?.hasPrefix("no_public_url: ") == true, "\(message.delivery)")
            #expect(message.delivery.reason?.contains("server.public_url") == true)
        }
    }
}
