// SPDX-License-Identifier: Apache-2.0
import Crypto
import Desk
import Foundation
import Testing

@testable import Journal

@Suite("the key and what it seals")
struct KeyTests {
    @Test("a key file is made once, private, and read again")
    func keyFile() throws {
        let folder = try TemporaryFolder()
        let path = folder.data + "/desk.key"
        let made = try StoreKey.load(from: path, creatingIfMissing: true)
        #expect(try StoreKey.load(from: path, creatingIfMissing: true).bytes == made.bytes)
        #expect(try StoreKey.load(from: path, creatingIfMissing: false).bytes == made.bytes)
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.data) == ["desk.key"])
    }

    @Test("a key may be 32 raw bytes or 64 digits, and nothing else")
    func forms() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/k"
        func load(_ data: Data) throws -> [UInt8] {
            try data.write(to: URL(fileURLWithPath: path))
            return try StoreKey.load(from: path, creatingIfMissing: false).bytes
        }
        let digits = String(repeating: "0aF9", count: 16)
        #expect(try load(Data(0..<32)) == Array(0..<32))
        #expect(try load(Data(digits.utf8)).prefix(2) == [0x0a, 0xf9])
        #expect(try load(Data("\(digits)\r\n".utf8)).count == 32)
        for wrong in ["", "abc", digits + "00", digits.dropLast() + "g"] {
            let error = #expect(throws: StoreError.self) { try load(Data(wrong.utf8)) }
            #expect(error?.message.contains(path) == true)
        }
        #expect(throws: StoreError.self) { try StoreKey.load(from: path + "x", creatingIfMissing: false) }
    }

    @Test("what is sealed opens in its place only, under its key only, unchanged only")
    func sealing() throws {
        let vault = Vault(sampleKey)
        let sealed = try vault.seal([1, 2, 3], .customer, 5)
        #expect(try vault.open(sealed, .customer, 5) == [1, 2, 3])
        #expect(throws: StoreError.self) { try vault.open(sealed, .customer, 6) }
        #expect(throws: StoreError.self) { try vault.open(sealed, .ticket, 5) }
        #expect(throws: StoreError.self) { try Vault(.random()).open(sealed, .customer, 5) }
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 0x10
            #expect(throws: StoreError.self) { try vault.open(changed, .customer, 5) }
        }
        #expect(throws: StoreError.self) { try vault.open(Data(), .customer, 5) }
        #expect(try vault.seal([1, 2, 3], .customer, 5) != sealed)
    }

    @Test("what is sealed is AES-256-GCM as any other library does it, of every length")
    func form() throws {
        let secret = SymmetricKey(size: .bits256)
        let key = SealingKey(secret)
        let bound = [Vault.Place.ticket.rawValue, 8, 7, 6, 5, 4, 3, 2, 1]
        let address = Vault.Address(.ticket, 0x0102_0304_0506_0708)
        for count in [0, 1, 15, 16, 17, 4095, 70_000] {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let sealed = try #require(
                key.seal(bytes, nonce: .init(prefix: .random(in: .min ... .max), number: UInt64(count)), bound: address))
            #expect(sealed.count == 12 + count + 16)
            #expect(try AES.GCM.open(.init(combined: sealed), using: secret, authenticating: bound) == Data(bytes))
            let theirs = try #require(AES.GCM.seal(bytes, using: secret, authenticating: bound).combined)
            #expect(key.open(theirs, bound: address) == bytes)
        }
        #expect(key.open(Data(count: 27), bound: address) == nil)
    }

    @Test("many seal and open at once under one key")
    func atOnce() async throws {
        let vault = Vault(sampleKey)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for place in 0..<40 {
                group.addTask {
                    for round in 0..<50 {
                        let bytes = Array(repeating: UInt8(place), count: round * 7)
                        let sealed = try vault.seal(bytes, .event, Int64(place))
                        #expect(try vault.open(sealed, .event, Int64(place)) == bytes)
                        #expect(throws: StoreError.self) { try vault.open(sealed, .event, Int64(place) + 1) }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test("fingerprints tell parts apart and depend on the key")
    func fingerprints() {
        let vault = Vault(sampleKey)
        #expect(vault.fingerprint("ab", "c") != vault.fingerprint("a", "bc"))
        #expect(vault.fingerprint("a") == vault.fingerprint("a"))
        #expect(vault.fingerprint("a") != Vault(.random()).fingerprint("a"))
    }

    @Test("no file of the store shows a name, a number, a text or a platform's id")
    func nothingInClear() async throws {
        let marks = ["MARKER-NAME-王芳", "13800138000", "openid-MARKER", "我要退货MARKER", "MARKER-field", "MARKER-client"]
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.open(at: folder.data, key: sampleKey, clock: { sampleTime })
        var customer = Customer(id: ID(7), name: marks[0], createdAt: sampleTime)
        customer.attributes = ["phone": .string(marks[1])]
        customer.tags = [marks[4]]
        var conversation = Conversation.full(ID(1), customer: ID(7), at: sampleTime)
        conversation.attributes = [marks[4]: .string(marks[3])]
        let message = Message.sample(
            1, text: marks[3] + marks[1], externalID: marks[2], clientID: marks[5], delivery: .failed(reason: marks[1]))
        var entry = Entry.message(message)
        entry.changes += [
            .customer(customer), .identity(Identity(channel: "wx", externalID: marks[2], customer: ID(7))),
            .conversation(conversation),
            .ticket(Ticket(id: ID(2), subject: marks[3], fields: ["p": .string(marks[1])], createdAt: sampleTime)),
            .agent(Agent(id: ID(3), name: marks[0], teams: [], idleSince: sampleTime)),
            .team(Team(id: "t", name: marks[0])), .delivery(ID(1), .failed(reason: marks[3]), externalID: marks[2] + "2"),
            .outbox(
                OutboxItem(
                    message: ID(1), conversation: ID(1), channel: "wx", recipient: marks[2], dueAt: sampleTime,
                    queuedAt: sampleTime, reason: marks[1])),
            .timer(DeskTimer(key: "k", dueAt: sampleTime, conversation: nil, payload: ["t": .string(marks[3])])),
            .ruleSet(
                RuleSetRecord(id: "r", name: "r", files: [marks[4]: Array(marks[3].utf8)], acceptedAt: sampleTime, by: "x")),
            .idempotent(key: marks[2], answer: .string(marks[3])),
            .stored(namespace: "n", key: marks[2], value: .string(marks[1]), expires: nil),
        ]
        _ = try await store.append(entry)
        #expect(try await store.message(ID(1))?.content.text == message.content.text)
        let open = try folder.contents()
        #expect(open.map(\.name).sorted().contains("desk.db-wal"))
        await store.close()
        let closed = try folder.contents()
        for (name, bytes) in open + closed {
            for mark in marks { #expect(bytes.range(of: Data(mark.utf8)) == nil, "\(name) shows \(mark)") }
        }
        // The search itself works: what is meant to be in clear is found.
        #expect(closed.contains { $0.bytes.range(of: Data("message.received".utf8)) != nil })
    }
}
