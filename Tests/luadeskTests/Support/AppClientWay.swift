// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Synchronization

@testable import LuaDeskClient

/// How a client under test gets to its desk.
enum AppClientWay: String, CaseIterable, Sendable {
    /// What URLSession can do on this machine, found out by the client.
    case urlSession
    /// Sockets, for whatever URLSession can do: the client's connection, over the tests' own WebSocket.
    case socket

    var transport: ClientTransport { self == .socket || Self.urlSessionHasSockets ? .webSocket : .longPoll }

    #if canImport(FoundationNetworking)
    /// Not with the libcurl of Debian 12, nor with any that was built without them; the client says so by what it
    /// chose.
    private static let urlSessionHasSockets = false
    #else
    private static let urlSessionHasSockets = true
    #endif

    func client(of url: String, _ storage: some ClientStorage) -> LuaDeskClient {
        let server = URL(string: url)!  // The desk's own.
        switch self {
        case .urlSession: return LuaDeskClient(server: server, channel: "app", storage: storage)
        case .socket:
            var options = LuaDeskClient.Options()
            options.transport = .webSocket
            return LuaDeskClient(server: server, channel: "app", storage: storage, options: options) { door in
                NIOTextSocket(port: door.server.port ?? 0)
            }
        }
    }
}

/// The tests' WebSocket as the client wants one; opened by the first use.
final class NIOTextSocket: TextSocket {
    private let port: Int
    private let opened = Mutex<LiveSocket?>(nil)

    init(port: Int) { self.port = port }

    private func socket() async throws -> LiveSocket {
        if let socket = opened.withLock({ $0 }) { return socket }
        let socket = try await LiveSocket.open(port: port, token: nil)
        opened.withLock { $0 = socket }
        return socket
    }

    func send(_ text: String) async throws { try await socket().send(try Value(json: Array(text.utf8))) }
    func receive() async throws -> Data { Data(try await socket().next(within: .seconds(3600)).json) }
    /// The desk's own pings keep it alive.
    func ping(answered: @escaping @Sendable () -> Void) { answered() }
    func close() { opened.withLock { $0 }?.cut() }
}

extension LuaDeskClient {
    /// Waits until the messages are as wished.
    func waits(
        _ what: String, within limit: Duration = patience,
        until isMet: @escaping @Sendable ([ClientMessage]) -> Bool
    ) async throws -> [ClientMessage] {
        try await luadeskTests.within(limit, what) {
            for await messages in await self.messages where isMet(messages) { return messages }
            throw OutOfPatience(description: "\(what): the messages ended")
        }
    }

    var sessionToken: String? { kept.session?.token }
}
