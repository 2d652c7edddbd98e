// SPDX-License-Identifier: Apache-2.0
import NIOHTTP1

/// What the request said that became a live socket.
struct SocketRequest: Sendable {
    static let path = "/v1/live"

    /// `?token=…` of simple clients. Never logged.
    let token: String?
    /// `?after=SEQ`
    let after: Int64?

    init(_ head: HTTPRequestHead) {
        let query = (try? Query(head.uri.split(separator: "?", maxSplits: 1).dropFirst().first.map(String.init) ?? "")) ?? Query()
        token = query["token"]
        after = query["after"].flatMap { Int64($0) }
    }

    /// Whether this is a whole WebSocket request (RFC 6455 §4.2.1) for the live path.
    static func isLive(_ head: HTTPRequestHead) -> Bool {
        let headers = head.headers
        return head.method == .GET && head.uri.prefix { $0 != "?" } == path
            && headers[canonicalForm: "upgrade"].contains { $0.lowercased() == "websocket" }
            && headers[canonicalForm: "connection"].contains { $0.lowercased() == "upgrade" }
            && headers["sec-websocket-version"] == ["13"] && headers["sec-websocket-key"].count == 1
            && !headers.contains(name: "content-length") && !headers.contains(name: "transfer-encoding")
    }
}
