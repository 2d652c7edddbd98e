// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Plugins

/// What the operator is told about a channel's settings, before anything starts.
@Suite struct ChannelSettingsTests {
    static let good: Value = ["app_id": "wx1", "app_secret": "s3cr3t", "token": "t"]
    static let key = String(repeating: "k", count: 43)

    @Test(
        "a wrong setting is named, with what to do, and a secret is never repeated",
        arguments: [
            (
                ["app_secret": nil],
                "settings.app_secret: missing. Set it, or give env:NAME or file:PATH (AppSecret, from Development settings)"
            ),
            (["app_id": nil], "settings.app_id: missing. Set it (AppID of the mini program, wx…)"),
            (
                ["app_secret": ""],
                "settings.app_secret: missing. Set it, or give env:NAME or file:PATH (AppSecret, from Development settings)"
            ),
            (["app_secrte": "x"], "settings.app_secrte: unknown. Did you mean 'app_secret'?"),
            (["entirely_else": 1], "settings.entirely_else: unknown"),
            (["mode": "secret"], "settings.mode: 'secret' is none of plain, compatible, secure"),
            (
                ["mode": "secure"],
                "settings.encoding_aes_key: missing. Set it, or give env:NAME or file:PATH (EncodingAESKey of the message push)"
            ),
            (["encoding_aes_key": "tooShort"], "settings.encoding_aes_key: must have 43 characters, has 8"),
            (
                ["encoding_aes_key": .string(String(repeating: "=", count: 43))],
                "settings.encoding_aes_key: may hold only letters, digits, + and /"
            ),
            (["max_age": "300"], "settings.max_age: must be a whole number"), (["token": 12], "settings.token: must be a text"),
            (["hand_over": "yes"], "settings.hand_over: must be true or false"),
            (["api_base": "api.weixin.qq.com"], "settings.api_base: must be an address such as https://api.example.com"),
            (["format": 1], "settings.format: must be one of auto, xml, json"),
        ] as [(Value, String)])
    func wrong(_ change: Value, _ message: String) async throws {
        let manifest = try #require(await PluginHost.shared.value.manifest(of: "wechat-miniprogram"))
        let problem = #expect(throws: PluginProblem.self) { try manifest.settings(checking: Self.good.merging(change)) }
        #expect(problem?.description == message)
    }

    @Test("defaults are filled in; what has none stays away") func defaults() async throws {
        let manifest = try #require(await PluginHost.shared.value.manifest(of: "wechat-miniprogram"))
        let settings = try manifest.settings(checking: Self.good)
        #expect(settings["api_base"] == "https://api.weixin.qq.com")
        #expect(settings["format"] == "auto" && settings["max_age"] == 0 && settings["hand_over"] == false)
        #expect(settings["mode"] == nil && settings["encoding_aes_key"] == nil)
        #expect(throws: Never.self) {
            try manifest.settings(checking: Self.good.merging(["mode": "secure", "encoding_aes_key": .string(Self.key)]))
        }
        // Keys that were not made in the console, but of 32 bytes by the operator's own tool.
        let made = "+1bfq4GMirO9gR6LmJpbKtxgK506F/nrv4i7JSBYM5I"
        #expect(throws: Never.self) {
            try manifest.settings(checking: Self.good.merging(["mode": "secure", "encoding_aes_key": .string(made)]))
        }
        #expect(throws: PluginProblem.self) { try manifest.settings(checking: [1, 2]) }
    }

    @Test("an unknown plugin is named with what is installed") func unknownPlugin() async throws {
        let host = await PluginHost.shared.value
        let problem = #expect(throws: PluginProblem.self) {
            try host.open(ChannelConfiguration(id: "c", plugin: "wechat-miniprogramm"))
        }
        #expect(problem?.description.contains("Did you mean 'wechat-miniprogram'?") == true)
        for name in ["Installed: ", "shop, ", "vectors, ", "wechat-miniprogram"] {
            #expect(problem?.description.contains(name) == true)
        }
    }

    @Test("the manifest tells what the channel can do") func capabilities() async throws {
        let manifest = try #require(await PluginHost.shared.value.manifest(of: "wechat-miniprogram"))
        #expect(manifest.kind == .channel)
        #expect(manifest.capabilities.kinds == [.text, .image, .card])
        #expect(manifest.capabilities.textLimit == 2048)
        #expect(manifest.capabilities.replyQuota == ReplyQuota(messages: 5, window: .seconds(172_800)))
        #expect(manifest.capabilities.methods == ["GET", "POST"])
        #expect(manifest.settings.filter(\.secret).map(\.name).contains("app_secret"))
    }
}

/// What an author is told about a manifest.
@Suite struct ManifestTests {
    @Test(
        "a manifest that is wrong says where",
        arguments: [
            (#"{ kind = "data", version = "1" }"#, "name: missing"),
            (#"{ name = "p", kind = "date", version = "1" }"#, "kind: 'date' is none of"),
            (#"{ name = "p", kind = "data" }"#, "version: missing"),
            (#"{ name = "P!", kind = "data", version = "1" }"#, "name: small letters"),
            (#"{ name = "p", kind = "channel", version = "1" }"#, "a channel needs both functions"),
            (#"{ name = "p", kind = "data", version = "1", hots = {} }"#, "Did you mean 'hosts'?"),
            (#"{ name = "p", kind = "data", version = "1", hosts = { "*" } }"#, "hosts: '*' is no host"),
            (#"{ name = "p", kind = "data", version = "1", hosts = { "setting:x" } }"#, "names no setting of type url"),
            (#"{ name = "p", kind = "data", version = "1", send = 1 }"#, "send: must be a function"),
            (#"{ name = "p", kind = "data", version = "1", calls = { x = 1 } }"#, "calls.x: must be a function"),
            (
                #"{ name = "p", kind = "data", version = "1", settings = { { name = "a", typ = "url" } } }"#,
                "settings[1].typ: unknown field. Did you mean 'type'?"
            ),
            (
                #"{ name = "p", kind = "data", version = "1", settings = { { name = "a" }, { name = "a" } } }"#,
                "settings[2].name: given twice"
            ),
            (
                #"{ name = "p", kind = "data", version = "1", settings = { { name = "a", type = "choice" } } }"#,
                "a choice needs them"
            ),
            (
                #"{ name = "p", kind = "data", version = "1", settings = { { name = "a", type = "integer", default = "1" } } }"#,
                "default: must be a whole number"
            ),
            (
                #"{ name = "p", kind = "data", version = "1", capabilities = { kinds = { "txt" } } }"#,
                "unknown kind 'txt'. Did you mean 'text'?"
            ),
            (
                #"{ name = "p", kind = "data", version = "1", capabilities = { reply_quota = { messages = 5, window = "soon" } } }"#,
                "reply_quota"
            ),
        ])
    func wrong(_ manifest: String, _ message: String) async throws {
        let folder = try TemporaryFolder()
        try folder.write("p/plugin.lua", "local x = 1\nreturn plugin \(manifest)")
        let host = await PluginHost.sample([folder.path])
        let problem = try #require(host.problems().first)
        #expect(problem.message.contains(message), "\(problem)")
        #expect(problem.file == "plugins/p/plugin.lua" && problem.line == 2)
        #expect(host.manifests() == [])
        let refused = #expect(throws: PluginProblem.self) { try host.open(ChannelConfiguration(id: "c", plugin: "p")) }
        #expect(refused == problem)
        await host.shutdown()
    }
}
