// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A TCP connection that says exactly the bytes it is told to: for what no proper client would send.
final class RawClient: Sendable {
    private let channel: any Channel
    private let inbox = Inbox()

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// - Parameter authority: PEM file of the certificate to trust: then the connection is TLS to `localhost`.
    init(port: Int, authority: String? = nil) async throws {
        let inbox = inbox
        let tls = try authority.map { file in
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.trustRoots = .file(file)
            return try NIOSSLContext(configuration: configuration)
        }
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLClientHandler(context: tls, serverHostname: "localhost"))
                    }
                    try channel.pipeline.syncOperations.addHandler(InboxHandler(inbox))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
    }

    func send(_ text: String) async throws { try await send(Array(text.utf8)) }
    func send(_ bytes: [UInt8]) async throws { try await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get() }
    func close() async throws { try await channel.close().get() }

    /// Stops reading, so that the kernel's buffers fill.
    func stopReading() async throws { try await channel.setOption(.autoRead, value: false).get() }
    func startReading() async throws { try await channel.setOption(.autoRead, value: true).get() }

    /// What `take` finds at the beginning of what came; waits for it.
    func next<Found: Sendable>(
        within limit: Duration = .seconds(60), _ take: @escaping @Sendable ([UInt8]) -> (Found, count: Int)?
    ) async throws -> Found {
        try await withThrowingTaskGroup(of: Found.self) { group in
            group.addTask { try await self.inbox.wait(take) }
            group.addTask {
                try await Task.sleep(for: limit)
                throw Failure(
                    description:
                        "Nothing came within \(limit); there is: \(String(decoding: self.inbox.bytes.prefix(300), as: UTF8.self))"
                )
            }
            defer { group.cancelAll() }
            guard let found = try await group.next() else { throw CancellationError() }
            return found
        }
    }

    /// Status and body of an HTTP answer.
    func answer() async throws -> (status: Int, head: String, body: String) {
        try await next { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            guard let end = text.range(of: "\r\n\r\n") else { return nil }
            let head = String(text[..<end.lowerBound])
            let length =
                head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
                .flatMap { Int($0.split(separator: ":")[1].filter(\.isNumber)) } ?? 0
            let start = head.utf8.count + 4
            guard bytes.count >= start + length, let status = head.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
            else { return nil }
            return ((status, head, String(decoding: bytes[start..<start + length], as: UTF8.self)), start + length)
        }
    }

    /// Waits until the other side has closed.
    func untilClosed(within limit: Duration = .seconds(60)) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await self.inbox.waitUntilClosed() }
            group.addTask {
                try await Task.sleep(for: limit)
                throw Failure(description: "Still open after \(limit).")
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}

/// What came, and who waits for more.
final class Inbox: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var isClosed = false
        /// Counts changes: who has seen the present one waits for the next.
        var change = 0
        var waiters: [CheckedContinuation<Void, Never>] = []
    }
    private let state = Mutex(State())

    var bytes: [UInt8] { state.withLock { $0.bytes } }

    func put(_ bytes: [UInt8]) { change { $0.bytes += bytes } }
    func close() { change { $0.isClosed = true } }

    private func change(_ body: (inout State) -> Void) {
        let waiters = state.withLock { state in
            body(&state)
            state.change += 1
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    func wait<Found>(_ take: ([UInt8]) -> (Found, count: Int)?) async throws -> Found {
        while true {
            let (found, isClosed, seen) = state.withLock { state -> (Found?, Bool, Int) in
                guard let (found, count) = take(state.bytes) else { return (nil, state.isClosed, state.change) }
                state.bytes.removeFirst(count)
                return (found, false, state.change)
            }
            if let found { return found }
            if isClosed { throw RawClient.Failure(description: "The other side has closed.") }
            try Task.checkCancellation()
            await nextChange(after: seen)
        }
    }

    func waitUntilClosed() async {
        while !Task.isCancelled {
            let (isClosed, seen) = state.withLock { ($0.isClosed, $0.change) }
            if isClosed { return }
            await nextChange(after: seen)
        }
    }

    /// Returns when something came since, or when the task is cancelled.
    private func nextChange(after seen: Int) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isHere = state.withLock { state in
                    if state.change != seen || Task.isCancelled { return true }
                    state.waiters.append(continuation)
                    return false
                }
                if isHere { continuation.resume() }
            }
        } onCancel: {
            change { _ in }
        }
    }
}

final class InboxHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let inbox: Inbox
    init(_ inbox: Inbox) { self.inbox = inbox }
    func channelRead(context: ChannelHandlerContext, data: NIOAny) { inbox.put(Array(unwrapInboundIn(data).readableBytesView)) }
    func channelInactive(context: ChannelHandlerContext) { inbox.close() }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

@available(*, unavailable)
extension InboxHandler: Sendable {}
