// SPDX-License-Identifier: Apache-2.0
import Insight
import Lua

/// How long a script holds its thread that does not want to end, with the budget of a decision (5 ms).
enum LongestBlock {
    private static let programs = [
        "while true do end",
        "local t = {} while true do t[#t + 1] = {} end",
        "string.rep('a', 30):find(string.rep('a?', 30) .. string.rep('a', 30))",
        "while true do pcall(error, {}) end",
        "table.move({}, 1, 1 << 40, 2)",
        "local s = string.rep('x', 100000) while true do s:gsub('x', 'y') end",
        "local t = {} for i = 1, 100000 do t[i] = -i end while true do table.sort(t) end",
        "while true do string.format('%99.99f', 1e300) end",
        "local function f() return f() end f()",
        "while true do coroutine.wrap(function() end)() end",
    ]

    static func figures(rounds: Int) throws -> [Figure] {
        var longest = 0.0
        var name = ""
        for program in programs {
            for _ in 0..<rounds {
                let state = try LuaState(name: "block", mode: .deadline, host: [], resolve: { _ in nil })
                let chunk = try state.load(source: Array(program.utf8), chunk: "block.lua")
                let start = ContinuousClock.now
                _ = try? state.call(chunk, budget: .decision)
                let time = (ContinuousClock.now - start).components
                let milliseconds = Double(time.attoseconds) / 1e15 + Double(time.seconds) * 1000
                if milliseconds > longest { (longest, name) = (milliseconds, program) }
            }
        }
        return [
            Figure(
                "longest block by a hostile script, wall clock", longest, "ms", beside: ("its budget", 5),
                note: "at most 10 ms, aim 6 ms; by `\(name.prefix(40))`")
        ]
    }
}
