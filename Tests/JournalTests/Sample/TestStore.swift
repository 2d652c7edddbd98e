// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
@testable import Journal

/// A folder of its own under the temporary one, gone with the value.
final class TemporaryFolder: Sendable {
    let path: String
    init() throws {
        path = NSTemporaryDirectory() + "luadesk-journal-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    deinit { try? FileManager.default.removeItem(atPath: path) }
    var data: String { path + "/data" }

    /// Bytes of the files in the data folder; not of the shared memory, whose locks this process would lose by reading it.
    func contents() throws -> [(name: String, bytes: Data)] {
        try FileManager.default.contentsOfDirectory(atPath: data).filter { !$0.hasSuffix("-shm") }.map { name in
            (name, FileManager.default.contents(atPath: "\(data)/\(name)") ?? Data())
        }
    }
}

let sampleKey = StoreKey(Array(0..<32)) ?? .random()
let sampleTime = Instant(milliseconds: 1_763_700_000_000)

/// Runs a body with a fresh store and closes it.
func withStore(
    limits: SQLiteStore.Limits = .init(), clock: @escaping Clock = { sampleTime },
    _ body: (SQLiteStore, TemporaryFolder) async throws -> Void
) async throws {
    let folder = try TemporaryFolder()
    let store = try SQLiteStore(Folder(path: folder.data), key: sampleKey, clock: clock, role: .server, limits: limits)
    do {
        try await body(store, folder)
        await store.close()
    } catch {
        await store.close()
        throw error
    }
}

extension Message {
    static func sample(
        _ number: Int64, conversation: Int64 = 1, text: String = "你好", direction: MessageDirection = .inbound,
        channel: String = "wx", externalID: String? = nil, clientID: String? = nil, delivery: Delivery = .sent
    ) -> Message {
        Message(
            id: ID(number), conversation: ID(conversation), customer: ID(7), channel: channel, direction: direction,
            content: .text(text), author: .customer(ID(7)), externalID: externalID, clientID: clientID,
            delivery: delivery, at: sampleTime)
    }
}

extension Entry {
    /// One event of the message, and the message.
    static func message(_ message: Message) -> Entry {
        let kind: Event.Kind =
            switch message.direction {
            case .inbound: .messageReceived
            case .outbound: .messageSent
            case .note: .noteAdded
            }
        return Entry(
            at: sampleTime,
            events: [
                .init(
                    kind, conversation: message.conversation, customer: message.customer, channel: message.channel,
                    actor: message.author, payload: message.value)
            ],
            changes: [.message(message, event: 0)])
    }

    static func changes(_ changes: Change..., at: Instant = sampleTime) -> Entry { Entry(at: at, changes: changes) }
    static func events(_ kinds: Event.Kind...) -> Entry { Entry(at: sampleTime, events: kinds.map { .init($0) }) }
}

extension Receipt {
    var first: Seq? { if case .committed(let first, _) = self { first } else { nil } }
    var last: Seq? { if case .committed(_, let last) = self { last } else { nil } }
}
