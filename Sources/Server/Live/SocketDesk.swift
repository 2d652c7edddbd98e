// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import Logging
import NIOCore
import NIOHTTP1
import NIOWebSocket
import ServiceLifecycle
import Synchronization

/// All open live sockets: lets them in, looks after them once a second, says goodbye at the end.
final class SocketDesk: Sendable {
    private struct State {
        var sockets: [ObjectIdentifier: LiveSocket] = [:]
        var isClosing = false
    }
    private let state = Mutex(State())
    private let count: SocketCount
    let limits: ServerLimits
    private let origins: [String]
    private let door: LiveDoor
    private let logger: Logger

    init(door: LiveDoor, limits: ServerLimits, origins: [String], logger: Logger) {
        self.door = door
        self.limits = limits
        self.origins = origins
        self.logger = logger
        count = SocketCount(limits: limits)
    }

    var total: Int { count.total }

    /// Takes a place for a socket on this connection, until the connection ends.
    /// - Returns: false where there is no room, or its page may not come in: the route says which.
    func admit(_ channel: any Channel, _ head: HTTPRequestHead) -> Bool {
        guard originIsAllowed(head.headers.first(name: "origin"), head.headers.first(name: "host")),
            case .success(let admission) = count.admit(from: channel.remoteAddress?.ipAddress ?? "")
        else { return false }
        channel.closeFuture.whenComplete { _ in admission.leave() }
        return true
    }

    func refusal(from address: SocketAddress?) -> SocketCount.Refusal? { count.refusal(from: address?.ipAddress ?? "") }

    /// Whether a page from there may open a socket: any if no origins are configured, and always our own pages.
    func originIsAllowed(_ origin: String?, _ host: String?) -> Bool { Self.isAllowed(origin, host, among: origins) }

    /// - Parameter origins: empty: any.
    static func isAllowed(_ origin: String?, _ host: String?, among origins: [String]) -> Bool {
        guard let origin, !origins.isEmpty else { return true }
        if let host, origin == "http://\(host)" || origin == "https://\(host)" { return true }
        return origins.contains(origin)
    }

    /// Serves one socket until it ends.
    func serve(_ channel: NIOAsyncChannel<WebSocketFrame, WebSocketFrame>, _ request: SocketRequest) async {
        do {
            try await channel.executeThenClose { inbound, outbound in
                let socket = LiveSocket(channel: channel.channel, outbound: outbound, door: door, limits: limits, logger: logger)
                let isLate = state.withLock { state in
                    state.sockets[ObjectIdentifier(socket)] = socket
                    return state.isClosing
                }
                defer { state.withLock { _ = $0.sockets.removeValue(forKey: ObjectIdentifier(socket)) } }
                if isLate { socket.close(.goingAway) }
                await socket.run(inbound, request)
            }
        } catch {
            // The peer went while we were closing: daily life.
            logger.trace("A live socket ended.", metadata: ["error": "\(error)"])
        }
    }

    /// Pings, and cuts what is dead, stuck or silent; until cancelled.
    func watch() async {
        let step = min(.seconds(1), limits.stallTimeout / 2, limits.helloTimeout / 2, limits.pingInterval / 2)
        while !Task.isCancelled {
            try? await Task.sleep(for: step)
            let now = ContinuousClock.now
            for socket in state.withLock({ Array($0.sockets.values) }) { socket.tick(at: now) }
        }
    }

    /// The server goes: every socket is told, and comes back with its seq.
    func closeAll() {
        let sockets = state.withLock { state in
            state.isClosing = true
            return Array(state.sockets.values)
        }
        for socket in sockets { socket.close(.goingAway) }
    }
}
