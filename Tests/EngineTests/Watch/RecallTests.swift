// SPDX-License-Identifier: Apache-2.0
import Desk
import Insight
import Journal
import Testing

@testable import Engine

@Suite("What was measured before a start") struct RecallTests {
    private static func count(_ desk: TestDesk, _ measure: String, _ window: String = "24h") -> Int64? {
        desk.engine.watch.snapshot().at("measures.\(measure).\(window).count")?.int
    }

    @Test("more events than are recalled at once are read beside the desk's work, and nothing counts twice")
    func earlier() async throws {
        let desk = try await TestDesk()
        defer { desk.remove() }
        for number in 0..<60 { try await desk.say("hello", as: "c\(number)") }
        try await desk.stop()
        let again = try await TestDesk(on: desk, recalledAtOnce: 20)
        // What comes while the past is read is in the numbers too, once.
        for number in 0..<40 { try await again.say("hello", as: "d\(number)") }
        while Self.count(again, "arrivals") != 100 { try await again.say("and", as: "d0") }
        while again.engine.watch.snapshot()["seq"]?.int != again.engine.store.head { await Task.yield() }
        #expect(Self.count(again, "arrivals") == 100)
        let kinds: Set<Event.Kind> = [.messageReceived, .messageSent]
        var (messages, seq) = (0, Seq(0))
        while let last = try await again.engine.store.events(after: seq, limit: 500, matching: .init(kinds: kinds)).last {
            messages += try await again.engine.store.events(after: seq, limit: 500, matching: .init(kinds: kinds)).count
            seq = last.seq
        }
        #expect(Self.count(again, "messages").map(Int.init) == messages)
        try await again.stop()
    }

    @Test("what was recalled at once is the latest, not what came a thousand events later") func latest() async throws {
        let desk = try await TestDesk()
        defer { desk.remove() }
        for number in 0..<500 { try await desk.say("hello", as: "c\(number)") }
        try await desk.stop()
        let head = desk.engine.store.head
        #expect(head > 2000)
        let again = try await TestDesk(on: desk)
        #expect(Self.count(again, "arrivals") == 500)
        try await again.stop()
    }

    @Test("open tickets and who is signed in are known after a start, however long ago they came") func stock() async throws {
        let desk = try await TestDesk(agents: [.init(name: "Ann", teams: ["service"], skills: [])])
        defer { desk.remove() }
        _ = try await desk.engine.openTicket(
            TicketDraft(subject: "A parcel", team: "service"), requester: nil, conversation: nil, by: TestDesk.admin)
        try await desk.present("Ann")
        for number in 0..<20 { try await desk.say("hello", as: "c\(number)") }
        try await desk.stop()
        let again = try await TestDesk(on: desk, recalledAtOnce: 5)
        #expect(Self.count(again, "ticket_backlog", "5m") == 1)
        again.clock.advance(by: .seconds(60))
        #expect(again.engine.watch.snapshot().at("measures.occupancy.5m.share")?.double == 0)
        try await again.stop()
    }
}
