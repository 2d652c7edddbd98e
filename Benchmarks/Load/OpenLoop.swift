// SPDX-License-Identifier: Apache-2.0
import Insight
import NIOCore
import NIOPosix
import Synchronization

/// Requests at a fixed rate, whether or not the earlier ones are answered; a latency counts from the moment a request was due, so that
/// a server that stalls is not asked less.
enum OpenLoop {
    /// - Parameters:
    ///   - rate: requests a second over all connections.
    ///   - due: told the number and the due time of each request as it is sent.
    static func run(
        _ requests: [[UInt8]], rate: Double, connections: Int, port: Int,
        due: @escaping @Sendable (Int, NIODeadline) -> Void = { _, _ in }
    ) async throws -> LoadResult {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let sum = Mutex((result: LoadResult(), running: connections))
        let begin = NIODeadline.now() + .milliseconds(200)
        let done = group.any().makePromise(of: Void.self)
        for index in 0..<connections {
            let own = stride(from: index, to: requests.count, by: connections).map { number in
                PacedRequest(
                    number: number, bytes: requests[number], due: begin + .nanoseconds(Int64(Double(number) / rate * 1e9)))
            }
            _ = try await ClientBootstrap(group: group).channelOption(.socketOption(.tcp_nodelay), value: 1)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(
                            PacedConnection(own, due) { good, bad, latency, isOver in
                                let isLast = sum.withLock { sum in
                                    sum.result.good += good
                                    sum.result.bad += bad
                                    if let latency { sum.result.latency.record(latency.nanoseconds / 1000) }
                                    sum.result.seconds = Double((NIODeadline.now() - begin).nanoseconds) / 1e9
                                    if isOver { sum.running -= 1 }
                                    return isOver && sum.running == 0
                                }
                                if isLast { done.succeed(()) }
                            })
                    }
                }.connect(host: "127.0.0.1", port: port).get()
        }
        let limit = group.any().scheduleTask(in: .seconds(Int64(Double(requests.count) / rate) + 30)) { done.succeed(()) }
        try await done.futureResult.get()
        limit.cancel()
        try await group.shutdownGracefully()
        return sum.withLock { $0.result }
    }
}

private struct PacedRequest { let number: Int; let bytes: [UInt8]; let due: NIODeadline }

/// One connection: one request at a time, each at its time or as soon after it as the one before is answered.
private final class PacedConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private var waiting: ArraySlice<PacedRequest>
    private var open: PacedRequest?
    private var buffer = ByteBuffer()
    private var isOver = false
    private let due: (Int, NIODeadline) -> Void
    private let report: (_ good: Int, _ bad: Int, _ latency: TimeAmount?, _ isOver: Bool) -> Void

    init(
        _ requests: [PacedRequest], _ due: @escaping (Int, NIODeadline) -> Void,
        report: @escaping (Int, Int, TimeAmount?, Bool) -> Void
    ) {
        waiting = requests[...]
        self.due = due
        self.report = report
    }

    func channelActive(context: ChannelHandlerContext) { schedule(context) }

    private func schedule(_ context: ChannelHandlerContext) {
        guard let next = waiting.popFirst() else { return end(context) }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let send = { @Sendable () -> Void in
            let (handler, context) = bound.value
            handler.send(next, context)
        }
        if next.due <= .now() { send() } else { context.eventLoop.scheduleTask(deadline: next.due, send) }
    }

    private func send(_ request: PacedRequest, _ context: ChannelHandlerContext) {
        open = request
        due(request.number, request.due)
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: request.bytes)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var incoming = unwrapInboundIn(data)
        buffer.writeBuffer(&incoming)
        guard let status = HTTPWire.takeResponse(&buffer), let request = open else { return }
        buffer.discardReadBytes()
        open = nil
        report(status == 200 ? 1 : 0, status == 200 ? 0 : 1, .now() - request.due, false)
        schedule(context)
    }

    private func end(_ context: ChannelHandlerContext) {
        guard !isOver else { return }
        isOver = true
        report(0, 0, nil, true)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { end(context) }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { end(context) }
}
