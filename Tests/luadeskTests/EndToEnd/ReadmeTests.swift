// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import luadesk

@Suite("What the README shows works as shown")
struct ReadmeTests {
    /// The indented block of README.md that holds this text, without its indentation.
    private func block(with text: String) throws -> String {
        let readme = try String(contentsOfFile: "\(LuaDeskProcess.root)/README.md", encoding: .utf8)
        var blocks: [[String]] = [[]]
        for line in readme.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("    ") {
                blocks[blocks.count - 1].append(String(line.dropFirst(4)))
            } else if line.isEmpty, blocks.last?.isEmpty == false {
                blocks[blocks.count - 1].append("")
            } else if blocks.last?.isEmpty == false {
                blocks.append([])
            }
        }
        let found = blocks.map { $0.joined(separator: "\n") }.first { $0.contains(text) }
        return try #require(found, "README.md has no block with '\(text)'")
    }

    @Test("its rule passes check and test among the shipped ones")
    func rule() async throws {
        let folder = TemporaryFolder()
        try FileManager.default.copyItem(atPath: "\(LuaDeskProcess.root)/rules", toPath: "\(folder.path)/rules")
        try folder.write(try block(with: "reply \"warranty\""), to: "rules/autoreply/warranty.lua")
        for command in ["check", "test"] {
            let result = try await LuaDeskProcess.run(["rules", command, "\(folder.path)/rules"])
            #expect(result.exit.status == 0, "\(result.text)")
        }
    }

    @Test("its transcript is what the demo says")
    func transcript() async throws {
        let lines = try block(with: "$ luadesk simulate").split(separator: "\n").map(String.init)
        let command = try #require(lines.first).split(separator: " ").dropFirst(2).map { $0.trimming("\"") }.map(String.init)
        let desk = try await LuaDeskProcess.demo()
        let result = try await LuaDeskProcess.run(command + ["--data", desk.folder, "--wait", "40"])
        let shown = lines.dropFirst().filter { $0.hasPrefix("←") }
        #expect(shown.count == 2 && result.out.filter { $0.hasPrefix("←") } == shown, "\(result.text)")
    }

    @Test("its configuration is one, and so is the printed reference")
    func configuration() async throws {
        let folder = TemporaryFolder()
        let yaml = try block(with: "app_secret: env:WECHAT_SECRET").components(separatedBy: "\n\n").last ?? ""
        let key = try folder.write(String(repeating: "k", count: 43), to: "wechat-key")
        let file = try folder.write(yaml.replacing("/etc/luadesk/wechat-key", with: key), to: "desk.yaml")
        let secrets = ["WECHAT_SECRET": "0123456789abcdef0123456789abcdef", "WECHAT_TOKEN": "token", "MAIL_PASSWORD": "secret"]
        let result = try await LuaDeskProcess.run(["config", "--check", file], environment: secrets)
        #expect(result.exit.status == 0 && result.text.contains("3 channels"), "\(result.text)")
        #expect(try await LuaDeskProcess.run(["config", "--check", file]).exit.status == 78)

        let reference = try await LuaDeskProcess.run(["config"])
        let printed = try folder.write(reference.out.joined(separator: "\n"), to: "reference.yaml")
        #expect(try await LuaDeskProcess.run(["config", "--check", printed]).exit.status == 0)
    }

    @Test("luadesk plugin new gives a channel whose tests pass")
    func newPlugin() async throws {
        let folder = TemporaryFolder()
        let made = try await LuaDeskProcess.run(["plugin", "new", "acme", "--plugins", "\(folder.path)/plugins"])
        #expect(made.exit.status == 0, "\(made.text)")
        let tested = try await LuaDeskProcess.run(["plugin", "test", "acme", "--plugins", "\(folder.path)/plugins"])
        #expect(tested.exit.status == 0 && tested.text.contains("passed, 0 failed"), "\(tested.text)")
        let listed = try await LuaDeskProcess.run(["plugin", "list", "--plugins", "\(folder.path)/plugins"])
        #expect(listed.text.contains("acme"), "\(listed.text)")
        #expect(try await LuaDeskProcess.run(["plugin", "new", "acme", "--plugins", "\(folder.path)/plugins"]).exit.status == 1)
        let shipped = try await LuaDeskProcess.run(["plugin", "test", "--plugins", "\(LuaDeskProcess.root)/plugins"])
        #expect(shipped.exit.status == 0, "\(shipped.text)")
    }

    @Test("luadesk plugin new takes no name that ships, unless it is to be replaced, and the list shows what hides what")
    func takenNames() async throws {
        let folder = TemporaryFolder()
        let plugins = ["--plugins", "\(folder.path)/plugins"]
        let shipped = "\(LuaDeskProcess.root)/plugins"
        func run(_ arguments: String...) async throws -> LuaDeskProcess.Result {
            try await LuaDeskProcess.run(["plugin"] + arguments + plugins)
        }
        let refused = try await run("new", "webhook")
        #expect(refused.exit.status == 1 && refused.text.contains("--replace"), "\(refused.text)")
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/plugins/webhook"))
        for name in ["live", "email", "lib"] {
            let refused = try await run("new", name, "--replace")
            #expect(refused.exit.status == 1 && refused.text.contains("another name"), "\(refused.text)")
        }
        let unknown = try await run("new", "acme", "--replace")
        #expect(unknown.exit.status == 1 && unknown.text.contains("leave --replace out"), "\(unknown.text)")
        let copied = try await run("new", "webhook", "--replace")
        #expect(copied.exit.status == 0, "\(copied.text)")
        #expect(try await run("new", "acme").exit.status == 0)
        let listed = try await LuaDeskProcess.run(["plugin", "list"] + plugins + ["--plugins", shipped]).out
        let line = try #require(listed.firstIndex { $0.hasPrefix("webhook ") })
        #expect(listed[line + 1] == "    in place of \(shipped)/webhook", "\(listed)")
        #expect(listed.filter { $0.contains("in place of") }.count == 1, "\(listed)")
        // Also without the shipped folder, where the copy lacks what the shipped ones share.
        let alone = try await LuaDeskProcess.run(["plugin", "list"] + plugins)
        #expect(alone.text.contains("webhook stands in place of \(shipped)/webhook"), "\(alone.text)")
        let tested = try await LuaDeskProcess.run(["plugin", "test", "webhook"] + plugins + ["--plugins", shipped])
        #expect(tested.exit.status == 0, "\(tested.text)")
        let whole = try await LuaDeskProcess.run(["plugin", "list", "--plugins", shipped])
        #expect(!whole.text.contains("in place of"), "\(whole.text)")
    }
}
