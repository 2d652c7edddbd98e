// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation

@testable import Server

/// A WebSocket client of the tests' own: frames as bytes, so that wrong ones can be sent too.
final class LiveClient: Sendable {
    let raw: RawClient

    enum Received: Sendable, Equatable {
        case text(Value)
        case close(UInt16, String)
        case ping([UInt8])
        case pong([UInt8])
    }

    /// Connects and upgrades.
    init(port: Int, path: String = "/v1/live", authority: String? = nil) async throws {
        raw = try await RawClient(port: port, authority: authority)
        try await raw.send(Self.upgrade(path))
        let answer = try await raw.answer()
        guard answer.status == 101 else { throw RawClient.Failure(description: "upgrade: \(answer.status) \(answer.body)") }
    }

    static func upgrade(_ path: String, headers: String = "") -> String {
        "GET \(path) HTTP/1.1\r\nHost: desk\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\(headers)\r\n"
    }

    /// Connects, says hello, waits for ready.
    static func ready(_ server: TestServer, token: String, after: Seq? = nil) async throws -> (client: LiveClient, ready: Value) {
        let client = try await LiveClient(port: server.port)
        var hello: Value = ["type": "hello", "token": .string(token)]
        if let after { hello["after"] = .int(after) }
        try await client.send(hello)
        return (client, try await client.frame("ready"))
    }

    // MARK: - Sending

    func send(_ frame: Value) async throws { try await send(text: frame.json) }
    func send(text: [UInt8]) async throws { try await raw.send(Self.frame(0x81, text)) }
    func say(_ text: String, _ clientID: String) async throws {
        try await send(["type": "message", "client_id": .string(clientID), "kind": "text", "text": .string(text)])
    }

    /// - Parameter first: FIN, reserved bits and opcode.
    static func frame(_ first: UInt8, _ payload: [UInt8], isMasked: Bool = true) -> [UInt8] {
        var bytes = [first]
        let mask: UInt8 = isMasked ? 0x80 : 0
        switch payload.count {
        case ..<126: bytes.append(mask | UInt8(payload.count))
        case ..<65_536: bytes += [mask | 126, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
        default: bytes += [mask | 127] + (0..<8).map { UInt8(truncatingIfNeeded: payload.count >> (56 - $0 * 8)) }
        }
        guard isMasked else { return bytes + payload }
        let key: [UInt8] = [1, 2, 3, 4]
        return bytes + key + payload.enumerated().map { $1 ^ key[$0 % 4] }
    }

    // MARK: - Receiving

    func receive(within limit: Duration = .seconds(60)) async throws -> Received {
        try await raw.next(within: limit) { bytes in
            guard bytes.count >= 2 else { return nil }
            var length = Int(bytes[1] & 0x7f)
            var start = 2
            if length == 126 {
                guard bytes.count >= 4 else { return nil }
                length = Int(bytes[2]) << 8 | Int(bytes[3])
                start = 4
            } else if length == 127 {
                guard bytes.count >= 10 else { return nil }
                length = bytes[2..<10].reduce(0) { $0 << 8 | Int($1) }
                start = 10
            }
            guard bytes.count >= start + length else { return nil }
            let payload = Array(bytes[start..<start + length])
            let count = start + length
            switch bytes[0] & 15 {
            case 8:
                return (
                    .close(UInt16(payload[0]) << 8 | UInt16(payload[1]), String(decoding: payload.dropFirst(2), as: UTF8.self)),
                    count
                )
            case 9: return (.ping(payload), count)
            case 10: return (.pong(payload), count)
            default: return (.text((try? Value(json: payload)) ?? .null), count)
            }
        }
    }

    /// The next frame of a type, others passed over.
    func frame(_ type: String, where isWanted: (Value) -> Bool = { _ in true }) async throws -> Value {
        while true {
            switch try await receive() {
            case .text(let value) where value["type"]?.string == type && isWanted(value): return value
            case .close(let code, let reason):
                throw RawClient.Failure(description: "closed \(code) \(reason) while waiting for \(type)")
            default: continue
            }
        }
    }

    /// The close frame, whatever comes before it.
    func closing() async throws -> (code: UInt16, reason: String) {
        while true { if case .close(let code, let reason) = try await receive() { return (code, reason) } }
    }
}
