// SPDX-License-Identifier: Apache-2.0

import Desk
import Testing

@testable import Lua

@Suite("One Lua state")
struct LuaStateTests {
    @Test("a failure names message, file, line and traceback, without the host's frames")
    func failures() throws {
        let state = try makeState()
        let prelude = try state.load(source: Array("function guarded(f) local r = f() return r end".utf8), chunk: "=prelude")
        _ = try state.call(prelude, budget: .load)
        let failure = try #require(
            state.failure(
                of:
                    "local function inner()\n  local x = nil\n  return x.field\nend\nreturn guarded(function()\n  local r = inner()\n  return r\nend)"
            ))
        #expect(failure.code == .runtime)
        #expect(failure.message == "test.lua:3: attempt to index a nil value (local 'x')")
        #expect(failure.file == "test.lua")
        #expect(failure.line == 3)
        #expect(failure.traceback == "test.lua:3 in function inner\ntest.lua:6 in function f")
    }

    @Test(
        "a table that is thrown is told by its fields, with the place",
        arguments: [
            (
                "error({ code = 'quota', status = 429, ok = false, tries = { 1, 2.5, 'a' } })",
                #"{code = "quota", ok = false, status = 429, tries = {1, 2.5, "a"}}"#
            ),
            (
                "error({ 'first', [7] = 'seventh', ['a b'] = 1, [true] = 2 })",
                #"{"first", [7] = "seventh", ["a b"] = 1, [true] = 2}"#
            ),
            ("error({})", "an empty table"), ("error()", "nil"), ("error(error)", "function"),
            ("error({ text = 'a\"b\\n\\0' .. string.char(255) })", #"{text = "(not UTF-8)"}"#),
            ("error({ text = 'a\"b\\n\\1' })", #"{text = "a\"b\n\x01"}"#),
            ("error({ text = ('王'):rep(100) })", "{text = \"" + String(repeating: "王", count: 53) + "…\"}"),
            ("local t = {} t.own = t error(t)", "{own = {own = {own = {…}}}}"),
            ("error({ act = print_nothing or error, [{}] = 1 })", "{act = function, …}"),
            ("error(setmetatable({ code = 7 }, { __index = { more = 1 } }))", "{code = 7}"),
            ("error({ who = math })", "{who = a read-only table}"),
            ("local ok, e = pcall(error, { code = 'again' }) error(e, 0)", #"{code = "again"}"#),
        ]) func thrownTables(script: String, told: String) throws
    {
        let state = try makeState()
        try state.setGlobal("print_nothing", false)
        let failure = try #require(state.failure(of: "local x = 1\n" + script))
        #expect(failure.message == "test.lua:2: " + told)
        #expect(failure.code == .runtime && failure.file == "test.lua" && failure.line == 2)
    }

    @Test("of a large table the same few fields are told in every state")
    func thrownLarge() throws {
        let script = "local t = {} for i = 1, 3000 do t['k' .. i] = ('x'):rep(200) end error(t)"
        let told = try (1...8).map { try #require(try makeState(seed: $0).failure(of: script)).message }
        #expect(Set(told).count == 1)
        #expect(told[0].hasPrefix(#"test.lua:1: {k1 = "xxx"#) && told[0].hasSuffix(", …}"), "\(told[0])")
        #expect(told[0].utf8.count < 900)
        let deep = "local t = { 1 } for i = 1, 50 do t = { t, t, t, t } end error(t)"
        #expect(try #require(try makeState().failure(of: deep)).message.hasPrefix("test.lua:1: {{{{…}, {…}"))
    }

    @Test("a syntax error names file and line")
    func syntax() throws {
        let failure = try #require(try makeState().failure(of: "local a = 1\nlocal b = = 2"))
        #expect(failure.code == .syntax && failure.file == "test.lua" && failure.line == 2)
        #expect(failure.message == "test.lua:2: unexpected symbol near '='")
    }

    @Test("a limit names the place that was reached", arguments: [LuaClockMode.counted, .deadline])
    func limits(mode: LuaClockMode) throws {
        let state = try makeState(mode)
        let failure = try #require(state.failure(of: "local n = 0\nwhile true do\n  n = n + 1\nend", budget: .decision))
        #expect(failure.code == (mode == .counted ? .instructions : .deadline))
        #expect(failure.file == "test.lua" && (2...3).contains(failure.line ?? 0))
    }

    @Test("an unknown global fails with the nearest name")
    func suggestions() throws {
        let state = try makeState()
        try state.setGlobal("customer", ["name": "A"])
        #expect(
            state.failure(of: "return custmer.name")?.message
                == "test.lua:1: undefined global 'custmer', did you mean 'customer'?")
        #expect(
            state.failure(of: "return tostrin(1)")?.message == "test.lua:1: undefined global 'tostrin', did you mean 'tostring'?")
        #expect(state.failure(of: "return quite_other")?.message == "test.lua:1: undefined global 'quite_other'")
        #expect(try state.run("return rawget(_G, 'quite_other')") == [nil])
    }

    @Test("globals: shared, settable until they are locked, removable by the host")
    func globals() throws {
        let state = try makeState(host: [HostFunction("__secret") { _ in .values([7]) }])
        try state.run("local secret = __secret function shared() return secret() end config = { a = 1 }")
        try state.removeGlobal("__secret")
        try state.lockGlobals()
        #expect(try state.run("return shared(), config.a") == [7, 1])
        #expect(state.failure(of: "return __secret()")?.message.contains("undefined global '__secret'") == true)
        let failure = try #require(state.failure(of: "local a\nnew_one = 1"))
        #expect(failure.message == "test.lua:2: the new global 'new_one' is not allowed: write 'local new_one'")
        #expect(failure.line == 2)
        #expect(state.failure(of: "shared = nil")?.message == "test.lua:1: the global 'shared' is read-only")
    }

    @Test("a chunk's environment adds globals for that chunk only")
    func environment() throws {
        let state = try makeState()
        let source = Array("return rule_file, tostring(1)".utf8)
        let function = try state.load(source: source, chunk: "rules/a.lua", environment: ["rule_file": "a"])
        #expect(try state.call(function, budget: .decision) == ["a", "1"])
        #expect(state.failure(of: "return rule_file")?.code == .runtime)
        let writer = try state.load(source: Array("rule_file = 2".utf8), chunk: "rules/a.lua", environment: ["rule_file": "a"])
        #expect(throws: LuaFailure.self) { try state.call(writer, budget: .decision) }
    }

    @Test("__lock gives a read-only view that reads like the table")
    func lock() throws {
        let state = try makeState()
        #expect(
            try state.run(
                "local v = __lock({ 10, 20, x = 1 }, 'ctx') local n = 0 for k, w in pairs(v) do n = n + w end return v.x, #v, n")
                == [1, 2, 31])
        #expect(state.failure(of: "__lock({}, 'ctx').x = 1")?.message == "test.lua:1: 'ctx' is read-only: 'x' cannot be set")
        #expect(try state.run("return __lock({ x = 1 })") == [["x": 1]])
    }

    @Test("require: once, by the host's resolver, with its own failures")
    func modules() throws {
        let state = try makeState(modules: [
            "lib.a": "local n = 0 return { next = function() n = n + 1 return n end, name = ... }", "lib.broken": "local x = = 1",
            "lib.fails": "error('at load')", "lib.b": "return require('lib.c')", "lib.c": "return require('lib.b')",
            "lib.none": "",
        ])
        #expect(
            try state.run("local a, b = require 'lib.a', require 'lib.a' return a.next(), b.next(), a.name, rawequal(a, b)") == [
                1, 2, "lib.a", true,
            ])
        #expect(try state.run("return require 'lib.none'") == [true])
        let missing = try #require(state.failure(of: "require 'lib.x'"))
        #expect(missing.code == .resolve && missing.message == "test.lua:1: module 'lib.x' not found")
        #expect(state.failure(of: "require 'lib.broken'")?.message.hasPrefix("lib/broken.lua:1:") == true)
        #expect(state.failure(of: "require 'lib.fails'")?.message == "lib/fails.lua:1: at load")
        #expect(state.failure(of: "require 'lib.b'")?.message.contains("requires itself") == true)
        #expect(try state.run("return pcall(require, 'lib.fails')").first == false)
    }

    @Test("the same program costs the same, every time, in every state")
    func reproducibleCost() throws {
        let text = """
            local t = {}
            for i = 1, 500 do t['k' .. i] = math.random(100) end
            local s = {}
            for k, v in pairs(t) do s[#s + 1] = k .. '=' .. v end
            table.sort(s)
            return table.concat(s, ','):gsub('%d+', function(d) return #d end)
            """
        var seen: Set<String> = []
        for _ in 0..<40 {
            let state = try makeState(seed: 42)
            let result = try state.run(text)
            seen.insert("\(state.lastUsage.instructions) \(result)")
        }
        #expect(seen.count == 1)
    }

    @Test("random numbers follow the seed")
    func random() throws {
        let text = "return math.random(1000000), math.random(1000000), math.random()"
        let first = try makeState(seed: 1).run(text)
        #expect(try makeState(seed: 1).run(text) == first)
        #expect(try makeState(seed: 2).run(text) != first)
    }

    @Test("memory: the cap of the state is kept, and garbage does not count for ever")
    func memory() throws {
        let state = try makeState(.deadline, limits: .init(memory: 4 << 20, block: 1 << 19))
        let failure = try #require(
            state.failure(
                of: "kept = {} for i = 1, 1e7 do kept[i % 30000] = { i, i, i, i, i, i, i, i, i, i } end return 1", budget: .load))
        #expect(failure.code == .memory)
        #expect(state.memoryInUse < 8 << 20)
        try state.setGlobal("kept", nil)
        for _ in 0..<50 {
            #expect(try state.run("local t = {} for i = 1, 5000 do t[i] = { i } end return #t", budget: .load) == [5000])
        }
        var steps = 0
        while !state.collectStep(), steps < 10_000 { steps += 1 }
        #expect(state.memoryInUse < 4 << 20)
    }

    @Test("too little memory for the libraries is a failure, not a crash")
    func noMemory() {
        for memory in stride(from: 0, to: 24_000, by: 500) {
            _ = try? LuaState(name: "tiny", limits: .init(memory: memory), mode: .counted, host: []) { _ in nil }
        }
        #expect(throws: LuaFailure.self) {
            try LuaState(name: "tiny", limits: .init(memory: 2000), mode: .counted, host: []) { _ in nil }
        }
    }

    @Test("usage tells time, and instructions where they are counted")
    func usage() throws {
        let counted = try makeState(.counted), timed = try makeState(.deadline)
        for state in [counted, timed] { try state.run("local t = {} for i = 1, 1000 do t[i] = i end") }
        #expect(counted.lastUsage.instructions > 1900)
        #expect(timed.lastUsage.instructions == 0)
        #expect(timed.lastUsage.nanoseconds > 0 && timed.lastUsage.bytes > 16_000)
    }
}

@Suite("pairs and next follow the keys alone")
struct OrderTests {
    @Test("the same keys give the same order, however they came in")
    func insertionDoesNotMatter() throws {
        let state = try makeState()
        var keys = ["1", "2", "3", "4", "7", "-1", "0", "2.5", "'a'", "'b'", "'A'", "''", "'退'", "true", "false", "100"]
        let expected = "1 2 3 4 -1 0 2.5 7 100  A a b 退 false true"
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<60 {
            keys.shuffle(using: &generator)
            let inserts = keys.map { "t[\($0)] = true" }.joined(separator: " ")
            let text =
                "local t = {} \(inserts) t.gone = 1 t.gone = nil local out = {} for k in %@ do out[#out + 1] = tostring(k) end return table.concat(out, ' ')"
            for iterator in ["pairs(t)", "next, t"] {
                let whole = text.split(separator: "%@", maxSplits: 1).joined(separator: iterator)
                #expect(try state.run(whole) == [.string(expected)])
            }
        }
    }

    @Test("assigning to fields that are there, and clearing them, is allowed while walking")
    func changes() throws {
        let state = try makeState()
        #expect(
            try state.run(
                "local t, n = {}, 0 for i = 1, 100 do t['k' .. i] = i end for k, v in pairs(t) do n = n + v t[k] = nil end return n, next(t)"
            ) == [5050, nil])
        #expect(
            try state.run("local t = { 1, 2, 3, x = 4 } for k, v in next, t do t[k] = v * 2 end return t[1] + t[2] + t[3] + t.x")
                == [20])
    }

    @Test("__pairs and nested walks work")
    func nested() throws {
        let state = try makeState()
        #expect(
            try state.run(
                "local t, s = { a = 1, b = 2 }, '' for k in next, t do for l in next, t do s = s .. k .. l end end return s") == [
                    "aaabbabb"
                ])
        #expect(
            try state.run(
                "local t = setmetatable({}, { __pairs = function() return next, { z = 1 } end }) for k in pairs(t) do return k end"
            ) == ["z"])
    }
}
