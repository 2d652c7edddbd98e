// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Rules

@Suite("Outlines of Lua sources") struct LuaOutlineTests {
    private func outline(_ source: String) throws -> LuaOutline { try #require(LuaOutline(source: Array(source.utf8))) }

    @Test("know locals from globals, in every kind of scope") func scopes() throws {
        let source = """
            local a <const>, b = 1, 2
            local function f(x, ...) local y = x + a; return f(y), ... end
            function g() return z1 end
            for i = 1, b do local t = { i, [i] = z2, n = z3 } end
            for k, v in pairs(t2) do print2(k, v) end
            repeat local done = z4 until done
            while z5 do break end
            if z6 then elseif z7 then else goto over end
            ::over:: do local s = [[ z8 ]] .. "z9" --[==[ z10
            ]==] end
            z11.field, z12[1], a = 1, 2, 3
            local o = { m = function(self) return self.x end }
            function o.p:q() return self, z13 end
            return f { z14 = z15 } "x" (z16):m(), #z17, not z18, -z19 // 2 ~ 3 >> 1
            """
        #expect(
            try outline(source).globals.map(\.name) == [
                "g", "z1", "z2", "z3", "pairs", "t2", "print2", "z4", "z5", "z6", "z7", "z11", "z12", "z13", "z15", "z16", "z17",
                "z18", "z19",
            ])
        #expect(
            try outline("x = 1\ny = x").globals.map { "\($0.name) \($0.line) \($0.isWrite)" } == [
                "x 1 true", "y 2 true", "x 2 false",
            ])
    }

    @Test("know the lines of a declaration's fields") func lines() throws {
        let found = try outline(
            """

            route "vip" {
              why = "x",
              assign = {
                team = "a",
                skills = { "b",
                  "c" },
              },
            }
            """)
        #expect(found.line(of: "assign.team", in: "route", "vip", at: 2) == 5)
        #expect(found.line(of: "assign.skills.2", in: "route", "vip", at: 2) == 7)
        #expect(found.line(of: "assign.nothing", in: "route", "vip", at: 2) == 4)
        #expect(found.line(of: "nothing", in: "route", "vip", at: 2) == 2)
    }

    @Test(
        "broken sources have none, and deep ones do no harm",
        arguments: [
            "local x = = 1", "return {", "\"open", "[[open", "if x then", "for do end", "x = ",
            String(repeating: "(", count: 100_000), String(repeating: "{", count: 100_000),
            String(repeating: "do ", count: 100_000), String(repeating: "not ", count: 50_000) + "x",
        ])
    func broken(source: String) { #expect(LuaOutline(source: Array(source.utf8)) == nil) }

    @Test("random bytes and cut sources never crash it") func robust() {
        var random = SystemRandomNumberGenerator()
        let source = Array(
            "flow \"f\" { stages = { a = function(chat, s) s.x = chat:ask('l', { text = [[x]] }) return \"b\" end } } -- end".utf8
        )
        for cut in 0...source.count { _ = LuaOutline(source: Array(source[..<cut])) }
        for _ in 0..<300 { _ = LuaOutline(source: (0..<60).map { _ in UInt8.random(in: 0...255, using: &random) }) }
    }
}

@Suite("Spelling") struct SpellingTests {
    @Test(
        "finds what was meant",
        arguments: [
            ("assing", "assign" as String?), ("tema", "team"), ("x", nil), ("completely_different", nil),
            ("prioritty", "priority"), ("vip", "vip_level"),
        ])
    func nearest(name: String, found: String?) {
        #expect(Spelling.nearest(to: name, among: ["assign", "team", "priority", "vip_level", "why"]) == found)
    }
}
