// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Engine

@Suite("Session tokens")
struct LiveSessionsTests {
    let now = Instant(seconds: 1_000_000)
    let sessions = LiveSessions(secret: Array(repeating: 7, count: 32), life: .seconds(3600))

    @Test("a token opens what it was made for, whatever the channel is called", arguments: ["web", "小程序", "a.b/c+d"])
    func roundTrip(_ channel: String) throws {
        let made = sessions.make(channel: channel, customer: ID(5), conversation: ID(6), at: now)
        #expect(try sessions.check(made.token, at: now + .seconds(60)) == made)
        #expect(made.token.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) })
    }

    @Test("old, future, cut, changed and foreign tokens are refused")
    func refused() {
        let token = sessions.make(channel: "web", customer: ID(5), conversation: ID(6), at: now).token
        let foreign = LiveSessions(secret: Array(repeating: 8, count: 32), life: .seconds(3600))
            .make(channel: "web", customer: ID(5), conversation: ID(6), at: now).token
        let other = token.replacing(ID<Customer>(5).text, with: ID<Customer>(4).text)
        for bad in [foreign, other, String(token.dropLast()), token + "A", "", "ls1.....", "ls2" + token.dropFirst(3)] {
            #expect(throws: DeskError.self) { try sessions.check(bad, at: now) }
        }
        #expect(throws: DeskError.self) { try sessions.check(token, at: now + .seconds(3600)) }
        #expect(throws: DeskError.self) { try sessions.check(token, at: now - .seconds(600)) }
    }
}
