// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Journal
import Testing

@testable import luadesk

@Suite("luadesk simulate says what is true")
struct SimulateTests {
    @Test("beside a broken plugin the others are simulated, and it is named")
    func brokenNeighbour() async throws {
        let folder = try await PluginTrafficTests.folder(["good", "bad"])
        try folder.write("return plugin {", to: "plugins/bad/plugin.lua")
        let settings = "secret: s, api_key: k, api_base: \"http://127.0.0.1:1\""
        let configuration = PluginTrafficTests.configuration(
            folder, ["good", "bad"].map { PluginTrafficTests.channel($0, $0, settings) })
        let desk = try await LuaDeskProcess.serve(configuration, data: folder)
        func simulate(_ plugin: String, _ more: String...) async throws -> LuaDeskProcess.Result {
            try await LuaDeskProcess.run(
                [
                    "simulate", plugin, "hi", "--wait", "0", "--config", "\(folder.path)/desk.yaml", "--data",
                    "\(folder.path)/data",
                ] + more)
        }
        let good = try await simulate("good")
        #expect(good.exit.status == 0 && good.text.contains("status 200"), "\(good.text)")
        #expect(good.text.contains("'bad', cannot be loaded: plugins/bad/plugin.lua:1"), "\(good.text)")
        let bad = try await simulate("bad")
        #expect(bad.exit.status == 1 && bad.text.contains("'bad' cannot be loaded: plugins/bad/plugin.lua:1"), "\(bad.text)")
        #expect(!bad.text.contains("does not start"), "\(bad.text)")
        let lost = try await simulate("good", "--lost")
        #expect(lost.exit.status == 1 && lost.text.contains("has no poll"), "\(lost.text)")
        let picture = try await simulate("good", "--kind", "image")
        #expect(picture.text.contains("read as text"), "\(picture.text)")
        let nowhere = try await simulate("good", "--to", "http://127.0.0.1:1")
        #expect(nowhere.exit.status == 1 && nowhere.text.contains("does not answer"), "\(nowhere.text)")
        let many = try await simulate("good", "--to", "http://127.0.0.1:1", "--count", "2", "--retries", "0")
        #expect(many.text.contains("(2 without an answer)") && !many.text.contains("answered within"), "\(many.text)")
        withExtendedLifetime(desk) {}
    }

    @Test(
        "a request that means something else than was asked for is told as what it is",
        arguments: [
            ("text", [MessageContent.text("hi")], 0, nil), ("image", [MessageContent.text("")], 0, "read as text"),
            ("enter", [MessageContent(kind: .event, text: "", fields: ["name": "enter"])], 0, nil),
            ("text", [MessageContent(kind: .event, text: "TD", fields: ["name": "opt_out"])], 0, "read as event opt_out"),
            ("receipt", [], 2, nil), ("text", [], 1, "read as a receipt"), ("text", [], 0, "read as nothing that the desk keeps"),
        ] as [(String, [MessageContent], Int, String?)])
    func meaning(kind: String, messages: [MessageContent], receipts: Int, note: String?) {
        #expect(SimulatedMeaning.note(kind: kind, messages: messages, receipts: receipts) == note)
    }

    @Test("a report names the statuses, and what came after a damaged copy")
    func report() {
        var report = SimulatedTraffic.Report()
        report.messages = 2
        report.genuine.note(PlatformPoster.Answer(status: 200))
        report.genuine.note(PlatformPoster.Answer(status: 403))
        report.lost = 1
        report.spoilt = 1
        #expect(report.text.contains("2 sent, 1 taken, 1 refused, 0 failed (1 with 403)"), "\(report.text)")
        #expect(report.text.contains("1 of them came after a damaged copy"), "\(report.text)")
    }

    @Test("an answer that is not sent yet says why")
    func waiting() {
        var item = OutboxItem(
            message: ID(1), conversation: ID(2), channel: "c", recipient: "r", dueAt: .init(milliseconds: 0),
            queuedAt: .init(milliseconds: 0))
        #expect(AnswerWatch.reason(waiting: item) == "not tried yet: the channel rests, or others go first")
        item.reason = "HTTP 401"
        #expect(AnswerWatch.reason(waiting: item) == "the channel rests: HTTP 401")
        (item.attempts, item.reason) = (1, "HTTP 503")
        #expect(AnswerWatch.reason(waiting: item) == "tried once: HTTP 503")
        (item.state, item.reason) = (.held, "90001 used up")
        #expect(AnswerWatch.reason(waiting: item) == "held until the customer writes again: 90001 used up")
    }

    @Test("plugins here reach what the shipped ones share, which come behind them")
    func reach() {
        #expect(PluginFolderOptions.reach(of: ["/own"], shipped: "/shipped") == ["/own", "/shipped"])
        #expect(PluginFolderOptions.reach(of: ["/shipped"], shipped: "/shipped") == ["/shipped"])
        #expect(PluginFolderOptions.reach(of: ["/own"], shipped: nil) == ["/own"])
    }

    @Test("the list of a desk's plugins is what its configuration makes it load")
    func list() async throws {
        let folder = try await PluginTrafficTests.folder(["mine"])
        let shipped = "\(LuaDeskProcess.root)/plugins"
        func list(_ plugins: String) async throws -> [String] {
            let file = try folder.write("plugins: \(plugins)\n", to: "desk.yaml")
            return try await LuaDeskProcess.run(["plugin", "list", "--config", file]).out
        }
        let own = try await list("[plugins]")
        #expect(own.filter { $0.contains("  channel  ") }.map { $0.prefix { $0 != " " } } == ["mine", "live", "email"], "\(own)")
        let both = try await list("[plugins, \(shipped)]")
        let mine = try #require(both.firstIndex { $0.hasPrefix("mine ") })
        #expect(both[mine - 1] == "in \(folder.path)/plugins:", "\(both)")
        #expect(both[mine + 1] == "in \(shipped):" && both.contains { $0.hasPrefix("telegram ") }, "\(both)")
        let neither = try await LuaDeskProcess.run(["plugin", "list", "--config", "x", "--plugins", "y"])
        #expect(neither.exit.status != 0, "\(neither.text)")
    }
}
