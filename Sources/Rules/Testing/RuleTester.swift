// SPDX-License-Identifier: Apache-2.0
import Desk
import Lua

/// Runs a rule set's own tests: inline examples, `tests/*.lua`, `tests/*.conv`, `tests/pinned/*.json`. Touches nothing outside; the clock is a test's own.
package struct RuleTester {
    let set: RuleSet
    let understand: TestDesk.Understand
    private let calls: [String: Value]
    let meter: CoverageMeter?
    let stage = TestStage()
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

    /// - Parameter isAlone: nothing was decided before in the states it uses.
    func newDesk(isAlone: Bool = false) -> TestDesk {
        let desk = TestDesk(set, on: isAlone ? TestStage() : stage, understand: understand, meter: isAlone ? nil : meter)
        desk.answers = calls.mapValues { .success($0) }
        return desk
    }

    /// Of a test that failed though it passes when nothing ran before it.
    static let leftBehind =
        " (alone it passes: a rule that ran before has left something in a local of its file, as it would on the desk)"

    mutating func fail(_ test: String, _ file: String, _ line: Int, _ message: String) {
        report.failures.append(.init(test: test, file: file, line: line, message: message))
    }

    // MARK: - Inline examples

    private mutating func runExamples() {
        let runner: RuleRunner
        do throws(TestProblem) { runner = try stage.runner(set) } catch {
            return fail(set.name, set.source.folder, 1, error.message)
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
        do throws(TestProblem) { runner = try stage.runner(set) } catch {
            return fail(set.name, set.source.folder, 1, error.message)
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
        let script: ConversationScript
        do throws(ConversationScript.ScriptError) {
            script = try ConversationScript(set.source.files[path] ?? [], path: shown)
        } catch {
            return fail(name, shown, error.line, error.message)
        }
        let wasFresh = stage.isFresh
        let desk = newDesk()
        defer { report.covered.formUnion(desk.everMatched) }
        guard let failure = Self.play(script, on: desk) else { report.passed += 1; return }
        let isAlone = wasFresh || Self.play(script, on: newDesk(isAlone: true)) != nil
        fail(name, shown, failure.line, failure.message + (isAlone ? "" : Self.leftBehind))
    }

    /// - Returns: what is not as the script wants it.
    private static func play(_ script: ConversationScript, on desk: TestDesk) -> (line: Int, message: String)? {
        var last = 1
        do throws(TestProblem) {
            for line in script.lines {
                last = line.number
                try TestStep.perform(line.step, line.arguments, on: desk, isStrict: true)
            }
            try TestStep.nothingLeft(desk)
            return nil
        } catch {
            return (last, error.message)
        }
    }
}
