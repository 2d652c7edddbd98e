// SPDX-License-Identifier: Apache-2.0

import Desk
import Glibc
import Testing

@testable import Lua

@Suite("With a heap that is nearly full, the collector holds nobody up")
struct FullHeapTests {
    /// What fills the heap, over several calls, as a script that keeps what it sees would.
    static let fillings = [
        "short strings":
            "local kept, n = {}, 0 for j = 1, 8 do kept[j] = {} end return function() for i = 1, 20000 do n = n + 1 kept[n % 8 + 1]['k' .. n] = n end end",
        "tables":
            "local kept, n = {}, 0 return function() local t = {} for i = 1, 20000 do t[i] = { i } end n = n + 1 kept[n] = t end",
        "a chain": "local kept return function() for i = 1, 20000 do kept = { kept } end end",
        "closures":
            "local kept, n = {}, 0 return function() local t = {} for i = 1, 10000 do t[i] = function() return i end end n = n + 1 kept[n] = t end",
    ]

    static let programs = [
        "while true do local t = { {}, {} } end", "local n = 0 while true do n = n + 1 local s = 'g' .. n end",
        "local s = ('x'):rep(900000) while true do local t = s .. s end",
        "local s = ('x'):rep(1000000) return #(s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s)",
        "local t = {} for i = 1, 1e9 do t[i] = i end", "local function f() return 1 + f() end f()",
        "local t = {} for i = 1, 1e9 do t['new' .. i] = {} end", "while true do local s = ('y'):rep(300000) .. 'z' end",
    ]

    @Test("every program ends in time", arguments: fillings.keys.sorted())
    func endsInTime(filling: String) throws {
        let state = try makeState(.deadline)
        let source = try #require(Self.fillings[filling])
        let fill = try #require(LuaFunction(try state.run(source)[0]))
        let budget = LuaBudget(instructions: 0, time: .milliseconds(5))
        while state.memoryInUse < 27 << 20 {
            do { _ = try state.call(fill, budget: .load) } catch { break }
        }
        for program in Self.programs {
            // The least of three: a shared machine books foreign work on our thread now and then.
            var least = Duration.seconds(60)
            for _ in 0..<3 {
                guard let function = try? state.load(source: Array(program.utf8), chunk: "test.lua") else { continue }
                let start = threadTime()
                _ = try? state.call(function, budget: budget)
                least = min(least, threadTime() - start - budget.time)
                state.release(function)
            }
            #expect(least <= .milliseconds(10), "\(filling), \(program): \(least) over, \(state.memoryInUse) bytes in use")
        }
    }

    private func threadTime() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
