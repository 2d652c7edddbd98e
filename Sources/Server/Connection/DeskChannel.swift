// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOWebSocket

/// One connection: HTTP/1.1, or a live socket after its first request asked for one.
///
/// Only the first request can upgrade: the pipeline has no upgrade handler any more afterwards. A later one is answered with 307 to
/// the same address and a closed connection.
struct DeskChannel: HTTPChannelHandler {
    enum Outcome: Sendable {
        case socket(NIOAsyncChannel<WebSocketFrame, WebSocketFrame>, SocketRequest)
        case http(NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>)
    }
    struct Value: ServerChildChannelValue {
        let outcome: EventLoopFuture<Outcome>
        let channel: any Channel
    }

    let responder: Responder
    let sockets: SocketDesk
    let limits: ServerLimits

    /// Everything on the loop and in one go, or reads are lost.
    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            let watch = ConnectionWatch(headTimeout: limits.headTimeout, shutdownGrace: limits.shutdownGrace)
            try pipeline.addHandler(watch)
            var configuration = NIOUpgradableHTTPServerPipelineConfiguration<Outcome>(
                upgradeConfiguration: NIOTypedHTTPServerUpgradeConfiguration(
                    upgraders: [upgrader()], notUpgradingCompletionHandler: { serveHTTP(on: $0, logger: logger) }))
            // NIOAsyncChannel reads one request at a time, and Hummingbird answers what the decoder refuses.
            configuration.enablePipelining = false
            configuration.enableErrorHandling = false
            configuration.enableResponseHeaderValidation = false
            configuration.decoderConfiguration.maxHeaderFieldSize = limits.headerBytes
            configuration.decoderConfiguration.maxHeaderListSize = limits.headerBytes
            configuration.decoderConfiguration.maxHeaderFieldCount = 100
            let outcome = try pipeline.configureUpgradableHTTPServerPipeline(configuration: configuration)
            let upgrade = try pipeline.handler(type: NIOTypedHTTPServerUpgradeHandler<Outcome>.self)
            let gate = UpgradeGate { [sockets] head in SocketRequest.isLive(head) && sockets.admit(channel, head) }
            try pipeline.addHandler(gate, position: .before(upgrade))
            let bound = NIOLoopBound(watch, eventLoop: channel.eventLoop)
            outcome.whenComplete { _ in bound.value.headArrived() }
            return Value(outcome: outcome, channel: channel)
        }
    }

    func handle(value: Value, logger: Logger) async {
        do {
            switch try await value.outcome.get() {
            case .http(let channel): await handleHTTP(asyncChannel: channel, logger: logger)
            case .socket(let channel, let request): await sockets.serve(channel, request)
            }
        } catch {
            // A peer that leaves before its first request is daily life.
            logger.trace("A connection ended before its first request.", metadata: ["error": "\(error)"])
            value.channel.close(promise: nil)
        }
    }

    private func serveHTTP(on channel: any Channel, logger: Logger) -> EventLoopFuture<Outcome> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
            try pipeline.addHandler(HTTPConnectionStateHandler(idleTimeout: limits.idleTimeout, logger: logger))
            return .http(
                try NIOAsyncChannel(
                    wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true)))
        }
    }

    /// Makes what the gate has let through.
    private func upgrader() -> NIOTypedWebSocketServerUpgrader<Outcome> {
        NIOTypedWebSocketServerUpgrader(
            maxFrameSize: limits.frameBytes, enableAutomaticErrorHandling: true,
            shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture([:]) },
            upgradePipelineHandler: { channel, head in
                channel.eventLoop.makeCompletedFuture {
                    let socket = try NIOAsyncChannel<WebSocketFrame, WebSocketFrame>(
                        wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
                    return .socket(socket, SocketRequest(head))
                }
            })
    }
}
