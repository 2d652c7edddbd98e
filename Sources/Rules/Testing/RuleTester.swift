// SPDX-License-Identifier: Apache-2.0
import Desk
import Lua

/// Runs a rule set's own tests: inline examples, `tests/*.lua`, `tests/*.conv`, `tests/pinned/*.json`. Touches nothing outside; the clock is a test's own.
package struct RuleTester {
    let set: RuleSet
    let understand: TestDesk.Understand
    private let calls: [String: Value]
    let meter: CoverageMeter?
    var report = TestReport()

    /// - Parameters:
    ///   - understand: what the answer engine makes of a text.
    ///   - calls: answers of plugins by name, for tests that prepare none themselves.
    ///   - measuresCoverage: whether each term of each `match` is watched, too; takes longer.
    package static func run(
        _ set: RuleSet, understand: @escaping @Sendable (String) -> Understanding, calls: [String: Value] = [:],
        measuresCoverage: Bool = false
    ) -> TestReport {
        var tester = RuleTester(
            set: set, understand: understand, calls: calls, meter: measuresCoverage ? CoverageMeter(set) : nil)
        tester.runAll()
        tester.report.coverage = tester.meter?.coverage ?? []
        return tester.report
    }

    private init(set: RuleSet, understand: @escaping TestDesk.Understand, calls: [String: Value], meter: CoverageMeter?) {
        self.set = set
        self.understand = understand
        self.calls = calls
        self.meter = meter
    }

    private mutating func runAll() {
        report.rules = set.heads.map(\.id)
        runExamples()
        for path in set.source.paths(under: "tests", ending: ".lua") { runLua(path) }
        for path in set.source.paths(under: "tests", ending: ".conv") { runScript(path) }
        runPinned()
    }

    func newDesk() -> TestDesk {
        let desk = TestDesk(set, understand: understand, meter: meter)
        desk.answers = calls.mapValues { .success($0) }
        return desk
    }

    mutating func fail(_ test: String, _ file: String, _ line: Int, _ message: String) {
        report.failures.append(.init(test: test, file: file, line: line, message: message))
    }

    // MARK: - Inline examples

    private mutating func runExamples() {
        let runner: RuleRunner
        do { runner = try set.makeRunner(mode: .counted, health: RuleHealth(failures: .max)) } catch {
            return fail(set.name, set.source.folder, 1, "the rules cannot be loaded: \(error)")
        }
        for head in set.heads {
            for example in head.examples {
                do throws(TestProblem) {
                    let decision = try RuleExample(rule: head, value: example.value).run(
                        runner, understand: understand, meter: meter)
                    report.passed += 1
                    report.covered.formUnion(decision.matched.map(\.rule))
                } catch {
                    fail(head.id, head.place.file, example.line, error.message)
                }
            }
        }
    }

    // MARK: - Pinned decisions

    private mutating func runPinned() {
        let paths = set.source.paths(under: "tests/pinned", ending: ".json")
        guard !paths.isEmpty else { return }
        let runner: RuleRunner
        do { runner = try set.makeRunner(mode: .counted, health: RuleHealth(failures: .max)) } catch {
            return fail(set.name, set.source.folder, 1, "the rules cannot be loaded: \(error)")
        }
        for path in paths {
            do throws(TestProblem) {
                let pinned = try PinnedDecision(set.source.files[path] ?? [])
                let decisions = try pinned.run(runner)
                for (question, decision) in zip(pinned.questions, decisions) {
                    meter?.saw(question.situation, decision)
                    report.covered.formUnion(decision.matched.map(\.rule))
                }
                report.passed += 1
            } catch {
                fail(String(path.dropFirst("tests/".count)), set.source.shown(path), 1, error.message)
            }
        }
    }

    // MARK: - Conversation scripts

    private mutating func runScript(_ path: String) {
        let shown = set.source.shown(path)
        let name = String(path.dropFirst("tests/".count))
        let desk = newDesk()
        defer { report.covered.formUnion(desk.everMatched) }
        do throws(ConversationScript.ScriptError) {
            let script = try ConversationScript(set.source.files[path] ?? [], path: shown)
            var last = 1
            for line in script.lines {
                last = line.number
                do throws(TestProblem) {
                    try TestStep.perform(line.step, line.arguments, on: desk, isStrict: true)
                } catch {
                    return fail(name, shown, line.number, error.message)
                }
            }
            do throws(TestProblem) { try TestStep.nothingLeft(desk) } catch { return fail(name, shown, last, error.message) }
            report.passed += 1
        } catch {
            fail(name, shown, error.line, error.message)
        }
    }
}
