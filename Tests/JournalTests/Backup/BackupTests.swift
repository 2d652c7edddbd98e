// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import GRDB
import Testing

@testable import Journal

@Suite("backup and restore")
struct BackupTests {
    /// A bit of everything that is sealed.
    func fill(_ store: SQLiteStore) async throws {
        var entry = Entry.message(.sample(1, externalID: "e1", delivery: .failed(reason: "quota")))
        entry.changes += [
            .customer(Customer(id: ID(7), name: "王芳", createdAt: sampleTime)),
            .identity(Identity(channel: "wx", externalID: "open-1", customer: ID(7))),
            .conversation(.full(ID(1), customer: ID(7), at: sampleTime)),
            .ticket(.full(ID(2), at: sampleTime)),
            .delivery(ID(1), .failed(reason: "why"), externalID: "p1"),
            .agent(Agent(id: ID(11), name: "李", teams: ["a"], idleSince: sampleTime)),
            .team(Team(id: "a", name: "A", hours: .always)),
            .outbox(
                OutboxItem(
                    message: ID(1), conversation: ID(1), channel: "wx", recipient: "open-1", dueAt: sampleTime,
                    queuedAt: sampleTime)),
            .timer(DeskTimer(key: "t", dueAt: sampleTime, conversation: ID(1), payload: ["kind": "x"])),
            .ruleSet(RuleSetRecord(id: "ab", name: "r", files: ["a.lua": [1, 2]], acceptedAt: sampleTime, by: "me")),
            .idempotent(key: "k", answer: 1), .stored(namespace: "n", key: "k", value: 2, expires: nil),
        ]
        _ = try await store.append(entry)
    }

    @Test("a backup taken while messages come in is whole, and a desk restored from it goes on")
    func roundTrip() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.open(at: folder.data, key: sampleKey, clock: { sampleTime })
        try await fill(store)
        let writing = Task {
            var number: Int64 = 10
            while !Task.isCancelled {
                number += 1
                _ = try? await store.append(.message(.sample(number, externalID: "w\(number)")))
            }
        }
        try await store.waitForEvent(after: 20)
        let backup = folder.path + "/desk.backup"
        let report = try await store.backup(to: backup)
        #expect(report.head > 20)
        #expect(report.messages == Int(report.head))
        #expect((report.customers, report.conversations, report.tickets) == (1, 1, 1))
        writing.cancel()
        await writing.value
        await store.close()
        #expect(try await Backup.verify(backup, key: sampleKey) == report)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["data", "desk.backup"])

        let restored = folder.path + "/restored"
        #expect(try await Backup.restore(from: backup, to: restored, key: sampleKey) == report)
        let again = try SQLiteStore.open(at: restored, key: sampleKey, clock: { sampleTime })
        #expect(again.head == report.head)
        #expect(try await again.conversation(ID(1)) == .full(ID(1), customer: ID(7), at: sampleTime))
        #expect(try await again.append(.events(.notified)).first == report.head + 1)
        await again.close()
    }

    @Test("a restore refuses what is not empty, and the folder of a running server")
    func refusals() async throws {
        try await withStore { store, folder in
            try await fill(store)
            let backup = folder.path + "/b"
            let report = try await store.backup(to: backup)
            let exists = await #expect(throws: StoreError.self) { try await store.backup(to: backup) }
            #expect(exists?.code == .inUse)
            let running = await #expect(throws: StoreError.self) {
                try await Backup.restore(from: backup, to: folder.data, key: sampleKey)
            }
            #expect(running?.code == .inUse)
            #expect(running?.message.contains("\(getpid())") == true)
            try Data("x".utf8).write(to: URL(fileURLWithPath: folder.path + "/note"))
            let full = await #expect(throws: StoreError.self) {
                try await Backup.restore(from: backup, to: folder.path, key: sampleKey)
            }
            #expect(full?.code == .inUse)
            #expect(try await Backup.verify(backup, key: sampleKey) == report)
        }
    }

    @Test("a damaged, shortened, foreign or missing backup is refused, and nothing is restored")
    func damage() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.open(at: folder.data, key: sampleKey)
        for number in 1...30 {
            _ = try await store.append(.message(.sample(Int64(number), text: String(repeating: "字", count: 900))))
        }
        let good = folder.path + "/good"
        _ = try await store.backup(to: good)
        await store.close()
        let bytes = try Data(contentsOf: URL(fileURLWithPath: good))
        // A flipped bit inside a payload leaves the structure sound; only the seal knows.
        var flipped = bytes
        flipped[bytes.count / 2] ^= 1
        var gap = folder.path + "/gap"
        try bytes.write(to: URL(fileURLWithPath: gap))
        let queue = try DatabaseQueue(path: gap)
        try await queue.write { try $0.execute(sql: "DELETE FROM event WHERE seq = 13") }
        try queue.close()
        let broken: [(name: String, bytes: Data?)] = [
            ("flipped", flipped), ("short", bytes.prefix(bytes.count / 2)), ("text", Data("not a database at all".utf8)),
            ("empty", Data()), ("gap", nil),
        ]
        for (name, bytes) in broken {
            gap = folder.path + "/" + name
            try bytes?.write(to: URL(fileURLWithPath: gap))
            let error = await #expect(throws: StoreError.self, "\(name)") {
                try await Backup.restore(from: gap, to: folder.path + "/r-\(name)", key: sampleKey)
            }
            #expect(error?.code == .unreadable, "\(name): \(error?.message ?? "")")
            #expect(!FileManager.default.fileExists(atPath: folder.path + "/r-\(name)/desk.db"))
        }
        let wrongKey = await #expect(throws: StoreError.self) { try await Backup.verify(good, key: .random()) }
        #expect(wrongKey?.message.contains("key") == true)
        let missing = await #expect(throws: StoreError.self) { try await Backup.verify(good + "x", key: sampleKey) }
        #expect(missing?.code == .io)
    }
}
