// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Desk
import Engine
import Rules

/// `luadesk rules check`
struct RulesCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check a folder of rules without running them: status 1 if there are errors.",
        discussion: "Prints one line for each problem, file:line first, as compilers do.")

    @OptionGroup var folder: RuleFolder

    func run() async throws {
        try await complaining {
            let source = try folder.source()
            let (set, problems) = RuleSet.compile(source, names: try await folder.names())
            for problem in problems { print(problem) }
            for link in problems.links { print(link) }
            if let hint = folder.hint(about: problems) { print(hint) }
            guard let set, problems.errors.isEmpty else {
                complain("\(try folder.path): \(problems.errors.count) errors, \(problems.warnings.count) warnings.")
                throw ExitCode(1)
            }
            print(
                "\(try folder.path): \(set.rules.count) rules, \(set.flows.count) flows, \(set.alerts.count) alerts, "
                    + "\(problems.warnings.count) warnings. Set \(set.id.prefix(12)).")
        }
    }
}
