// SPDX-License-Identifier: Apache-2.0
import Desk
import Lua

/// Tests written in Lua, `tests/*.lua`.
extension RuleTester {
    /// The tests that a file declares.
    final class Declared {
        var tests: [(name: String, line: Int, body: LuaFunction)] = []
        var properties: [Property] = []
        var open: (name: String, line: Int)?
        var desk: TestDesk?
        var taker: Value = .null
        /// Of the prelude: runs a property's function once.
        var propertyRunner: LuaFunction?
        var draws = PropertyDraws(again: [])
        var words: Value?
    }

    mutating func runLua(_ path: String) {
        let shown = set.source.shown(path)
        let declared = Declared()
        let state: ScriptState
        do throws(LuaFailure) {
            state = try ScriptState(
                set.source, texts: set.texts, mode: .counted, more: functions(declared), prelude: PackageResources.test_lua)
            state.bench.phase = .running
            _ = try state.run(path)
        } catch {
            return fail(path, error.file ?? shown, error.line ?? 1, error.plainMessage)
        }
        if let open = declared.open {
            fail(open.name, shown, open.line, "the test has no body; write test \"\(open.name)\" (function(t) … end)")
        }
        for test in declared.tests {
            let wasFresh = stage.isFresh
            let desk = newDesk()
            if let error = Self.play(test.body, on: desk, declared, state) {
                let isAlone = wasFresh || Self.play(test.body, on: newDesk(isAlone: true), declared, state) != nil
                fail(
                    test.name, error.file ?? shown, error.line ?? test.line,
                    error.plainMessage + (isAlone ? "" : Self.leftBehind))
            } else {
                report.passed += 1
            }
            report.covered.formUnion(desk.everMatched)
        }
        for property in declared.properties { runProperty(property, declared, state, shown) }
    }

    private static func play(
        _ body: LuaFunction, on desk: TestDesk, _ declared: Declared, _ state: ScriptState
    ) -> LuaFailure? {
        declared.desk = desk
        do throws(LuaFailure) {
            _ = try state.lua.call(body, [], budget: LuaBudget(instructions: 20_000_000, time: .seconds(10)))
            return nil
        } catch {
            return error
        }
    }

    private func functions(_ declared: Declared) -> [HostFunction] {
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
        ] + propertyFunctions(declared)
    }
}
