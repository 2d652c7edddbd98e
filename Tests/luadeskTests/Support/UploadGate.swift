// SPDX-License-Identifier: Apache-2.0
import NIOCore
import NIOPosix
import Synchronization

/// A slow way to a desk: passes everything on, but keeps what is uploaded until the test lets it through. Gone with the object.
final class UploadGate: Sendable {
    private struct State {
        var isClosed = false
        var held: [ObjectIdentifier: any Channel] = [:]
    }
    private let state = Mutex(State())
    private let channel: Mutex<(any Channel)?> = Mutex(nil)
    /// `http://127.0.0.1:PORT`, the desk's address as its customers know it.
    let url: String

    /// - Parameter port: the desk's.
    static func start(before port: Int) async throws -> UploadGate {
        let place = GatePlace()
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { front in
                guard let gate = place.gate else { return front.close() }
                return ClientBootstrap(group: front.eventLoop).channelOption(.autoRead, value: false)
                    .connect(host: "127.0.0.1", port: port).flatMapThrowing { back in
                        try back.pipeline.syncOperations.addHandler(Passage(to: front, gate: nil))
                        try front.pipeline.syncOperations.addHandler(Passage(to: back, gate: gate))
                        back.read()
                    }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let gate = UploadGate(port: channel.localAddress?.port ?? 0)
        gate.channel.withLock { $0 = channel }
        place.gate = gate
        return gate
    }

    private init(port: Int) { url = "http://127.0.0.1:\(port)" }

    deinit { channel.withLock { $0 }?.close(promise: nil) }

    /// From now on nothing more of an upload is read than its beginning.
    func close() { state.withLock { $0.isClosed = true } }

    /// What is held goes on, and so does all that comes.
    func open() {
        let held = state.withLock { state in
            state.isClosed = false
            defer { state.held = [:] }
            return Array(state.held.values)
        }
        for front in held { front.read() }
    }

    /// What is held breaks, as where a network is lost.
    func cut() {
        let held = state.withLock { state in
            defer { state.held = [:] }
            return Array(state.held.values)
        }
        for front in held { front.close(promise: nil) }
    }

    /// Uploads that are held.
    var count: Int { state.withLock { $0.held.count } }

    /// - Returns: whether the connection is to wait, until it is read again.
    fileprivate func holds(_ front: any Channel) -> Bool {
        state.withLock { state in
            guard state.isClosed else { return false }
            state.held[ObjectIdentifier(front)] = front
            return true
        }
    }

    fileprivate func forget(_ front: any Channel) { state.withLock { _ = $0.held.removeValue(forKey: ObjectIdentifier(front)) } }
}

/// The gate exists only once its port is known.
private final class GatePlace: Sendable {
    private struct Place { weak var gate: UploadGate? }
    private let place = Mutex(Place())
    var gate: UploadGate? {
        get { place.withLock { $0.gate } }
        set { place.withLock { $0.gate = newValue } }
    }
}

/// One direction of a connection: what is read here is written there, and read on when it went.
private final class Passage: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let other: any Channel
    private let gate: UploadGate?
    private var isUpload = false

    /// - Parameter gate: of the way to the desk; nil of the way back.
    init(to other: any Channel, gate: UploadGate?) {
        self.other = other
        self.gate = gate
    }

    func channelActive(context: ChannelHandlerContext) { context.read() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        let start = String(decoding: buffer.readableBytesView.prefix(40), as: UTF8.self)
        if start.contains(" /v1/live/") { isUpload = start.hasPrefix("POST /v1/live/media") }
        let front = context.channel
        let isHeld = isUpload && gate?.holds(front) == true
        other.writeAndFlush(buffer).whenComplete { _ in
            if !isHeld { front.read() }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        gate?.forget(context.channel)
        other.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
