// SPDX-License-Identifier: Apache-2.0

import Desk

@testable import Lua

extension HostileProgram {
    /// Programs that never end, and that try to outlive their end.
    static let loops: [HostileProgram] = [
        .init("while", .stops, "while true do end"),
        .init("repeat", .stops, "repeat until false"),
        .init("goto", .stops, "::a:: goto a"),
        .init("goto continue", .stops, "while true do for i = 1, 3 do if i == 2 then goto continue end ::continue:: end end"),
        .init("for to infinity", .stops, "for i = 1, math.huge do end"),
        .init("for to the largest integer", .stops, "for i = 1, math.maxinteger do end"),
        .init("for by tiny steps", .stops, "for i = 0.0, 1.0, 1e-300 do end"),
        .init(
            "for over the edge", .gives([1]),
            "local n = 0 for i = math.maxinteger, math.maxinteger + 1.0, 1 do n = n + 1 break end return n"),
        .init("tail calls", .stops, "local function f() return f() end f()"),
        .init("mutual tail calls", .stops, "local f, g function f() return g() end function g() return f() end f()"),
        .init("an iterator without end", .stops, "for _ in function() return 1 end do end"),
        .init("pcall in a loop", .stops, "while true do pcall(function() while true do end end) end"),
        .init("pcall and go on", .stops, "pcall(function() while true do end end) return 'escaped'"),
        .init(
            "pcall in pcall", .stops, "local function f(n) if n == 0 then while true do end end pcall(f, n - 1) f(n) end f(20)"),
        .init("pcall(pcall, …)", .stops, "pcall(pcall, pcall, function() while true do end end) return 'escaped'"),
        .init("xpcall and go on", .stops, "xpcall(function() while true do end end, function() return 1 end) return 'escaped'"),
        .init(
            "xpcall: the handler loops after the limit", .stops,
            "xpcall(function() while true do end end, function() while true do end end)"),
        .init("xpcall: the handler loops", .stops, "xpcall(error, function() while true do end end)"),
        .init("xpcall(…, pcall)", .stops, "while true do xpcall(error, pcall, error) end"),
        .init("__index loops", .stops, "return setmetatable({}, { __index = function() while true do end end }).x"),
        .init("__newindex loops", .stops, "setmetatable({}, { __newindex = function() while true do end end }).x = 1"),
        .init(
            "__eq loops", .stops,
            "local m = { __eq = function() while true do end end } return setmetatable({}, m) == setmetatable({}, m)"),
        .init(
            "__lt loops", .stops,
            "local m = { __lt = function() while true do end end } return setmetatable({}, m) < setmetatable({}, m)"),
        .init("__concat loops", .stops, "return setmetatable({}, { __concat = function() while true do end end }) .. 'x'"),
        .init("__len loops in insert", .stops, "table.insert(setmetatable({}, { __len = function() while true do end end }), 1)"),
        .init("__tostring loops", .stops, "return tostring(setmetatable({}, { __tostring = function() while true do end end }))"),
        .init(
            "__tostring loops in format", .stops,
            "return string.format('%s', setmetatable({}, { __tostring = function() while true do end end }))"),
        .init("__pairs loops", .stops, "for _ in pairs(setmetatable({}, { __pairs = function() while true do end end })) do end"),
        .init(
            "__pairs gives an endless iterator", .stops,
            "for _ in pairs(setmetatable({}, { __pairs = function() return function() return 1 end end })) do end"),
        .init("__call of itself", .fails(.runtime, "overflow"), "local t = {} setmetatable(t, { __call = t }) return t()"),
        .init(
            "__call of itself, set later", .fails(.runtime, "overflow"),
            "local m = {} local t = setmetatable({}, m) m.__call = t return t()"),
        .init(
            "__call in a ring", .fails(.runtime, "overflow"),
            "local a, b = {}, {} setmetatable(a, { __call = b }) setmetatable(b, { __call = a }) return a()"),
        .init(
            "__call of itself, caught for ever", .stops, "local t = {} setmetatable(t, { __call = t }) while true do pcall(t) end"
        ),
        .init("__call of nothing", .fails(.runtime, "attempt to call a table value"), "setmetatable({}, {})()"),
        .init(
            "__call yields", .gives([3, 4]),
            "local t = setmetatable({}, { __call = function(_, a) return coroutine.yield(a + 1) end }) local f = coroutine.wrap(function() return t(2) end) return f(), f(4)"
        ),
        .init(
            "__call leaves no trace", .gives([nil, 0]),
            "local m = {} setmetatable({}, m) local n = 0 for _ in pairs(m) do n = n + 1 end return next(m), n"),
        .init("__index of itself", .fails(.runtime, "loop"), "local t = {} t.__index = t setmetatable(t, t) return t.x"),
        .init(
            "__index in a ring", .fails(.runtime, "loop"),
            "local a, b = {}, {} setmetatable(a, { __index = b }) setmetatable(b, { __index = a }) return a.x"),
        .init("__newindex of itself", .fails(.runtime, "loop"), "local t = {} t.__newindex = t setmetatable(t, t) t.x = 1"),
        .init(
            "an error object whose text loops", .stops,
            "error(setmetatable({}, { __tostring = function() while true do end end }))"),
        .init("gsub: the callback loops", .stops, "('x'):gsub('x', function() while true do end end)"),
        .init(
            "gsub: a loop in __index of the table", .stops,
            "('x'):gsub('x', setmetatable({}, { __index = function() while true do end end }))"),
        .init("sort: the comparator loops", .stops, "table.sort({ 1, 2, 3 }, function() while true do end end)"),
        .init(
            "sort: the comparator catches and goes on", .stops,
            "table.sort({ 1, 2, 3 }, function() pcall(function() while true do end end) return true end) return 'escaped'"),
        .init(
            "concat over an endless table", .stops,
            "return table.concat(setmetatable({}, { __index = function() return '' end }), '', 1, 1 << 62)"),
        .init(
            "ipairs over an endless table", .stops,
            "for _ in ipairs(setmetatable({}, { __index = function(_, i) return i end })) do end"),
        .init("a function that calls the library for ever", .stops, "local f = math.floor while true do f(1.5) end"),
        .init("random for ever", .stops, "while math.random() >= 0 do end"),
    ]

    static let patterns: [HostileProgram] = [
        .init("a?…a", .stops, "return ('a'):rep(30):find(('a?'):rep(30) .. ('a'):rep(30))"),
        .init(".- twenty times", .stops, "return ('a'):rep(200):find(('.-'):rep(20) .. 'b')"),
        .init("captures, lazily", .stops, "return ('a'):rep(3000):match('(.-)(.-)(.-)(.-)x')"),
        .init("stars in a row", .stops, "return ('a'):rep(300):gsub('a*a*a*a*a*b', '')"),
        .init("gmatch with stars", .stops, "for _ in ('a'):rep(300):gmatch('a*a*a*a*a*b') do end"),
        .init("%b over open brackets", .stops, "return ('('):rep(1000000):find('%b()')"),
        .init("plain find, worst case", .stops, "return ('a'):rep(1000000):find(('a'):rep(500000) .. 'b', 1, true)"),
        .init("a set as large as the text", .stops, "return ('a'):rep(100000):find('[' .. ('b'):rep(100000) .. ']')"),
        .init("references", .stops, "return ('a'):rep(100000):find('(a*)%1b')"),
        .init("frontier and stars", .stops, "return ('a '):rep(50000):find('%f[%w].-%f[%W].-%f[%z]x')"),
        .init("too many captures", .fails(.runtime, "too many captures"), "return ('a'):find(('('):rep(40) .. (')'):rep(40))"),
        .init("too complex", .fails(.runtime, "too complex"), "return ('a'):rep(400):find(('a?'):rep(400))"),
        .init("an open set", .fails(.runtime, "malformed pattern"), "return ('a'):find('[a')"),
        .init("an escape at the end", .fails(.runtime, "malformed pattern"), "return ('a'):find('%')"),
        .init("empty matches", .gives([200_001]), "return #(('x'):rep(100000):gsub('', 'y'))"),
        .init("anchored empty matches", .gives(["yxx", 1]), "return ('xx'):gsub('^', 'y')"),
        .init("growth by gsub", .fails(.runtime, "too large"), "return ('x'):rep(100000):gsub('x', ('y'):rep(1000))"),
        .init(
            "a gmatch used twice", .gives(["a", "b", "c"]),
            "local f = ('a b c'):gmatch('%a') local a = f() for _ in ('x'):gmatch('.') do end return a, f(), f()"),
        .init(
            "gsub inside gsub inside gsub", .stops,
            "local function f(s) return (s:gsub('.', function(c) return f(s) end)) end while true do pcall(f, 'abcdefgh') end"),
        .init("find in a loop", .stops, "local s = ('ab'):rep(100000) while true do s:find('aab') end"),
    ]
}
