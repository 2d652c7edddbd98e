// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Testing

@testable import luadesk

@Suite("luadesk init writes a desk that starts, knows its business and passes its own tests")
struct SceneTests {
    /// What a customer of that business asks first, and what must be in the answer.
    struct Question: Sendable, CustomTestStringConvertible {
        var scene: Scene
        var asked: [(text: String, answer: String)]
        var testDescription: String { scene.rawValue }
    }

    static let questions = [
        Question(scene: .shop, asked: [("运费多少", "包邮"), ("are these genuine?", "authorised")]),
        Question(scene: .finance, asked: [("跨行转账要手续费吗", "免手续费"), ("I lost my card", "I freeze it for now")]),
        Question(scene: .education, asked: [("昨天的课在哪看回放", "180 天"), ("can we book a trial lesson", "How old is the student?")]),
        Question(scene: .health, asked: [("我爸爸胸痛", "立即拨打 120"), ("which department for knee pain", "orthopaedics")]),
    ]

    /// An empty folder with a scene written into it.
    private func made(_ scene: Scene, _ language: SceneLanguage = .chinese) async throws -> TemporaryFolder {
        let folder = TemporaryFolder()
        let result = try await LuaDeskProcess.run(
            ["init", "--scene", scene.rawValue, "--to", folder.path, "--language", language.rawValue])
        #expect(result.exit.status == 0, "\(result.text)")
        for told in [
            "desk.yaml", "README.md", "rules/", "luadesk rules test rules", "luadesk serve --config", "luadesk token create",
        ] {
            #expect(result.text.contains(told), "\(result.text)")
        }
        return folder
    }

    @Test("its rules have no errors and no warnings, all their tests pass", arguments: Scene.allCases, SceneLanguage.allCases)
    func rules(scene: Scene, language: SceneLanguage) async throws {
        let folder = try await made(scene, language)
        let arguments = ["\(folder.path)/rules", "--config", "\(folder.path)/desk.yaml"]
        let check = try await LuaDeskProcess.run(["rules", "check"] + arguments)
        #expect(check.exit.status == 0 && check.text.contains(" 0 warnings"), "\(check.text)")
        let test = try await LuaDeskProcess.run(["rules", "test"] + arguments)
        #expect(test.exit.status == 0 && test.text.contains("passed, 0 failed"), "\(test.text)")
        #expect(!test.text.contains("not tried"), "\(test.text)")
        // Nobody has to name the configuration that lies beside them.
        let bare = try await LuaDeskProcess.run(["rules", "test", arguments[0]])
        #expect(bare.text == test.text && bare.exit.status == 0, "\(bare.text)")
        #expect(try #require(folder.read("rules/rules.lua")).contains("language = \"\(language.rawValue)\""))
        #expect(try #require(folder.read("README.md")).contains(language == .chinese ? "先改这三处" : "Change these first"))
        #expect(folder.read("README.zh-CN.md") == nil)
    }

    @Test("editors complete its rules' names: what rules meta writes is there and up to date", arguments: Scene.allCases)
    func editors(scene: Scene) async throws {
        let folder = try await made(scene)
        let result = try await LuaDeskProcess.run(["rules", "meta", "--check", "--rules", "\(folder.path)/rules"])
        #expect(result.exit.status == 0 && result.text.contains("up to date"), "\(result.text)")
        for name in [".luarc.json", "meta/rules.lua", "meta/tests.lua", ".luacheckrc", "REFERENCE.md"] {
            #expect(folder.read("rules/\(name)")?.isEmpty == false, "\(name)")
        }
        #expect(try #require(folder.read("rules/meta/rules.lua")).contains("---@"))
    }

    @Test("it has twelve answers in both languages, two flows, twelve tests", arguments: Scene.allCases)
    func size(scene: Scene) async throws {
        let folder = try await made(scene)
        let answers = try Value(json: try #require(folder.read("rules/data/knowledge.json")))
        let complete = (answers.object?.pairs ?? []).filter { pair in
            ["zh-CN", "en"].allSatisfy { (pair.value[$0]?.string ?? "").count > 3 }
        }
        #expect(complete.count >= 12)
        func count(_ place: String, _ ending: String) throws -> Int {
            try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/rules/\(place)").count { $0.hasSuffix(ending) }
        }
        #expect(try count("flows", ".lua") >= 2)
        #expect(try count("tests", ".conv") >= 12)
    }

    @Test("its configuration has no problems, nor with every channel switched on", arguments: Scene.allCases)
    func configuration(scene: Scene) async throws {
        let folder = try await made(scene)
        let plain = try await LuaDeskProcess.run(["config", "--check", "\(folder.path)/desk.yaml"])
        #expect(plain.exit.status == 0 && plain.text.contains("1 channels"), "\(plain.text)")

        let text = try #require(folder.read("desk.yaml"))
        let all = text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.hasPrefix("#  ") ? $0.dropFirst() : $0 }.joined(separator: "\n")
        let channels = all.split(separator: "\n").count { $0.contains("plugin: ") }
        #expect(channels >= 5)
        let file = try folder.write(all, to: "all.yaml")
        #expect(try await LuaDeskProcess.run(["config", "--check", file]).exit.status == 78)  // The secrets are missing.
        var secrets: [String: String] = [:]
        for match in all.matches(of: /env:([A-Z_]+)/) {
            let name = String(match.1)
            secrets[name] = String(repeating: "k", count: name.hasSuffix("AES_KEY") ? 43 : 32)
        }
        let complete = try await LuaDeskProcess.run(["config", "--check", file], environment: secrets)
        #expect(complete.exit.status == 0 && complete.text.contains("\(channels) channels"), "\(complete.text)")
    }

    @Test("it starts and answers its customers over the live socket, in Chinese and English", arguments: questions)
    func answers(question: Question) async throws {
        let folder = try await made(question.scene)
        let desk = try await LuaDeskProcess.serve(try #require(folder.read("desk.yaml")), data: folder)
        for (text, answer) in question.asked {
            let session = try await DeskAPI(url: desk.url).session(channel: "web")
            let socket = try await LiveSocket.open(port: desk.port, token: session.token)
            _ = try await socket.next("ready")
            socket.say(text, clientID: "q")
            let said = try await socket.next("message") { $0["direction"] == "out" }
            #expect(said["text"]?.string?.contains(answer) == true, "\(said.jsonText)")
        }
        #expect(try await desk.stop() == .init(status: 0))
    }

    @Test(
        "what is there already is not written over, and nothing else is written",
        arguments: ["desk.yaml", "README.md", "rules/mine.lua"])
    func refusal(name: String) async throws {
        let folder = TemporaryFolder()
        try folder.write("mine", to: name)
        let result = try await LuaDeskProcess.run(["init", "--scene", "finance", "--to", folder.path])
        let top = try #require(name.split(separator: "/").first)
        #expect(result.exit.status == 1)
        #expect(result.text.contains("\(folder.path)/\(top) is there already. Nothing was written"), "\(result.text)")
        #expect(folder.read(name) == "mine")
        #expect(try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { !name.hasPrefix($0) } == [])
    }

    @Test("other files in the folder do not matter, and stay; a link that leads nowhere is in the way")
    func besides() async throws {
        let folder = TemporaryFolder()
        try folder.write("mine", to: "notes.txt")
        let result = try await LuaDeskProcess.run(["init", "--scene", "health", "--to", folder.path])
        #expect(result.exit.status == 0 && folder.read("notes.txt") == "mine", "\(result.text)")
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == [
                "README.md", "desk.yaml", "notes.txt", "rules",
            ])

        let other = TemporaryFolder()
        try FileManager.default.createSymbolicLink(atPath: "\(other.path)/rules", withDestinationPath: "/nowhere/rules")
        let refused = try await LuaDeskProcess.run(["init", "--scene", "health", "--to", other.path])
        #expect(refused.exit.status == 1)
        #expect(try FileManager.default.contentsOfDirectory(atPath: other.path) == ["rules"])
    }

    @Test("without a name it lists the scenes; an unknown one is refused with those there are")
    func list() async throws {
        let result = try await LuaDeskProcess.run(["init"])
        #expect(result.exit.status == 0)
        for scene in Scene.allCases {
            #expect(result.out.contains { $0.hasPrefix(scene.rawValue) && $0.hasSuffix(".") }, "\(result.text)")
        }
        let wrong = try await LuaDeskProcess.run(["init", "--scene", "circus"])
        #expect(wrong.exit.status == 64 && wrong.text.contains("finance"), "\(wrong.text)")
    }

    @Test("an installation without sources finds its scenes beside its rules")
    func installed() async throws {
        let prefix = TemporaryFolder()
        let files = FileManager.default
        try files.createDirectory(atPath: "\(prefix.path)/share/luadesk", withIntermediateDirectories: true)
        try files.copyItem(atPath: "\(LuaDeskProcess.root)/rules", toPath: "\(prefix.path)/share/luadesk/rules")
        try files.copyItem(
            atPath: "\(LuaDeskProcess.root)/Sources/luadesk/Init/Scenes", toPath: "\(prefix.path)/share/luadesk/scenes")
        let result = try await LuaDeskProcess.run(
            ["init", "--scene", "shop", "--to", "\(prefix.path)/desk"],
            environment: ["LUADESK_HOME": "\(prefix.path)/share/luadesk"])
        #expect(result.exit.status == 0, "\(result.text)")
        #expect(prefix.read("desk/rules/flows/return_goods.lua") != nil)
    }
}
