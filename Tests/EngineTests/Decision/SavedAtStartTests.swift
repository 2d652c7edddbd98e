// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Journal
import MailServers
import Plugins
import Rules
import Testing

@testable import Engine

@Suite("Rules that are saved while the desk starts", .timeLimit(.minutes(10))) struct SavedAtStartTests {
    private static func rule(_ text: String) -> String { "reply \"r\" { match = keywords \"hello\", text = \"\(text)\" }\n" }

    @Test("are taken, though they were saved before anybody watched the folder") func taken() async throws {
        let desk = try await TestDesk(rules: ["autoreply/r.lua": Self.rule("old")], watchesFiles: true) { folder in
            try Data(Self.rule("new").utf8).write(to: URL(fileURLWithPath: folder + "/autoreply/r.lua"))
        }
        var seq = desk.engine.store.head
        while try await desk.engine.rules.history(limit: 2).count < 2 {
            try await desk.engine.store.waitForEvent(after: seq)
            seq = desk.engine.store.head
        }
        let intake = try await desk.say("hello")
        #expect(try await desk.texts(intake.conversation) == ["new"])
        try await desk.stop()
    }

    @Test("what was gone back from is not taken again by a start, and the log says that other rules run than the folder holds")
    func goneBackFrom() async throws {
        let desk = try await TestDesk(rules: ["autoreply/r.lua": Self.rule("old")])
        let old = desk.engine.rules.active.id
        try Data(Self.rule("new").utf8).write(to: URL(fileURLWithPath: desk.folder + "/rules/autoreply/r.lua"))
        try await desk.engine.rules.reloadFromDisk(by: "test")
        #expect(desk.engine.rules.active.id != old)
        _ = try await desk.engine.rules.rollback(to: old, by: "test")
        try await desk.stop()

        let lines = LogLines()
        let again = try await TestDesk(on: desk, watchesFiles: true, log: lines)
        #expect(try await again.engine.rules.reloadFromDisk(by: "file watch") == nil)
        let intake = try await again.say("hello")
        #expect(try await again.texts(intake.conversation) == ["old"])
        #expect(again.engine.rules.active.id == old)
        #expect(lines.all.contains { $0.contains("other files than what runs") }, "\(lines.all)")
        try await again.stop()
    }
}

@Suite("A decision is asked for by the message or by its answer") struct AskedByAnswerTests {
    @Test("the answer's id leads to the customer's message, for explain and pin")
    func byAnswer() async throws {
        let rule = "reply \"hi\" { match = keywords { \"hello\" }, text = \"Hi!\" }"
        let desk = try await TestDesk(rules: ["autoreply/a.lua": rule])
        let conversation = try await desk.say("hello").conversation
        let messages = try await desk.engine.store.messages(MessageFilter(conversation: conversation), Page(limit: 10))
        let asked = try #require(messages.first { $0.direction == .inbound })
        let answer = try #require(messages.first { $0.direction == .outbound })
        let rules = desk.engine.rules
        let explained = try await rules.explain(answer.id)
        #expect(explained["message_id"]?.string == asked.id.text && explained["recorded"]?.bool == true)
        #expect(try await rules.pin(answer.id)["path"]?.string == "tests/pinned/\(asked.id.text).json")
        try await desk.stop()
    }
}

@Suite("The store of plugins, on disk") struct JournalPluginStoreTests {
    private static func open() throws -> (store: SQLiteStore, clock: ManualClock, place: TemporaryPlace) {
        let (place, clock) = (try TemporaryPlace("plugins"), ManualClock())
        return (try SQLiteStore.open(at: place.path + "/data", key: .random(), clock: clock.now), clock, place)
    }

    @Test("a counter ends when its first life is over, however often it is counted up meanwhile")
    func countersEnd() async throws {
        let (store, clock, place) = try Self.open()
        defer { withExtendedLifetime(place) {} }
        let values = JournalPluginStore(store: store, clock: clock.now)
        func count(_ life: Duration?) async throws -> Int64 {
            try await values.increment("k", in: "p", by: 1, expires: life.map { clock.now() + $0 })
        }
        #expect(try await count(.seconds(10)) == 1)
        clock.advance(by: .seconds(6))
        #expect(try await count(.seconds(10)) == 2)
        #expect(try await count(nil) == 3)
        clock.advance(by: .seconds(5))
        #expect(try await count(nil) == 1)
        await store.close()
    }

    @Test("what is no whole number is not counted up, and stays") func noNumbers() async throws {
        let (store, clock, place) = try Self.open()
        defer { withExtendedLifetime(place) {} }
        let values = JournalPluginStore(store: store, clock: clock.now)
        try await values.set("k", in: "p", to: "hello", expires: nil)
        await #expect(throws: PluginStoreFailure.notANumber) {
            try await values.increment("k", in: "p", by: 1, expires: nil)
        }
        #expect(try await values.value("k", in: "p") == "hello")
        try await values.set("k", in: "p", to: .int(.max), expires: nil)
        await #expect(throws: PluginStoreFailure.overflow) {
            try await values.increment("k", in: "p", by: 1, expires: nil)
        }
        #expect(try await values.value("k", in: "p") == .int(.max))
        await store.close()
    }

    @Test("a namespace that is full takes no more until something is removed or over; others do") func quota() async throws {
        let (store, clock, place) = try Self.open()
        defer { withExtendedLifetime(place) {} }
        let values = JournalPluginStore(store: store, clock: clock.now, quota: 4000)
        let large = Value.string(String(repeating: "x", count: 1000))
        func set(_ key: String, _ value: Value, in namespace: String = "p", life: Duration? = nil) async throws {
            try await values.set(key, in: namespace, to: value, expires: life.map { clock.now() + $0 })
        }
        try await set("a", large)
        try await set("b", large)
        try await set("c", large, life: .seconds(60))
        await #expect(throws: PluginStoreFailure.full) { try await set("d", large) }
        try await set("a", "short")
        try await set("d", large)
        await #expect(throws: PluginStoreFailure.full) { try await set("e", large) }
        try await set("e", large, in: "q")
        try await values.remove("b", in: "p")
        try await set("e", large)
        await #expect(throws: PluginStoreFailure.full) { try await set("f", large) }
        clock.advance(by: .seconds(61))
        try await set("f", large)
        await store.close()
    }
}
