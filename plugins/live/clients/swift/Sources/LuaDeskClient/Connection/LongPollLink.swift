// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A connection made of requests: one that waits for what the desk says, others that say something.
actor LongPollLink: LiveLink {
    nonisolated let transport = ClientTransport.longPoll
    private let door: HTTPDoor
    private let token: String
    private let life: Duration?
    private var cursor: Int64
    /// What the first request brought.
    private var early: [IncomingFrame] = []

    /// Seconds the desk may wait; proxies cut many a request after 30.
    private static let wait = 25

    /// - Parameter life: after so long the link ends by itself; nil: never.
    init(door: HTTPDoor, token: String, after seq: Int64, life: Duration?) {
        self.door = door
        self.token = token
        self.life = life
        cursor = seq
    }

    /// The first request, which does not wait: shows that token and way are good.
    func open() async throws { early = try await ask(wait: 0) }

    func next() async throws -> [IncomingFrame] {
        guard early.isEmpty else {
            defer { early = [] }
            return early
        }
        return try await ask(wait: Self.wait)
    }

    private func ask(wait: Int) async throws -> [IncomingFrame] {
        let (frames, next) = try await door.events(after: cursor, wait: wait, token: token)
        cursor = max(cursor, next)
        return frames + [.cursor(seq: cursor)]
    }

    nonisolated func say(_ frame: OutgoingFrame) async throws -> IncomingFrame.Ack? {
        try await door.say(frame, token: token)
    }

    /// Every request shows by itself whether the desk lives.
    func keepAlive() async throws {
        try await Task.sleep(for: life ?? .seconds(1 << 30))
        throw LinkProblem.renewal
    }

    func close() {}
}
