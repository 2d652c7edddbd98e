// SPDX-License-Identifier: Apache-2.0
import NIOCore
import NIOHTTP1
import NIOPosix

/// A shop's own web server, of another origin than the desk: a few pages on a free port, gone with the object.
final class StaticSite: Sendable {
    private let channel: any Channel
    /// `http://127.0.0.1:PORT`
    let url: String

    /// - Parameters:
    ///   - pages: HTML by path, `/`; asked with any query.
    ///   - headers: sent with each page: its Content-Security-Policy.
    static func start(_ pages: [String: String], headers: [(String, String)] = []) async throws -> StaticSite {
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(PageHandler(pages: pages, headers: headers))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return StaticSite(channel: channel, port: channel.localAddress?.port ?? 0)
    }

    private init(channel: any Channel, port: Int) {
        self.channel = channel
        url = "http://127.0.0.1:\(port)"
    }

    deinit { channel.close(promise: nil) }
}

/// Answers each request with its page, or 404.
private final class PageHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let pages: [String: String]
    private let headers: [(String, String)]
    private var path = ""

    init(pages: [String: String], headers: [(String, String)]) {
        self.pages = pages
        self.headers = headers
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): path = String(head.uri.prefix { $0 != "?" })
        case .body: break
        case .end:
            let page = pages[path]
            let body = ByteBuffer(string: page ?? "")
            var fields = HTTPHeaders(headers)
            fields.add(name: "content-type", value: "text/html; charset=utf-8")
            fields.add(name: "content-length", value: "\(body.readableBytes)")
            let head = HTTPResponseHead(version: .http1_1, status: page == nil ? .notFound : .ok, headers: fields)
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
