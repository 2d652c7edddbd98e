// SPDX-License-Identifier: Apache-2.0
import Crypto
import Desk
import Foundation
import LuaDeskClient
import MailServers
import Testing

/// The Swift client of apps against a real desk.
@Suite("An app's customer is heard and answered, whatever dies in between")
struct AppClientTests {
    static let secret = "the shop and the desk know it"
    static let configuration = """
        channels:
          - { id: app, plugin: live, settings: { identity_secret: "\(secret)" } }
        agents:
          - { name: Lin, teams: [service, after_sales, complaints, premium], capacity: 5 }

        """

    static func identity(_ externalID: String) -> ClientIdentity {
        let mac = HMAC<SHA256>.authenticationCode(
            for: Array(externalID.utf8), using: SymmetricKey(data: Array(secret.utf8)))
        let hex = mac.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return ClientIdentity(externalID: externalID, signature: hex, name: "Wang")
    }

    /// The ways to the desk: URLSession's, whatever it can do here, and the client's socket connection over the tests'
    /// own WebSocket.
    static let ways = AppClientWay.allCases

    /// Gone with the test.
    private let place = TemporaryFolder()

    private func storage(_ name: String = "chat") -> FileStorage {
        FileStorage(folder: URL(fileURLWithPath: "\(place.path)/\(name)"))
    }

    /// What the desk has from its customers, as `text`, in the journal's order.
    private func heard(_ api: DeskAPI) async throws -> [String] {
        try await api.messages(channel: "app").filter { $0["direction"] == "in" }.compactMap { $0["text"]?.string }
    }

    @Test("a question is answered by the bot, then by an agent, whose answer is read", arguments: ways)
    func conversation(_ way: AppClientWay) async throws {
        let desk = try await LuaDeskProcess.serve(Self.configuration)
        let client = way.client(of: desk.url, storage())
        try await client.start()
        try await client.send(text: "多久发货？")
        let answered = try await client.waits("the bot's answer") { $0.contains { $0.isFromBot && !$0.text.isEmpty } }
        #expect(answered.first?.text == "多久发货？" && answered.first?.isOwn == true)
        _ = try await eventually("it is online") { await client.connectionState == .online(way.transport) ? true : nil }

        try await client.send(text: "人工")
        let admin = try await desk.api()
        let id = try await eventually("the conversation waits for a person") {
            try await admin.all("/v1/conversations").first { $0["state"] == "queued" }?["id"]?.string
        }
        let agent = DeskAPI(url: desk.url, token: try await desk.token(role: "agent", agent: "Lin"))
        #expect(try await agent.post("/v1/conversations/\(id)/accept").status == 200)
        #expect(
            try await agent.post("/v1/conversations/\(id)/messages", ["kind": "text", "text": "您好，我是小林"]).status == 201)
        let said = try await client.waits("the agent's answer") { $0.contains { $0.text == "您好，我是小林" } }
        #expect(said.first { $0.text == "您好，我是小林" }?.authorName == "Lin")
        _ = try await eventually("the conversation is Lin's") {
            await client.conversation?.agentName == "Lin" ? true : nil
        }
        try await client.markRead()
        _ = try await eventually("the desk knows that it was read") {
            try await admin.messages(channel: "app").contains { $0["text"] == "您好，我是小林" && $0["delivery"] == "read" }
                ? true : nil
        }
        await client.stop()
        #expect(await client.connectionState == .stopped)
    }

    /// HS256, as any library for JSON Web Tokens makes it.
    private static func token(_ claims: String) -> String {
        func coded(_ bytes: [UInt8]) -> String {
            Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        }
        let signed = coded(Array(#"{"alg":"HS256","typ":"JWT"}"#.utf8)) + "." + coded(Array(claims.utf8))
        let mac = HMAC<SHA256>.authenticationCode(for: Array(signed.utf8), using: SymmetricKey(data: Array(secret.utf8)))
        return signed + "." + coded(Array(mac))
    }

    @Test("a token of the company's server says who the customer is; an old one is refused, a new one goes on as the same")
    func identityToken() async throws {
        let desk = try await LuaDeskProcess.serve(Self.configuration)
        let client = AppClientWay.allCases[0].client(of: desk.url, storage())
        let end = Int(Date().timeIntervalSince1970) + 600
        try await client.identify(
            ClientIdentity(externalID: "u-7", jwt: Self.token(#"{"sub":"u-7","exp":1000,"name":"Wang"}"#)))
        try await client.start()
        _ = try await eventually("the old token is refused") {
            if case .refused = await client.connectionState { true } else { nil as Bool? }
        }
        try await client.identify(
            ClientIdentity(
                externalID: "u-7",
                jwt: Self.token(#"{"sub":"u-7","exp":\#(end),"name":"Wang","attributes":{"vip_level":3}}"#)))
        try await client.send(text: "多久发货？")
        _ = try await client.waits("it is taken") { $0.contains { $0.isOwn && $0.seq != nil } }
        let customers = try await desk.api().all("/v1/customers")
        #expect(customers.map { $0["name"]?.string } == ["Wang"])
        #expect(customers.first?["attributes"]?["vip_level"] == 3)
        let before = await client.currentMessages.count
        try await client.identify(
            ClientIdentity(externalID: "u-7", jwt: Self.token(#"{"sub":"u-7","exp":\#(end + 60),"name":"Wang Li"}"#)))
        try await client.send(text: "人工")
        _ = try await client.waits("it is taken, too, and what was said is still there") {
            $0.count > before && $0.filter { $0.isOwn && $0.seq != nil }.count == 2
        }
        #expect(try await desk.api().all("/v1/customers").count == 1)
        await client.stop()
        try await desk.stop()
    }

    @Test("the desk is killed again and again while messages are sent: each arrives once, in order", arguments: ways)
    func kills(_ way: AppClientWay) async throws {
        let data = TemporaryFolder()
        let port = try HeldPort()
        var desk = try await LuaDeskProcess.serve(Self.configuration, data: data, port: port)
        let client = way.client(of: desk.url, storage())
        try await client.start()
        let texts = (1...60).map { "number \($0)" }
        async let writing: Void = {
            for text in texts {
                try await client.send(text: text)
                // Some are taken up one by one, some wait.
                await Task.yield()
            }
        }()
        for taken in [1, 12, 23, 34, 45] {
            _ = try await client.waits("\(taken) are taken") { $0.filter { $0.isOwn && $0.seq != nil }.count >= taken }
            try await desk.kill()
            desk = try await LuaDeskProcess.serve(Self.configuration, data: data, port: port)
            await client.networkBecameAvailable()
        }
        try await writing
        _ = try await client.waits("all are taken") { $0.filter { $0.isOwn && $0.seq != nil }.count == texts.count }
        #expect(try await heard(try await desk.api()) == texts)
        #expect(await client.currentMessages.filter(\.isOwn).map(\.text) == texts)
        let ids = await client.currentMessages.map(\.id)
        #expect(Set(ids).count == ids.count)
        await client.stop()
    }

    @Test("500 messages were missed: none is lost, none comes twice", arguments: ways)
    func absence(_ way: AppClientWay) async throws {
        let desk = try await LuaDeskProcess.serve(Self.configuration)
        let storage = self.storage()
        let first = way.client(of: desk.url, storage)
        try await first.start()
        try await first.send(text: "人工")
        let before = try await first.waits("it is taken") { $0.first?.conversationID != nil && $0.first?.seq != nil }
        let id = try #require(before.first?.conversationID)
        await first.stop()

        let admin = try await desk.api()
        for number in 1...500 {
            let answer = try await admin.post(
                "/v1/conversations/\(id)/messages", ["kind": "text", "text": .string("\(number)")])
            #expect(answer.status == 201, "\(answer.text)")
        }
        let second = way.client(of: desk.url, storage)
        try await second.start()
        let all = try await second.waits("the last one") { $0.contains { $0.text == "500" } }
        #expect(all.filter { !$0.isFromBot && !$0.isOwn }.map(\.text) == (1...500).map(String.init))
        #expect(all.filter(\.isOwn).map(\.text) == ["人工"])
        // Once more, with nothing new: nothing comes again.
        await second.stop()
        try await second.start()
        try await second.send(text: "thanks")
        let after = try await second.waits("thanks is taken") { $0.contains { $0.text == "thanks" && $0.seq != nil } }
        #expect(after.prefix(all.count).map(\.id) == all.map(\.id))
        await second.stop()
    }

    @Test("what was written without a desk, with a picture, is sent by the next client of the same storage")
    func offline() async throws {
        let data = TemporaryFolder()
        let port = try HeldPort()
        let earlier = try await LuaDeskProcess.serve(Self.configuration, data: data, port: port)
        let url = earlier.url
        #expect(try await earlier.stop() == .init(status: 0))
        let storage = self.storage()
        let first = AppClientWay.urlSession.client(of: url, storage)
        try await first.start()
        try await first.send(text: "one")
        try await first.send(image: Self.picture, name: "a b+ü.png", type: "image/png")
        await first.stop()
        let second = AppClientWay.urlSession.client(of: url, storage)
        try await second.send(text: "three")
        #expect(await second.currentMessages.map(\.state) == [.queued, .queued, .queued])
        try await second.start()
        let desk = try await LuaDeskProcess.serve(Self.configuration, data: data, port: port)
        await second.networkBecameAvailable()
        let sent = try await second.waits("all are taken") { $0.filter { $0.isOwn && $0.seq != nil }.count == 3 }
        let own = sent.filter(\.isOwn)
        #expect(own.map(\.kind) == [.text, .image, .text])
        let api = try await desk.api()
        let kept = try await api.messages(channel: "app").filter { $0["direction"] == "in" }
        // The words do not wait for the picture, which is shown where it was put.
        #expect(kept.filter { $0["kind"] == "text" }.map { $0["text"] } == ["one", "three"])
        #expect(kept.filter { $0["kind"] == "image" }.map { $0.at("fields.name") } == ["a b+ü.png"])
        // The address that came with the message gives the bytes.
        let address = try #require(second.fileAddress(of: own[1]))
        let file = try await DeskAPI(url: desk.url).get("\(address.path)?\(address.query ?? "")")
        #expect(file.status == 200 && file.body == Array(Self.picture))
        await second.stop()
        #expect(
            !(try FileManager.default.contentsOfDirectory(atPath: storage.folder.path).contains {
                $0.hasPrefix("attachment")
            }))
    }

    /// The smallest PNG there is: one transparent pixel.
    static let picture = Data(
        base64Encoded:
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==")!

    @Test("two devices of one customer show the same", arguments: ways)
    func twoDevices(_ way: AppClientWay) async throws {
        let desk = try await LuaDeskProcess.serve(Self.configuration)
        let clients = ["phone", "tablet"].map { way.client(of: desk.url, storage($0)) }
        for client in clients {
            try await client.identify(Self.identity("customer-7"))
            try await client.start()
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (name, client) in zip(["a", "b"], clients) {
                group.addTask { for number in 1...10 { try await client.send(text: "\(name) \(number)") } }
            }
            try await group.waitForAll()
        }
        for client in clients {
            _ = try await client.waits("both's messages") { $0.filter { $0.isOwn && $0.seq != nil }.count == 20 }
        }
        let api = try await desk.api()
        let texts = try await heard(api)
        #expect(texts.count == 20)
        for client in clients { #expect(await client.currentMessages.filter(\.isOwn).map(\.text) == texts) }
        #expect(try await api.all("/v1/customers").count == 1)
        for client in clients { await client.stop() }
    }

    @Test("a signature that does not fit is refused and told; with the right one the customer is let in at once")
    func signature() async throws {
        let desk = try await LuaDeskProcess.serve(Self.configuration)
        let client = AppClientWay.urlSession.client(of: desk.url, MemoryStorage())
        try await client.identify(ClientIdentity(externalID: "customer-7", signature: "00"))
        try await client.send(text: "hello")
        try await client.start()
        try await within(patience, "the refusal") {
            for await update in await client.updates { if case .connection(.refused) = update { return } }
        }
        #expect(await client.currentMessages.map(\.state) == [.queued])
        try await client.identify(Self.identity("customer-7"))
        _ = try await client.waits("it is taken") { $0.first?.seq != nil }
        await client.stop()
    }

    @Test("a session that is too old is renewed: the customer, the messages and their order stay")
    func renewal() async throws {
        let desk = try await LuaDeskProcess.serve(Self.configuration + "sessions: { life: 2s }\n")
        let client = AppClientWay.urlSession.client(of: desk.url, MemoryStorage())
        try await client.identify(Self.identity("customer-7"))
        try await client.start()
        let texts = (1...3).map { "number \($0)" }
        for text in texts {
            try await client.send(text: text)
            _ = try await client.waits("\(text) is taken") { $0.contains { $0.text == text && $0.seq != nil } }
            let token = await client.sessionToken
            // Until the desk does not take it any more.
            _ = try await eventually("the session is too old") {
                try await DeskAPI(url: desk.url, token: token).get("/v1/live/events?wait=0").status == 401 ? true : nil
            }
        }
        let api = try await desk.api()
        #expect(try await heard(api) == texts)
        #expect(try await api.all("/v1/customers").count == 1)
        #expect(await client.currentMessages.filter(\.isOwn).map(\.text) == texts)
        await client.stop()
    }
}
