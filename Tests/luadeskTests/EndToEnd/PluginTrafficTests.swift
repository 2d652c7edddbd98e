// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import luadesk

@Suite("Channels under bad platforms and bad plugins lose nothing and double nothing")
struct PluginTrafficTests {
    /// Rules that answer nothing: what is sent is not the matter here.
    static let rules = "return { name = \"test\", api = 1 }\n"

    /// A folder with `plugins/NAME` as `luadesk plugin new` makes them, without tests, and silent rules.
    static func folder(_ names: [String]) async throws -> TemporaryFolder {
        let folder = TemporaryFolder()
        try folder.write(rules, to: "rules/rules.lua")
        for name in names {
            let made = try await LuaDeskProcess.run(["plugin", "new", name, "--plugins", "\(folder.path)/plugins"])
            try #require(made.exit.status == 0, "\(made.text)")
            try FileManager.default.removeItem(atPath: "\(folder.path)/plugins/\(name)/tests")
        }
        return folder
    }

    static func channel(_ id: String, _ plugin: String, _ settings: String) -> String {
        "  - { id: \(id), plugin: \(plugin), settings: { \(settings) } }"
    }

    static func configuration(_ folder: TemporaryFolder, _ channels: [String], plugins: String? = nil) -> String {
        """
        rules: \(folder.path)/rules
        plugins: \(plugins ?? "\(folder.path)/plugins")
        channels:
        \(channels.joined(separator: "\n"))

        """
    }

    /// `luadesk simulate PLUGIN TEXT …` against this desk, to its end.
    static func simulate(
        _ desk: LuaDeskProcess, _ plugin: String, _ text: String, _ more: [String]
    ) async throws -> LuaDeskProcess.Result {
        try await LuaDeskProcess.run(arguments(desk, plugin, text, more), within: .seconds(180))
    }

    static func arguments(_ desk: LuaDeskProcess, _ plugin: String, _ text: String, _ more: [String]) -> [String] {
        ["simulate", plugin, text, "--config", "\(desk.data.path)/desk.yaml", "--to", desk.url] + more
    }

    /// Texts of what came in through a channel, each as often as it is there.
    static func texts(_ api: DeskAPI, _ channel: String) async throws -> [String] {
        try await api.messages(channel: channel).filter { $0["direction"] == "in" }.map { $0["text"]?.string ?? "" }.sorted()
    }

    static func expected(_ text: String, _ count: Int) -> [String] { (1...count).map { "\(text) \($0)" }.sorted() }

    @Test("each message sent three times in any order counts once; damaged and old ones never count twice")
    func duplicates() async throws {
        let folder = try await Self.folder([])
        let desk = try await LuaDeskProcess.serve(
            Self.configuration(
                folder,
                [
                    Self.channel(
                        "bot", "telegram", "bot_token: '1:x', webhook_secret: secret, api_base: 'http://127.0.0.1:9'"),
                    Self.channel(
                        "account", "wechat-official-account",
                        "app_id: wx1, app_secret: s, token: t, api_base: 'http://127.0.0.1:9', "
                            + "encoding_aes_key: abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"),
                    Self.channel("shop", "webhook", "secret: a-secret-of-32-characters-000000"),
                ], plugins: ShippedFolders.plugins ?? ""), data: folder)
        let api = try await desk.api()
        let storm = ["--count", "60", "--customers", "7", "--duplicates", "2", "--shuffle", "--seed", "5"]
        for (plugin, channel) in [("telegram", "bot"), ("wechat-official-account", "account")] {
            let result = try await Self.simulate(desk, plugin, "hello", storm)
            #expect(result.exit.status == 0, "\(result.text)")
            #expect(result.text.contains("180 sent, 180 taken, 0 refused, 0 failed"), "\(result.text)")
            #expect(try await Self.texts(api, channel) == Self.expected("hello", 60))
        }
        // This platform signs all of it, with its time: nothing damaged and nothing a day old is taken.
        let result = try await Self.simulate(desk, "webhook", "hello", storm + ["--corrupt", "--replay-stale", "--slow", "20"])
        #expect(result.exit.status == 0, "\(result.text)")
        #expect(result.text.contains("damaged: 60 sent, 0 taken, 60 refused, 0 failed"), "\(result.text)")
        #expect(result.text.contains("a day old: 60 sent, 0 taken, 60 refused, 0 failed"), "\(result.text)")
        #expect(try await Self.texts(api, "shop") == Self.expected("hello", 60))
        #expect(try await desk.stop() == .init(status: 0))
    }

    @Test("a plugin that is saved twenty times under traffic loses and doubles nothing, and no push finds it away")
    func reloads() async throws {
        let folder = try await Self.folder(["acme"])
        let desk = try await LuaDeskProcess.serve(
            Self.configuration(folder, [Self.channel("c", "acme", "secret: s, api_key: k, api_base: 'http://127.0.0.1:9'")])
                + "watch: true\n", data: folder)
        let api = try await desk.api()
        let code = try #require(folder.read("plugins/acme/plugin.lua"))
        let batch = 150
        let isOver = Flag()
        let batches = try await withThrowingTaskGroup(of: Int?.self) { group in
            group.addTask {
                for number in 1...20 {
                    try folder.write(
                        code.replacing("version = \"0.1.0\"", with: "version = \"0.2.\(number)\""), to: "plugins/acme/plugin.lua")
                    try await desk.waitForLog("0.2.\(number)")
                }
                isOver.set()
                return nil
            }
            for lane in ["a", "b"] {
                group.addTask {
                    var count = 0
                    while !isOver.isSet {
                        count += 1
                        let result = try await Self.simulate(
                            desk, "acme", "\(lane)\(count)", ["--count", "\(batch)", "--customers", "5", "--duplicates", "1"])
                        #expect(result.exit.status == 0, "\(result.text)")
                        #expect(
                            result.text.contains("\(2 * batch) sent, \(2 * batch) taken, 0 refused, 0 failed"), "\(result.text)")
                        #expect(result.text.contains("sent again after a failure: 0 times"), "\(result.text)")
                    }
                    let sent = try await Self.texts(api, "c").filter { $0.hasPrefix(lane) }
                    #expect(sent == (1...count).flatMap { Self.expected("\(lane)\($0)", batch) }.sorted())
                    return count
                }
            }
            var sum = 0
            for try await count in group { sum += count ?? 0 }
            return sum
        }
        #expect(batches >= 2)
        #expect(try await desk.stop() == .init(status: 0))
    }

    static let misbehaviour = [
        ("loops", "while true do end"), ("eats", "local t = {} for i = 1, 1e9 do t[i] = { i } end"), ("throws", "error('boom')"),
        ("hangs", "http.get(channel.settings.api_base .. '/x', { timeout = 30 })"),
    ]

    @Test("plugins that loop, eat memory, throw or hang hurt their own channel only, whose platform is told to send again")
    func misbehaving() async throws {
        let folder = try await Self.folder(["good"] + Self.misbehaviour.map(\.0))
        let silent = try await SilentServer()
        for (name, line) in Self.misbehaviour {
            let code = try #require(folder.read("plugins/\(name)/plugin.lua"))
            let marked = code.replacing(
                "local function receive(request, channel)\n", with: "local function receive(request, channel)\n  \(line)\n")
            try #require(marked != code)
            try folder.write(marked, to: "plugins/\(name)/plugin.lua")
        }
        let settings = "secret: s, api_key: k, api_base: 'http://127.0.0.1:\(silent.port)'"
        let desk = try await LuaDeskProcess.serve(
            Self.configuration(
                folder, (["good"] + Self.misbehaviour.map(\.0)).map { Self.channel("\($0)-channel", $0, settings) })
                + "watch: true\n", data: folder)
        let api = try await desk.api()

        // A hundred calls of 0.2 s come one after the other; whoever stood behind them would be later than the last.
        let bad = try Self.misbehaviour.map { name, _ in
            let count = name == "hangs" ? 32 : 60
            return (
                name, count,
                try ChildProcess(
                    LuaDeskProcess.program, Self.arguments(desk, name, "hello", ["--count", "\(count)", "--retries", "0"]),
                    environment: LuaDeskProcess.home)
            )
        }
        _ = try await eventually("the looping plugin has failed") {
            desk.log.contains { $0.contains("time allowed") } ? true : nil
        }
        for round in 1...3 {
            let result = try await Self.simulate(
                desk, "good", "hello \(round)", ["--count", "100", "--customers", "9", "--retries", "0"])
            #expect(result.exit.status == 0 && result.text.contains("100 sent, 100 taken, 0 refused, 0 failed"), "\(result.text)")
        }
        // All three hundred were taken while the first of the others still waited for itself.
        #expect(bad[0].2.output.exit == nil, "\(bad[0].2.output.out)")
        for (name, count, process) in bad {
            _ = try await within(.seconds(120), "the traffic of \(name) ends") { try await process.exit() }
            let text = process.output.out.joined(separator: "\n")
            #expect(text.contains("\(count) sent, 0 taken, 0 refused, \(count) failed"), "\(name): \(text)")
            #expect(try await Self.texts(api, "\(name)-channel").isEmpty)
        }
        #expect(try await Self.texts(api, "good-channel") == (1...3).flatMap { Self.expected("hello \($0)", 100) }.sorted())
        let failed = Set(
            try await api.all("/v1/events").filter { $0["kind"] == "channel.failed" }.compactMap { $0["channel"]?.string })
        #expect(failed == Set(Self.misbehaviour.map { "\($0.0)-channel" }))

        // Repaired, it is back at once: what ran apart was the old version.
        let code = try #require(folder.read("plugins/good/plugin.lua"))
        try folder.write(
            code.replacing("name = \"good\"", with: "name = \"loops\"").replacing(
                "version = \"0.1.0\"", with: "version = \"0.9.0\""),
            to: "plugins/loops/plugin.lua")
        try await desk.waitForLog("0.9.0")
        let result = try await Self.simulate(desk, "loops", "again", ["--count", "40", "--retries", "0"])
        #expect(result.text.contains("40 sent, 40 taken, 0 refused, 0 failed"), "\(result.text)")
        #expect(try await desk.stop() == .init(status: 0))
        try await silent.stop()
    }
}

/// Takes connections and never answers.
private struct SilentServer {
    let channel: any Channel
    var port: Int { channel.localAddress?.port ?? 0 }

    init() async throws {
        channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup).bind(host: "127.0.0.1", port: 0).get()
    }

    func stop() async throws { try await channel.close() }
}

/// Set once, read from anywhere.
private final class Flag: Sendable {
    private let state = Mutex(false)
    var isSet: Bool { state.withLock { $0 } }
    func set() { state.withLock { $0 = true } }
}
