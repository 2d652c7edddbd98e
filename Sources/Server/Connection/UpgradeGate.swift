// SPDX-License-Identifier: Apache-2.0
import Desk
import NIOCore
import NIOHTTP1

/// Between the HTTP decoder and NIO's upgrade handler: lets only those upgrades through that will be made.
///
/// NIO's typed upgrade handler (2.101) loses the head of a request whose upgrade nobody makes: a socket that is refused, and any
/// client that politely offers `Upgrade: h2c`. Here the offer is taken out of such a request, which then is an ordinary one.
///
/// A first request that is no HTTP is answered here: Hummingbird, which answers later ones, is not in the pipeline yet.
final class UpgradeGate: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

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

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard isFirst, let error = error as? HTTPParserError else { return context.fireErrorCaught(error) }
        isFirst = false
        let problem = Self.problem(error)
        let body = problem.value(path: "", request: "").json
        let head = HTTPResponseHead(
            version: .http1_1, status: .init(statusCode: problem.status),
            headers: [
                "content-type": "application/problem+json", "content-length": String(body.count), "connection": "close",
            ])
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil))).assumeIsolated().whenComplete { _ in context.close(promise: nil) }
    }

    private static func problem(_ error: HTTPParserError) -> Problem {
        if error == .headerOverflow {
            return Problem(400, "bad_request", "The headers are too long; server.limits.headers says how long they may be.")
        }
        return Problem(
            400, "bad_request",
            "This is no HTTP/1.1 request: \(error). The connection is closed; send it again as RFC 9112 has it.")
    }
}

@available(*, unavailable)
extension UpgradeGate: Sendable {}
