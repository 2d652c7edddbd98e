// SPDX-License-Identifier: Apache-2.0

import Desk
import Testing

@testable import Lua

func makeState(
    _ mode: LuaClockMode = .counted, limits: LuaLimits = .init(), seed: UInt64 = 1, host: [HostFunction] = [],
    modules: [String: String] = [:]
) throws -> LuaState {
    try LuaState(name: "test", limits: limits, mode: mode, seed: seed, host: host) { name in
        modules[name].map { (chunk: name + ".lua", source: Array($0.utf8)) }
    }
}

extension LuaState {
    func run(_ text: String, _ arguments: [Value] = [], budget: LuaBudget = .pluginCall) throws -> [Value] {
        let function = try load(source: Array(text.utf8), chunk: "test.lua")
        defer { release(function) }
        return try call(function, arguments, budget: budget)
    }
}

@Suite struct First {
    @Test func works() throws {
        for mode in [LuaClockMode.counted, .deadline] {
            let state = try makeState(mode)
            #expect(try state.run("return 1 + 1, 'x' .. 2, {1,2,{a=1}}") == [2, "x2", [1, 2, ["a": 1]]])
            print(state.memoryInUse, state.lastUsage)
            for text in ["while true do end", "error('x')", "error({})", "local a = foo", "x x", "return coroutine.create(print)",
                "string.find = 1", "local t = {} for i=1,1e9 do t[i]={} end", "return ('x'):rep(1e9)", "return pcall(error, 'y')",
                "while true do pcall(function() while true do end end) end", "local s='' for k,v in pairs({c=1,b=2,a=3,10,20,[-1]=1,[true]=2}) do s = s .. tostring(k) .. '=' .. v .. ' ' end return s",
                "x = 1 return x", "return string.format('%5.2f|%d|%s|%q', 1.5, 3, {}, 'a\\nb')", "return ('hello world'):gsub('o', '0')"] {
                do { print(text, "->", try state.run(text)) } catch { print(text, "->", error, (error as? LuaFailure)?.traceback ?? "", state.lastUsage) }
            }
        }
    }
}
