// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Desk
import Rules

/// `luadesk rules check`
struct RulesCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check a folder of rules without running them: status 1 if there are errors.",
        discussion: """
            Prints one line for each problem, file:line first, as compilers do. --watch checks again whenever a file is saved,
            until Ctrl-C.
            """)

    @OptionGroup var folder: RuleFolder
    @Flag(help: "Check again whenever a file of the folder is saved. Ctrl-C ends it.") var watch = false

    func run() async throws {
        try await complaining {
            let (path, names) = (try folder.path, try await folder.names())
            if watch {
                try await SaveWatch.run(path) {
                    let clock = ContinuousClock()
                    let began = clock.now
                    let verdict = judged(Result { () throws(RuleProblem) in try RuleSource.read(folder: path) }, path, names)
                    SaveWatch.show(
                        (verdict.lines + [verdict.sum]).joined(separator: "\n"),
                        milliseconds: Int((clock.now - began).inMilliseconds))
                }
                return
            }
            let verdict = judged(.success(try folder.source()), path, names)
            for line in verdict.lines { print(line) }
            guard verdict.isPassed else {
                complain(verdict.sum)
                throw ExitCode(1)
            }
            print(verdict.sum)
        }
    }

    /// What a check came to.
    private struct Verdict {
        /// The problems, and where more is said about them.
        var lines: [String]
        /// How many there are, or what is in the set.
        var sum: String
        var isPassed: Bool
    }

    private func judged(_ source: Result<RuleSource, RuleProblem>, _ path: String, _ names: KnownNames) -> Verdict {
        let (set, problems): (RuleSet?, [RuleProblem]) =
            switch source {
            case .success(let source): RuleSet.compile(source, names: names)
            case .failure(let problem): (nil, [problem])
            }
        let lines = problems.map(\.description) + problems.links + [folder.hint(about: problems)].compactMap(\.self)
        guard let set, problems.errors.isEmpty else {
            let (errors, warnings) = (problems.errors.count, problems.warnings.count)
            return Verdict(
                lines: lines,
                sum:
                    "\(path): \(errors) \(errors == 1 ? "error" : "errors"), \(warnings) \(warnings == 1 ? "warning" : "warnings").",
                isPassed: false)
        }
        return Verdict(
            lines: lines,
            sum: "\(path): \(set.rules.count) rules, \(set.flows.count) flows, \(set.alerts.count) alerts, "
                + "\(problems.warnings.count) warnings. Set \(set.id.prefix(12)).", isPassed: true)
    }
}
