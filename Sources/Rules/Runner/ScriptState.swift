// SPDX-License-Identifier: Apache-2.0
import Desk
import Lua

/// A Lua state in which a rule set's files have run: its functions can be called. Made for a check, and for each thread that decides.
///
/// Not Sendable: belongs to one thread.
final class ScriptState {
    let bench: DeclarationBench
    let lua: LuaState
    /// Of the prelude: `when`, `act`, `word`, `stage`, `upgrade`, `names`.
    private let prelude: [String: LuaFunction]

    /// - Parameters:
    ///   - more: functions beyond those of rules, for tests.
    ///   - prelude: trusted Lua that uses them.
    init(
        _ source: RuleSource, texts: RuleTexts, mode: LuaClockMode, limits: LuaLimits = .init(), more: [HostFunction] = [],
        prelude second: [UInt8]? = nil
    ) throws(LuaFailure) {
        let bench = DeclarationBench(source: source)
        bench.texts = texts
        self.bench = bench
        lua = try LuaState(
            name: "rules \(source.name)", limits: limits, mode: mode, host: HostLibrary.functions(bench) + more,
            resolve: { name in
                let path = name.split(separator: ".", omittingEmptySubsequences: false).joined(separator: "/") + ".lua"
                guard path.hasPrefix("lib/"), let bytes = source.files[path] else { return nil }
                return (source.shown(path), bytes)
            })
        try lua.setGlobal(
            "pattern",
            .object(
                .init(
                    unchecked: NamedPattern.allCases.map {
                        .init($0.rawValue, ["$pattern": .string($0.rawValue)])
                    })))
        try lua.setGlobal("__view_fields", SituationView.fieldNames)
        let chunk = try lua.load(source: PackageResources.act_lua, chunk: "=act.lua")
        let table = try lua.call(chunk, [], budget: .load)
        prelude = Dictionary(
            uniqueKeysWithValues: (table.first?.object?.pairs ?? []).compactMap { pair in
                LuaFunction(pair.value).map { (pair.name, $0) }
            })
        if let second { _ = try lua.call(lua.load(source: second, chunk: "=test.lua"), [], budget: .load) }
        for name in HostLibrary.hidden + more.map(\.name).filter({ $0.hasPrefix("__") }) { try lua.removeGlobal(name) }
        try lua.lockGlobals()
    }

    /// A file may do so much when it is read, where rules.lua says nothing else.
    static let check = ScriptLimits().load

    subscript(name: String) -> LuaFunction {
        guard let function = prelude[name] else { preconditionFailure("the prelude has no function '\(name)'") }
        return function
    }

    /// Runs a file, and gives what it returns.
    func run(_ path: String, budget: LuaBudget = ScriptState.check) throws(LuaFailure) -> [Value] {
        let chunk = try lua.load(source: bench.source.files[path] ?? [], chunk: bench.source.shown(path))
        defer { lua.release(chunk) }
        return try lua.call(chunk, [], budget: budget)
    }

    /// Runs all files with declarations, in their order. Failures are collected in `bench.problems`; each costs its own file.
    /// - Parameter budget: of each file.
    func declare(budget: LuaBudget = ScriptState.check) {
        for path in bench.source.declarationPaths {
            do {
                _ = try run(path, budget: budget)
                bench.settleOpen()
            } catch {
                bench.settleOpen()
                bench.problems.append(RuleProblem(error, of: bench.source.shown(path)))
            }
        }
        bench.phase = .running
    }
}

extension RuleProblem {
    /// - Parameter file: which one was run, where the failure does not say.
    init(_ failure: LuaFailure, of file: String) {
        let message = failure.plainMessage
        var parts = message.split(separator: ", did you mean ", maxSplits: 1).map(String.init)
        let hint =
            parts.count > 1
            ? "did you mean " + parts.removeLast() : failure.code.isLimit ? "look for a loop that does not end" : nil
        self.init(
            code: failure.code == .syntax ? "syntax" : failure.code.isLimit ? "budget" : "load", file: failure.file ?? file,
            line: failure.line, message: parts[0], hint: hint)
    }
}

extension LuaFailure {
    /// The message without the place, which stands in `file` and `line`.
    var plainMessage: String {
        if let file, let line, message.hasPrefix("\(file):\(line): ") {
            return String(message.dropFirst("\(file):\(line): ".count))
        }
        return message
    }

    func ruleFailure(_ rule: String, place: RulePlace?) -> RuleFailure {
        RuleFailure(
            rule: rule, file: file ?? place?.file, line: line ?? place?.line, message: plainMessage, code: code.rawValue)
    }
}
