// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation

/// `luadesk init`: the files of a new desk for a line of business.
struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write a starting point for a shop, finance, education or health care.",
        discussion: """
              luadesk init                                     the scenes there are
              luadesk init --scene health --to clinic          desk.yaml, rules/ and README.md in clinic/

            What it writes starts at once with a web chat, passes its own tests, and speaks Chinese and English; rules/meta and
            rules/.luarc.json let editors complete the rules' names, REFERENCE.md explains them. Nothing that is there
            already is written over.
            """)

    @Option(help: ArgumentHelp("shop, finance, education or health.", valueName: "name")) var scene: Scene?
    @Option(help: ArgumentHelp("The folder; made if it is not there. Default: the current one.", valueName: "dir"))
    var to = "."
    @Option(help: ArgumentHelp("zh-CN or en: of README.md, and where a customer's language is unknown.", valueName: "language"))
    var language = SceneLanguage.chinese

    func run() async throws {
        guard let scene else { return list() }
        try await complaining {
            let files = try SceneFiles(scene, in: language)
            let folder = URL(fileURLWithPath: to).standardizedFileURL.path
            try files.write(to: folder)
            for line in report(files, in: folder) { print(line) }
        }
    }

    private func list() {
        for scene in Scene.allCases {
            print(scene.rawValue.padding(toLength: 11, withPad: " ", startingAt: 0) + scene.sentence)
        }
        print("\nluadesk init --scene NAME [--to DIR] writes one.")
    }

    private func report(_ files: SceneFiles, in folder: String) -> [String] {
        var lines = ["Written to \(folder):"]
        for name in files.names {
            let count = files.count(below: name)
            lines.append(count == 0 ? "  \(name)" : "  \(name)/  \(count) files")
        }
        lines += ["", "Next:"]
        if to != "." { lines.append("  cd \(folder.contains(" ") ? "'\(folder)'" : folder)") }
        lines += [
            "  luadesk rules test rules --config desk.yaml",
            "  luadesk serve --config desk.yaml --data data       # customers write at http://127.0.0.1:8080/chat?channel=web",
            "  luadesk token create --data data --role admin      # in another terminal; signs in at http://127.0.0.1:8080/desk",
        ]
        if let rules = ShippedFolders.rules {
            lines += ["", "README.md says what to change first, \(rules)/README.md how rules are written."]
        }
        return lines
    }
}
