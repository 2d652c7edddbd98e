// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Journal
import Plugins
import Testing

@testable import Engine

/// What a platform's message names is fetched after the commit; its end is an event.
@Suite(.timeLimit(.minutes(10))) struct FetchedMediaTests {
    private static let plugin = """
        return plugin { name = "pictures", kind = "channel", version = "1", hosts = { "pictures.example" },
          capabilities = { kinds = { "text" } },
          receive = function() return { messages = {} } end,
          send = function() return sent() end,
          media = function(content, channel)
            if content.fields.stored then return media.info(content.fields.stored) end
            local answer, message, code = http.get(content.fields.url, { into = "media" })
            return answer and answer.media, message, code
          end }
        """

    private func with(_ body: (TestDesk) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/plugins-\(UUID().uuidString)"
        try TestDesk.write(["pictures/plugin.lua": Self.plugin], to: folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let desk = try await TestDesk(
            plugins: [folder], channels: [ChannelConfiguration(id: "p", plugin: "pictures", settings: [:])])
        try await body(desk)
        try await desk.stop()
        desk.remove()
    }

    private func event(_ desk: TestDesk, _ kind: Event.Kind) async throws -> Event {
        var seq: Seq = 0
        while true {
            let found = try await desk.engine.store.events(
                after: 0, limit: 1000, matching: EventFilter(kinds: [kind]))
            if let event = found.first { return event }
            seq = desk.engine.store.head
            try await desk.engine.store.waitForEvent(after: seq)
        }
    }

    private func receive(_ desk: TestDesk, _ content: MessageContent, id: String) async throws -> Intake {
        try await desk.engine.receive(InboundMessage(channel: "p", sender: "lin", externalID: id, content: content))
    }

    @Test(
        "a picture at a forbidden address leaves its message and a reason, and the next message is taken",
        arguments: ["http://127.0.0.1:1/x.jpg", "http://169.254.169.254/latest", "http://elsewhere.example/x.jpg"])
    func refused(_ address: String) async throws {
        try await with { desk in
            let picture = MessageContent(
                kind: .image, text: "", fields: ["url": .string(address), "name": "../a\u{202e}gpj.exe"])
            let intake = try await receive(desk, picture, id: "1")
            let event = try await event(desk, .mediaRefused)
            #expect(event.payload["message"]?.string == intake.message.text)
            #expect(event.payload["reason"]?.string?.contains("not among the hosts") == true, "\(event.payload)")
            let next = try await receive(desk, .text("still there?"), id: "2")
            #expect(next.conversation == intake.conversation && !next.isDuplicate)
            let message = try #require(try await desk.engine.store.message(intake.message))
            #expect(message.content.fields["name"] == "agpj.exe")
            #expect(try await desk.engine.fetchedMedia(of: message) == nil)
        }
    }

    @Test("a picture that was fetched is known with its message, with what is against showing it") func fetched() async throws {
        try await with { desk in
            let page = Array("<html><script>alert(1)</script>".utf8)
            let stored = try await desk.engine.keep(page, claimed: "image/png", name: "a.png")
            let intake = try await receive(
                desk, MessageContent(kind: .image, text: "", fields: ["stored": .string(stored.id), "media_id": "platform-1"]),
                id: "1")
            let event = try await event(desk, .mediaStored)
            #expect(event.payload["media"]?.string == stored.id && event.payload["content_type"] == "application/octet-stream")
            #expect(event.payload["withheld"]?.string?.contains("script") == true)
            let message = try #require(try await desk.engine.store.message(intake.message))
            let facts = try #require(try await desk.engine.fetchedMedia(of: message))
            #expect(facts["media_id"]?.string == stored.id && facts["byte_count"]?.int == Int64(page.count))
            let shown = desk.engine.mediaLinks.addressed(["fields": ["media_id": "platform-1", "media": facts]])
            // The platform's id opens nothing here.
            #expect(shown["fields"]?["url"] == nil)
            #expect(shown["fields"]?["media"]?["url"]?.string?.hasPrefix("/media/\(stored.id)?") == true)
        }
    }
}
