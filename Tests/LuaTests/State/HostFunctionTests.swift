// SPDX-License-Identifier: Apache-2.0

import Desk
import Testing

@testable import Lua

@Suite("Host functions and coroutines")
struct HostFunctionTests {
    private final class Box { var calls: [LuaHostCall] = []; var state: LuaState? }

    @Test("arguments, caller and results cross; names are dotted")
    func calls() throws {
        let box = Box()
        let state = try makeState(host: [
            HostFunction("log") { call in
                box.calls.append(call); return .values([])
            },
            HostFunction("shop.order.get") { call in .values([["no": call[0], "lines": [1, 2]], .null, "third"]) },
        ])
        #expect(
            try state.run("log('a', nil, { x = 1 })\nlocal o, n, t = shop.order.get(7) return o, n, t") == [
                ["no": 7, "lines": [1, 2]], nil, "third",
            ])
        #expect(box.calls.count == 1)
        #expect(box.calls[0].arguments == ["a", nil, ["x": 1]])
        #expect(box.calls[0].file == "test.lua" && box.calls[0].line == 1)
        #expect(state.failure(of: "shop.order.get = nil")?.message.contains("read-only") == true)
    }

    @Test("a failure raises at the caller's line and can be caught")
    func failures() throws {
        let state = try makeState(host: [HostFunction("fail") { _ in .failure("out of paper") }])
        #expect(state.failure(of: "local a\n\nfail()")?.message == "test.lua:3: out of paper")
        #expect(try state.run("return pcall(fail)") == [false, "test.lua:1: out of paper"])
    }

    @Test("through the host's own chunks the place is the script's")
    func preludes() throws {
        let box = Box()
        let state = try makeState(host: [
            HostFunction("__declare") { call in
                box.calls.append(call)
                return call[0] == "bad" ? .failure("this name is taken") : .values([])
            }
        ])
        let prelude = try state.load(
            source: Array("local declare = __declare function rule(name) declare(name) return 1 end".utf8), chunk: "=prelude")
        _ = try state.call(prelude, budget: .load)
        try state.run("local a\nlocal b = rule('good') return b")
        #expect(box.calls[0].file == "test.lua" && box.calls[0].line == 2)
        let failure = try #require(state.failure(of: "local a\n\nlocal b = rule('bad') return b"))
        #expect(failure.message == "test.lua:3: this name is taken" && failure.line == 3)
    }

    @Test("what cannot cross to the host is an error in the script")
    func badArguments() throws {
        let state = try makeState(host: [HostFunction("log") { _ in .values([]) }])
        let failure = try #require(state.failure(of: "local t = {} t.t = t log(1, t)"))
        #expect(failure.code == .value)
        #expect(failure.message == "test.lua:1: log 2.t: the table contains itself")
    }

    @Test(
        "a host function may call the state again, under the budget of the outer call",
        arguments: [LuaClockMode.counted, .deadline])
    func nested(mode: LuaClockMode) throws {
        let box = Box()
        let state = try makeState(
            mode,
            host: [
                HostFunction("with") { call in
                    guard let function = LuaFunction(call[0]), let state = box.state else { return .failure("no function") }
                    defer { state.release(function) }
                    do throws(LuaFailure) {
                        return .values(try state.call(function, [call[1]], budget: .pluginCall))
                    } catch {
                        return .failure(error.code.rawValue)
                    }
                }
            ])
        box.state = state
        defer { box.state = nil }
        #expect(try state.run("return with(function(a) return with(function(b) return b * 2 end, a + 1) end, 1)") == [4])
        #expect(state.failure(of: "return with(function() error('x') end)")?.message == "test.lua:1: runtime")
        let failure = try #require(state.failure(of: "pcall(with, function() while true do end end) return 1", budget: .decision))
        #expect(failure.code.isLimit)
        #expect(try state.run("return 1") == [1])
    }

    private func flowState(_ mode: LuaClockMode = .counted) throws -> LuaState {
        try makeState(mode, host: [HostFunction("ask") { call in .suspend(["ask": call[0]]) }])
    }

    @Test("a coroutine of the host's waits for an answer, also under pcall and in loops")
    func suspends() throws {
        let state = try flowState()
        let text = """
            local sum = 0
            for i = 1, 3 do
              local ok, n = pcall(function() return ask("number " .. i) + 0 end)
              sum = sum + (ok and n or 100)
            end
            return sum, ...
            """
        let function = try state.load(source: Array(text.utf8), chunk: "flow.lua")
        var step = try state.start(function, ["extra"], budget: .flowStep)
        var requests: [Value] = []
        var answers: [Value] = [5, "x", 7]
        while case .suspended(let coroutine, let request) = step {
            requests.append(request)
            step = try state.resume(coroutine, [answers.removeFirst()], budget: .flowStep)
        }
        #expect(requests == [["ask": "number 1"], ["ask": "number 2"], ["ask": "number 3"]])
        guard case .finished(let values) = step else { return }
        #expect(values == [112, "extra"])
    }

    @Test("a failed answer is raised where the script waits")
    func failedAnswer() throws {
        let state = try flowState()
        let function = try state.load(
            source: Array("local ok, e = pcall(function()\n return ask(1) end) return ok, e".utf8), chunk: "flow.lua")
        guard case .suspended(let coroutine, _) = try state.start(function, budget: .flowStep) else {
            return #expect(Bool(false))
        }
        guard case .finished(let values) = try state.resume(coroutine, failure: "no connection", budget: .flowStep) else {
            return #expect(Bool(false))
        }
        #expect(values == [false, "flow.lua:2: no connection"])
        let bare = try state.load(source: Array("local a\nlocal b = ask(1)\nreturn b".utf8), chunk: "flow.lua")
        guard case .suspended(let other, _) = try state.start(bare, budget: .flowStep) else { return #expect(Bool(false)) }
        let failure = #expect(throws: LuaFailure.self) { try state.resume(other, failure: "no connection", budget: .flowStep) }
        #expect(failure?.message == "flow.lua:2: no connection" && failure?.line == 2)
    }

    @Test("a coroutine that ended, was dropped or failed is gone")
    func gone() throws {
        let state = try flowState()
        let function = try state.load(source: Array("ask(1) ask(2)".utf8), chunk: "flow.lua")
        guard case .suspended(let first, _) = try state.start(function, budget: .flowStep),
            case .suspended(let second, _) = try state.start(function, budget: .flowStep)
        else { return #expect(Bool(false)) }
        state.drop(first)
        #expect(#expect(throws: LuaFailure.self) { try state.resume(first, budget: .flowStep) }?.code == .dead)
        guard case .suspended = try state.resume(second, budget: .flowStep) else { return #expect(Bool(false)) }
        guard case .finished = try state.resume(second, budget: .flowStep) else { return #expect(Bool(false)) }
        #expect(#expect(throws: LuaFailure.self) { try state.resume(second, budget: .flowStep) }?.code == .dead)
    }

    @Test("waiting is refused where nobody could answer")
    func illegal() throws {
        let state = try flowState()
        #expect(state.failure(of: "ask(1)")?.message == "test.lua:1: ask cannot wait here: this function must answer at once")
        for (text, reason) in [
            ("('x'):gsub('x', function() ask(1) end)", "from within a library function"),
            ("coroutine.wrap(function() ask(1) end)()", "inside a coroutine of the script's own"),
            ("coroutine.yield(1)", "outside a coroutine"),
        ] {
            let function = try state.load(source: Array(text.utf8), chunk: "flow.lua")
            let failure = #expect(throws: LuaFailure.self) { try state.start(function, budget: .flowStep) }
            #expect(failure?.message.contains(reason) == true, "\(text): \(failure?.message ?? "")")
        }
    }

    @Test(
        "a coroutine is stopped like a call, and has a fresh budget at each step", arguments: [LuaClockMode.counted, .deadline])
    func limits(mode: LuaClockMode) throws {
        let state = try flowState(mode)
        let function = try state.load(
            source: Array("ask(1)\nwhile true do pcall(ask and function() while true do end end) end".utf8), chunk: "flow.lua")
        guard case .suspended(let coroutine, _) = try state.start(function, budget: .flowStep) else {
            return #expect(Bool(false))
        }
        let failure = #expect(throws: LuaFailure.self) { try state.resume(coroutine, budget: .decision) }
        #expect(failure?.code.isLimit == true && failure?.file == "flow.lua" && failure?.line == 2)
        #expect(try state.run("return 'alive'") == ["alive"])
    }

    @Test("hundreds of coroutines wait at once, and do not count as the scripts' own")
    func many() throws {
        let state = try makeState(limits: .init(coroutines: 0), host: [HostFunction("ask") { .suspend($0[0]) }])
        let function = try state.load(source: Array("local a = ... return ask(a) + a".utf8), chunk: "flow.lua")
        var waiting: [(LuaCoroutine, Int64)] = []
        for number in 0..<500 {
            guard
                case .suspended(let coroutine, let request) = try state.start(function, [.int(Int64(number))], budget: .flowStep)
            else { continue }
            #expect(request == .int(Int64(number)))
            waiting.append((coroutine, Int64(number)))
        }
        for (coroutine, number) in waiting.reversed() {
            guard case .finished(let values) = try state.resume(coroutine, [1000], budget: .flowStep) else { continue }
            #expect(values == [.int(1000 + number)])
        }
    }
}
