// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Plugins

/// plugins/wechat-miniprogram as the engine meets it: pushes in.
@Suite struct WeChatChannelTests {
    /// A channel of its own for each case.
    private func outcome(_ item: WeChatCase) async throws -> HookOutcome {
        let host = await PluginHost.shared.value
        try host.open(ChannelConfiguration(id: item.id, plugin: "wechat-miniprogram", settings: item.settings))
        return await host.receive(channel: item.id, item.request)
    }

    static let pushes = WeChatCase.of("callback").filter { $0.config["platform"] == "miniprogram" }
    static let checks = WeChatCase.of("url_check").filter { $0.config["platform"] == "miniprogram" }

    @Test("a push becomes one message with its id, sender and words, or a 4xx and nothing", arguments: pushes)
    func push(_ item: WeChatCase) async throws {
        let fields = item.expected["fields"]
        switch try await outcome(item) {
        case .accepted(let messages, let response, _, _):
            #expect(item.expected["accept"] != false)
            #expect(response.status == 200)
            #expect(String(decoding: response.body, as: UTF8.self) == "success")
            guard let fields else { break }
            let message = try #require(messages.first)
            #expect(messages.count == 1)
            #expect(message.sender == fields["FromUserName"]?.string)
            #expect(message.sentAt?.milliseconds == (fields["CreateTime"]?.string).flatMap { Int64($0) }.map { $0 * 1000 })
            if fields["MsgType"] == "text" {
                #expect(message.content.text == fields["Content"]?.string ?? "")
                #expect(message.content.kind == .text)
            }
            if fields["MsgType"] != "event" {
                #expect(message.externalID == fields["MsgId"]?.string)
                #expect(message.replyQuota == ReplyQuota(messages: 5, window: .seconds(48 * 3600)))
            }
            if fields["MsgType"] == "image" {
                #expect(message.content.kind == .image)
                #expect(message.content.fields["media_id"] == fields["MediaId"])
                #expect(message.content.fields["url"] == fields["PicUrl"])
            }
            if fields["MsgType"] == "miniprogrampage" {
                #expect(message.content.fields["page_path"] == fields["PagePath"])
                #expect(message.content.fields["type"] == "mini_program")
            }
            if fields["Event"] == "user_enter_tempsession" {
                #expect(message.content.fields["name"] == "enter")
                #expect(message.content.fields["session_from"] == fields["SessionFrom"])
                #expect(message.replyQuota == ReplyQuota(messages: 2, window: .seconds(60)))
            }
        case .refused(let response, let reason):
            #expect(item.expected["accept"] != true, "\(reason)")
            #expect((400...499).contains(response.status))
            #expect(response.body.isEmpty)
        case .failed(_, let failure): Issue.record("\(failure)")
        }
    }

    @Test("the check of the address is echoed as plain text, or refused", arguments: checks)
    func check(_ item: WeChatCase) async throws {
        switch try await outcome(item) {
        case .accepted(let messages, let response, _, _):
            #expect(item.expected["accept"] == true)
            #expect(messages == [])
            #expect(response.contentType.hasPrefix("text/plain"))
            #expect(response.body == item.expected["body"]?.utf8)
        case .refused(let response, _):
            #expect(item.expected["accept"] == false)
            #expect((400...499).contains(response.status))
        case .failed(_, let failure): Issue.record("\(failure)")
        }
    }

    @Test("repeated pushes have one id in the channel", arguments: WeChatCase.of("dedupe"))
    func dedupe(_ item: WeChatCase) async throws {
        let host = await PluginHost.shared.value
        try host.open(
            ChannelConfiguration(
                id: item.id, plugin: "wechat-miniprogram",
                settings: ["app_id": "wx1", "app_secret": "s", "token": "t"]))
        var seen: Set<String> = []
        var verdicts: [Value] = []
        for step in item.value["input"]?["steps"]?.array ?? [] {
            let signature = try await host.call("vectors.sign", ["input": ["parts": ["t", "1", "2"]]]).string ?? ""
            let request = HookRequest(
                method: "POST", path: "/", query: "timestamp=1&nonce=2&signature=\(signature)", headers: [],
                body: step["body"]?.utf8 ?? [])
            guard case .accepted(let messages, _, _, _) = await host.receive(channel: item.id, request) else {
                Issue.record("refused")
                return
            }
            verdicts.append(seen.insert(messages.first?.externalID ?? "").inserted ? "new" : "duplicate")
        }
        #expect(verdicts == item.expected["verdicts"]?.array)
    }

    @Test("cloud hosting's connection test is answered, and is no message") func containerCheck() async throws {
        let host = await PluginHost.sample([Folder.shipped])
        try host.open(.wechat("c"))
        let body = Array(#"{"action":"CheckContainerPath"}"#.utf8)
        let outcome = await host.receive(
            channel: "c", HookRequest(method: "POST", path: "/", query: "", headers: [], body: body))
        guard case .accepted(let messages, let response, _, _) = outcome else { throw ShapeError("refused") }
        #expect(messages == [])
        #expect(response.body == Array("success".utf8))
        await host.shutdown()
    }

    @Test("with max_age a push that was signed long ago is refused") func stale() async throws {
        let clock = ManualClock()
        let host = await PluginHost.sample([Folder.shipped], clock: clock.now)
        try host.open(.wechat("c", ["max_age": 300]))
        let request = try #require(await host.simulate(channel: "c", ["kind": "text", "text": "hi"]).first)
        clock.advance(by: .seconds(299))
        guard case .accepted = await host.receive(channel: "c", request) else { throw ShapeError("refused") }
        clock.advance(by: .seconds(2))
        guard case .refused(let response, let reason) = await host.receive(channel: "c", request) else {
            throw ShapeError("accepted")
        }
        #expect(response.status == 401)
        #expect(reason == "stale")
        await host.shutdown()
    }

    @Test("pushes signed with the previous token and key are taken until the day given") func previousKeys() async throws {
        let clock = ManualClock()
        let host = await PluginHost.sample([Folder.shipped], clock: clock.now)
        let oldKey = String(repeating: "o", count: 43)
        try host.open(.wechat("old", ["token": "old", "encoding_aes_key": .string(oldKey)]))
        let request = try #require(await host.simulate(channel: "old", ["text": "hi"]).first)
        try host.open(
            .wechat(
                "new",
                [
                    "previous_token": "old", "previous_encoding_aes_key": .string(oldKey),
                    "previous_until": .string((clock.now() + .seconds(60)).rfc3339),
                ]))
        guard case .accepted = await host.receive(channel: "new", request) else { throw ShapeError("refused") }
        clock.advance(by: .seconds(61))
        guard case .refused = await host.receive(channel: "new", request) else { throw ShapeError("accepted") }
        await host.shutdown()
    }

    @Test(
        "the simulated platform is believed in every mode and format",
        arguments: ["plain", "compatible", "secure"], ["xml", "json"])
    func simulate(_ mode: String, _ format: String) async throws {
        let host = await PluginHost.shared.value
        let id = "simulate-\(mode)-\(format)"
        try host.open(.wechat(id, ["mode": .string(mode)]))
        let occasions: [Value] = [
            ["kind": "text", "text": "我要退货 😀 ]]> & <b>"], ["kind": "image"], ["kind": "card", "text": "t"],
            ["kind": "enter", "session_from": "a|b"], ["kind": "event"], ["kind": "hologram"],
        ]
        for occasion in occasions {
            let requests = try await host.simulate(
                channel: id, occasion.merging(["format": .string(format), "copies": 2, "sender": "o1"]))
            #expect(requests.count == 2)
            var ids: Set<String?> = []
            for request in requests {
                guard case .accepted(let messages, _, _, _) = await host.receive(channel: id, request) else {
                    throw ShapeError("\(occasion) was refused")
                }
                ids.insert(messages.first?.externalID)
                #expect(messages.first?.sender == "o1")
                if occasion["kind"] == "text" { #expect(messages.first?.content.text == occasion["text"]?.string) }
                if occasion["kind"] == "hologram" { #expect(messages.first?.content.kind == .unsupported) }
            }
            #expect(ids.count == 1)
        }
        let check = try #require(await host.simulate(channel: id, ["check": true]).first)
        guard case .accepted(_, let response, _, _) = await host.receive(channel: id, check) else { throw ShapeError("refused") }
        #expect(response.body == Array("4375120948345356249".utf8))
    }

    @Test(
        "hostile bodies, correctly signed, are refused",
        arguments: [
            ("A", 10 << 20, 413), ("\u{0}", 100, 400), ("[", 1000, 400), ("{\"a\":", 1000, 400), ("<xml>", 50_000, 400),
            ("", 0, 400),
            ("<!DOCTYPE a>", 1, 400),
        ])
    func hostile(_ word: String, _ times: Int, _ status: Int) async throws {
        let host = await PluginHost.shared.value
        try host.open(.wechat("hostile", ["mode": "plain", "token": "t"]))
        let signature = try await host.call("vectors.sign", ["input": ["parts": ["t", "1", "2"]]]).string ?? ""
        let request = HookRequest(
            method: "POST", path: "/", query: "timestamp=1&nonce=2&signature=\(signature)", headers: [],
            body: Array(String(repeating: word, count: times).utf8))
        guard case .refused(let response, _) = await host.receive(channel: "hostile", request) else {
            throw ShapeError("it was not refused")
        }
        #expect(response.status == status)
    }

    @Test("a body that is no UTF-8 is refused") func notUTF8() async throws {
        let host = await PluginHost.shared.value
        try host.open(.wechat("utf8", ["mode": "plain", "token": "t"]))
        let signature = try await host.call("vectors.sign", ["input": ["parts": ["t", "1", "2"]]]).string ?? ""
        let request = HookRequest(
            method: "POST", path: "/", query: "timestamp=1&nonce=2&signature=\(signature)", headers: [],
            body: Array("<xml><FromUserName>".utf8) + [0xff, 0xfe] + Array("</FromUserName></xml>".utf8))
        guard case .refused(_, let reason) = await host.receive(channel: "utf8", request) else { throw ShapeError("accepted") }
        #expect(reason == "bad_xml")
    }
}

extension ChannelConfiguration {
    /// A mini program in secure mode.
    static func wechat(_ id: String, _ more: Value = .object(.init())) -> ChannelConfiguration {
        let settings: Value = [
            "app_id": "wx0123456789abcdef", "app_secret": "secret", "token": "token",
            "encoding_aes_key": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
        ]
        return ChannelConfiguration(id: id, plugin: "wechat-miniprogram", settings: settings.merging(more))
    }
}
