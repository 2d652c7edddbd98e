// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Synchronization
import Testing

@testable import Plugins

/// A small WeChat on loopback: hands out tokens, keeps what it is sent, answers as it is told.
final class StandInWeChat: Sendable {
    struct State {
        var token = 1
        /// Answers to custom/send in turn; afterwards "ok".
        var answers: [StandInServer.Answer] = []
        var tokenAnswer: StandInServer.Answer?
        var uploads = 0
        /// Tokens the platform takes; nil takes all.
        var valid: String?
    }
    let server: StandInServer
    let host: PluginHost
    let media: MemoryMediaStore
    let clock: ManualClock

    init(_ state: State = State(), lanes: Int = 2) async throws {
        let box = Box(state)
        let server = try StandInServer { request in
            box.state.withLock { state in
                if request.path == "/cgi-bin/stable_token" {
                    if let answer = state.tokenAnswer { return answer }
                    if request.text.contains("\"force_refresh\":true") { state.token += 1 }
                    return .json(#"{"access_token":"TOKEN\#(state.token)","expires_in":7200}"#)
                }
                if let valid = state.valid, !request.query.contains("access_token=\(valid)") {
                    return .json(#"{"errcode":40001,"errmsg":"invalid credential rid: 1-2-3"}"#)
                }
                switch request.path {
                case "/cgi-bin/media/upload":
                    state.uploads += 1
                    return .json(#"{"type":"image","media_id":"UP\#(state.uploads)","created_at":1}"#)
                case "/cgi-bin/media/get":
                    return request.query.contains("GONE")
                        ? .json(#"{"errcode":40007,"errmsg":"invalid media_id"}"#)
                        : StandInServer.Answer(headers: ["Content-Type": "image/jpeg"], body: [0xff, 0xd8, 0xff, 1, 2, 3])
                default:
                    return state.answers.isEmpty ? .json(#"{"errcode":0,"errmsg":"ok"}"#) : state.answers.removeFirst()
                }
            }
        }
        self.server = server
        media = MemoryMediaStore()
        clock = ManualClock(Instant(rfc3339: "2026-11-21T03:00:30Z")!)
        host = await PluginHost.sample([Folder.shipped], clock: clock.now, lanes: lanes, media: media)
        try host.open(.wechat("c", ["api_base": .string(server.base)]))
    }

    private final class Box: Sendable {
        let state: Mutex<State>
        init(_ state: State) { self.state = Mutex(state) }
    }

    func send(_ content: MessageContent, attempt: Int = 1, number: Int64 = 1) async -> SendOutcome {
        await host.send(
            OutboundMessage(
                message: ID(number), channel: "c", recipient: "oA", content: content, author: .system, attempt: attempt))
    }

    /// Bodies of the messages that were sent, parsed.
    var sent: [Value] {
        server.requests(to: "/cgi-bin/message/custom/send").compactMap { try? Value(json: $0.body) }
    }

    func stop() async {
        await host.shutdown()
        server.stop()
    }
}

@Suite struct WeChatSendTests {
    static let cases = WeChatCase.of("send").filter { $0.value["input"]?["kind"] != "menu" }

    @Test("a message is sent as the platform documents it", arguments: cases)
    func vectors(_ item: WeChatCase) async throws {
        let platform = try await StandInWeChat()
        let input = item.value["input"] ?? .null
        let to = input["to"]?.string ?? ""
        func content() -> MessageContent {
            switch input["kind"]?.string {
            case "text": return .text(input["text"]?.string ?? "")
            case "image": return MessageContent(kind: .image, fields: ["media_id": input["media_id"] ?? ""])
            case "link":
                return MessageContent(
                    kind: .card,
                    fields: [
                        "type": "link", "title": input["title"] ?? "", "description": input["description"] ?? "",
                        "url": input["url"] ?? "", "thumb_url": input["thumb_url"] ?? "",
                    ])
            default:
                return MessageContent(
                    kind: .card,
                    fields: [
                        "type": "mini_program", "title": input["title"] ?? "", "page_path": input["page"] ?? "",
                        "thumb_media_id": input["thumb_media_id"] ?? "",
                    ])
            }
        }
        if input["kind"] == "typing" {
            await platform.host.typing(channel: "c", recipient: to, on: input["on"] == true)
        } else {
            let outcome = await platform.host.send(
                OutboundMessage(
                    message: ID(1), channel: "c", recipient: to, content: content(), author: .system, attempt: 1))
            #expect(outcome == .sent(externalID: nil))
        }
        let call = try #require(platform.server.requests.last)
        #expect(call.method == item.expected["method"]?.string)
        #expect(call.path == item.expected["path"]?.string)
        #expect(call.query == "access_token=TOKEN1")
        #expect(try Value(json: call.body) == item.expected["json"])
        #expect(!call.text.contains("\\u"))
        await platform.stop()
    }

    @Test("a menu of an official account is sent as the platform documents it") func menu() async throws {
        let item = try #require(WeChatCase.of("send").first { $0.value["input"]?["kind"] == "menu" })
        #expect(try await item.answer("menu") == item.expected["json"])
    }

    @Test(
        "what the platform answers decides what becomes of the message",
        arguments: [
            (#"{"errcode":0,"errmsg":"ok"}"#, SendOutcome.sent(externalID: nil)),
            (#"{"errcode":45015,"errmsg":"out of time rid: a-b"}"#, .failed(reason: "45015 out of time rid: a-b")),
            (#"{"errcode":45047,"errmsg":"out of response count"}"#, .held(reason: "45047 out of response count")),
            (#"{"errcode":45009,"errmsg":"quota"}"#, .retry(reason: "45009 quota", after: .seconds(46_830))),
            (#"{"errcode":45011,"errmsg":"slow down"}"#, .retry(reason: "45011 slow down", after: .seconds(31))),
            (#"{"errcode":-1,"errmsg":"busy"}"#, .retry(reason: "-1 busy", after: nil)),
            (#"{"errcode":48001,"errmsg":"no"}"#, .misconfigured(reason: "48001 no")),
            (#"{"errcode":40003,"errmsg":"no such"}"#, .failed(reason: "40003 no such")),
            ("<html>bad gateway</html>", .retry(reason: "HTTP 200 without JSON", after: nil)),
        ])
    func outcomes(_ body: String, _ expected: SendOutcome) async throws {
        let platform = try await StandInWeChat(.init(answers: [.json(body)]))
        #expect(await platform.send(.text("hi")) == expected)
        await platform.stop()
    }

    @Test("a token called invalid is renewed once and the message sent again", arguments: ["40001", "40014", "42001"])
    func renew(_ code: String) async throws {
        let platform = try await StandInWeChat(.init(answers: [.json(#"{"errcode":\#(code),"errmsg":"x"}"#)]))
        #expect(await platform.send(.text("hi")) == .sent(externalID: nil))
        #expect(platform.sent.count == 2)
        let tokens = platform.server.requests(to: "/cgi-bin/stable_token").map(\.text)
        // First use, plain renewal, and, as that gave the same token again, a forced one.
        #expect(tokens.count == 3)
        #expect(tokens.map { $0.contains("force_refresh") } == [false, false, true])
        await platform.stop()
    }

    @Test("a token that stays invalid stops the channel instead of looping") func renewedInVain() async throws {
        let platform = try await StandInWeChat(.init(valid: "NEVER"))
        guard case .misconfigured(let reason) = await platform.send(.text("hi")) else { throw ShapeError("taken") }
        #expect(reason.contains("40001"))
        #expect(platform.sent.count == 2)
        await platform.stop()
    }

    @Test("a wrong secret names itself, and never the secret") func wrongSecret() async throws {
        let platform = try await StandInWeChat(
            .init(tokenAnswer: .json(#"{"errcode":40125,"errmsg":"invalid appsecret"}"#)))
        #expect(await platform.send(.text("hi")) == .misconfigured(reason: "access token: 40125 invalid appsecret"))
        let health = await platform.host.health(channel: "c")
        #expect(!health.isHealthy && health.reason == "access token: 40125 invalid appsecret")
        await platform.stop()
    }

    @Test("fifty messages at once fetch one token over all lanes") func singleFlight() async throws {
        let platform = try await StandInWeChat(lanes: 4)
        let outcomes = await withTaskGroup(of: SendOutcome.self) { group in
            for number in 1...50 { group.addTask { await platform.send(.text("m\(number)"), number: Int64(number)) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes == Array(repeating: .sent(externalID: nil), count: 50))
        #expect(platform.server.requests(to: "/cgi-bin/stable_token").count == 1)
        platform.clock.advance(by: .seconds(7200 - 300 - 1))
        _ = await platform.send(.text("late"), number: 60)
        #expect(platform.server.requests(to: "/cgi-bin/stable_token").count == 1)
        platform.clock.advance(by: .seconds(2))
        _ = await platform.send(.text("later"), number: 61)
        #expect(platform.server.requests(to: "/cgi-bin/stable_token").count == 2)
        await platform.stop()
    }

    @Test("an answer that is lost is tried once more, then given up") func lost() async throws {
        let gone = StandInServer.Answer(hangsUp: true)
        let platform = try await StandInWeChat(.init(answers: [gone, gone]))
        guard case .retry(let reason, _) = await platform.send(.text("hi")) else { throw ShapeError("not retried") }
        #expect(reason.contains("lost"))
        guard case .failed = await platform.send(.text("hi"), attempt: 2) else { throw ShapeError("not given up") }
        await platform.stop()
    }

    @Test("nothing listens: the message waits, as nothing was sent") func noConnection() async throws {
        let platform = try await StandInWeChat()
        platform.server.stop()
        guard case .retry = await platform.send(.text("hi")) else { throw ShapeError("not retried") }
        guard case .retry = await platform.send(.text("hi"), attempt: 2) else { throw ShapeError("not retried") }
        await platform.host.shutdown()
    }

    @Test("a long text goes in parts, and a repeated try goes on where the first stopped") func parts() async throws {
        let busy = StandInServer.Answer.json(#"{"errcode":-1,"errmsg":"busy"}"#)
        let ok = StandInServer.Answer.json(#"{"errcode":0}"#)
        let platform = try await StandInWeChat(.init(answers: [ok, busy]))
        let words = String(repeating: "一二三四五六七八九十", count: 150)
        guard case .retry = await platform.send(.text(words)) else { throw ShapeError("not retried") }
        #expect(await platform.send(.text(words), attempt: 2) == .sent(externalID: nil))
        var parts = platform.sent.compactMap { $0["text"]?["content"]?.string }
        #expect(parts.count == 4)
        #expect(parts.remove(at: 1) == parts[1])
        #expect(parts.joined() == words)
        #expect(parts.allSatisfy { $0.utf8.count <= 2048 })
        await platform.stop()
    }

    @Test("a text the platform finds too long is cut in two") func tooLong() async throws {
        let platform = try await StandInWeChat(.init(answers: [.json(#"{"errcode":45002,"errmsg":"too long"}"#)]))
        let words = String(repeating: "abcde fghij ", count: 100)
        #expect(await platform.send(.text(words)) == .sent(externalID: nil))
        #expect(platform.sent.dropFirst().compactMap { $0["text"]?["content"]?.string }.joined() == words)
        #expect(platform.sent.count == 3)
        await platform.stop()
    }

    @Test("a link that a text quotes is broken, other words are left alone") func quotedLink() async throws {
        let platform = try await StandInWeChat()
        _ = await platform.send(.text("say <a href=\"http://x\">x</a> <b>ok</b>"))
        #expect(platform.sent.first?["text"]?["content"] == "say <\u{200b}a href=\"http://x\">x</a> <b>ok</b>")
        await platform.stop()
    }

    @Test("our own picture is uploaded once, and anew when the platform has forgotten it") func upload() async throws {
        let forgotten = StandInServer.Answer.json(#"{"errcode":40007,"errmsg":"invalid media_id"}"#)
        let ok = StandInServer.Answer.json(#"{"errcode":0}"#)
        let platform = try await StandInWeChat(.init(answers: [ok, forgotten, ok]))
        let id = try await platform.media.put([0x89, 0x50, 0x4e, 0x47, 9], contentType: "image/png", name: nil)
        let picture = MessageContent(kind: .image, fields: ["media_id": .string(id)])
        #expect(await platform.send(picture, number: 1) == .sent(externalID: nil))
        #expect(await platform.send(picture, number: 2) == .sent(externalID: nil))
        #expect(platform.sent.compactMap { $0["image"]?["media_id"] } == ["UP1", "UP1", "UP2"])
        let form = try #require(platform.server.requests(to: "/cgi-bin/media/upload").first)
        #expect(form.query.contains("type=image"))
        #expect(form.headers["content-type"]?.hasPrefix("multipart/form-data; boundary=") == true)
        #expect(form.text.contains(#"name="media"; filename="file.png""#))
        #expect(form.text.contains("Content-Type: image/png"))
        #expect(form.body.firstRange(of: [0x89, 0x50, 0x4e, 0x47, 9]) != nil)
        await platform.stop()
    }

    @Test(
        "what the platform cannot show becomes words; what has none fails with a reason",
        arguments: [
            (MessageContent(kind: .location, text: "广州塔", fields: ["latitude": 23.1, "longitude": 113.3]), "广州塔\n23.1, 113.3"),
            (
                MessageContent(
                    kind: .menu, text: "Which?", fields: ["options": [["id": "1", "text": "A"], ["id": "2", "text": "B"]]]),
                "Which?\n1. A\n2. B"
            ),
            (MessageContent(kind: .file, text: "invoice", fields: ["url": "https://x/y.pdf"]), "invoice\nhttps://x/y.pdf"),
            (
                MessageContent(kind: .card, fields: ["type": "mini_program", "title": "Order", "page_path": "pages/o?id=1"]),
                "<a href=\"https://mp.weixin.qq.com\" data-miniprogram-path=\"pages/o?id=1\">Order</a>"
            ),
        ])
    func downgraded(_ content: MessageContent, _ words: String) async throws {
        let platform = try await StandInWeChat()
        #expect(await platform.send(content) == .sent(externalID: nil))
        #expect(platform.sent.first?["text"]?["content"] == .string(words))
        guard case .failed = await platform.send(MessageContent(kind: .event)) else { throw ShapeError("sent an event") }
        guard case .failed = await platform.send(.text("")) else { throw ShapeError("sent nothing") }
        await platform.stop()
    }

    @Test("a picture is fetched by its media id; an error that comes as JSON is none") func download() async throws {
        let platform = try await StandInWeChat()
        let found = await platform.host.fetchMedia(
            channel: "c", content: MessageContent(kind: .image, fields: ["media_id": "M1", "url": "http://127.0.0.1/x"]))
        let object = try found.get()
        #expect(object.contentType == "image/jpeg" && object.byteCount == 6)
        #expect(try await platform.media.get(object.id)?.bytes == [0xff, 0xd8, 0xff, 1, 2, 3])
        let gone = await platform.host.fetchMedia(
            channel: "c", content: MessageContent(kind: .image, fields: ["media_id": "GONE"]))
        #expect(throws: PluginFailure.self) { try gone.get() }
        await platform.stop()
    }

    @Test("a picture's address that is not the platform's is never fetched") func foreignPicture() async throws {
        let platform = try await StandInWeChat()
        let other = try StandInServer { _ in .json("{}") }
        for address in ["http://localhost:\(other.port)/x", other.base + "/x", "http://qpic.cn.evil.example/x"] {
            let result = await platform.host.fetchMedia(
                channel: "c", content: MessageContent(kind: .image, fields: ["url": .string(address)]))
            #expect(throws: PluginFailure.self) { try result.get() }
        }
        #expect(other.requests.isEmpty)
        other.stop()
        await platform.stop()
    }
}
