// SPDX-License-Identifier: Apache-2.0

/// Which way to the desk to try, in which order.
struct TransportChoice: Sendable, Hashable {
    let wish: LuaDeskClient.Options.Transport
    /// This system's URLSession has no WebSockets at all.
    private(set) var isWithoutSockets = false

    init(_ wish: LuaDeskClient.Options.Transport) { self.wish = wish }

    var order: [ClientTransport] {
        switch wish {
        case .webSocket: [.webSocket]
        case .longPoll: [.longPoll]
        case .automatic: isWithoutSockets ? [.longPoll] : [.webSocket, .longPoll]
        }
    }

    /// How long a long poll lasts before sockets get another chance; nil: as long as it works.
    var pollLife: Duration? { order.contains(.webSocket) ? .seconds(300) : nil }

    mutating func foundNoSockets() { isWithoutSockets = true }
}
