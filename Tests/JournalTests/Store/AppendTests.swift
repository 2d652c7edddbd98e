// SPDX-License-Identifier: Apache-2.0
import Desk
import GRDB
import Testing

@testable import Journal

@Suite("appending")
struct AppendTests {
    @Test("seqs have no gap under fifty appenders at once")
    func gapFree() async throws {
        try await withStore { store, _ in
            try await withThrowingTaskGroup { group in
                for appender in 0..<50 {
                    group.addTask {
                        var last: Seq = 0
                        for number in 0..<20 {
                            let receipt = try await store.append(.message(.sample(Int64(appender * 100 + number + 1))))
                            let seq = try #require(receipt.first)
                            // One appender's entries are in its order.
                            #expect(seq > last)
                            last = seq
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(store.head == 1000)
            let counted = try await store.read {
                try [Int64].fetchAllInts($0, "SELECT count(*), min(seq), max(seq) FROM event")
            }
            #expect(counted == [1000, 1, 1000])
        }
    }

    @Test("few writers wait for nobody; where many come at once, groups gather")
    func pause() {
        #expect((1...3).allSatisfy { Writer.pause(after: $0) == nil })
        #expect((4...512).allSatisfy { Writer.pause(after: $0) == .milliseconds(3) })
    }

    @Test("an entry's events follow each other, and one without events has none")
    func receipts() async throws {
        try await withStore { store, _ in
            let two = try await store.append(.events(.alertRaised, .alertCleared))
            #expect(two == .committed(first: 1, last: 2))
            #expect(try await store.append(.changes(.channel(.init(id: "wx", plugin: "p")))) == .committed(first: 3, last: 2))
            #expect(try await store.append(.events(.notified)) == .committed(first: 3, last: 3))
            #expect(store.head == 3)
        }
    }

    @Test("a message that a platform sends again changes nothing")
    func duplicateExternal() async throws {
        try await withStore { store, _ in
            let first = try await store.append(.message(.sample(1, externalID: "msg-1")))
            var again = Entry.message(.sample(2, text: "again", externalID: "msg-1"))
            again.changes.append(.customer(Customer(id: ID(7), createdAt: sampleTime)))
            let known = try #require(first.first)
            #expect(try await store.append(again) == .duplicate(of: ID(1), seq: known))
            #expect(store.head == 1)
            #expect(try await store.customer(ID(7)) == nil)
            #expect(try await store.message(ID(2)) == nil)
            // The same id of another channel is another message.
            #expect(try await store.append(.message(.sample(3, channel: "web", externalID: "msg-1"))).first == 2)
        }
    }

    @Test("a client that sends again is told which message it was, within its conversation only")
    func duplicateClient() async throws {
        try await withStore { store, _ in
            _ = try await store.append(.message(.sample(1, clientID: "c-1")))
            #expect(try await store.append(.message(.sample(2, clientID: "c-1"))) == .duplicate(of: ID(1), seq: 1))
            #expect(try await store.append(.message(.sample(3, conversation: 2, clientID: "c-1"))).first == 2)
            #expect(try await store.message(conversation: ID(2), clientID: "c-1")?.id == ID(3))
        }
    }

    @Test("of many copies sent at once one is committed and the rest name it")
    func concurrentDuplicates() async throws {
        try await withStore { store, _ in
            let receipts = try await withThrowingTaskGroup(of: Receipt.self) { group in
                for number in 1...40 {
                    group.addTask { try await store.append(.message(.sample(Int64(number), externalID: "same"))) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let committed = receipts.filter { $0.first != nil }
            #expect(committed.count == 1)
            let kept = try #require(try await store.message(channel: "wx", externalID: "same"))
            #expect(receipts.count { $0 == .duplicate(of: kept.id, seq: 1) } == 39)
            #expect(store.head == 1)
        }
    }

    @Test("a bad entry costs itself only, though it shares the commit")
    func neighbours() async throws {
        try await withStore { store, _ in
            _ = try await store.append(.message(.sample(1)))
            try await withThrowingTaskGroup { group in
                for number in 2...60 {
                    group.addTask {
                        let isBad = number % 10 == 0
                        // The id of a message that is there already.
                        let receipt = try? await store.append(.message(.sample(isBad ? 1 : Int64(number))))
                        #expect((receipt == nil) == isBad)
                    }
                }
                try await group.waitForAll()
            }
            #expect(store.head == 54)
            #expect(try await store.messages(.init(), Page(limit: 100)).map(\.seq) == Array(1...54))
        }
    }

    @Test("an entry that contradicts itself is refused with a sentence")
    func contradictions() async throws {
        try await withStore { store, _ in
            var stray = Entry.message(.sample(1))
            stray.events = []
            await #expect(throws: StoreError.self) { try await store.append(stray) }
            var twice = Entry.message(.sample(1, externalID: "e"))
            twice.events += twice.events
            twice.changes.append(.message(.sample(2, externalID: "e"), event: 1))
            await #expect(throws: StoreError.self) { try await store.append(twice) }
            await #expect(throws: StoreError.self) { try await store.append(.changes(.activateRuleSet(id: "none"))) }
            #expect(store.head == 0)
        }
    }

    @Test("who gives up waiting does not undo the commit")
    func cancelledCaller() async throws {
        try await withStore { store, _ in
            let appends = (1...20).map { number in
                Task { try await store.append(.message(.sample(Int64(number)))) }
            }
            for append in appends { append.cancel() }
            for append in appends { _ = await append.result }
            // Committed in order: once this is there, all that was handed in before is.
            let last = try #require(try await store.append(.message(.sample(99))).first)
            let stored = try await store.messages(.init(), Page(limit: 100))
            #expect(stored.count == Int(last))
            for (number, append) in zip(1..., appends) {
                if case .success(let receipt) = await append.result {
                    #expect(stored.first { $0.id == ID(Int64(number)) }?.seq == receipt.first)
                }
            }
        }
    }

    @Test("a full queue lets appenders wait, and all get in")
    func backPressure() async throws {
        var limits = SQLiteStore.Limits()
        limits.queue = 2
        limits.group = 2
        try await withStore(limits: limits) { store, _ in
            try await withThrowingTaskGroup { group in
                for number in 1...100 { group.addTask { _ = try await store.append(.message(.sample(Int64(number)))) } }
                try await group.waitForAll()
            }
            #expect(store.head == 100)
        }
    }

    @Test("commits are synced: the level is read back as FULL")
    func durability() async throws {
        try await withStore { store, _ in
            let level = try await store.pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
            #expect(level == 2)
            let mode = try await store.pool.writeWithoutTransaction { try String.fetchOne($0, sql: "PRAGMA journal_mode") }
            #expect(mode == "wal")
        }
    }

    @Test("no room: all are refused, nothing is half written, and later appends succeed")
    func full() async throws {
        try await withStore { store, _ in
            _ = try await store.append(.message(.sample(1)))
            try await store.pool.writeWithoutTransaction { db in
                let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
                try db.execute(sql: "PRAGMA max_page_count = \(pages)")
            }
            let big = String(repeating: "满", count: 100_000)
            await withTaskGroup { group in
                for number in 2...10 {
                    group.addTask {
                        let error = await #expect(throws: StoreError.self) {
                            try await store.append(.message(.sample(Int64(number), text: big, externalID: "e\(number)")))
                        }
                        #expect(error?.code == .full)
                    }
                }
            }
            #expect(store.head == 1)
            #expect(try await store.messages(.init(), Page()).count == 1)
            try await store.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = 1000000") }
            // The platform sends again.
            #expect(try await store.append(.message(.sample(11, text: big, externalID: "e2"))) == .committed(first: 2, last: 2))
            #expect(try await store.message(ID(11))?.content.text == big)
        }
    }

    @Test("a closed store says so")
    func closed() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.open(at: folder.data, key: sampleKey)
        async let last = store.append(.message(.sample(1)))
        _ = try await last
        await store.close()
        await store.close()
        let errors = [
            await #expect(throws: StoreError.self) { try await store.append(.events(.notified)) },
            await #expect(throws: StoreError.self) { try await store.customer(ID(1)) },
            await #expect(throws: StoreError.self) { try await store.events(after: 0, limit: 10, matching: .all) },
        ]
        #expect(errors.map(\.?.code) == [.closed, .closed, .closed])
        await #expect(throws: CancellationError.self) { try await store.waitForEvent(after: 1) }
    }
}

extension [Int64] {
    /// The columns of the first row.
    static func fetchAllInts(_ db: Database, _ sql: String) throws -> [Int64] {
        guard let row = try Row.fetchOne(db, sql: sql) else { return [] }
        return (0..<row.count).map { row[$0] }
    }
}
