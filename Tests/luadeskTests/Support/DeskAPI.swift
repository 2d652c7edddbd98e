// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import Desk
import NIOCore
import NIOHTTP1

/// A desk's HTTP API as an integrator calls it.
struct DeskAPI: Sendable {
    let url: String
    var token: String?

    /// One for the whole test run; it ends with the process.
    static let client = HTTPClient(eventLoopGroupProvider: .singleton)

    struct Answer: Sendable {
        var status: Int
        var headers: [String: String]
        var body: [UInt8]
        var value: Value { (try? Value(json: body)) ?? .null }
        var text: String { String(decoding: body, as: UTF8.self) }
    }

    func send(
        _ method: String, _ path: String, body: [UInt8]? = nil, headers: [String: String] = [:],
        timeout: TimeAmount = .seconds(60)
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: url + path)
        request.method = .init(rawValue: method)
        if let token { request.headers.add(name: "authorization", value: "Bearer \(token)") }
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        if let body { request.body = .bytes(ByteBuffer(bytes: body)) }
        let response = try await Self.client.execute(request, timeout: timeout)
        let bytes = try await response.body.collect(upTo: 64 << 20)
        return Answer(
            status: Int(response.status.code),
            headers: Dictionary(response.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { $1 }),
            body: Array(buffer: bytes))
    }

    func get(_ path: String) async throws -> Answer { try await send("GET", path) }

    func post(_ path: String, _ body: Value = [:]) async throws -> Answer {
        try await send("POST", path, body: body.json, headers: ["content-type": "application/json"])
    }

    /// All items of a list, page by page.
    /// - Parameter query: without `limit` and `after`.
    func all(_ path: String, query: String = "") async throws -> [Value] {
        var items: [Value] = []
        var cursor: String?
        repeat {
            var target = "\(path)?limit=200"
            if !query.isEmpty { target += "&\(query)" }
            if let cursor { target += "&after=\(cursor)" }
            let answer = try await get(target)
            guard answer.status == 200 else { throw OutOfPatience(description: "GET \(target): \(answer.status) \(answer.text)") }
            items += answer.value["items"]?.array ?? []
            cursor = answer.value["next_cursor"]?.string
        } while cursor != nil
        return items
    }

    func messages(channel: String) async throws -> [Value] { try await all("/v1/messages", query: "channel=\(channel)") }

    /// Opens a live session of a new customer.
    func session(channel: String, identity: Value? = nil) async throws -> (token: String, conversation: String, customer: String)
    {
        var body: Value = ["channel": .string(channel)]
        if let identity { body["identity"] = identity }
        let answer = try await post("/v1/live/sessions", body)
        guard let token = answer.value["token"]?.string, let conversation = answer.value["conversation_id"]?.string,
            let customer = answer.value["customer_id"]?.string
        else { throw OutOfPatience(description: "no session: \(answer.status) \(answer.text)") }
        return (token, conversation, customer)
    }
}
