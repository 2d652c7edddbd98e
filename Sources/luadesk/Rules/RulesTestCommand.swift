// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Desk
import Foundation
import Rules

/// `luadesk rules test`
struct RulesTestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract:
            "Run the tests that lie beside the rules: examples in rules, tests/*.lua, tests/*.conv, tests/pinned/*.json.",
        discussion: """
            --coverage also says how often each rule matched, and which conditions in its match no test made true or false.
            --watch runs them again whenever a file is saved, until Ctrl-C.
            """)

    @OptionGroup var folder: RuleFolder
    @Flag(help: "Say of each rule how often it matched, and which conditions were not seen both ways.") var coverage = false
    @Flag(help: "Print all of it as JSON; with --watch one line for each round.") var json = false
    @Flag(help: "Run again whenever a file of the folder is saved. Ctrl-C ends it.") var watch = false

    func run() async throws {
        try await complaining {
            let bench = RuleTestBench(names: try await folder.names(), measuresCoverage: coverage)
            guard watch else {
                let round = bench.run(try folder.source())
                guard round.report != nil || json else {
                    throw Complaint(round.problems.map(\.description).joined(separator: "\n"))
                }
                print(json ? round.value.jsonText : round.text)
                if !round.isPassed { throw ExitCode(1) }
                return
            }
            let path = try folder.path
            try await SaveWatch.run(path) { show(bench.run(path)) }
        }
    }

    /// On a terminal each round begins on an empty screen.
    private func show(_ round: RuleTestBench.Round) {
        if json {
            print(round.value.jsonText)
        } else {
            SaveWatch.show(round.text, milliseconds: round.milliseconds)
        }
        fflush(nil)
    }
}
