// SPDX-License-Identifier: Apache-2.0

import Desk

@testable import Lua

extension HostileProgram {
    /// Errors in errors, and the C stack.
    static let errors: [HostileProgram] = [
        .init("pcall of itself", .survives, "local function f() return pcall(f) end return select('#', f())"),
        .init("xpcall of itself", .survives, "local function f() return xpcall(f, f) end return select('#', f())"),
        .init(
            "a handler that fails", .gives([false, true]),
            "local ok, e = xpcall(error, function() error('again') end) return ok, e:find('again') ~= nil"),
        .init("handlers in handlers", .survives, "local function h(e) return xpcall(error, h, e) end return xpcall(error, h, 1)"),
        .init(
            "tostring of itself", .fails(.runtime, "overflow"),
            "local t = {} setmetatable(t, { __tostring = function(x) return tostring(x) end }) return tostring(t)"),
        .init(
            "__tostring = tostring", .fails(.runtime, "overflow"),
            "local t = {} setmetatable(t, { __tostring = tostring }) return tostring(t)"),
        .init(
            "__tostring gives no text", .fails(.runtime, "must return a string"),
            "return tostring(setmetatable({}, { __tostring = function() return {} end }))"),
        .init(
            "__concat of itself", .fails(.runtime, "overflow"),
            "local m = {} m.__concat = function(a, b) return a .. b end return setmetatable({}, m) .. 'x'"),
        .init(
            "__index of itself, as a function", .fails(.runtime, "overflow"),
            "local t = setmetatable({}, { __index = function(t, k) return t[k] end }) return t.x"),
        .init(
            "__eq of itself", .fails(.runtime, "overflow"),
            "local m = {} m.__eq = function(a, b) return a == b end return setmetatable({}, m) == setmetatable({}, m)"),
        .init("gsub of itself", .fails(.runtime, "overflow"), "local function f(s) return (s:gsub('.', f)) end return f('x')"),
        .init("sort of itself", .fails(.runtime, "overflow"), "local function f() table.sort({ 1, 2 }, f) end f()"),
        .init("require of itself", .fails(.runtime, "requires itself"), "return require('ring')"),
        .init("an error without value", .fails(.runtime, "nil"), "error()"),
        .init("an error object without text", .fails(.runtime, "table"), "error({})"),
        .init(
            "an error object whose text fails", .fails(.runtime, "no text"),
            "error(setmetatable({}, { __tostring = function() error('x') end }))"),
        .init("an error object with a name", .fails(.runtime, "Mine"), "error(setmetatable({}, { __name = 'Mine' }))"),
        .init("errors for ever", .stops, "while true do pcall(error, {}) end"),
        .init("a function as error", .fails(.runtime, "function"), "error(error)"),
        .init("not enough memory, pretended", .fails(.memory, "memory"), "error('not enough memory', 0)"),
        .init("an assertion with an object", .fails(.runtime, "table"), "assert(false, {})"),
        .init("call of a number", .fails(.runtime, "attempt to call"), "local x = 1 x()"),
        .init("arithmetic on null", .fails(.runtime, "arithmetic"), "return null + 1"),
    ]

    static let coroutines: [HostileProgram] = [
        .init("a coroutine that loops", .stops, "coroutine.wrap(function() while true do end end)()"),
        .init(
            "resume and go on", .stops, "coroutine.resume(coroutine.create(function() while true do end end)) return 'escaped'"),
        .init(
            "resume for ever", .stops, "while true do coroutine.resume(coroutine.create(function() while true do end end)) end"),
        .init(
            "wrap under pcall", .stops,
            "pcall(coroutine.wrap(function() pcall(function() while true do end end) end)) return 'escaped'"),
        .init(
            "a coroutine in a coroutine", .stops,
            "coroutine.wrap(function() coroutine.wrap(function() coroutine.wrap(function() while true do end end)() end)() end)()"
        ),
        .init(
            "yield for ever", .stops,
            "local f = coroutine.wrap(function() while true do coroutine.yield() end end) while true do f() end"),
        .init("short lives", .stops, "while true do coroutine.wrap(function() end)() end"),
        .init(
            "too many", .fails(.runtime, "more than 8 coroutines"),
            "local t = {} for i = 1, 100 do t[i] = coroutine.create(function() end) end"),
        .init(
            "too many, thrown away", .gives(["done"]),
            "for i = 1, 100 do coroutine.resume(coroutine.create(function() coroutine.yield() end)) end return 'done'"),
        .init(
            "too many, deep", .fails(.runtime, "more than 8 coroutines"), "local function f() return coroutine.wrap(f)() end f()"),
        .init(
            "too many, caught", .stops,
            "local t = {} while true do pcall(function() t[#t + 1] = coroutine.create(function() end) end) end"),
        .init("yield from the outside", .fails(.runtime, "outside a coroutine"), "coroutine.yield()"),
        .init(
            "resume oneself", .gives([false, "cannot resume non-suspended coroutine"]),
            "local co co = coroutine.create(function() return coroutine.resume(co) end) local _, a, b = coroutine.resume(co) return a, b"
        ),
        .init(
            "resume the main one", .fails(.runtime, "not a coroutine of the script"), "coroutine.resume((coroutine.running()))"),
        .init("close the main one", .fails(.runtime, "not a coroutine of the script"), "coroutine.close((coroutine.running()))"),
        .init(
            "close oneself", .gives([false, true]),
            "local ok, e local co co = coroutine.create(function() ok, e = pcall(coroutine.close, co) end) coroutine.resume(co) return ok, e:find('running') ~= nil"
        ),
        .init(
            "yield across gsub", .gives([false]),
            "return (coroutine.resume(coroutine.create(function() ('x'):gsub('x', coroutine.yield) end)))"),
        .init(
            "yield across sort", .gives([false]),
            "return (coroutine.resume(coroutine.create(function() table.sort({ 1, 2 }, coroutine.yield) end)))"),
        .init(
            "memory in a coroutine", .limit,
            "coroutine.wrap(function() local t = {} for i = 1, 1e9 do t[i] = {} end end)() return 'escaped'"),
        .init(
            "recursion in a coroutine", .limit,
            "coroutine.resume(coroutine.create(function() local function f() return 1 + f() end f() end)) return 'escaped'"),
        .init(
            "many arguments", .survives,
            "local co = coroutine.wrap(function(...) while true do coroutine.yield(...) end end) return select('#', co(table.unpack({}, 1, 15000)))"
        ),
    ]
}
