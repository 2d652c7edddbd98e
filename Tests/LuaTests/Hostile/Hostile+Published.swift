// SPDX-License-Identifier: Apache-2.0

import Desk

@testable import Lua

extension HostileProgram {
    /// After what was published against Lua 5.4 and against sandboxes made with it: written anew, from the descriptions.
    static let published: [HostileProgram] = [
        // CVE-2022-28805: a constant as environment was read beyond the compiler's list of variables.
        .init("a constant environment", .survives, "local _ENV <const> = 'text' return name, other.field"),
        .init(
            "a constant environment in nested functions", .survives,
            "local _ENV <const> = {} local function f() return function() local x = a b = x return c.d end end return f()()"),
        // CVE-2022-33099: an error raised while the stack's overflow was being told.
        .init(
            "an error in the telling of an overflow", .survives,
            "local function f(n) local ok, e = xpcall(f, function(e) return f(n + 1) end, n + 1) return ok, #tostring(e) end return f(1)"
        ),
        .init(
            "an overflow whose names are long", .survives,
            "local name = ('x'):rep(60000) local t = setmetatable({}, { __index = function(t, k) return t[k .. name] .. name end }) return t.a"
        ),
        // CVE-2021-43519: coroutines in coroutines used up the C stack.
        .init(
            "coroutines in coroutines", .survives,
            "local function f() return coroutine.wrap(f)() end return pcall(f)"),
        .init(
            "coroutines that resume each other", .survives,
            "local a, b a = coroutine.create(function() return coroutine.resume(b) end) b = coroutine.create(function() return coroutine.resume(a) end) return coroutine.resume(a)"
        ),
        .init(
            "pcall, metamethods and coroutines in turn", .survives,
            "local function f(n) local t = setmetatable({}, { __add = function() return coroutine.wrap(function() return select(2, pcall(f, n + 1)) end)() end }) return t + 1 end return f(1)"
        ),
        // CVE-2020-15888, CVE-2020-15945: the stack moved under varargs and under hooks.
        .init(
            "varargs that move the stack", .survives,
            "local function f(...) local n = select('#', ...) if n > 4000 then return n end return f(n, ..., ...) end local co = coroutine.wrap(function(...) coroutine.yield(f(...)) return f(...) end) return co(1, 2, 3), co(1)"
        ),
        .init(
            "the collector works while the stack grows", .survives,
            "local function f(n, ...) local garbage = { n, ('x'):rep(n) } if n == 0 then return ... end return f(n - 1, garbage, ...) end for i = 1, 40 do f(120) end"
        ),
        // CVE-2021-44647: the name of a function that a loop's iterator or a metamethod stands for.
        .init(
            "an error without a function's name", .fails(.runtime, "call"),
            "for _ in setmetatable({}, { __index = function() end }) do end"),
        .init(
            "an error in a comparison that a sort asked for", .fails(.runtime, "nil value"),
            "local m = { __lt = function(a, b) return a.x.y < b.x.y end } table.sort({ setmetatable({}, m), setmetatable({}, m), setmetatable({}, m) })"
        ),
        // CVE-2020-24369, CVE-2020-24370, CVE-2019-6706 need the debug library.
        .init("debug.getlocal", .fails(.runtime, "undefined global 'debug'"), "debug.getlocal(2, -2147483648)"),
        .init("debug.upvaluejoin", .fails(.runtime, "undefined global 'debug'"), "debug.upvaluejoin(function() end, 1, 1, 1)"),
        // A whitelist undone by a loader, or by what lies beside it.
        .init(
            "load by way of _G", .gives([nil, nil, nil]), "return rawget(_G, 'load'), rawget(_G, '_LOADED'), rawget(_G, 'io')"),
        .init("getfenv", .fails(.runtime, "undefined global"), "return getfenv(0)"),
        .init("newproxy", .fails(.runtime, "undefined global"), "return newproxy(true)"),
        .init("the string library through a string", .gives([false]), "return (pcall(function() ('').rep = nil end))"),
        .init(
            "a protected metatable by __metatable", .fails(.runtime, "protected"),
            "local t = setmetatable({}, { __metatable = 'no' }) setmetatable(t, { __metatable = false })"),
        .init(
            "__gc slipped in by an inherited metatable", .gives([0]),
            "local n = 0 local m = setmetatable({}, { __index = { __gc = function() n = n + 1 end } }) for i = 1, 100 do setmetatable({}, m) end for i = 1, 3000 do local g = { {} } end return n"
        ),
        .init("a module named like bytecode", .fails(.resolve, "not found"), "return require('\\27Lua')"),
    ]
}
