// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Journal

@Suite("reading messages and the outbox")
struct MessageReadingTests {
    @Test("a message comes back with the seq of its event")
    func message() async throws {
        try await withStore { store, _ in
            var message = Message.sample(5, text: "退货", externalID: "e", clientID: "c")
            var entry = Entry.message(message)
            entry.events.insert(.init(.conversationStarted), at: 0)
            entry.changes = [.message(message, event: 1)]
            _ = try await store.append(entry)
            message.seq = 2
            #expect(try await store.message(ID(5)) == message)
            #expect(try await store.message(channel: "wx", externalID: "e") == message)
            #expect(try await store.message(conversation: ID(1), clientID: "c") == message)
            #expect(try await store.message(channel: "wx", externalID: "c") == nil)
            #expect(try await store.message(conversation: ID(2), clientID: "c") == nil)
            #expect(try await store.message(ID(6)) == nil)
        }
    }

    @Test("a message is whole even where its event says something else")
    func ownPayload() async throws {
        try await withStore { store, _ in
            var message = Message.sample(5)
            let entry = Entry(
                at: sampleTime, events: [.init(.messageReceived, payload: ["extra": 1])], changes: [.message(message, event: 0)])
            _ = try await store.append(entry)
            message.seq = 1
            #expect(try await store.message(ID(5)) == message)
            #expect(try await store.messages(.init(conversation: ID(1)), Page()) == [message])
            let event = try await store.events(after: 0, limit: 1, matching: .all).first
            #expect(event?.payload["extra"] == 1)
        }
    }

    @Test("lists go by channel, conversation, customer, with and without notes, by seq")
    func lists() async throws {
        try await withStore { store, _ in
            let talk = Conversation(id: ID(1), customer: ID(7), channel: "wx", startedAt: sampleTime)
            _ = try await store.append(.changes(.conversation(talk)))
            let messages: [Message] = [
                .sample(1), .sample(2, direction: .note), .sample(3, conversation: 2, channel: "web"),
                .sample(4, direction: .outbound), .sample(5, conversation: 3),
            ]
            for message in messages { _ = try await store.append(.message(message)) }
            func seqs(_ filter: MessageFilter, _ page: Page = Page()) async throws -> [Seq] {
                try await store.messages(filter, page).map(\.seq)
            }
            #expect(try await seqs(.init()) == [1, 2, 3, 4, 5])
            #expect(try await seqs(.init(channel: "web")) == [3])
            #expect(try await seqs(.init(conversation: ID(1))) == [1, 2, 4])
            #expect(try await seqs(.init(conversation: ID(1), includesNotes: false)) == [1, 4])
            #expect(try await seqs(.init(customer: ID(7))) == [1, 2, 4])
            #expect(try await seqs(.init(channel: "wx", conversation: ID(1), customer: ID(7), includesNotes: false)) == [1, 4])
            #expect(try await seqs(.init(), Page(after: 1, limit: 2)) == [2, 3])
            #expect(try await seqs(.init(conversation: ID(1)), Page(after: 4, limit: 2, descending: true)) == [2, 1])
        }
    }

    @Test("delivery moves on, fails with its reason, and brings the platform's id")
    func delivery() async throws {
        try await withStore { store, _ in
            _ = try await store.append(.message(.sample(1, direction: .outbound, delivery: .queued)))
            func delivery() async throws -> Delivery? { try await store.message(ID(1))?.delivery }
            #expect(try await delivery() == .queued)
            _ = try await store.append(.changes(.delivery(ID(1), .sent, externalID: "platform-1")))
            #expect(try await delivery() == .sent)
            #expect(try await store.message(channel: "wx", externalID: "platform-1")?.externalID == "platform-1")
            _ = try await store.append(
                .changes(.delivery(ID(1), .sent, externalID: "platform-1", further: ["part-2", "part-3"])))
            for id in ["platform-1", "part-2", "part-3"] {
                let found = try await store.message(channel: "wx", externalID: id)
                #expect(found?.id == ID(1) && found?.externalID == "platform-1")
            }
            _ = try await store.append(.changes(.delivery(ID(1), .failed(reason: "quota"))))
            #expect(try await delivery() == .failed(reason: "quota"))
            _ = try await store.append(.changes(.delivery(ID(1), .read)))
            #expect(try await delivery() == .read)
            #expect(try await store.message(ID(1))?.externalID == "platform-1")
            // Reported before it was read, written after.
            for late in [Delivery.sent, .delivered] {
                _ = try await store.append(.changes(.delivery(ID(1), late)))
                #expect(try await delivery() == .read)
            }
            // The platform echoes our own message back to us.
            #expect(try await store.append(.message(.sample(2, externalID: "platform-1"))) == .duplicate(of: ID(1), seq: 1))
            // A report about nothing changes nothing.
            _ = try await store.append(.changes(.delivery(ID(99), .read, externalID: "x")))
            #expect(try await store.message(channel: "wx", externalID: "x") == nil)
        }
    }

    func item(_ number: Int64, channel: String = "wx", state: OutboxItem.State = .waiting, queued: Int64 = 0) -> OutboxItem {
        OutboxItem(
            message: ID(number), conversation: ID(1), channel: channel, recipient: "open-1", state: state, attempts: 2,
            dueAt: sampleTime + .seconds(9), queuedAt: sampleTime + .seconds(queued), reason: "45015")
    }

    @Test("the outbox gives what waits, in the order it was queued, and keeps dead letters apart")
    func outbox() async throws {
        try await withStore { store, _ in
            let items = [
                item(1, queued: 2), item(2, queued: 1), item(3, channel: "web"), item(4, state: .dead), item(5, state: .held),
                item(6, state: .dead),
            ]
            _ = try await store.append(Entry(at: sampleTime, changes: items.map { .outbox($0) }))
            #expect(try await store.outbox(channel: "wx", limit: 10) == [items[1], items[0]])
            #expect(try await store.outbox(channel: "wx", limit: 1) == [items[1]])
            #expect(try await store.outboxChannels() == ["web", "wx"])
            #expect(try await store.deadLetters(Page()) == [items[3], items[5]])
            #expect(
                try await store.outboxDepths() == [
                    OutboxDepth(channel: "web", state: "waiting", count: 1), OutboxDepth(channel: "wx", state: "dead", count: 2),
                    OutboxDepth(channel: "wx", state: "held", count: 1), OutboxDepth(channel: "wx", state: "waiting", count: 2),
                ])
            #expect(try await store.deadLetters(Page(after: 4)) == [items[5]])
            #expect(try await store.outboxItem(ID(5)) == items[4])
            _ = try await store.append(.changes(.outboxDone(ID(2)), .outboxDone(ID(3)), .outbox(item(4, queued: 0))))
            #expect(try await store.outbox(channel: "wx", limit: 10).map(\.message.number) == [4, 1])
            #expect(try await store.outboxChannels() == ["wx"])
            #expect(try await store.outboxItem(ID(2)) == nil)
        }
    }
}
