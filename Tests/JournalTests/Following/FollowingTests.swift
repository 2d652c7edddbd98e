// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Journal

@Suite("following the journal")
struct FollowingTests {
    @Test("a follower gets every event once, in order, while appenders write")
    func follow() async throws {
        var limits = SQLiteStore.Limits()
        limits.ring = 16  // so small that memory and disk both serve
        try await withStore(limits: limits) { store, _ in
            async let seen: [Seq] = {
                var seen: [Seq] = []
                while seen.count < 300 {
                    try await store.waitForEvent(after: seen.last ?? 0)
                    seen += try await store.events(after: seen.last ?? 0, limit: 50, matching: .all).map(\.seq)
                }
                return seen
            }()
            for number in 1...100 { _ = try await store.append(.events(.notified, .alertRaised, .alertCleared)); _ = number }
            #expect(try await seen == Array(1...300))
        }
    }

    @Test("memory and disk give the same events")
    func ringAgainstDisk() async throws {
        var limits = SQLiteStore.Limits()
        limits.ring = 5
        try await withStore(limits: limits) { store, folder in
            for number in 1...12 {
                _ = try await store.append(
                    Entry(
                        at: sampleTime + .seconds(Int64(number)),
                        events: [
                            .init(
                                .behaviour, conversation: ID(Int64(number)), ticket: ID(3), customer: ID(4), channel: "wx",
                                actor: .bot("r"), cause: 1, payload: ["n": .int(Int64(number)), "text": "喂"])
                        ]))
            }
            let near = try await store.events(after: 9, limit: 10, matching: .all)
            let far = try await store.events(after: 0, limit: 1000, matching: .all)
            #expect(near.map(\.seq) == [10, 11, 12])
            #expect(far.map(\.seq) == Array(1...12))
            #expect(Array(far.suffix(3)) == near)
            #expect(try await store.events(after: 12, limit: 5, matching: .all) == [])
            _ = folder
        }
    }

    @Test("filters find by kind, conversation, customer and ticket, near and far")
    func filters() async throws {
        for ring in [2, 1000] {
            var limits = SQLiteStore.Limits()
            limits.ring = ring
            try await withStore(limits: limits) { store, _ in
                _ = try await store.append(
                    .changes(.conversation(Conversation(id: ID(1), customer: ID(5), channel: "wx", startedAt: sampleTime))))
                _ = try await store.append(
                    Entry(
                        at: sampleTime,
                        events: [
                            .init(.conversationStarted, conversation: ID(1), customer: ID(5)),
                            .init(.conversationQueued, conversation: ID(2), customer: ID(6)),
                            .init(.customerCreated, customer: ID(5)),
                            .init(.ticketCreated, ticket: ID(9)),
                            .init(.notified),
                        ]))
                func seqs(_ filter: EventFilter) async throws -> [Seq] {
                    try await store.events(after: 0, limit: 10, matching: filter).map(\.seq)
                }
                #expect(try await seqs(.init(kinds: [.notified, .customerCreated])) == [3, 5])
                #expect(try await seqs(.init(kinds: [])) == [])
                #expect(try await seqs(.init(conversation: ID(2))) == [2])
                #expect(try await seqs(.init(customer: ID(5))) == [1, 3])
                #expect(try await seqs(.init(ticket: ID(9))) == [4])
                #expect(try await seqs(.init(kinds: [.conversationStarted], customer: ID(5))) == [1])
                #expect(try await store.events(after: 1, limit: 1, matching: .all).map(\.seq) == [2])
            }
        }
    }

    @Test("waiting ends at once if there is something, and with the task if it is cancelled")
    func waiting() async throws {
        try await withStore { store, _ in
            _ = try await store.append(.events(.notified))
            try await store.waitForEvent(after: 0)
            let waiter = Task { try await store.waitForEvent(after: 1) }
            waiter.cancel()
            await #expect(throws: CancellationError.self) { try await waiter.value }
        }
    }

    @Test("the ring begins anew after a gap, and keeps its newest")
    func ring() {
        var ring = EventRing(capacity: 3)
        func event(_ seq: Seq) -> Event { Event(seq: seq, at: sampleTime, draft: .init(.notified)) }
        #expect(ring.events(after: 0, limit: 9, matching: .all) == nil)
        ring.append([event(1), event(2)])
        ring.append([event(3), event(4)])
        #expect(ring.events(after: 0, limit: 9, matching: .all) == nil)
        #expect(ring.events(after: 1, limit: 9, matching: .all)?.map(\.seq) == [2, 3, 4])
        #expect(ring.events(after: 1, limit: 2, matching: .all)?.map(\.seq) == [2, 3])
        #expect(ring.events(after: 4, limit: 9, matching: .all) == [])
        ring.append([event(8)])
        #expect(ring.events(after: 4, limit: 9, matching: .all) == nil)
        #expect(ring.events(after: 7, limit: 9, matching: .all)?.map(\.seq) == [8])
    }
}
