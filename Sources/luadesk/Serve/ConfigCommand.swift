// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Desk
import Foundation

/// `luadesk config`: the reference, or a check of a file.
struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Print every key of the configuration with its meaning, or check a file.",
        discussion: """
            luadesk config > desk.yaml       a commented file to cut down
            luadesk config --check desk.yaml all problems at once, with line and column; status 78 if there are any
            """)

    @Option(help: ArgumentHelp("Check this file instead.", valueName: "file"))
    var check: String?

    func run() async throws {
        guard let check else { return print(ConfigurationReference.text()) }
        try await complaining {
            let configuration = try await DeskConfiguration.load(file: check)
            for name in configuration.unknownVariables { complain("environment variable \(name): no key has this name") }
            print("\(check): \(configuration.value["channels"]?.array?.count ?? 0) channels, no problems.")
        }
    }
}
