// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Testing

@testable import Plugins

@Suite struct PluginTesterTests {
    @Test("the tests of every shipped plugin pass", arguments: Folder.shippedPlugins)
    func shipped(_ name: String) async {
        let report = await PluginTester(folders: [Folder.shipped]).run(name)
        #expect(report.failures == [])
        #expect(!report.passed.isEmpty)
    }

    @Test("a new plugin works and passes its tests as it is") func template() async throws {
        let folder = try TemporaryFolder()
        for file in PluginTemplate.files(name: "acme") { try folder.write("acme/\(file.path)", file.text) }
        let report = await PluginTester(folders: [folder.path]).run("acme")
        #expect(report.failures == [])
        #expect(report.passed.count == 3)
    }

    @Test("the table in plugins/README.md says what the channels can do") func table() async throws {
        let readme = try String(contentsOfFile: Folder.shipped + "/README.md", encoding: .utf8)
        let host = await PluginHost.sample([Folder.shipped])
        let table = PluginManifest.table(of: host.manifests())
        await host.shutdown()
        #expect(readme.contains("<!-- channels -->\n\(table)\n<!-- /channels -->"), "luadesk plugin list --table")
    }

    @Test("the channel in plugins/README.md is the one that a new plugin gets") func readme() throws {
        let readme = try String(contentsOfFile: Folder.shipped + "/README.md", encoding: .utf8)
        for file in PluginTemplate.files(name: "my-channel") where file.path.hasSuffix(".lua") {
            #expect(readme.contains(file.text.trimmingCharacters(in: .newlines)), "\(file.path)")
        }
    }

    @Test(
        "a test that does not hold is reported with its name, file and line",
        arguments: [
            ("t.equal(1, 2)", "expected 2, found 1"), ("t.equal({ a = 1 }, { a = 2 }, 'note')", "note: expected"),
            ("t.truthy(nil)", "expected something"), ("error('boom')", "boom"), ("while true do end", "time allowed"),
            ("t.channel { nonsense = 1 }", "settings.nonsense: unknown"),
            ("t.fixture('none.http')", "no request in fixtures/none.http"),
            ("t.send({}, t.channel {})", "send must return"), ("t.receive({}, t.channel {})", "receive answered wrongly"),
            ("t.call('nothing')", "no function nothing"), ("t.platform { statsu = 1 }", "Did you mean 'status'?"),
        ])
    func failing(_ line: String, _ message: String) async throws {
        let folder = try TemporaryFolder()
        try folder.write(
            "p/plugin.lua",
            """
            return plugin { name = "p", kind = "channel", version = "1",
              receive = function() return { status = 1 } end, send = function() return 1 end }
            """)
        try folder.write(
            "p/tests/a.lua", "test('holds', function(t) t.equal(1, 1) end)\ntest('does not', function(t)\n  \(line)\nend)")
        let report = await PluginTester(folders: [folder.path]).run("p")
        #expect(report.passed == ["plugins/p/tests/a.lua: holds"])
        let failure = try #require(report.failures.first)
        #expect(failure.description.contains("test 'does not': "))
        #expect(failure.message.contains(message), "\(failure)")
        #expect(failure.file == "plugins/p/tests/a.lua" && failure.line == 3, "\(failure)")
    }

    @Test("a test file that does not load, and a plugin that is not there, are failures") func broken() async throws {
        let folder = try TemporaryFolder()
        try folder.write("p/plugin.lua", #"return plugin { name = "p", kind = "data", version = "1" }"#)
        try folder.write("p/tests/a.lua", "test(")
        #expect(await PluginTester(folders: [folder.path]).run("p").failures.first?.file == "plugins/p/tests/a.lua")
        #expect(await PluginTester(folders: [folder.path]).run("q").failures.count == 1)
    }

    @Test("a version whose tests fail does not go live") func reload() async throws {
        let folder = try TemporaryFolder()
        let source = #"return plugin { name = "p", kind = "data", version = "1", calls = { n = function() return NUMBER end } }"#
        try folder.write("p/plugin.lua", source.replacing("NUMBER", with: "1"))
        try folder.write("p/tests/a.lua", "test('it is small', function(t) t.truthy(t.call('calls.n') < 10) end)")
        let host = await PluginHost.sample([folder.path])
        try folder.write("p/plugin.lua", source.replacing("NUMBER", with: "99"))
        #expect(await host.reload().first?.message.contains("it is small") == true)
        #expect(try await host.call("p.n", .null) == 1)
        try folder.write("p/plugin.lua", source.replacing("NUMBER", with: "9"))
        #expect(await host.reload() == [])
        #expect(try await host.call("p.n", .null) == 9)
        await host.shutdown()
    }
}
