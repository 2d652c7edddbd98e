// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import Desk
import NIOCore
import NIOHTTP1

/// Plain requests beside the load: sessions, readiness, counting what is there.
enum HTTP {
    static func isGood(_ method: String, _ path: String, port: Int) async -> Bool {
        (try? await send(method, path, port: port))?.status == 200
    }

    static func text(_ path: String, port: Int) async throws -> String {
        let response = try await HTTPClient.shared.execute(
            HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)"), timeout: .seconds(10))
        return String(buffer: try await response.body.collect(upTo: 8 << 20))
    }

    static func send(
        _ method: String, _ path: String, port: Int, token: String? = nil, body: Value? = nil
    ) async throws -> (status: Int, body: Value) {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.method = .init(rawValue: method)
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body.json))
        }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
        let bytes = try await response.body.collect(upTo: 8 << 20)
        return (Int(response.status.code), (try? Value(json: Array(bytes.readableBytesView))) ?? .null)
    }
}
