// SPDX-License-Identifier: Apache-2.0
import Crypto
import Desk
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// Another system that is told what happens at the desk: a web server on a free port, gone with the object.
final class HookReceiver: Sendable {
    struct Post: Sendable {
        let headers: HTTPHeaders
        let body: [UInt8]
        func header(_ name: String) -> String? { headers.first(name: name) }
        var id: String { headers.first(name: "x-event-id") ?? "" }
        var value: Value { (try? Value(json: body)) ?? .null }

        /// Whether this was signed under `secret`, as the README tells receivers to check it, and of late.
        func isGenuine(_ secret: String, in header: String = "x-signature") -> Bool {
            guard let timestamp = headers.first(name: "x-signature-timestamp"), let seconds = Double(timestamp),
                abs(Date().timeIntervalSince1970 - seconds) < 300
            else { return false }
            let code = HMAC<SHA256>.authenticationCode(
                for: Array("v0:\(timestamp):".utf8) + body, using: SymmetricKey(data: Array(secret.utf8)))
            return headers.first(name: header) == "v0=" + code.map { String(format: "%02x", $0) }.joined()
        }
    }
    /// What the receiver answers; nil: nothing, for as long as the connection lasts.
    typealias Answer = @Sendable (Post, _ number: Int) -> Int?

    private let posts = Mutex<[Post]>([])
    private let answer: Answer
    private let channel = Mutex<(any Channel)?>(nil)
    /// `http://127.0.0.1:PORT`
    var url: String { "http://127.0.0.1:\(channel.withLock { $0?.localAddress?.port ?? 0 })" }

    private init(_ answer: @escaping Answer) { self.answer = answer }
    deinit { channel.withLock { $0?.close(promise: nil) } }

    static func start(_ answer: @escaping Answer = { _, _ in 200 }) async throws -> HookReceiver {
        let receiver = HookReceiver(answer)
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { [weak receiver] channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(PostHandler(receiver))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        receiver.channel.withLock { $0 = channel }
        return receiver
    }

    /// Everything that came, also what was refused.
    var all: [Post] { posts.withLock { $0 } }
    /// Each event once, where it came first.
    var once: [Post] {
        var seen: Set<String> = []
        return all.filter { seen.insert($0.id).inserted }
    }

    fileprivate func take(_ post: Post) -> Int? {
        let number = posts.withLock { posts in
            posts.append(post)
            return posts.count
        }
        return answer(post, number)
    }
}

private final class PostHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private weak var receiver: HookReceiver?
    private var headers = HTTPHeaders()
    private var body: [UInt8] = []

    init(_ receiver: HookReceiver?) { self.receiver = receiver }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): (headers, body) = (head.headers, [])
        case .body(let part): body += Array(part.readableBytesView)
        case .end:
            guard let status = receiver?.take(.init(headers: headers, body: body)) else { return }
            let head = HTTPResponseHead(
                version: .http1_1, status: .init(statusCode: status), headers: ["content-length": "0"])
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
