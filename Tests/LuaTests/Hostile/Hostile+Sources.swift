// SPDX-License-Identifier: Apache-2.0

import Desk

@testable import Lua

extension HostileProgram {
    private static func times(_ count: Int, _ text: (Int) -> String) -> String { (1...count).map(text).joined() }

    /// Texts that are hard on the compiler.
    static let sources: [HostileProgram] = [
        .init("compiled code", .fails(.syntax, "compiled code is refused"), "\u{1b}LuaT"),
        .init("no Lua at all", .fails(.syntax, "test.lua:1:"), "<html>"),
        .init("an open string", .fails(.syntax, "unfinished"), "return 'x"),
        .init("an open long string", .fails(.syntax, "unfinished"), "return [==[" + String(repeating: "x", count: 100_000)),
        .init("an open comment", .fails(.syntax, "unfinished"), "--[[ x"),
        .init("a bad escape", .fails(.syntax, "hexadecimal digit"), #"return "\xZZ""#),
        .init("zeros in the text", .fails(.syntax, "test.lua:1:"), "return \0\0"),
        .init(
            "brackets", .fails(.syntax, "test.lua:1: nested too deep"),
            "return " + String(repeating: "(", count: 300) + "1" + String(repeating: ")", count: 300)),
        .init(
            "braces", .fails(.syntax, "test.lua:1: nested too deep"),
            "return " + String(repeating: "{", count: 300) + String(repeating: "}", count: 300)),
        .init(
            "blocks", .fails(.syntax, "test.lua:1: nested too deep"),
            String(repeating: "do ", count: 300) + String(repeating: "end ", count: 300)),
        .init(
            "functions", .fails(.syntax, "test.lua:1: nested too deep"),
            String(repeating: "return function() ", count: 300) + String(repeating: "end ", count: 300)),
        .init(
            "minus signs", .fails(.syntax, "test.lua:1: nested too deep"), "return " + String(repeating: "- ", count: 300) + "1"),
        .init("powers", .fails(.syntax, "test.lua:1: nested too deep"), "return " + String(repeating: "2^", count: 300) + "1"),
        .init("too many locals", .fails(.syntax, "too many local variables"), times(250) { "local a\($0) = 1 " }),
        .init(
            "too many upvalues", .fails(.syntax, "too many"),
            times(150) { "local a\($0) " } + "local function f() " + times(150) { "local b\($0) " } + "return function() return "
                + times(150) { "a\($0), b\($0), " } + "1 end end"),
        .init("too many registers", .fails(.syntax, "too many registers"), "return tostring(" + times(300) { _ in "1, " } + "1)"),
        .init(
            "a long concatenation", .fails(.syntax, "nested too deep"),
            "local a = 'x' return " + times(300) { _ in "a .. " } + "a"),
        .init("a long name", .survives, "local " + String(repeating: "n", count: 500_000) + " = 1 return 1"),
        .init("a long line", .gives([20_001]), "local n = 1 " + times(20_000) { _ in "n = n + 1 " } + "return n"),
        .init("many constants", .survives, "local t = {" + times(60_000) { "\($0).5," } + "} return #t"),
        .init("many strings", .survives, "local t = {" + times(40_000) { "'s\($0)'," } + "} return #t"),
        .init("many labels", .survives, times(40_000) { "::l\($0)::" }),
        .init("many gotos", .survives, times(20_000) { _ in "goto l " } + "::l:: return 1"),
        .init("a long condition", .survives, "local a = true return " + times(40_000) { _ in "a and " } + "a"),
        .init("many functions", .survives, times(20_000) { _ in "local _ = function() end do end " }),
        .init("a number of many digits", .survives, "return " + String(repeating: "9", count: 500_000)),
        .init("a comment of a megabyte", .gives([1]), "--" + String(repeating: "x", count: 1_000_000) + "\nreturn 1"),
        .init("many line ends", .gives([1]), String(repeating: "\n", count: 1_000_000) + "return 1"),
        .init("a goto into a block", .fails(.syntax, "label"), "goto x do ::x:: end"),
        .init("an attribute that is none", .fails(.syntax, "attribute"), "local x <evil> = 1"),
        .init("a constant changed", .fails(.syntax, "const"), "local x <const> = 1 x = 2"),
    ]

    /// Results that cannot cross, or only look as if they could.
    static let values: [HostileProgram] = [
        .init("a ring", .fails(.value, "contains itself"), "local t = {} t.a = { t } return t"),
        .init("a coroutine", .fails(.value, "coroutine"), "return { x = coroutine.create(function() end) }"),
        .init("names and numbers", .fails(.value, "both"), "return { 1, x = 2 }"),
        .init("a list with holes", .fails(.value, "holes"), "return { list = { [1] = 1, [1000000] = 2 } }"),
        .init("fractions as keys", .fails(.value, "keys"), "return { [1.5] = 1 }"),
        .init("booleans as keys", .fails(.value, "keys"), "return { [true] = 1 }"),
        .init("a name that is no text", .fails(.value, "UTF-8"), "return { ['\\xff'] = 1 }"),
        .init("nested a hundred times", .fails(.value, "too deep"), "local t = {} for i = 1, 100 do t = { t } end return t"),
        .init("more than a megabyte", .fails(.value, "more than 1048576 bytes"), "local s = ('x'):rep(600000) return s, s"),
        .init(
            "a small table, many times", .fails(.value, "more than 1048576 bytes"),
            "local t = { 'x' } for i = 1, 30 do t = { t, t } end return t"),
        .init("many results", .survives, "return table.unpack({}, 1, 15999)"),
        .init("a pretended handle", .gives([["$function": 5]]), "return { ['$function'] = 5 }"),
        .init(
            "a metatable that lies", .gives([[:]]),
            "return setmetatable({}, { __index = function() while true do end end, __len = function() return 1e9 end, __pairs = function() while true do end end })"
        ),
        .init(
            "a hundred thousand functions", .survives,
            "local t = {} for i = 1, 100000 do t[i % 60000 + 1] = function() return i end end return t"),
    ]
}
