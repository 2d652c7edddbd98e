// SPDX-License-Identifier: Apache-2.0
import Desk
import NIOCore

/// First in each connection's pipeline: ends connections that nobody else would end.
///
/// Hummingbird's own handler knows idle and quiescing connections only once they speak HTTP. Before the first request, and after an
/// upgrade, the pipeline has no handler that listens when the server shuts down, and the shutdown would wait for ever.
final class ConnectionWatch: ChannelInboundHandler {
    typealias InboundIn = NIOAny
    typealias OutboundOut = ByteBuffer

    private enum State { case awaitingHead, serving }
    private let headTimeout: TimeAmount
    private let shutdownGrace: TimeAmount
    private var state = State.awaitingHead
    private var deadline: Scheduled<Void>?

    init(headTimeout: Duration, shutdownGrace: Duration) {
        self.headTimeout = TimeAmount(headTimeout)
        self.shutdownGrace = TimeAmount(shutdownGrace)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        closeLater(context, after: headTimeout)
    }

    func handlerRemoved(context: ChannelHandlerContext) { deadline?.cancel() }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        context.fireChannelInactive()
    }

    /// The first request's head has been read, and the connection is what it will be.
    func headArrived() {
        state = .serving
        deadline?.cancel()
        deadline = nil
    }

    /// Answers a request whose body does not come to its end, and closes. On the channel's loop, while nothing of an answer has been written.
    ///
    /// Past the handlers that know HTTP: they still read the request.
    static func endSlowBody(_ channel: any Channel) {
        guard let context = try? channel.pipeline.syncOperations.context(handlerType: ConnectionWatch.self) else { return }
        let problem = Problem(408, "too_slow", "The body took too long; server.limits.body_timeout says how long it may take.")
        let body = problem.value(path: "", request: "").json
        var answer = ByteBuffer(
            string: "HTTP/1.1 408 Request Timeout\r\nContent-Type: application/problem+json\r\nContent-Length: \(body.count)\r\n"
                + "Connection: close\r\n\r\n")
        answer.writeBytes(body)
        context.writeAndFlush(wrapOutboundOut(answer)).whenComplete { _ in channel.close(promise: nil) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent {
            switch state {
            case .awaitingHead: context.close(promise: nil)
            case .serving: closeLater(context, after: shutdownGrace)
            }
        }
        context.fireUserInboundEventTriggered(event)
    }

    private func closeLater(_ context: ChannelHandlerContext, after time: TimeAmount) {
        deadline?.cancel()
        let channel = context.channel
        deadline = context.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
    }
}

@available(*, unavailable)
extension ConnectionWatch: Sendable {}
