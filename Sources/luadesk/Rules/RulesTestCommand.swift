// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Desk
import Engine
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
            var bench = RuleTestBench(names: try await folder.names(), measuresCoverage: coverage)
            guard watch else {
                let round = bench.run(try folder.source())
                guard round.report != nil || json else {
                    throw Complaint(round.problems.map(\.description).joined(separator: "\n"))
                }
                print(json ? round.value.jsonText : round.text)
                if !round.isPassed { throw ExitCode(1) }
                return
            }
            var changes = FolderWatch(folders: [try folder.path])
            show(bench.run(try folder.path))
            // Until the process is ended.
            while !Task.isCancelled {
                try await Task.sleep(for: .milliseconds(20))
                if changes.hasSettledAfterChange() { show(bench.run(try folder.path)) }
            }
        }
    }

    /// On a terminal each round begins on an empty screen.
    private func show(_ round: RuleTestBench.Round) {
        if json {
            print(round.value.jsonText)
        } else {
            let time = LocalClock.now(offset: TimeZone.current.secondsFromGMT())
            let clear = isatty(STDOUT_FILENO) == 1 ? "\u{1B}[2J\u{1B}[H" : ""
            print("\(clear)\(round.text)\n\(time)  \(round.milliseconds) ms. Waiting for the next save; Ctrl-C ends.")
        }
        fflush(nil)
    }
}

/// The time of day for people at a terminal.
private enum LocalClock {
    static func now(offset: Int) -> String {
        let seconds = (Int(Instant.systemNow().milliseconds / 1000) + offset) % 86_400
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(two(seconds / 3600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
    }
}
