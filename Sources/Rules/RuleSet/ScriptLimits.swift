// SPDX-License-Identifier: Apache-2.0
import Desk
import Lua

/// What the functions of a rule set may use: `limits` in rules.lua.
package struct ScriptLimits: Sendable, Hashable {
    /// Bytes that one state of the set may hold.
    package var memory = 32 << 20
    /// Bytes of one text or table.
    package var block = 1 << 20
    /// One `when`, or a function that gives a text.
    var when = LuaBudget.predicate
    /// All functions of a decision together.
    var decision = LuaBudget.decision
    /// A stage of a flow, up to its next wait.
    var flowStep = LuaBudget.flowStep
    /// One file when it is read; instructions count in checks, so that a busy machine changes no verdict.
    var load = LuaBudget(instructions: 8_000_000, time: .milliseconds(500))

    /// In a check a file may use so many instructions for each millisecond of `load_ms`.
    private static let instructionsPerMillisecond = 16_000
    private static let fields = Manual.names(of: "limits")

    /// The limits where `rules.lua` says nothing.
    package init() {}

    /// - Parameter report: told what is wrong, a hint, and the problem's code.
    init(_ value: Value, report: (String, String?, String) -> Void) {
        guard let object = value.object else {
            // An empty table in Lua is a list as well.
            if value.array?.isEmpty != true { report("'limits' must be a table", "write limits = { memory_mb = 64 }", "type") }
            return
        }
        for name in object.names where !Self.fields.contains(name) {
            report("unknown field 'limits.\(name)'", Spelling.hint(for: name, among: Self.fields), "unknown_field")
        }
        func whole(_ name: String, _ range: ClosedRange<Int>, _ take: (Int) -> Void) {
            guard let given = value[name] else { return }
            if let number = given.int.map(Int.init), range.contains(number) {
                take(number)
            } else {
                report("'limits.\(name)' is from \(range.lowerBound) to \(range.upperBound)", nil, "value")
            }
        }
        whole("memory_mb", 1...512) { memory = $0 << 20 }
        whole("block_kb", 16...65_536) { block = $0 << 10 }
        whole("when_instructions", Self.instructions) { when.instructions = $0 }
        whole("when_ms", 1...1000) { when.time = .milliseconds($0) }
        whole("decision_instructions", Self.instructions) { decision.instructions = $0 }
        whole("decision_ms", 1...1000) { decision.time = .milliseconds($0) }
        whole("flow_step_instructions", Self.instructions) { flowStep.instructions = $0 }
        whole("flow_step_ms", 1...1000) { flowStep.time = .milliseconds($0) }
        whole("load_ms", 10...10_000) {
            load = LuaBudget(instructions: $0 * Self.instructionsPerMillisecond, time: .milliseconds($0))
        }
    }

    private static let instructions = 1000...100_000_000

    /// What has passed its check is read again for each thread; a busy machine must not make that fail.
    var reload: LuaBudget {
        LuaBudget(instructions: max(20_000_000, load.instructions), time: max(.seconds(5), load.time * 2))
    }

    /// Of a state that runs the set's files.
    var state: LuaLimits { .init(memory: memory, block: block) }

    /// As `explain` and the API show them: by the names of rules.lua.
    package var value: Value {
        [
            "memory_mb": Value(memory >> 20), "block_kb": Value(block >> 10), "when_instructions": Value(when.instructions),
            "when_ms": .int(when.time.inMilliseconds), "decision_instructions": Value(decision.instructions),
            "decision_ms": .int(decision.time.inMilliseconds), "flow_step_instructions": Value(flowStep.instructions),
            "flow_step_ms": .int(flowStep.time.inMilliseconds), "load_ms": .int(load.time.inMilliseconds),
        ]
    }
}
