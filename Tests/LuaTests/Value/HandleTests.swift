// SPDX-License-Identifier: Apache-2.0

import Desk
import Testing

@testable import Lua

@Suite("Handles of Lua functions")
struct HandleTests {
    @Test("a function comes out as a handle and goes in as itself")
    func roundTrip() throws {
        let state = try makeState()
        let value = try state.run("return function(a) return a * 2 end")[0]
        let function = try #require(LuaFunction(value))
        #expect(try state.call(function, [21], budget: .decision) == [42])
        #expect(try state.run("local f = ... return f(4), type(f)", [value]) == [8, "function"])
        #expect(function.value == value)
    }

    @Test("a released handle says so")
    func stale() throws {
        let state = try makeState()
        let function = try #require(LuaFunction(try state.run("return function() return 1 end")[0]))
        state.release(function)
        let failure = #expect(throws: LuaFailure.self) { try state.call(function, budget: .decision) }
        #expect(failure?.code == .dead)
        // The slot's next tenant is not reached through the old handle.
        let next = try #require(LuaFunction(try state.run("return function() return 2 end")[0]))
        #expect(next != function)
        #expect(try state.call(next, budget: .decision) == [2])
        #expect(throws: LuaFailure.self) { try state.call(function, budget: .decision) }
        state.release(function)
        #expect(try state.call(next, budget: .decision) == [2])
    }

    @Test("the same function has one handle, kept until it was released as often as it came")
    func counted() throws {
        let state = try makeState()
        let values = try state.run("local f = function() return 1 end return f, { f }")
        let function = try #require(LuaFunction(values[0]))
        #expect(values[1][0] == values[0])
        state.release(function)
        #expect(try state.call(function, budget: .decision) == [1])
        state.release(function)
        #expect(throws: LuaFailure.self) { try state.call(function, budget: .decision) }
    }

    @Test("data that looks like a handle stays data")
    func forged() throws {
        let state = try makeState()
        for number: Int64 in [0, 1, 5, -1, .max] {
            #expect(
                try state.run("local x = ... return type(x), x['$function']", [["$function": .int(number)]]) == [
                    "table", .int(number),
                ])
        }
    }

    @Test("a held table is built once and passed to many calls")
    func held() throws {
        let state = try makeState()
        let view = try state.hold(["customer": ["vip_level": 4]])
        for _ in 0..<3 { #expect(try state.run("return (...).customer.vip_level", [view.value]) == [4]) }
        state.release(view)
        #expect(try state.run("return type((...).customer)", [view.value]) == ["nil"])
    }
}
