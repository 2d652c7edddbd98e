// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation
import Rules

/// `luadesk rules meta`
struct RulesMetaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "meta",
        abstract: "Write what editors and luacheck know about rules, and the reference, into a folder of rules.",
        discussion: """
            Writes meta/*.lua (annotations for editors that know LuaCATS), .luarc.json, .luacheckrc and REFERENCE.md, over what lies \
            there. None of them is part of a rule set. Do it again after an update of the program.
            """)

    @Option(help: ArgumentHelp("The folder with rules.lua. Default: rules/ here, else the shipped one.", valueName: "folder"))
    var rules: String?
    @Flag(help: "Write nothing; status 1 if a file is not as it would be written.") var check = false

    func run() async throws {
        try await complaining {
            let root = try RuleFolder.path(rules)
            guard FileManager.default.fileExists(atPath: root) else { throw Complaint("\(root): there is no such folder.") }
            var stale: [String] = []
            for (path, text) in Manual.files.sorted(by: { $0.key < $1.key }) {
                let file = URL(fileURLWithPath: root).appendingPathComponent(path)
                if FileManager.default.contents(atPath: file.path) == Data(text.utf8) { continue }
                stale.append(path)
                if check { continue }
                try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(text.utf8).write(to: file, options: .atomic)
            }
            for path in stale { print("\(check ? "stale" : "written")  \(path)") }
            if stale.isEmpty { print("\(root): all \(Manual.files.count) files are up to date.") }
            if check, !stale.isEmpty { throw ExitCode(1) }
        }
    }
}
