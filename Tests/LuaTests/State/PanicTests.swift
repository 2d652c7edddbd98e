// SPDX-License-Identifier: Apache-2.0

import CLua
import Desk
import Testing

@testable import Lua

@Suite("Our own fault")
struct PanicTests {
    @Test("an error outside of every protected call ends the process and says whose script it was")
    func panic() async throws {
        let result = await #expect(processExitsWith: .signal(6), observing: [\.standardErrorContent]) {
            let state = try LuaState(name: "rules shop", mode: .counted, host: []) { _ in nil }
            clua_panic(state.state)
        }
        let record = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(record.contains("fatal: unprotected Lua error in state 'rules shop': raised on purpose"), "\(record)")
    }
}
