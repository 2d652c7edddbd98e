// SPDX-License-Identifier: Apache-2.0

import Desk

@testable import Lua

extension HostileProgram {
    /// Programs that want more memory than there is for them.
    static let memory: [HostileProgram] = [
        .init("rep 1e9", .fails(.runtime, "too large"), "return ('x'):rep(1e9)"),
        .init("rep of rep", .fails(.runtime, "too large"), "return ('x'):rep(1000000):rep(1000000)"),
        .init("rep with a separator", .fails(.runtime, "too large"), "return (''):rep(1 << 40, 'x')"),
        .init("rep of nothing, often", .gives([""]), "return (''):rep(1 << 40)"),
        .init("doubling", .limit, "local s = 'x' while true do s = s .. s end"),
        .init(
            "doubling under pcall", .limit, "while true do pcall(function() local s = 'x' while true do s = s .. s end end) end"),
        .init(
            "a hundred and fifty large pieces at once", .limit,
            "local s = ('x'):rep(1000000) return #(\(Array(repeating: "s", count: 150).joined(separator: "..")))"),
        .init("tables", .limit, "local t = {} for i = 1, 1e9 do t[i] = {} end"),
        .init("tables in tables", .limit, "local t while true do t = { t } end"),
        .init("strings", .limit, "local t = {} for i = 1, 1e9 do t[i % 60000] = ('x'):rep(1000) .. i end"),
        .init("short strings", .limit, "local t = {} for i = 1, 1e9 do t['k' .. i] = true end"),
        .init("closures", .limit, "local t = {} for i = 1, 1e9 do t = { t, function() return i end } end"),
        .init("one large array", .limit, "local t = {} for i = 1, 1e9 do t[i] = i end"),
        .init(
            "one large array, caught", .limit,
            "while true do pcall(function() local t = {} for i = 1, 1e9 do t[i] = i end end) end"),
        .init("deep recursion", .limit, "local function f(n) return 1 + f(n + 1) end return f(1)"),
        .init("deep recursion, caught", .limit, "local function f(n) return 1 + f(n + 1) end pcall(f, 1) return 'escaped'"),
        .init("growing varargs", .limit, "local function f(...) return f(1, ...) end f()"),
        .init("growing varargs in select", .limit, "local function f(...) return select('#', f(1, ...)) end f()"),
        .init(
            "concat of large pieces", .fails(.runtime, "too large"),
            "local t = {} for i = 1, 100 do t[i] = ('x'):rep(10000) .. i end for i = 101, 200 do t[i] = t[i - 100] .. t[i - 100] end return table.concat(t)"
        ),
        .init(
            "format of large pieces", .fails(.runtime, "too large"),
            "local s = ('x'):rep(600000) return string.format('%s%s', s, s)"),
        .init("format, width", .fails(.runtime, "invalid conversion"), "return string.format('%99999999d', 1)"),
        .init("format, precision", .fails(.runtime, "invalid conversion"), "return string.format('%.99999999f', 1)"),
        .init("unpack 1e8", .fails(.runtime, "too many results"), "return table.unpack({}, 1, 1e8)"),
        .init(
            "unpack from the least to the largest", .fails(.runtime, "too many results"),
            "return table.unpack({}, math.mininteger, math.maxinteger)"),
        .init("bytes of a large string", .fails(.runtime, "too long"), "return ('x'):rep(1000000):byte(1, -1)"),
        .init("codepoints of a large string", .fails(.runtime, "too long"), "return utf8.codepoint(('x'):rep(1000000), 1, -1)"),
        .init(
            "utf8.char of much", .gives([60_000]),
            "return #utf8.char(table.unpack((function() local t = {} for i = 1, 15000 do t[i] = 0x10ffff end return t end)()))"),
        .init("an error of a megabyte", .fails(.runtime, "xxxxx"), "error(('x'):rep(1000000))"),
        .init("a chain of error objects", .limit, "local e while true do local _, x = pcall(error, { e }) e = x end"),
        .init("garbage is no harm", .stops, "while true do local t = { {}, {} } end"),
        .init("large garbage is no harm", .stops, "while true do local s = ('x'):rep(500000) .. 'y' end"),
        .init(
            "string garbage over a full heap", .limit,
            "local keep = {} for i = 1, 25 do keep[i] = ('x'):rep(1000000) .. i end while true do local s = ('y'):rep(700000) .. 'z' end"
        ),
        .init(
            "a table with a promised size", .limit,
            "local t = table.pack(table.unpack({}, 1, 15000)) while true do t = { t, table.pack(table.unpack({}, 1, 15000)) } end"
        ),
        .init("insert for ever", .limit, "local t = {} while true do table.insert(t, 'x') end"),
        .init(
            "string.format builds up", .limit,
            "local s = '' while true do s = string.format('%s%s', s, 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx') end"
        ),
    ]

    /// Work in C that no hook of Lua's sees.
    static let work: [HostileProgram] = [
        .init("move far", .limit, "table.move({}, 1, 1 << 40, 2)"),
        .init("move far, backwards", .limit, "table.move({}, 1, 1 << 40, 1 << 41)"),
        .init("insert in front", .limit, "local t = {} for i = 1, 1e9 do table.insert(t, 1, i) end"),
        .init(
            "remove in front", .stops,
            "local t = {} for i = 1, 30000 do t[i] = i end while true do table.insert(t, table.remove(t, 1)) end"),
        .init(
            "sort much, often", .stops,
            "local t = {} for i = 1, 30000 do t[i] = (i * 7919) % 30011 end while true do table.sort(t, function(a, b) return a > b end) table.sort(t) end"
        ),
        .init(
            "sort without sense", .gives([5]), "local t = { 3, 1, 2, 5, 4 } table.sort(t, function() return true end) return #t"),
        .init("sort: errors in the comparator", .fails(.runtime, "no"), "table.sort({ 1, 2, 3 }, function() error('no') end)"),
        .init(
            "sort: the comparator empties the table", .survives,
            "local t = { 5, 4, 3, 2, 1 } table.sort(t, function(a, b) for i = 1, 5 do t[i] = nil end return a < b end) return t[1]"
        ),
        .init(
            "sort long strings", .stops,
            "local t = {} for i = 1, 12 do t[i] = ('a'):rep(900000) .. i end while true do table.sort(t) end"),
        .init(
            "sort: a length that lies", .fails(.runtime, "too big"),
            "table.sort(setmetatable({}, { __len = function() return math.maxinteger end }))"),
        .init(
            "insert: a length that lies", .survives,
            "table.insert(setmetatable({}, { __len = function() return math.maxinteger end }), 1, 1)"),
        .init("compare long strings", .limit, "local a, b = ('a'):rep(900000) .. 1, ('a'):rep(900000) .. 2 while a < b do end"),
        .init("upper for ever", .stops, "local s = ('a'):rep(900000) while true do s = s:upper():lower():reverse() end"),
        .init("rep for ever", .stops, "while true do local s = ('ab'):rep(400000) end"),
        .init("%q for ever", .stops, "local s = ('\\0'):rep(200000) while true do string.format('%q', s) end"),
        .init("utf8.len for ever", .stops, "local s = ('ä'):rep(400000) while true do utf8.len(s) end"),
        .init("utf8.offset for ever", .stops, "local s = ('ä'):rep(400000) while true do utf8.offset(s, -399999) end"),
        .init(
            "pairs for ever", .stops,
            "local t = {} for i = 1, 20000 do t['k' .. (i * 7919) % 20011] = i end while true do pairs(t) end"),
        .init(
            "next by searching", .stops,
            "local t = {} for i = 1, 20000 do t['k' .. i] = i end while true do next(t, 'k5') next(t) end"),
        .init(
            "pairs while the table grows", .gives([3]),
            "local t, n = { a = 1, b = 1, c = 1 }, 0 for k in pairs(t) do n = n + 1 t[k .. 'x'] = 1 end return n"),
        .init(
            "pairs while the table shrinks", .gives([1]),
            "local t, n = { a = 1, b = 1, c = 1 }, 0 for k in pairs(t) do n = n + 1 t.a, t.b, t.c = nil end return n"),
        .init(
            "next while the table shrinks", .gives([3]),
            "local t, n = { a = 1, b = 1, c = 1 }, 0 for k in next, t do n = n + 1 t[k] = nil end return n"),
        .init("a number of a million digits", .survives, "return tonumber(('9'):rep(1000000))"),
        .init("a number of a million digits, often", .limit, "local s = '0.' .. ('1'):rep(900000) while true do tonumber(s) end"),
        .init("suggestions for unknown names", .stops, "while true do pcall(function() return undefind end) end"),
        .init(
            "edges of integers", .gives(["x", "", "x", true, nil]),
            "return ('x'):sub(math.mininteger, math.maxinteger), ('x'):rep(math.mininteger), ('x'):sub(-math.maxinteger), pcall(utf8.offset, 'x', math.mininteger)"
        ),
    ]
}
