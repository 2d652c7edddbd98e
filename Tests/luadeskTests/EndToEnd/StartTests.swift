// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Testing

@testable import luadesk

@Suite("A desk that cannot start says what, where and what to do, and its status is not 0")
struct StartTests {
    static let web = "channels: [{ id: web, plugin: live, settings: { trust_identity: true } }]\n"

    /// Runs `serve` that is expected to end by itself.
    private func serve(
        _ yaml: String, in folder: TemporaryFolder, port: Int = 0, environment: [String: String] = [:]
    ) async throws -> LuaDeskProcess.Result {
        let file = try folder.write(yaml, to: "other.yaml")
        return try await LuaDeskProcess.run(
            ["serve", "--config", file, "--data", "\(folder.path)/data", "--port", "\(port)"], environment: environment,
            within: .seconds(120))
    }

    @Test("mistakes in the configuration: all of them, with line and hint, status 78")
    func configuration() async throws {
        let folder = TemporaryFolder()
        let yaml = """
            server: { prot: 8080 }
            channels:
              - id: shop
                plugin: wechat-miniprogram
                settings:
                  app_id: wx1
                  token: t
                  mode: secure
            """
        let result = try await serve(yaml, in: folder)
        #expect(result.exit.status == 78)
        let file = "\(folder.path)/other.yaml"
        #expect(result.text.contains("\(file):1:11: server.prot: unknown key. Did you mean 'port'?"), "\(result.text)")
        #expect(result.text.contains("channels[0].settings.app_secret: missing. Set it, or give env:NAME"), "\(result.text)")
        #expect(result.out.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/data/desk.db"))
    }

    @Test("a plugin that is there and cannot be loaded is told by its own mistake")
    func brokenPlugin() async throws {
        let folder = TemporaryFolder()
        _ = try folder.write("local x = = 1\n", to: "mine/my-shop/plugin.lua")
        let yaml = "plugins: mine\nchannels: [{ id: a, plugin: my-shop }, { id: b, plugin: my-shpo }]\n"
        let stopped = try await serve(yaml, in: folder)
        #expect(stopped.exit.status == 78)
        #expect(stopped.text.contains("channels[1].plugin: there is no plugin 'my-shpo'"), "\(stopped.text)")
        let result = try await LuaDeskProcess.run(
            ["config", "--check", "\(folder.path)/other.yaml"])
        #expect(result.exit.status == 78)
        #expect(
            result.text.contains("other.yaml:2:29: channels[0].plugin: the plugin 'my-shop' cannot be loaded: "), "\(result.text)"
        )
        #expect(result.text.contains("my-shop/plugin.lua:1: "), "\(result.text)")
        #expect(result.text.contains("channels[1].plugin: there is no plugin 'my-shpo'"), "\(result.text)")
    }

    @Test("what only the plugin knows about a setting is told with its line, too")
    func pluginSettings() async throws {
        let folder = TemporaryFolder()
        let yaml = """
            channels:
              - id: shop
                plugin: wechat-miniprogram
                settings: { app_id: wx1, app_secret: s, token: t, encoding_aes_key: tooshort }
              - id: other
                plugin: wechat-miniprogram
                settings: { app_id: wx1, app_secret: s, token: t, mode: secure }
            """
        let result = try await serve(yaml, in: folder)
        #expect(result.exit.status == 78)
        for told in [
            "other.yaml:4:73: channels[0].settings.encoding_aes_key: must have 43 characters",
            "channels[1].settings.encoding_aes_key: missing. Set it, or give env:NAME",
        ] { #expect(result.text.contains(told), "\(result.text)") }
        #expect(!result.text.contains("tooshort"))
    }

    @Test("a configuration file that is not there")
    func noFile() async throws {
        let result = try await LuaDeskProcess.run(["serve", "--config", "/nowhere/desk.yaml", "--data", "/nowhere/data"])
        #expect(result.exit.status == 78)
        #expect(result.text.contains("/nowhere/desk.yaml"))
    }

    @Test("a port in use")
    func portInUse() async throws {
        let desk = try await LuaDeskProcess.serve(Self.web)
        let result = try await serve(Self.web, in: TemporaryFolder(), port: desk.port)
        #expect(result.exit.status == 1, "\(result.text)")
        #expect(result.text.contains("\(desk.port)") && result.text.contains("in use"), "\(result.text)")
        #expect(try await DeskAPI(url: desk.url).get("/readyz").status == 200)
    }

    @Test("the data folder of a running server")
    func folderInUse() async throws {
        let desk = try await LuaDeskProcess.serve(Self.web)
        let result = try await serve(Self.web, in: desk.data)
        #expect(result.exit.status == 1, "\(result.text)")
        #expect(result.text.contains(desk.folder) && result.text.contains("\(desk.process.id)"), "\(result.text)")
        #expect(try await desk.api().get("/v1/me").status == 200)
    }

    @Test("a database from a newer version")
    func newerDatabase() async throws {
        let desk = try await LuaDeskProcess.serve(Self.web)
        #expect(try await desk.stop() == .init(status: 0))
        let python = """
            import sqlite3, sys
            db = sqlite3.connect(sys.argv[1])
            db.execute("INSERT INTO grdb_migrations VALUES ('999 from the future')")
            db.commit()
            """
        let script = try desk.data.write(python, to: "newer.py")
        let edit = try ChildProcess("/usr/bin/env", ["python3", script, "\(desk.folder)/desk.db"])
        let edited = try await edit.exit()
        try #require(edited.status == 0, "python3 with sqlite3 makes the newer database: \(edit.output.err)")
        let result = try await serve(Self.web, in: desk.data)
        #expect(result.exit.status == 1, "\(result.text)")
        #expect(result.text.contains("newer") && result.text.contains("desk.db"), "\(result.text)")
    }

    @Test("another key than the one the data lies under")
    func wrongKey() async throws {
        let desk = try await LuaDeskProcess.serve(Self.web)
        #expect(try await desk.stop() == .init(status: 0))
        let result = try await serve(
            Self.web, in: desk.data, environment: ["LUADESK_ENCRYPTION_KEY": String(repeating: "ab", count: 32)])
        #expect(result.exit.status == 1, "\(result.text)")
        #expect(result.text.contains("key"), "\(result.text)")
    }

    @Test("unreadable rules stop a first start with file and line")
    func brokenRules() async throws {
        let folder = TemporaryFolder()
        try folder.write("return { name = \"x\", api = 1 }\n", to: "rules/rules.lua")
        try folder.write("route \"a\" {\n  assing = { team = \"service\" },\n}\n", to: "rules/routing/a.lua")
        let result = try await serve(Self.web + "rules: \(folder.path)/rules\n", in: folder)
        #expect(result.exit.status == 1, "\(result.text)")
        #expect(result.text.contains("rules/routing/a.lua:"), "\(result.text)")
    }

    @Test("help of the program and of each command is worth reading")
    func help() async throws {
        for command in [
            [], ["serve"], ["demo"], ["init"], ["config"], ["rules"], ["rules", "activate"], ["plugin"], ["simulate"], ["token"],
            ["token", "create"], ["admin"], ["backup"], ["restore"], ["verify"], ["bench"],
        ] {
            let result = try await LuaDeskProcess.run(command + ["--help"])
            #expect(result.exit.status == 0, "\(command)")
            #expect(result.out.first?.hasPrefix("OVERVIEW: ") == true && result.out.count > 5, "\(command)")
        }
        let wrong = try await LuaDeskProcess.run(["serv"])
        #expect(wrong.exit.status == 64)
        #expect(wrong.text.contains("luadesk --help"), "\(wrong.text)")
    }
}
