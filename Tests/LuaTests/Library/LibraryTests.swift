// SPDX-License-Identifier: Apache-2.0

import Desk
import Testing

@testable import Lua

@Suite("The libraries behave like stock Lua's")
struct LibraryTests {
    /// Shows results as the stock run did.
    static let harness = """
        local function show(v)
          local kind = type(v)
          if kind == "table" or kind == "function" or kind == "thread" then return kind end
          return tostring(v)
        end
        local r = table.pack(pcall(require("case")))
        local out = {}
        for i = 2, r.n do out[#out + 1] = show(r[i]) end
        if not r[1] then return "error: " .. show(r[2]):gsub("^c:1: ", "") end
        return table.concat(out, " | ")
        """

    @Test("an expression gives what stock Lua gives", arguments: StockBehaviour.cases.indices)
    func asStock(index: Int) throws {
        let (expression, expected) = StockBehaviour.cases[index]
        let state = try LuaState(name: "test", limits: .init(coroutines: 8), mode: .counted, host: []) { _ in
            ("c", Array("return function() return \(expression) end".utf8))
        }
        let result = try state.run(Self.harness)[0].string
        #expect(result == expected, "\(expression)")
    }
}
