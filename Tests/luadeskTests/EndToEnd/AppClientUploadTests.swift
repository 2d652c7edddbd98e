// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import LuaDeskClient
import Testing

/// The Swift client of apps on a slow way to a real desk, and what it does not keep.
@Suite("An app's picture holds nobody up; what the device does not keep is fetched")
struct AppClientUploadTests {
    private static let configuration = """
        channels:
          - { id: app, plugin: live }

        """

    private let place = TemporaryFolder()
    private var storage: FileStorage { FileStorage(folder: URL(fileURLWithPath: "\(place.path)/chat")) }

    private func heard(_ desk: LuaDeskProcess) async throws -> [String] {
        try await desk.api().messages(channel: "app").filter { $0["direction"] == "in" }.map {
            $0["kind"] == "text" ? $0["text"]?.string ?? "" : $0["kind"]?.string ?? ""
        }
    }

    private func own(_ messages: [ClientMessage]) -> [String] {
        messages.filter(\.isOwn).map { $0.kind == .text ? $0.text : $0.kind.rawValue }
    }

    /// So large that it does not fit into what lies between client and desk.
    private static let large = AppClientTests.picture + Data(count: 12 << 20)

    @Test("words go while a picture is uploaded; that tells how far it is, keeps its place, and arrives once")
    func slowUpload() async throws {
        let desk = try await LuaDeskProcess.serve(Self.configuration)
        let gate = try await UploadGate.start(before: desk.port)
        let client = AppClientWay.urlSession.client(of: gate.url, storage)
        try await client.start()
        gate.close()
        let picture = try await client.send(image: Self.large, name: "large.png", type: "image/png")
        _ = try await client.waits("part of it is there") {
            $0.contains { $0.id == picture.id && $0.state == .sending && ($0.uploadProgress ?? 0) > 0 }
        }
        try await client.send(text: "多久发货？")
        let answered = try await client.waits("the words are answered") {
            $0.contains { $0.isFromBot } && $0.contains { $0.text == "多久发货？" && $0.seq != nil }
        }
        #expect(own(answered) == ["image", "多久发货？"])
        #expect(try await heard(desk) == ["多久发货？"])
        gate.open()
        let all = try await client.waits("the picture is there") { $0.contains { $0.id == picture.id && $0.seq != nil } }
        #expect(own(all) == ["image", "多久发货？"])
        #expect(all.first { $0.id == picture.id }?.uploadProgress == nil)
        #expect(try await heard(desk) == ["多久发货？", "image"])
        await client.stop()
        // As it was, also with the next start of the app.
        let next = AppClientWay.urlSession.client(of: gate.url, storage)
        try await next.start()
        let again = try await next.waits("the same") { $0.filter { $0.isOwn && $0.seq != nil }.count == 2 }
        #expect(own(again) == ["image", "多久发货？"])
        await next.stop()
        try await desk.stop()
    }

    @Test("an upload that breaks is tried again by itself; the connection and the words do not suffer")
    func brokenUpload() async throws {
        let desk = try await LuaDeskProcess.serve(Self.configuration)
        let gate = try await UploadGate.start(before: desk.port)
        let client = AppClientWay.urlSession.client(of: gate.url, storage)
        try await client.start()
        gate.close()
        try await client.send(image: Self.large, name: "large.png", type: "image/png")
        _ = try await eventually("the gate has it") { gate.count == 1 ? true : nil }
        gate.cut()
        _ = try await eventually("it is tried again") { gate.count == 1 ? true : nil }
        try await client.send(text: "still here")
        _ = try await client.waits("the words are there") { $0.contains { $0.text == "still here" && $0.seq != nil } }
        gate.open()
        let all = try await client.waits("both are there") { $0.filter { $0.isOwn && $0.seq != nil }.count == 2 }
        #expect(own(all) == ["image", "still here"])
        #expect(try await heard(desk) == ["still here", "image"])
        await client.stop()
        try await desk.stop()
    }

    @Test("what the device does not keep is fetched page by page, back to the first message")
    func older() async throws {
        let desk = try await LuaDeskProcess.serve(Self.configuration)
        var options = LuaDeskClient.Options()
        options.keptMessages = 20
        let server = try #require(URL(string: desk.url))
        let client = LuaDeskClient(server: server, channel: "app", storage: storage, options: options)
        try await client.start()
        try await client.send(text: "the first")
        let first = try await client.waits("it is taken") { $0.contains { $0.isOwn && $0.conversationID != nil } }
        let id = try #require(first.first { $0.isOwn }?.conversationID)
        let api = try await desk.api()
        let lines = (1...70).map { "line \($0)" }
        let path = "/v1/conversations/\(id)/messages"
        for line in lines {
            #expect(try await api.post(path, ["kind": "text", "text": .string(line)]).status == 201)
        }
        _ = try await client.waits("the last of them") { $0.last?.text == "line 70" }
        await client.stop()

        let next = LuaDeskClient(server: server, channel: "app", storage: storage, options: options)
        try await next.start()
        #expect(await next.currentMessages.map(\.text) == Array(lines.suffix(20)))
        #expect(await next.hasOlderMessages)
        _ = try await eventually("it is online") {
            if case .online = await next.connectionState { true } else { nil as Bool? }
        }
        while await next.hasOlderMessages { try await next.loadOlderMessages(25) }
        let all = await next.currentMessages.map(\.text)
        #expect(all.first == "the first" && all.suffix(70) == lines[...])
        #expect(try await next.loadOlderMessages() == 0)
        // What comes now drops none of them.
        _ = try await api.post(path, ["kind": "text", "text": "line 71"])
        let now = try await next.waits("one more") { $0.last?.text == "line 71" }
        #expect(now.first?.text == "the first" && now.count == all.count + 1)
        await next.stop()
        // On the device only the newest are kept.
        let last = LuaDeskClient(server: server, channel: "app", storage: storage, options: options)
        try await last.start()
        #expect(await last.currentMessages.count == 20)
        await last.stop()
        await #expect(throws: Never.self) { try await desk.stop() }
    }
}
