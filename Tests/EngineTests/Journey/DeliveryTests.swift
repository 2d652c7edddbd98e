// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal
import Testing

@testable import Engine

@Suite("How far a message has got")
struct DeliveryTests {
    static let rules = ["autoreply/hello.lua": "reply \"hello\" { why = \"x\", match = keywords { \"你好\" }, text = \"您好\" }\n"]

    /// Waits, through the journal, for a delivery event of the wanted kind.
    func delivery(_ name: String, on desk: TestDesk) async throws -> Event {
        var seq: Seq = 0
        while true {
            // Before the look: what comes after it must not be waited past.
            let head = desk.engine.store.head
            let events = try await desk.engine.store.events(
                after: seq, limit: 500, matching: EventFilter(kinds: [.deliveryChanged]))
            if let event = events.first(where: { $0.payload["delivery"]?.string == name }) { return event }
            try await desk.engine.store.waitForEvent(after: head)
            seq = events.last?.seq ?? seq
        }
    }

    @Test("sent when on disk, delivered when a customer's reader took it, read when the customer says so")
    func liveChannel() async throws {
        let desk = try await TestDesk(rules: Self.rules)
        let session = try await desk.engine.openLiveSession(channel: "web", identity: ["external_id": "lin"], trusted: false)
        try await desk.say("你好")
        let sent = try #require(
            try await desk.engine.store.messages(MessageFilter(conversation: session.conversation), Page()).last)
        #expect(sent.delivery == .sent)
        let reader = desk.engine.hub.subscribe(.customer(session.customer), after: 0)
        for try await frame in reader { if case .event(let event) = frame, event.kind == .messageSent { break } }
        #expect(try await delivery("delivered", on: desk).payload["message"]?.string == sent.id.text)
        try await desk.engine.markRead(session.conversation, upTo: desk.engine.store.head, by: .customer(session.customer))
        #expect(try await desk.engine.store.message(sent.id)?.delivery == .read)
        try await desk.stop()
        desk.remove()
    }

    @Test("a customer cannot mark another customer's conversation")
    func foreign() async throws {
        let desk = try await TestDesk(rules: Self.rules)
        let mine = try await desk.say("你好", as: "a"), other = try await desk.say("你好", as: "b")
        await #expect(throws: DeskError.self) {
            try await desk.engine.markRead(other.conversation, upTo: 100, by: .customer(mine.customer))
        }
        try await desk.stop()
        desk.remove()
    }
}
