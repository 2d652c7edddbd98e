// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Clients lie among the plugins without being one.
@Suite("clients beside plugins", .serialized, .timeLimit(.minutes(10)))
struct ClientFileTests {
    @Test("a folder of clients upsets neither the plugins, nor their list, nor the watch; what is saved in it is served at once")
    func besidePlugins() async throws {
        let folder = TemporaryFolder()
        try folder.write("// one\n", to: "plugins/live/clients/web/luadesk.js")
        try FileManager.default.copyItem(
            atPath: "\(LuaDeskProcess.root)/plugins/shop", toPath: "\(folder.path)/plugins/shop")
        let list = try await LuaDeskProcess.run(["plugin", "list", "--plugins", "\(folder.path)/plugins"])
        #expect(list.exit.status == 0, "\(list.text)")
        // One plugin, which shipped one it hides, and what is built in.
        #expect(list.out.filter { !$0.hasPrefix(" ") }.map { $0.prefix(5) } == ["shop ", "live ", "email"], "\(list.text)")

        let desk = try await LuaDeskProcess.serve(
            """
            plugins: \(folder.path)/plugins
            rules: \(LuaDeskProcess.root)/rules
            watch: true
            channels: [{ id: web, plugin: live }]
            """)
        let api = DeskAPI(url: desk.url)
        #expect(try await api.get("/clients/web/luadesk.js").text == "// one\n")
        try folder.write("// two\n", to: "plugins/live/clients/web/luadesk.js")
        #expect(try await api.get("/clients/web/luadesk.js").text == "// two\n")
        // A plugin that changes after it proves that the watch has been through the folder.
        let plugin = try #require(folder.read("plugins/shop/plugin.lua"))
        try folder.write(plugin + "\n-- changed\n", to: "plugins/shop/plugin.lua")
        try await desk.waitForLog("plugin loaded")
        #expect(!desk.log.contains { $0.contains("live") && ($0.contains("warning") || $0.contains("error")) })
        #expect(try await desk.stop() == .init(status: 0))
    }
}
