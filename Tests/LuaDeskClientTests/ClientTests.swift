// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import LuaDeskClient

@Suite("A client keeps what it took before it says so")
struct ClientTests {
    static let server = URL(fileURLWithPath: "/")

    private func client(_ storage: some ClientStorage, _ options: LuaDeskClient.Options = .init()) -> LuaDeskClient {
        LuaDeskClient(server: Self.server, channel: "app", storage: storage, options: options)
    }

    @Test("what was sent without a connection is there after the end of the app, in order and under the same ids")
    func survives() async throws {
        let folder = Folder()
        let storage = FileStorage(folder: folder.url)
        let first = client(storage)
        var written: [ClientMessage] = []
        for number in 1...5 { written.append(try await first.send(text: "number \(number)")) }
        written.append(try await first.send(file: Data("%PDF".utf8), name: "a.pdf", type: "application/pdf"))
        // Never stopped: as if it had been killed here.
        let second = client(storage)
        var messages = await second.messages.makeAsyncIterator()
        let found = await messages.next()
        #expect(found?.map(\.id) == written.map(\.id))
        #expect(found?.map(\.text) == written.map(\.text))
        #expect(found?.allSatisfy { $0.state == .queued } == true)
        #expect(found?.last?.fields["byte_count"]?.int == 4)
    }

    enum Harm: String, CaseIterable, Sendable { case cut, changed, emptied, foreign }

    @Test("a damaged outbox is kept aside and told, and the client goes on", arguments: Harm.allCases)
    func damagedOutbox(_ harm: Harm) async throws {
        let folder = Folder()
        let storage = FileStorage(folder: folder.url)
        try await client(storage).send(text: "hello")
        var bytes = try #require(try storage.read("outbox.json"))
        switch harm {
        case .cut: bytes = bytes.prefix(bytes.count / 2)
        case .changed: bytes[bytes.count - 10] ^= 0x20
        case .emptied: bytes = Data()
        case .foreign: bytes = Data(#"{"items":[]}"#.utf8)
        }
        try storage.write(bytes, as: "outbox.json")
        let second = client(storage)
        let sent = try await second.send(text: "still here")
        var updates = await second.updates.makeAsyncIterator()
        let aside = folder.url.appendingPathComponent("outbox.json.damaged").path
        #expect(await updates.next() == .damaged(file: "outbox.json", keptAs: aside))
        #expect(await updates.next() == .message(sent))
        #expect(try Data(contentsOf: URL(fileURLWithPath: aside)) == bytes)
        #expect(await second.currentMessages == [sent])
    }

    @Test("a damaged transcript costs nothing: the outbox and the session stay, the desk gives the rest again")
    func damagedTranscript() async throws {
        let storage = MemoryStorage()
        try storage.write(
            try SealedFile.seal(KeptSession(session: .init(token: "t", customerID: "c1", identity: nil))),
            as: "session.json")
        try storage.write(Data("{".utf8), as: "transcript.json")
        let client = client(storage)
        try await client.send(text: "hello")
        #expect(await client.transcript.seq == 0)
        #expect(await client.transcript.customerID == "c1")
        #expect(await client.kept.session?.token == "t")
    }

    @Test("what the desk confirmed before the end is not sent again, whichever file was written last")
    func confirmedBeforeTheEnd() async throws {
        let storage = MemoryStorage()
        var transcript = Transcript()
        transcript.customerID = "c1"
        let item = Outbox.Item.sample("1", "mine")
        _ = transcript.confirm(item, .init(clientID: "1", seq: 4, messageID: "m4", conversationID: nil))
        var outbox = Outbox()
        outbox.add(item)
        outbox.add(.sample("2", "not yet"))
        try storage.write(
            try SealedFile.seal(KeptSession(session: .init(token: "t", customerID: "c1", identity: nil))),
            as: "session.json")
        try storage.write(try SealedFile.seal(transcript), as: "transcript.json")
        try storage.write(try SealedFile.seal(outbox), as: "outbox.json")
        let client = client(storage)
        try await client.markRead()
        #expect(await client.currentMessages.map(\.state) == [.sent, .queued])
    }

    @Test("what cannot be kept is not taken")
    func unkept() async throws {
        struct Full: ClientStorage {
            func read(_ name: String) throws -> Data? { nil }
            func write(_ data: Data, as name: String) throws { throw CocoaError(.fileWriteOutOfSpace) }
            func remove(_ name: String) throws {}
            func setAside(_ name: String) throws -> String { name }
        }
        let client = client(Full())
        await #expect { try await client.send(text: "hello") } throws: { ($0 as? ClientError)?.code == .storage }
        await #expect { try await client.identify(.init(externalID: "1")) } throws: {
            ($0 as? ClientError)?.code == .storage
        }
        #expect(await client.currentMessages.isEmpty)
        #expect(await client.kept.identity == nil)
    }

    @Test("limits are said at once")
    func limits() async throws {
        var options = LuaDeskClient.Options()
        options.queueLimit = 2
        options.attachmentLimit = 3
        let client = client(MemoryStorage(), options)
        func code(_ body: () async throws -> Void) async -> ClientError.Code? {
            do { try await body() } catch { return (error as? ClientError)?.code }
            return nil
        }
        #expect(await code { try await client.send(text: "") } == .invalid)
        #expect(await code { try await client.send(text: String(repeating: "a", count: 20_001)) } == .invalid)
        #expect(await code { try await client.send(image: Data(), name: "a.png", type: "image/png") } == .invalid)
        #expect(
            await code { try await client.send(image: Data(count: 4), name: "a.png", type: "image/png") } == .tooLarge)
        #expect(await code { try await client.send(image: Data(count: 3), name: "a.png", type: "image/png") } == nil)
        #expect(await code { try await client.send(text: String(repeating: "é", count: 20_000)) } == nil)
        #expect(await code { try await client.send(text: "one too many") } == .queueFull)
        #expect(await code { try await client.retry("unknown") } == .notFound)
        #expect(await code { try await client.discard("unknown") } == .notFound)
    }

    @Test("what is taken back is gone, its file too")
    func discard() async throws {
        let folder = Folder()
        let client = client(FileStorage(folder: folder.url))
        let picture = try await client.send(image: Data([1]), name: "a.png", type: "image/png")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).count == 2)
        try await client.discard(picture.id)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["outbox.json"])
        #expect(await client.currentMessages.isEmpty)
    }

    @Test("signing out leaves nothing on the device")
    func forget() async throws {
        let folder = Folder()
        let client = client(FileStorage(folder: folder.url))
        try await client.identify(ClientIdentity(externalID: "42", signature: "00"))
        try await client.send(text: "hello")
        try await client.send(image: Data([1]), name: "a.png", type: "image/png")
        try await client.forget()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == [])
        #expect(await client.currentMessages.isEmpty)
        #expect(await client.kept == KeptSession())
    }
}
