// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation

/// `luadesk demo`: serve with the demo desk.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Serve a whole desk to try: sample rules, agents, a web chat, and WeChat without WeChat.",
        discussion: """
              luadesk demo                                     then open the addresses it prints
              luadesk simulate wechat-miniprogram "我要退货"     from another terminal: a customer in the mini program

            The rules are those in rules/: change a file, save it, and the next message is decided by it.
            """)

    @Option(help: ArgumentHelp("The data folder; what was said stays there.", valueName: "dir")) var data = DemoDesk.folder
    @Option(help: "The port; 0 for any free one. Default: 8080.") var port: String?
    @Option(help: "The address to listen at. Default: 127.0.0.1.") var host: String?

    func run() async throws {
        try await complaining {
            let platform = SimulatedWeChat()
            // Ends with the desk: cancelled below, whatever happened.
            let serving = Task { try await platform.run() }
            defer { serving.cancel() }
            let folder = URL(fileURLWithPath: data).standardizedFileURL.path
            let configuration = try await DeskConfiguration.load(
                yaml: DemoDesk.configuration(wechat: platform.url), name: "demo", folder: folder,
                options: DeskConfiguration.Options(data: folder, host: host, port: port))
            try await ServingDesk(configuration: configuration, folder: folder).run { desk in
                let tokens = try await DemoTokens.prepare(in: folder, store: desk.store)
                return Self.welcome(desk, tokens)
            }
        }
    }

    private static func welcome(_ desk: ServingDesk.Running, _ tokens: DemoTokens) -> [String] {
        var lines = [
            "",
            "  LuaDesk demo",
            "",
            "  Customer      \(desk.url)/chat?channel=web",
        ]
        for name in DemoDesk.people {
            guard let secret = tokens.secrets[name] else { continue }
            let label = name == DemoDesk.people.first ? "Agent         " : "Lead          "
            lines += [
                "  \(label)\(desk.url)/desk#token=\(secret)",
                "                signs in as \(name); the token works in /desk's form, too",
            ]
        }
        if let admin = tokens.secrets["admin"] {
            lines.append("  API           curl -H 'Authorization: Bearer \(admin)' \(desk.url)/v1/conversations")
        }
        lines += [
            "  WeChat        \(CommandLine.arguments[0]) simulate wechat-miniprogram \"我要退货\"\(desk.folderHint)",
            "  Rules         \(desk.rulesFolder ?? "none"): change a file, save it, ask again",
            "",
            desk.readyLine,
        ]
        return lines
    }
}
