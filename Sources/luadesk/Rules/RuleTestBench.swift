// SPDX-License-Identifier: Apache-2.0
import Answers
import Desk
import Rules

/// Checks and tests a rules folder, again and again.
struct RuleTestBench {
    let names: KnownNames
    let measuresCoverage: Bool

    init(names: KnownNames, measuresCoverage: Bool = false) {
        self.names = names
        self.measuresCoverage = measuresCoverage
    }

    /// What came of one look at the folder.
    struct Round {
        let problems: [RuleProblem]
        /// Nil if the set does not compile.
        let report: TestReport?
        /// From reading the files to the end of the tests.
        let milliseconds: Int

        var isPassed: Bool { report?.isPassed ?? false }

        /// For a terminal.
        var text: String {
            guard let report else {
                let errors = problems.errors.count
                return (problems.map(\.description) + ["\(errors) \(errors == 1 ? "error" : "errors"): no test was run."])
                    .joined(separator: "\n")
            }
            return report.description
        }

        /// As `--json` prints it: the report, or the problems; and the time.
        var value: Value {
            var value = report?.value ?? ["problems": .array(problems.map(\.value))]
            value["ok"] = .bool(isPassed)
            value["ms"] = Value(milliseconds)
            return value
        }
    }

    /// Reads the folder first; what keeps it from being read is a problem like others.
    func run(_ folder: String) -> Round {
        let clock = ContinuousClock()
        let began = clock.now
        do { return run(try RuleSource.read(folder: folder), since: began, clock) } catch {
            return Round(problems: [error], report: nil, milliseconds: Self.milliseconds(clock.now - began))
        }
    }

    func run(_ source: RuleSource) -> Round {
        let clock = ContinuousClock()
        return run(source, since: clock.now, clock)
    }

    private func run(_ source: RuleSource, since began: ContinuousClock.Instant, _ clock: ContinuousClock) -> Round {
        let (set, problems) = RuleSet.compile(source, names: names)
        guard let set else {
            return Round(problems: problems, report: nil, milliseconds: Self.milliseconds(clock.now - began))
        }
        let index = IntentIndex.made(of: set.intents)
        let report = RuleTester.run(set, understand: { index.understand($0) }, measuresCoverage: measuresCoverage)
        return Round(problems: problems, report: report, milliseconds: Self.milliseconds(clock.now - began))
    }

    private static func milliseconds(_ duration: Duration) -> Int { Int(duration.inMilliseconds) }
}
