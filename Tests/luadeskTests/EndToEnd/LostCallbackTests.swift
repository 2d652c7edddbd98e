// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Testing

@testable import luadesk

@Suite("A callback that is lost, and a desk that was down", .timeLimit(.minutes(10)))
struct LostCallbackTests {
    private static func configuration(_ folder: TemporaryFolder, platform: Int) -> String {
        PluginTrafficTests.configuration(
            folder,
            [
                PluginTrafficTests.channel(
                    "kf", "wechat-kf",
                    "corp_id: ww1, corp_secret: s, token: t, poll: 1, api_base: 'http://127.0.0.1:\(platform)', "
                        + "encoding_aes_key: abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG")
            ], plugins: ShippedFolders.plugins ?? "")
    }

    /// The platform keeps these and tells nobody.
    private static func lose(_ text: String, _ folder: TemporaryFolder, _ more: [String]) async throws {
        let result = try await LuaDeskProcess.run(
            ["simulate", "wechat-kf", text, "--lost", "--config", "\(folder.path)/platform.yaml"] + more)
        #expect(result.exit.status == 0, "\(result.text)")
    }

    @Test("WeCom's messages arrive by themselves, those of the time when nobody listened too, and none twice")
    func arrive() async throws {
        let folder = try await PluginTrafficTests.folder([])
        // Which port the stand-in gets is only known once it listens; its own channel does not matter.
        let first = try folder.write(Self.configuration(folder, platform: 1), to: "stand-in.yaml")
        let platform = try ChildProcess(
            LuaDeskProcess.program, ["simulate", "wechat-kf", "--listen", "0", "--config", first],
            environment: LuaDeskProcess.home)
        defer { platform.send(SIGKILL) }
        try await within(patience, "the stand-in listens") {
            try await platform.wait { $0.out.contains { $0.contains("is ready on") } }
        }
        let port = try #require(
            platform.output.out.first?.split(separator: ";").first?.split(separator: ":").last.flatMap { Int($0) })
        let configuration = Self.configuration(folder, platform: port)
        try folder.write(configuration, to: "platform.yaml")

        try await Self.lose("early", folder, ["--count", "150", "--customers", "7", "--duplicates", "1", "--shuffle"])
        let desk = try await LuaDeskProcess.serve(configuration, data: folder)
        let api = try await desk.api()
        let early = PluginTrafficTests.expected("early", 150)
        try await Self.arrived(early, api)
        try await Self.lose("meanwhile", folder, ["--count", "5"])
        let meanwhile = PluginTrafficTests.expected("meanwhile", 5)
        try await Self.arrived(early + meanwhile, api)
        // A bell alone brings nothing where nothing waits on the platform: who rings it is told where messages come from.
        let bell = try await LuaDeskProcess.run([
            "simulate", "wechat-kf", "hello", "--wait", "0.5", "--config", "\(folder.path)/platform.yaml", "--data", desk.folder,
        ])
        #expect(bell.text.contains("this channel fetches its messages from the platform; see --lost"), "\(bell.text)")
        #expect(try await desk.stop() == .init(status: 0))

        try await Self.lose("while down", folder, ["--count", "40"])
        let again = try await LuaDeskProcess.serve(configuration, data: folder)
        try await Self.arrived(early + meanwhile + PluginTrafficTests.expected("while down", 40), try await again.api())
        #expect(try await again.stop() == .init(status: 0))
    }

    private static func arrived(_ expected: [String], _ api: DeskAPI) async throws {
        let texts = try await eventually("\(expected.count) messages") {
            let texts = try await PluginTrafficTests.texts(api, "kf")
            return texts.count >= expected.count ? texts : nil
        }
        #expect(texts == expected.sorted())
    }
}
