// SPDX-License-Identifier: Apache-2.0
import NIOCore
import NIOHTTP1

/// Between the HTTP decoder and NIO's upgrade handler: lets only those upgrades through that will be made.
///
/// NIO's typed upgrade handler (2.101) loses the head of a request whose upgrade nobody makes: a socket that is refused, and any
/// client that politely offers `Upgrade: h2c`. Here the offer is taken out of such a request, which then is an ordinary one.
final class UpgradeGate: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    /// What a request offered that was not taken: the route says why.
    static let refused = "x-refused-upgrade"

    private let isTaken: (HTTPRequestHead) -> Bool
    private var isFirst = true

    /// - Parameter isTaken: asked once, for the first request of the connection.
    init(isTaken: @escaping (HTTPRequestHead) -> Bool) { self.isTaken = isTaken }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // After an upgrade bytes pass here, not parts: nothing is unwrapped then.
        guard isFirst else { return context.fireChannelRead(data) }
        isFirst = false
        guard case .head(var head) = unwrapInboundIn(data), let offer = head.headers.first(name: "upgrade"), !isTaken(head) else {
            return context.fireChannelRead(data)
        }
        head.headers.remove(name: "upgrade")
        head.headers.remove(name: "connection")
        head.headers.replaceOrAdd(name: Self.refused, value: offer)
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }
}

@available(*, unavailable)
extension UpgradeGate: Sendable {}
