// SPDX-License-Identifier: Apache-2.0

import Desk
import Testing

@testable import Lua

/// A state with defaults that suit most tests; modules are given as text by name.
func makeState(
    _ mode: LuaClockMode = .counted, limits: LuaLimits = .init(coroutines: 8), seed: UInt64 = 1,
    host: [HostFunction] = [], modules: [String: String] = [:]
) throws -> LuaState {
    try LuaState(name: "test", limits: limits, mode: mode, seed: seed, host: host) { name in
        modules[name].map { (chunk: name.split(separator: ".").joined(separator: "/") + ".lua", source: Array($0.utf8)) }
    }
}

extension LuaState {
    /// Loads a text as test.lua and calls it.
    @discardableResult
    func run(_ text: String, _ arguments: [Value] = [], budget: LuaBudget = .pluginCall) throws(LuaFailure) -> [Value] {
        let function = try load(source: Array(text.utf8), chunk: "test.lua")
        defer { release(function) }
        return try call(function, arguments, budget: budget)
    }

    /// The failure of a text that must fail.
    func failure(of text: String, budget: LuaBudget = .pluginCall) -> LuaFailure? {
        do {
            let values = try run(text, budget: budget)
            Issue.record("expected a failure, got \(values)")
            return nil
        } catch {
            return error
        }
    }
}

/// A small generator that gives the same numbers in every run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
