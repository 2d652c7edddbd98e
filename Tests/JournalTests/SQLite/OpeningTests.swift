// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import GRDB
import Testing

@testable import Journal

@Suite("opening a data folder")
struct OpeningTests {
    @Test("creates what is missing, for its owner only")
    func creates() async throws {
        try await withStore { store, folder in
            _ = try await store.append(.events(.notified))
            func mode(_ path: String) throws -> Int? {
                try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            }
            #expect(try mode(folder.data) == 0o700)
            for name in try FileManager.default.contentsOfDirectory(atPath: folder.data) {
                #expect(try mode("\(folder.data)/\(name)") == 0o600, "\(name)")
            }
        }
    }

    @Test("a second server is told who has the folder; a tool is let in")
    func lock() async throws {
        try await withStore { store, folder in
            let error = #expect(throws: StoreError.self) { try SQLiteStore.open(at: folder.data, key: sampleKey) }
            #expect(error?.code == .inUse)
            #expect(error?.message.contains("process \(getpid())") == true)
            #expect(error?.message.contains(folder.data) == true)

            // What a tool writes reaches the server's followers, and seqs go on without a gap.
            let tool = try SQLiteStore.open(at: folder.data, key: sampleKey, role: .tool)
            #expect(try await tool.append(.events(.tokenCreated)) == .committed(first: 1, last: 1))
            try await store.waitForEvent(after: 0)
            #expect(try await store.append(.events(.notified)) == .committed(first: 2, last: 2))
            #expect(try await tool.append(.events(.rulesActivated)) == .committed(first: 3, last: 3))
            try await store.waitForEvent(after: 2)
            let seen = try await store.events(after: 0, limit: 10, matching: .all)
            #expect(seen.map(\.kind) == [.tokenCreated, .notified, .rulesActivated])
            await tool.close()
        }
    }

    @Test("two handles that write at once share one gap-free journal, and one set of known messages")
    func twoWriters() async throws {
        try await withStore { store, folder in
            let tool = try SQLiteStore.open(at: folder.data, key: sampleKey, role: .tool)
            let receipts = try await withThrowingTaskGroup(of: Receipt.self) { group in
                for number in 1...100 {
                    group.addTask {
                        let message = Message.sample(Int64(number), externalID: "e\((number + 1) / 2)")
                        return try await (number % 2 == 0 ? store : tool).append(.message(message))
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(receipts.compactMap(\.first).sorted() == Array(1...50))
            try await tool.waitForEvent(after: 49)
            #expect(try await tool.events(after: 0, limit: 100, matching: .all).map(\.seq) == Array(1...50))
            await tool.close()
        }
    }

    @Test("the lock is free again after closing")
    func reopen() async throws {
        let folder = try TemporaryFolder()
        for seq in 1...3 {
            let store = try SQLiteStore.open(at: folder.data, key: sampleKey)
            #expect(store.head == Seq(seq - 1))
            #expect(try await store.append(.events(.notified)).first == Seq(seq))
            await store.close()
        }
    }

    @Test("what was acknowledged is there after a crash")
    func crash() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.open(at: folder.data, key: sampleKey)
        let writing = Task {
            var number: Int64 = 0
            while !Task.isCancelled {
                number += 1
                _ = try await store.append(.message(.sample(number, externalID: "\(number)")))
            }
        }
        // The files as they lie there while it writes, as a killed process leaves them.
        for copy in 1...5 {
            try await store.waitForEvent(after: Seq(copy * 20))
            let acknowledged = store.head
            let path = folder.path + "/copy\(copy)"
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            for name in ["desk.db", "desk.db-wal"] {
                try FileManager.default.copyItem(atPath: "\(folder.data)/\(name)", toPath: "\(path)/\(name)")
            }
            let reopened = try SQLiteStore.open(at: path, key: sampleKey)
            #expect(reopened.head >= acknowledged)
            let messages = try await reopened.messages(.init(), Page(limit: 1000))
            #expect(messages.map(\.seq) == Array(1...Seq(messages.count)))
            #expect(messages.map(\.externalID) == (1...messages.count).map { "\($0)" })
            await reopened.close()
        }
        writing.cancel()
        _ = await writing.result
        await store.close()
    }

    @Test("a file of a newer program is refused, by server and tool")
    func newer() async throws {
        let folder = try TemporaryFolder()
        await (try SQLiteStore.open(at: folder.data, key: sampleKey)).close()
        let file = try DatabaseQueue(path: folder.data + "/desk.db")
        try await file.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('999 the future')") }
        try file.close()
        for role in [SQLiteStore.Role.server, .tool] {
            let error = #expect(throws: StoreError.self) {
                try SQLiteStore.open(at: folder.data, key: sampleKey, role: role)
            }
            #expect(error?.code == .newer)
            #expect(error?.message.contains("newer") == true)
        }
    }

    @Test("another key is refused with a sentence")
    func wrongKey() async throws {
        let folder = try TemporaryFolder()
        await (try SQLiteStore.open(at: folder.data, key: sampleKey)).close()
        let error = #expect(throws: StoreError.self) { try SQLiteStore.open(at: folder.data, key: .random()) }
        #expect(error?.code == .unreadable)
        #expect(error?.message.contains("key") == true)
        await (try SQLiteStore.open(at: folder.data, key: sampleKey)).close()
    }

    @Test("what is no database, and a folder that cannot be, are refused")
    func nonsense() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.data, withIntermediateDirectories: true)
        try Data(repeating: 7, count: 8192).write(to: URL(fileURLWithPath: folder.data + "/desk.db"))
        let error = #expect(throws: StoreError.self) { try SQLiteStore.open(at: folder.data, key: sampleKey) }
        #expect(error?.code == .unreadable)
        let file = folder.path + "/file"
        try Data().write(to: URL(fileURLWithPath: file))
        let blocked = #expect(throws: StoreError.self) { try SQLiteStore.open(at: file + "/x", key: sampleKey) }
        #expect(blocked?.code == .io)
    }

    @Test("migrations run once, and each step is known by its number")
    func migrations() async throws {
        try await withStore { store, _ in
            let applied = try await store.read { try Schema.migrator.appliedIdentifiers($0) }
            #expect(applied == Set(Schema.migrator.migrations))
            #expect(Schema.migrator.migrations.enumerated().allSatisfy { $1.hasPrefix("\($0 + 1) ") })
        }
    }
}
