// SPDX-License-Identifier: Apache-2.0
import Insight
import NIOCore
import NIOPosix
import Synchronization

/// What a run gave.
struct LoadResult: Sendable {
    var good = 0
    var bad = 0
    var seconds = 0.0
    /// In microseconds.
    var latency = Histogram()
    var perSecond: Double { Double(good) / seconds }
}

/// A closed loop: each connection sends its next request when the last one is answered. One thread for all of them.
enum Load {
    /// Runs until each connection has nothing left, or the time is over.
    /// - Parameter wires: one for each connection.
    static func run(_ wires: [any Wire], host: String = "127.0.0.1", port: Int, atMost limit: TimeAmount) async throws -> LoadResult {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let tally = Tally(connections: wires.count)
        do {
            for wire in wires {
                _ = try await ClientBootstrap(group: group)
                    .channelOption(.socketOption(.tcp_nodelay), value: 1)
                    .channelInitializer { channel in
                        channel.eventLoop.makeCompletedFuture {
                            try channel.pipeline.syncOperations.addHandler(Connection(wire, tally))
                        }
                    }
                    .connect(host: host, port: port).get()
            }
            let timer = group.any().scheduleTask(in: limit) { tally.stop() }
            let result = await tally.finished()
            timer.cancel()
            try await group.shutdownGracefully()
            return result
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
    }
}

/// Sums up what the connections of a run report. All of them live on one event loop; the lock is for the caller's thread.
private final class Tally: Sendable {
    private struct State {
        var result = LoadResult()
        var running: Int
        var started: NIODeadline?
        var isStopped = false
        var waiter: CheckedContinuation<LoadResult, Never>?
    }
    private let state: Mutex<State>

    init(connections: Int) { state = Mutex(State(running: connections)) }

    var isStopped: Bool { state.withLock { $0.isStopped } }

    func sent(at now: NIODeadline) { state.withLock { if $0.started == nil { $0.started = now } } }

    func answered(_ answers: Answers, after time: TimeAmount?, at now: NIODeadline) {
        state.withLock { state in
            state.result.good += answers.good
            state.result.bad += answers.bad
            if let time { state.result.latency.record(time.nanoseconds / 1000) }
            if let started = state.started { state.result.seconds = Double((now - started).nanoseconds) / 1e9 }
        }
    }

    func ended() {
        finish { state in
            state.running -= 1
            return state.running == 0
        }
    }

    func stop() {
        finish { state in
            state.isStopped = true
            return true
        }
    }

    private func finish(_ body: (inout State) -> Bool) {
        let (waiter, result): (CheckedContinuation<LoadResult, Never>?, LoadResult) = state.withLock { state in
            guard body(&state) else { return (nil, state.result) }
            state.isStopped = true
            return (state.waiter.take(), state.result)
        }
        waiter?.resume(returning: result)
    }

    func finished() async -> LoadResult {
        await withCheckedContinuation { continuation in
            let done: LoadResult? = state.withLock { state in
                if state.isStopped { return state.result }
                state.waiter = continuation
                return nil
            }
            if let done { continuation.resume(returning: done) }
        }
    }
}

/// One connection.
private final class Connection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var wire: any Wire
    private let tally: Tally
    private var buffer = ByteBuffer()
    private var sentAt: NIODeadline?
    private var hasEnded = false

    init(_ wire: any Wire, _ tally: Tally) {
        self.wire = wire
        self.tally = tally
    }

    func channelActive(context: ChannelHandlerContext) {
        if let greeting = wire.greeting() {
            context.writeAndFlush(wrapOutboundOut(greeting), promise: nil)
        } else {
            send(context)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var incoming = unwrapInboundIn(data)
        buffer.writeBuffer(&incoming)
        let answers = wire.consume(&buffer)
        buffer.discardReadBytes()
        if answers.isGreeted { send(context) }
        guard answers.good + answers.bad > 0 else { return }
        let now = NIODeadline.now()
        tally.answered(answers, after: sentAt.map { now - $0 }, at: now)
        send(context)
    }

    private func send(_ context: ChannelHandlerContext) {
        guard !tally.isStopped, let request = wire.next() else { return end(context) }
        let now = NIODeadline.now()
        sentAt = now
        tally.sent(at: now)
        context.writeAndFlush(wrapOutboundOut(request), promise: nil)
    }

    private func end(_ context: ChannelHandlerContext) {
        guard !hasEnded else { return }
        hasEnded = true
        tally.ended()
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { end(context) }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { end(context) }
}
