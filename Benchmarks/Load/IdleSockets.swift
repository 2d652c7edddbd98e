// SPDX-License-Identifier: Apache-2.0
import NIOCore
import NIOPosix

/// Connections that have said what there was to say, were answered, and stay open.
final class IdleSockets {
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private var channels: [any Channel] = []
    /// From each address of this machine; there are some 28 000 ports to an address.
    private static let mostFromAnAddress = 5000
    private static let atOnce = 100

    /// - Returns: when each of them has been answered.
    static func open(_ wires: [any Wire], port: Int) async throws -> IdleSockets {
        let sockets = IdleSockets()
        do {
            for start in stride(from: 0, to: wires.count, by: atOnce) {
                let end = min(wires.count, start + atOnce)
                try await sockets.open(wires[start..<end], from: "127.0.0.\(1 + start / mostFromAnAddress)", port: port)
            }
        } catch {
            await sockets.close()
            throw error
        }
        return sockets
    }

    private func open(_ wires: ArraySlice<any Wire>, from address: String, port: Int) async throws {
        let loop = group.next()
        let opened = try wires.map { wire in
            let answered = loop.makePromise(of: Void.self)
            let channel = ClientBootstrap(group: group).bind(to: try SocketAddress(ipAddress: address, port: 0))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(IdleConnection(wire, answered))
                    }
                }.connect(host: "127.0.0.1", port: port)
            channel.whenFailure { answered.fail($0) }
            return (channel, answered.futureResult)
        }
        for (channel, answered) in opened {
            try await answered.get()
            channels.append(try await channel.get())
        }
    }

    func close() async { try? await group.shutdownGracefully() }
}

/// Says its greeting and one request, if there are any, and then nothing.
private final class IdleConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var wire: any Wire
    private var buffer = ByteBuffer()
    private let answered: EventLoopPromise<Void>

    init(_ wire: any Wire, _ answered: EventLoopPromise<Void>) {
        self.wire = wire
        self.answered = answered
    }

    func channelActive(context: ChannelHandlerContext) {
        guard let first = wire.greeting() ?? wire.next() else { return }
        context.writeAndFlush(wrapOutboundOut(first), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var incoming = unwrapInboundIn(data)
        buffer.writeBuffer(&incoming)
        let answers = wire.consume(&buffer)
        buffer.discardReadBytes()
        if answers.bad > 0 {
            answered.fail(BenchmarkFailure("An idle socket was refused."))
        } else if answers.isGreeted || answers.good > 0 {
            answered.succeed(())
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        answered.fail(BenchmarkFailure("The server closed an idle socket; it may hold fewer."))
    }
}
