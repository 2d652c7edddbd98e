// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Plugins

@Suite struct ReloadTests {
    private func source(_ version: String, settings: String = "{}", extra: String = "") -> String {
        """
        \(extra)
        local helper = require "helper"
        return plugin { name = "p", kind = "data", version = "\(version)", settings = \(settings), hosts = { "setting:api_base" },
          calls = {
            version = function() return "\(version)" .. helper.suffix end,
            slow = function(args) http.get(args.url); return "\(version)" end,
            config = function(_, channel) return channel.settings end,
          } }
        """
    }

    private let base = #"{ { name = "api_base", type = "url" }, { name = "greeting", default = "hi" } }"#

    private func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write("p/plugin.lua", source("1", settings: base))
        try folder.write("p/lib/helper.lua", "return { suffix = '' }")
        return folder
    }

    @Test("a changed file is live after a reload; the fingerprint tells when") func changed() async throws {
        let folder = try folder()
        let host = await PluginHost.sample([folder.path])
        #expect(try await host.call("p.version", .null) == "1")
        let before = host.folderFingerprint()
        #expect(host.folderFingerprint() == before)
        try folder.write("p/plugin.lua", source("2 ", settings: base))
        #expect(host.folderFingerprint() != before)
        #expect(await host.reload() == [])
        #expect(try await host.call("p.version", .null) == "2 ")
        try folder.write("p/lib/helper.lua", "return { suffix = '!' }")
        #expect(await host.reload() == [])
        #expect(try await host.call("p.version", .null) == "2 !")
        await host.shutdown()
    }

    @Test(
        "a broken version leaves the old one running and names file and line",
        arguments: [
            ("local x = = 1", "plugins/p/plugin.lua", 1), ("error('no')", "plugins/p/plugin.lua", 1),
            ("nonsense()", "plugins/p/plugin.lua", 1), ("while true do end", "plugins/p/plugin.lua", 1),
            ("http.get('http://x.example.com')", "plugins/p/plugin.lua", 1), ("require 'nothing'", "plugins/p/plugin.lua", 1),
            ("plugin { name = 'p', kind = 'datum', version = '1' }", "plugins/p/plugin.lua", 1),
            ("plugin { name = 'p', kind = 'data', version = '1', cals = {} }", "plugins/p/plugin.lua", 1),
            ("do return 1 end", "plugins/p/plugin.lua", nil), ("do return end", "plugins/p/plugin.lua", nil),
            ("do return plugin { name = 'q', kind = 'data', version = '1' } end", "plugins/p/plugin.lua", nil),
        ] as [(String, String, Int?)])
    func broken(_ extra: String, _ file: String, _ line: Int?) async throws {
        let folder = try folder()
        let host = await PluginHost.sample([folder.path], step: .milliseconds(500))
        try folder.write("p/plugin.lua", source("2", settings: base, extra: extra))
        let problems = await host.reload()
        #expect(problems.count == 1)
        #expect(problems.first?.file == file)
        if problems.first?.line != nil || line != nil { #expect(problems.first?.line == line, "\(problems)") }
        #expect(host.problems() == problems)
        #expect(try await host.call("p.version", .null) == "1")
        try folder.write("p/plugin.lua", source("3", settings: base))
        #expect(await host.reload() == [])
        #expect(try await host.call("p.version", .null) == "3")
        await host.shutdown()
    }

    @Test("calls under way end on the version they began with") func drain() async throws {
        let gate = Gate()
        let server = try StandInServer { _ in
            gate.wait(); return .json("{}")
        }
        let folder = try folder()
        let host = await PluginHost.sample([folder.path])
        try host.open(ChannelConfiguration(id: "c", plugin: "p", settings: ["api_base": .string(server.base)]))
        async let slow = host.call("p.slow", ["url": .string(server.base)])
        while server.requests.isEmpty { await Task.yield() }
        try folder.write("p/plugin.lua", source("2", settings: base))
        #expect(await host.reload() == [])
        #expect(try await host.call("p.version", .null) == "2")
        gate.open()
        #expect(try await slow == "1")
        await host.shutdown()
        server.stop()
    }

    @Test("a version that does not suit an open channel is not taken; one with a new default is") func settings() async throws {
        let folder = try folder()
        let host = await PluginHost.sample([folder.path])
        try host.open(ChannelConfiguration(id: "c", plugin: "p"))
        #expect(try await host.call("p.config", .null) == ["greeting": "hi"])
        try folder.write(
            "p/plugin.lua", source("2", settings: #"{ { name = "key", required = true }, { name = "api_base", type = "url" } }"#))
        let problems = await host.reload()
        #expect(problems.first?.message.contains("channel 'c' does not suit it: settings.key: missing. Set it") == true)
        try folder.write(
            "p/plugin.lua",
            source("3", settings: #"{ { name = "api_base", type = "url" }, { name = "greeting", default = "你好" } }"#))
        #expect(await host.reload() == [])
        #expect(try await host.call("p.config", .null) == ["greeting": "你好"])
        await host.shutdown()
    }

    @Test(
        "a channel whose plugin cannot be loaded waits, refuses so that it is posted again, and opens when the plugin is mended")
    func waiting() async throws {
        let folder = try TemporaryFolder()
        let settings =
            #"{ { name = "key", required = true }, { name = "limit", type = "integer" }, { name = "on", type = "boolean" } }"#
        func write(_ extra: String, needs declared: String) throws {
            try folder.write(
                "w/plugin.lua",
                """
                \(extra)
                return plugin { name = "w", kind = "channel", version = "1", settings = \(declared),
                  receive = function(_, channel)
                    local s = channel.settings
                    return accept({}, { body = s.key .. math.type(s.limit) .. type(s.on) })
                  end,
                  send = function() return sent("1") end }
                """)
        }
        let request = HookRequest(method: "POST", path: "/", query: "", headers: [], body: [])
        try write("local x = = 1", needs: settings)
        let host = await PluginHost.sample([folder.path])
        let channel = ChannelConfiguration(id: "c", plugin: "w", settings: ["key": "007", "limit": "5", "on": "true"])
        let problem = try host.openOrWait(channel)
        #expect(problem?.line == 1)
        guard case .refused(let answer, let reason) = await host.receive(channel: "c", request) else {
            Issue.record("it was taken")
            return
        }
        #expect(answer.status == 503)
        #expect(reason == "plugin_not_loaded")
        #expect(await host.health(channel: "c").reason.contains("plugins/w/plugin.lua:1: "))
        #expect(throws: PluginProblem.self) { try host.openOrWait(ChannelConfiguration(id: "d", plugin: "ww")) }

        // One that loads but wants what the channel has not leaves it waiting.
        try write("", needs: #"{ { name = "other", required = true } }"#)
        #expect(await host.reload().first?.message.contains("channel 'c' does not suit it") == true)
        #expect(host.isWaiting("c"))

        try write("", needs: settings)
        #expect(await host.reload() == [])
        #expect(!host.isWaiting("c"))
        guard case .accepted(_, let response, _, _) = await host.receive(channel: "c", request) else {
            Issue.record("it was not taken")
            return
        }
        #expect(String(decoding: response.body, as: UTF8.self) == "007integerboolean")
        await host.shutdown()
    }

    @Test("a new plugin appears, a removed one goes unless a channel uses it") func comingAndGoing() async throws {
        let folder = try folder()
        let host = await PluginHost.sample([folder.path])
        try folder.write(
            "q/plugin.lua",
            #"return plugin { name = "q", kind = "data", version = "1", calls = { x = function() return 1 end } }"#)
        #expect(await host.reload() == [])
        #expect(host.manifests().map(\.name) == ["p", "q"])
        try host.open(ChannelConfiguration(id: "c", plugin: "p"))
        try folder.remove("p/plugin.lua")
        try folder.remove("q/plugin.lua")
        #expect(await host.reload().map(\.plugin) == ["p"])
        #expect(host.manifests().map(\.name) == ["p"])
        host.close(channel: "c")
        #expect(await host.reload() == [])
        #expect(host.manifests() == [])
        await host.shutdown()
    }

    @Test("reloading under load loses no call") func underLoad() async throws {
        let folder = try folder()
        let host = await PluginHost.sample([folder.path])
        try host.open(ChannelConfiguration(id: "c", plugin: "p"))
        let answers = try await withThrowingTaskGroup(of: [Value].self) { group in
            for _ in 0..<4 {
                group.addTask {
                    var out: [Value] = []
                    for _ in 0..<100 { out.append(try await host.call("p.version", .null)) }
                    return out
                }
            }
            for version in 2...8 {
                try folder.write("p/plugin.lua", source("\(version)", settings: base))
                #expect(await host.reload() == [])
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(answers.count == 400)
        #expect(Set(answers).isSubset(of: Set((1...8).map { .string("\($0)") })))
        await host.shutdown()
    }
}
