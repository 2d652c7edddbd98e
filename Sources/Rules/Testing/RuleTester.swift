// SPDX-License-Identifier: Apache-2.0
import Desk
import Lua

/// Runs a rule set's own tests: inline examples, `tests/*.lua`, `tests/*.conv`. Touches nothing outside; the clock is a test's own.
package struct RuleTester {
    /// A Wednesday, 10:00 on the rule set's wall clock: where every test begins.
    private static let day = CalendarDay(year: 2026, month: 11, day: 18)

    private let set: RuleSet
    private let understand: TestDesk.Understand
    private let calls: [String: Value]
    private var report = TestReport()

    /// - Parameters:
    ///   - understand: what the answer engine makes of a text.
    ///   - calls: answers of plugins by name, for tests that prepare none themselves.
    package static func run(
        _ set: RuleSet, understand: @escaping @Sendable (String) -> Understanding, calls: [String: Value] = [:]
    ) -> TestReport {
        var tester = RuleTester(set: set, understand: understand, calls: calls)
        tester.runAll()
        return tester.report
    }

    private init(set: RuleSet, understand: @escaping TestDesk.Understand, calls: [String: Value]) {
        self.set = set
        self.understand = understand
        self.calls = calls
    }

    private mutating func runAll() {
        report.rules = set.heads.map(\.id)
        runExamples()
        for path in set.source.paths(under: "tests", ending: ".lua") { runLua(path) }
        for path in set.source.paths(under: "tests", ending: ".conv") { runScript(path) }
    }

    private func newDesk() -> TestDesk {
        let start = Instant(seconds: Int64(Self.day.daysSince1970) * 86_400 + 36_000) - set.settings.offset
        let desk = TestDesk(set, understand: understand, start: start)
        desk.answers = calls.mapValues { .success($0) }
        return desk
    }

    private mutating func fail(_ test: String, _ file: String, _ line: Int, _ message: String) {
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
                        newDesk(), runner, understand: understand)
                    report.passed += 1
                    report.covered.formUnion(decision.matched.map(\.rule))
                } catch {
                    fail(head.id, head.place.file, example.line, error.message)
                }
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

    // MARK: - Tests in Lua

    /// The tests that a file declares.
    private final class Declared {
        var tests: [(name: String, line: Int, body: LuaFunction)] = []
        var open: (name: String, line: Int)?
        var desk: TestDesk?
        var taker: Value = .null
    }

    private mutating func runLua(_ path: String) {
        let shown = set.source.shown(path)
        let declared = Declared()
        let state: ScriptState
        do throws(LuaFailure) {
            state = try ScriptState(
                set.source, texts: set.texts, mode: .counted, more: Self.functions(declared), prelude: PackageResources.test_lua)
            state.bench.phase = .running
            _ = try state.run(path)
        } catch {
            return fail(path, error.file ?? shown, error.line ?? 1, error.plainMessage)
        }
        if let open = declared.open {
            fail(open.name, shown, open.line, "the test has no body; write test \"\(open.name)\" (function(t) … end)")
        }
        for test in declared.tests {
            let desk = newDesk()
            declared.desk = desk
            do throws(LuaFailure) {
                _ = try state.lua.call(test.body, [], budget: LuaBudget(instructions: 20_000_000, time: .seconds(10)))
                report.passed += 1
            } catch {
                fail(test.name, error.file ?? shown, error.line ?? test.line, error.plainMessage)
            }
            report.covered.formUnion(desk.everMatched)
        }
    }

    private static func functions(_ declared: Declared) -> [HostFunction] {
        [
            HostFunction("test") { call in
                guard let name = call[0].string else { return .failure("test needs a name: test \"…\" (function(t) … end)") }
                declared.open = (name, call.line ?? 1)
                return .values([declared.taker])
            },
            HostFunction("__test_names") { _ in .values([.array(TestStep.names.map(Value.string))]) },
            HostFunction("__test_taker") { call in
                declared.taker = call[0]
                return .values([])
            },
            HostFunction("__test_body") { call in
                guard let open = declared.open, let body = LuaFunction(call[0]) else {
                    return .failure("a test is a function: test \"…\" (function(t) … end)")
                }
                declared.open = nil
                declared.tests.append((open.name, open.line, body))
                return .values([])
            },
            HostFunction("__test_step") { call in
                guard let desk = declared.desk, let name = call[0].string else { return .failure("no test runs") }
                do throws(TestProblem) {
                    try TestStep.perform(name, Array(call.arguments.dropFirst()), on: desk, isStrict: false)
                    return .values([])
                } catch {
                    return .failure(error.message)
                }
            },
        ]
    }
}
