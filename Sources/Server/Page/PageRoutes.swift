// SPDX-License-Identifier: Apache-2.0
import Crypto
import Desk
import HTTPTypes
import HummingbirdCore
import NIOCore

/// The pages for customers and agents, and what they are made of: embedded in the program, served with an ETag.
enum PageRoutes {
    static let all =
        [
            page("/", "readIndexPage", "Where to go.", "index.html"),
            page(
                "/chat", "readChatPage", "The page where a customer talks.", "chat.html",
                [
                    .init(name: "channel", schema: .text, note: "Id of a live channel; web if not given."),
                    .init(name: "lang", schema: .text, note: "zh-CN or en; the browser's if not given."),
                ]),
            page(
                "/desk", "readDeskPage", "The workspace of agents.", "desk.html",
                [
                    .init(name: "lang", schema: .text, note: "zh-CN or en; the browser's if not given.")
                ]),
            page(
                "/desk/rules", "readRulesPage", "The rules: files, tests, replay, what is live and what was.", "rules.html",
                [
                    .init(name: "lang", schema: .text, note: "zh-CN or en; the browser's if not given.")
                ]),
            Route.get("/assets/{name}", "readAsset", "Scripts, styles and pictures of the pages.", .open, answer: nil) { call in
                let name = call.parameters["name"] ?? ""
                guard let asset = PageAsset.all[name] else { throw Problem.notFound("asset", name) }
                return asset.reply(call)
            },
        ]

    private static func page(
        _ path: String, _ id: String, _ summary: String, _ name: String, _ parameters: [Route.Parameter] = []
    ) -> Route {
        Route.get(path, id, summary, .open, parameters, answer: nil) { call in
            guard let asset = PageAsset.all[name] else { throw Problem.notFound("page", path) }
            return asset.reply(call)
        }
    }
}

/// One embedded file.
struct PageAsset: Sendable {
    let contentType: String
    let body: ByteBuffer
    let etag: String

    init(_ name: String, _ bytes: [UInt8]) {
        contentType = Self.contentType(name)
        body = ByteBuffer(bytes: bytes)
        etag = "\"\(SHA256.hash(data: bytes).prefix(12).map { String($0, radix: 16) }.joined())\""
    }

    private static func contentType(_ name: String) -> String {
        switch name.split(separator: ".").last {
        case "html": "text/html; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "svg": "image/svg+xml"
        case "json": "application/json"
        case "png": "image/png"
        case "md", "txt": "text/plain; charset=utf-8"
        default: "application/octet-stream"
        }
    }

    /// Only what we serve ourselves runs and is connected to; pictures of messages may come from elsewhere.
    private static let policy =
        "default-src 'self'; script-src 'self'; style-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data: blob: https:; media-src 'self' blob:; "
        + "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"

    /// - Parameter more: headers beside the usual ones, or instead of them.
    func reply(_ call: Call, _ more: HTTPFields = [:]) -> Reply {
        var headers: HTTPFields = [
            .eTag: etag, .cacheControl: "no-cache", .contentSecurityPolicy: Self.policy, .referrerPolicy: "no-referrer",
        ]
        for field in more { headers[field.name] = field.value }
        let known = call.headers[.ifNoneMatch]?.split(separator: ",").map { $0.trimmingSpace }
        if let known, known.contains(etag) || known.contains("*") { return Reply(status: 304, body: nil, headers: headers) }
        return Reply(
            status: 200, body: nil, headers: headers,
            raw: RawReply(contentType: contentType, body: ResponseBody(byteBuffer: body)))
    }
}

extension Substring {
    /// Without spaces at its ends, and without the mark of a weak ETag.
    fileprivate var trimmingSpace: String {
        var text = self
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text.hasPrefix("W/") ? text.dropFirst(2) : text)
    }
}

extension HTTPField.Name {
    static let referrerPolicy = Self("Referrer-Policy") ?? .date
}
