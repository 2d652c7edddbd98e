// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal
import Rules
import Testing

@testable import Engine

@Suite("The decision log is kept for a time")
struct TrimmingTests {
    @Test("what is older forgets what it was made on; what is younger is replayed as before; the journal has no gap")
    func trimming() async throws {
        let desk = try await TestDesk(
            rules: ["autoreply/a.lua": "reply \"hello\" { match = keywords { \"hello\" }, text = \"hi\" }"])
        for number in 0..<260 { try await desk.say("hello \(number)", as: "old") }
        desk.clock.advance(by: .seconds(100 * 86_400))
        let border = desk.engine.store.head
        for number in 0..<7 { try await desk.say("hello again \(number)", as: "new") }
        try await desk.engine.rules.trimLog()
        try await desk.stop()

        // From disk: the newest events are kept in memory as well.
        let again = try await TestDesk(on: desk)
        defer { again.remove() }
        var seqs: [Seq] = []
        while case let page = try await again.engine.store.events(after: seqs.last ?? 0, limit: 1000, matching: .all),
            !page.isEmpty
        {
            seqs += page.map(\.seq)
            for event in page where event.kind == .decision {
                #expect((event.payload["trimmed"] == true) == (event.seq <= border), "at \(event.seq)")
            }
        }
        #expect(seqs == Array(1...again.engine.store.head))
        let report = try await again.engine.rules.replay(again.engine.rules.active)
        #expect(report.count == 7)
        #expect(report.changed == 0)
        // Once more changes nothing.
        let head = again.engine.store.head
        try await again.engine.rules.trimLog()
        #expect(again.engine.store.head == head)
        try await again.stop()
    }

    @Test("the latest so many decisions are found, however many there are", arguments: [1, 7, 1000, 1201, 5000])
    func latest(limit: Int) async throws {
        let desk = try await TestDesk(
            rules: ["autoreply/a.lua": "reply \"hello\" { match = keywords { \"hello\" }, text = \"hi\" }"])
        defer { desk.remove() }
        for number in 0..<1300 { try await desk.say("hello \(number)", as: "c\(number % 10)") }
        let report = try await desk.engine.rules.replay(desk.engine.rules.active, limit: limit)
        #expect(report.count == min(limit, 1300))
        try await desk.stop()
    }
}
