// SPDX-License-Identifier: Apache-2.0
import Foundation
import Insight
import NIOCore
import NIOPosix
import Synchronization

/// An agent's socket that reads what the desk tells and notes when.
final class DeskSocket: Sendable {
    private struct State {
        var due: [Int: NIODeadline] = [:]
        var latency = Histogram()
        var seen = 0
        var messages = 0
        var isReady = false
    }
    private static let ready = Array("{\"type\":\"ready\"".utf8)
    private static let message = Array("{\"type\":\"message\"".utf8)
    private let state = Mutex(State())
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    /// Frames of messages that have come so far.
    var messages: Int { state.withLock { $0.messages } }
    var isReady: Bool { state.withLock { $0.isReady } }
    /// From the due time of a callback to its message at this socket, in microseconds; and how many of them.
    var visible: (latency: Histogram, count: Int) { state.withLock { ($0.latency, $0.seen) } }

    func isDue(_ number: Int, _ time: NIODeadline) { state.withLock { $0.due[number] = time } }

    /// - Parameter after: events after this seq are sent at once; nil: only what comes.
    func open(port: Int, token: String, after: Int64?) async throws {
        let hello = #"{"type":"hello","token":"\#(token)"\#(after.map { #","after":\#($0)"# } ?? "")}"#
        _ = try await ClientBootstrap(group: group).channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Reader(hello) { self.take($0) })
                }
            }.connect(host: "127.0.0.1", port: port).get()
    }

    func close() async { try? await group.shutdownGracefully() }

    private func take(_ frame: ByteBufferView) {
        let now = NIODeadline.now()
        if frame.starts(with: Self.ready) { return state.withLock { $0.isReady = true } }
        guard frame.starts(with: Self.message) else { return }
        // On bytes: what looks on runs on the cores that are measured.
        let number = frame.firstIndex(of: UInt8(ascii: "#")).flatMap { mark in
            let digits = frame[(mark + 1)...].prefix { $0 >= 48 && $0 < 58 }
            return digits.isEmpty || digits.count > 9 ? nil : digits.reduce(0) { $0 * 10 + Int($1 - 48) }
        }
        state.withLock { state in
            state.messages += 1
            guard let number, let due = state.due.removeValue(forKey: number) else { return }
            state.seen += 1
            state.latency.record((now - due).nanoseconds / 1000)
        }
    }

    private final class Reader: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private var buffer = ByteBuffer()
        private var isOpen = false
        private let hello: String
        private let take: (ByteBufferView) -> Void

        init(_ hello: String, _ take: @escaping (ByteBufferView) -> Void) {
            self.hello = hello
            self.take = take
        }

        func channelActive(context: ChannelHandlerContext) {
            let request =
                "GET /v1/live HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: request)), promise: nil)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var incoming = unwrapInboundIn(data)
            buffer.writeBuffer(&incoming)
            if !isOpen {
                guard let head = buffer.withUnsafeReadableBytes({ HTTPWire.headSize($0) }) else { return }
                buffer.moveReaderIndex(forwardBy: head)
                isOpen = true
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: LiveWire.frame(hello))), promise: nil)
            }
            while let frame = LiveWire.takeFrame(&buffer) { take(frame) }
            buffer.discardReadBytes()
        }
    }
}
