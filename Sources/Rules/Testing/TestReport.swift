// SPDX-License-Identifier: Apache-2.0
import Desk

/// What came of a rule set's own tests.
package struct TestReport: Sendable, Hashable {
    /// A test that did not pass.
    package struct Failure: Sendable, Hashable, CustomStringConvertible {
        /// Of the test or script; of an inline example the rule's id.
        package let test: String
        /// Where the step or example stands.
        package let file: String
        /// From 1.
        package let line: Int
        /// What was expected, and what there was.
        package let message: String
        /// In the style of compilers.
        package var description: String { "\(file):\(line): \(test): \(message)" }
    }

    /// Tests, scripts and examples.
    package var passed = 0
    /// In the order in which they ran.
    package var failures: [Failure] = []
    /// Rules that matched in some test.
    package var covered: Set<String> = []
    /// Rules that could have.
    package var rules: [String] = []
    /// What was seen of each rule, in their order; empty unless it was asked for.
    package var coverage: [RuleCoverage] = []

    /// Whether the set may go live.
    package var isPassed: Bool { failures.isEmpty }
    /// Rules that no test made match.
    package var uncovered: [String] { rules.filter { !covered.contains($0) } }

    /// As the API shows it.
    package var value: Value {
        var value: Value = [
            "passed": Value(passed), "failed": Value(failures.count), "rules": Value(rules.count),
            "covered": Value(rules.count - uncovered.count),
            "uncovered": .array(uncovered.map(Value.string)),
            "failures": .array(
                failures.map {
                    ["test": .string($0.test), "file": .string($0.file), "line": Value($0.line), "message": .string($0.message)]
                }),
        ]
        if !coverage.isEmpty { value["coverage"] = .array(coverage.map(\.value)) }
        return value
    }
}

extension TestReport: CustomStringConvertible {
    /// Rules named on a terminal; `--json` has them all.
    private static let mostNames = 20

    /// For a terminal: failures, sums, and what was not tried.
    package var description: String {
        var lines = failures.map(\.description)
        lines.append(
            "\(passed) passed, \(failures.count) failed; \(rules.count - uncovered.count) of \(rules.count) rules were tried")
        if !uncovered.isEmpty {
            let rest = uncovered.count - Self.mostNames
            let names = uncovered.prefix(Self.mostNames).joined(separator: ", ")
            lines.append("not tried: \(names)" + (rest > 0 ? ", and \(rest) more" : ""))
        }
        if !coverage.isEmpty { lines += [RuleCoverage.sum(coverage)] + coverage.map(\.description) }
        return lines.joined(separator: "\n")
    }
}

/// Why a step of a test did not go as it says.
struct TestProblem: Error {
    let message: String
    init(_ message: String) { self.message = message }
}

extension TestReport {
    /// The failures in the form in which a check reports its problems.
    package var problems: [RuleProblem] {
        failures.map {
            RuleProblem(code: "test", file: $0.file, line: $0.line, message: "test '\($0.test)' failed: \($0.message)")
        }
    }
}
