// SPDX-License-Identifier: Apache-2.0
import NIOCore

/// First in each connection's pipeline: ends connections that nobody else would end.
///
/// Hummingbird's own handler knows idle and quiescing connections only once they speak HTTP. Before the first request, and after an
/// upgrade, the pipeline has no handler that listens when the server shuts down, and the shutdown would wait for ever.
final class ConnectionWatch: ChannelInboundHandler {
    typealias InboundIn = NIOAny

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
