// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Testing

@testable import luadesk

/// The tutorial of `plugins/README.md`, command by command as it stands there; only ports are free ones.
@Suite("The tutorial for plugins ends with a working channel")
struct TutorialTests {
    private struct Tutorial {
        /// Without the leading `luadesk`, in order.
        var commands: [[String]]
        var configuration: String
    }

    private static func read() throws -> Tutorial {
        let folder = try #require(ShippedFolders.plugins)
        let text = try String(contentsOfFile: folder + "/README.md", encoding: .utf8)
        let start = try #require(text.range(of: "## The first channel, in under an hour"))
        let end = try #require(text.range(of: "## A whole channel"))
        let section = text[start.upperBound..<end.lowerBound]
        let yaml = section.components(separatedBy: "```yaml\n").dropFirst().first?.components(separatedBy: "```").first
        let lines = section.split(separator: "\n").filter { $0.hasPrefix("    luadesk ") }
        // Those within the text stand between `…`.
        let inline = section.replacing("\n", with: " ").split(separator: "`").filter {
            $0.hasPrefix("luadesk ") && $0.contains(" my-channel")
        }
        let commands = (lines + inline).map { words(String($0).trimmingCharacters(in: .whitespaces)) }
        return Tutorial(commands: commands, configuration: try #require(yaml))
    }

    /// Words as a shell parts them, with double quotes; the first one left out.
    private static func words(_ line: String) -> [String] {
        var words: [String] = []
        for (index, part) in line.split(separator: "\"", omittingEmptySubsequences: false).enumerated() {
            if index % 2 == 1 {
                words.append(String(part))
            } else {
                words += part.split(whereSeparator: \.isWhitespace).map(String.init)
            }
        }
        return Array(words.dropFirst())
    }

    /// A copy of the shipped folders, so that the new plugin lies beside the others.
    private static func workshop() throws -> TemporaryFolder {
        let folder = TemporaryFolder()
        for name in ["plugins", "rules"] {
            let shipped = try #require(name == "plugins" ? ShippedFolders.plugins : ShippedFolders.rules)
            try FileManager.default.copyItem(atPath: shipped, toPath: "\(folder.path)/\(name)")
        }
        return folder
    }

    private static func start(_ arguments: [String], in folder: TemporaryFolder) throws -> ChildProcess {
        try ChildProcess(
            "/bin/sh", ["-c", "cd \"$0\" && exec \"$@\"", folder.path, LuaDeskProcess.program] + arguments,
            environment: ["LUADESK_HOME": folder.path])
    }

    private static func run(_ arguments: [String], in folder: TemporaryFolder) async throws -> String {
        let process = try start(arguments, in: folder)
        let exit = try await within(.seconds(120), arguments.joined(separator: " ")) { try await process.exit() }
        let text = (process.output.out + process.output.err).joined(separator: "\n")
        #expect(exit == .init(status: 0), "\(arguments.joined(separator: " ")): \(text)")
        return text
    }

    @Test("each command does what the text says") func commands() async throws {
        let tutorial = try Self.read()
        let commands = tutorial.commands
        try #require(
            commands.map { $0.prefix(2).joined(separator: " ") } == [
                "plugin new", "plugin test", "simulate my-channel", "serve --config", "simulate my-channel",
                "simulate my-channel",
                "simulate my-channel", "plugin test",
            ], "\(commands)")
        let folder = try Self.workshop()
        _ = try await Self.run(commands[0], in: folder)
        #expect(try await Self.run(commands[1], in: folder).contains(", 0 failed"))

        // The platform's API, on a free port that the configuration then names.
        try folder.write(tutorial.configuration, to: "my-desk.yaml")
        let platform = try Self.start(commands[2].map { $0 == "9100" ? "0" : $0 }, in: folder)
        defer { platform.send(SIGKILL) }
        try await within(patience, "the stand-in listens") {
            try await platform.wait { $0.out.contains { $0.contains("is ready on http") } }
        }
        let line = try #require(platform.output.out.first { $0.contains("is ready on http") })
        let address = try #require(line.split(whereSeparator: { $0 == " " || $0 == ";" }).first { $0.hasPrefix("http") })
        try folder.write(
            tutorial.configuration.replacing("http://127.0.0.1:9100", with: String(address)), to: "my-desk.yaml")

        let desk = try Self.start(commands[3].map { $0 == "8080" ? "0" : $0 }, in: folder)
        defer { desk.send(SIGKILL) }
        try await within(.seconds(60), "the desk is ready") {
            try await desk.wait { $0.out.contains { $0.hasPrefix("luadesk is ready on ") } }
        }
        try #require(desk.output.exit == nil, "\(desk.output.err)")

        // A customer asks, the rules answer, and the platform gets it.
        let talk = try await Self.run(commands[4] + ["--wait", "40"], in: folder)
        #expect(talk.contains("→ How long does delivery take?") && talk.contains("status 200"), "\(talk)")
        #expect(talk.contains("← ") && talk.contains("sent)"), "\(talk)")
        try await within(patience, "the answer on the platform") {
            try await platform.wait { $0.out.contains { $0.contains("to o-simulated-customer: ") } }
        }

        let storm = try await Self.run(commands[5], in: folder)
        #expect(storm.contains("200 messages in") && storm.contains("600 sent, 600 taken, 0 refused, 0 failed"), "\(storm)")
        #expect(storm.contains("damaged: 200 sent, 0 taken, 200 refused"), "\(storm)")
        #expect(storm.contains("a day old: 200 sent, 200 taken"), "\(storm)")
        #expect(storm.contains("every message was taken"), "\(storm)")

        // A request of one's own, told to the conformance run.
        _ = try await Self.run(commands[6], in: folder)
        let accounts = "plugins/my-channel/fixtures/conformance.json"
        let told = try #require(folder.read(accounts))
        let recorded = try #require(folder.read("plugins/my-channel/fixtures/hi.http"))
        let id = try #require(recorded.firstMatch(of: /"id":"([0-9a-f]+)"/)).1
        try folder.write(
            told.replacing("\"s\"", with: "\"a-secret-of-your-own\"").replacing(
                "\"text.http\": [\"7\"]", with: "\"hi.http\": [\"\(id)\"]"), to: accounts)
        try FileManager.default.removeItem(atPath: "\(folder.path)/plugins/my-channel/fixtures/text.http")
        let report = try await Self.run(commands[7], in: folder)
        #expect(report.contains("1 requests, 1 taken as expected") && report.contains(", 0 failed"), "\(report)")
    }

    @Test("the platform's bad day: an expired token, errors and slowness, after which every answer arrives")
    func platformsBadDay() async throws {
        let folder = try Self.workshop()
        func yaml(_ address: String) -> String {
            """
            channels:
              - id: shop
                plugin: wechat-miniprogram
                settings:
                  { app_id: wx1, app_secret: s, token: t, encoding_aes_key: abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG, api_base: '\(address)' }
            """
        }
        try folder.write(yaml("http://127.0.0.1:9"), to: "desk.yaml")
        let platform = try Self.start(
            [
                "simulate", "wechat-miniprogram", "--listen", "0", "--config", "desk.yaml", "--expire-token", "--errors", "2",
                "--error-code", "-1", "--platform-slow", "50",
            ], in: folder)
        defer { platform.send(SIGKILL) }
        try await within(patience, "the stand-in listens") {
            try await platform.wait { $0.out.contains { $0.contains("is ready on http") } }
        }
        let line = try #require(platform.output.out.first { $0.contains("is ready on http") })
        let address = try #require(line.split(whereSeparator: { $0 == " " || $0 == ";" }).first { $0.hasPrefix("http") })
        let desk = try await LuaDeskProcess.serve(yaml(String(address)))
        let result = try await LuaDeskProcess.run([
            "simulate", "wechat-miniprogram", "多久发货？", "--config", "\(desk.data.path)/desk.yaml", "--data", desk.folder, "--wait",
            "40",
        ])
        #expect(result.exit.status == 0 && result.text.contains("← "), "\(result.text)")
        try await within(patience, "the answer on the platform") {
            try await platform.wait { $0.out.contains { $0.contains("to o-simulated-customer: ") } }
        }
        let lines = platform.output.out
        #expect(lines.count { $0.hasSuffix("answered with expired") } == 1, "\(lines)")
        #expect(lines.count { $0.hasSuffix("answered with -1") } == 2, "\(lines)")
        // Renewed once, after the platform called it expired.
        #expect(lines.count { $0.contains("/cgi-bin/stable_token: 200") } >= 2, "\(lines)")
        #expect(try await desk.stop() == .init(status: 0))
    }
}
