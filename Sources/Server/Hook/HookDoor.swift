// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// `/hooks/{channel id}`: callbacks of platforms, any method. What is accepted is on disk when it is answered.
struct HookDoor: Sendable {
    static let prefix = "/hooks/"
    let engine: DeskEngine
    /// Bytes of a body.
    let limit: Int
    let logger: Logger

    func answer(_ request: Request, _ path: String, _ id: String) async throws -> FrontDesk.Answer {
        let raw = path.dropFirst(Self.prefix.count)
        guard !raw.isEmpty, !raw.contains("/"), let channel = Query.decode(raw, plusIsSpace: false), channel.utf8.count <= 100
        else {
            return refusal(404, "no such channel", "?", id)
        }
        let body: ByteBuffer
        do { body = try await FrontDesk.collect(request, upTo: limit) } catch let error as HTTPParserError {
            throw error
        } catch is Problem {
            return refusal(413, "too large", channel, id)
        }
        let response = await engine.hook(channel: channel, Self.request(request, path, body))
        // The engine has said why it refused what it knows; an unknown channel has nobody to speak for it.
        if response.status == 404 { return refusal(404, "no such channel", Self.loggable(channel), id) }
        var headers: HTTPFields = [.contentType: response.contentType]
        if response.status == 503 || response.status == 429 { headers[.retryAfter] = "5" }
        return FrontDesk.Answer(
            routeID: "hook",
            response: Response(
                status: .known(response.status), headers: headers,
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: response.body))))
    }

    private static func request(_ request: Request, _ path: String, _ body: ByteBuffer) -> HookRequest {
        let whole = request.head.path ?? path
        let query = whole.utf8.count > path.utf8.count ? String(whole.utf8.dropFirst(path.utf8.count + 1)) ?? "" : ""
        var headers: [(name: String, value: String)] = []
        headers.reserveCapacity(request.headers.count + 1)
        if let host = request.head.authority { headers.append(("host", host)) }
        for field in request.headers { headers.append((field.name.canonicalName, field.value)) }
        return HookRequest(
            method: request.method.rawValue, path: path, query: query, headers: headers, body: Array(body.readableBytesView))
    }

    /// One line, without anything the caller could have made up at length.
    private func refusal(_ status: Int, _ reason: String, _ channel: String, _ id: String) -> FrontDesk.Answer {
        logger.notice(
            "A callback is refused.",
            metadata: [
                "channel": "\(channel)", "status": "\(status)", "reason": "\(reason)", "request_id": "\(id)",
            ])
        var headers: HTTPFields = [.contentType: "text/plain; charset=utf-8"]
        if status == 413 { headers[.connection] = "close" }
        return FrontDesk.Answer(
            routeID: "hook",
            response: Response(
                status: .known(status), headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: reason))))
    }

    private static func loggable(_ channel: String) -> String {
        channel.utf8.allSatisfy { (0x21...0x7e).contains($0) } ? String(channel.prefix(40)) : "?"
    }
}
