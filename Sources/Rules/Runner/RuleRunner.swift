// SPDX-License-Identifier: Apache-2.0
import Desk
import Lua

/// A rule set ready to decide, on one thread: its data is shared, its functions live in a Lua state of this thread's own.
///
/// Not Sendable. Nothing here throws in the path of a message: what goes wrong stands in the result.
package final class RuleRunner {
    /// What it decides by.
    package let set: RuleSet
    let health: RuleHealth
    let mode: LuaClockMode
    let script: ScriptState
    let scratch = MatchScratch()
    /// For what crosses into Lua, kept from decision to decision.
    let arguments = LuaBuffer()
    private(set) lazy var writer = SituationWriter(into: arguments)
    private let counters: RuleCounters
    /// Off while decisions are only explained.
    var isCounting = true
    /// What the last decision was made in, for the next one.
    var spare: DecisionRun?
    private var functions: [String: LuaFunction] = [:]
    /// Of the step of a flow that is under way.
    var slowStages: [SlowCall] = []

    init(_ set: RuleSet, mode: LuaClockMode, health: RuleHealth) throws {
        self.set = set
        self.health = health
        self.mode = mode
        counters = RuleCounters(set.numbers)
        script = try ScriptState(set.source, texts: set.texts, mode: mode, limits: set.settings.limits.state)
        script.bench.offset = set.settings.offset
        script.declare(budget: set.settings.limits.reload)
        for declaration in script.bench.declarations {
            collect(.object(declaration.fields), "\(declaration.kind.rawValue)/\(declaration.id)", "")
        }
        if let problem = script.bench.problems.first(where: { $0.severity == .error }) { throw problem }
        script.bench.declarations = []
        script.bench.terms = []
    }

    private func collect(_ value: Value, _ owner: String, _ path: String) {
        if let function = LuaFunction(value) { functions["\(owner)/\(path)"] = function; return }
        func below(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
        switch value {
        case .object(let fields): for pair in fields.pairs { collect(pair.value, owner, below(pair.name)) }
        case .array(let items): for (index, item) in items.enumerated() { collect(item, owner, below(String(index + 1))) }
        default: break
        }
    }

    func function(_ reference: FunctionRef) throws(LuaFailure) -> LuaFunction {
        guard let function = functions[reference.name] else {
            throw LuaFailure(
                code: .dead, message: "the function \(reference.name) is gone: its file gives another one each time it is loaded")
        }
        return function
    }

    /// What the rules have done here since the runner was made.
    package var statistics: RuleStatistics { counters.statistics }

    /// Nil while nothing is to be counted.
    var countersInUse: RuleCounters? { isCounting ? counters : nil }

    /// Between two messages: a piece of the collector's work.
    package func rest() { script.lua.collectStep() }

    /// Bytes, garbage included.
    package var memoryInUse: Int { script.lua.memoryInUse }
}
