// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import Desk
import NIOCore
import NIOHTTP1
import NIOSSL

/// A running desk as a command on the same machine sees it: its API with the token of its run file.
struct LocalDesk: Sendable {
    let url: String
    let token: String

    /// Nil if no server is at work on this folder.
    static func running(in folder: String) async -> LocalDesk? {
        guard let file = RunFile.read(in: folder) else { return nil }
        let desk = LocalDesk(url: file.url, token: file.token)
        let answer = try? await desk.send("GET", "/healthz", timeout: .seconds(2))
        return answer?.status == 200 ? desk : nil
    }

    struct Answer: Sendable {
        var status: Int
        var body: [UInt8]
        /// Nil if the body is no JSON.
        var value: Value? { try? Value(json: body) }
    }

    func get(_ path: String) async throws -> Value { try await checked("GET", path, nil) }
    func post(_ path: String, _ body: Value = [:]) async throws -> Value { try await checked("POST", path, body) }

    func delete(_ path: String) async throws { _ = try await checked("DELETE", path, nil) }

    private func checked(_ method: String, _ path: String, _ body: Value?) async throws -> Value {
        let answer = try await send(method, path, body: body?.json, contentType: "application/json")
        guard (200..<300).contains(answer.status) else { throw Complaint(Self.reason(answer)) }
        return answer.body.isEmpty ? .null : answer.value ?? .null
    }

    /// What a problem document says, for people.
    static func reason(_ answer: Answer) -> String {
        let problem = answer.value
        let text = problem?["detail"]?.string ?? problem?["title"]?.string ?? "no reason given"
        return "the desk refused with status \(answer.status): \(text)"
    }

    /// - Parameter headers: laid over the usual ones; a hook of a platform sends no token.
    func send(
        _ method: String, _ path: String, body: [UInt8]? = nil, contentType: String? = nil,
        headers: [(String, String)] = [], signedIn: Bool = true, timeout: TimeAmount = .seconds(30)
    ) async throws -> Answer {
        try await Self.withClient { client in
            var request = HTTPClientRequest(url: url + path)
            request.method = .init(rawValue: method)
            if signedIn { request.headers.add(name: "authorization", value: "Bearer \(token)") }
            if let contentType { request.headers.add(name: "content-type", value: contentType) }
            for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
            if let body { request.body = .bytes(ByteBuffer(bytes: body)) }
            let response = try await client.execute(request, timeout: timeout)
            let bytes = try await response.body.collect(upTo: 16 << 20)
            return Answer(status: Int(response.status.code), body: Array(buffer: bytes))
        }
    }

    /// A client for one call: commands make few, and must not leave one open.
    private static func withClient<Result: Sendable>(_ body: @Sendable (HTTPClient) async throws -> Result) async throws -> Result
    {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(2)
        // The run file names this machine only; its certificate is made for the outside's name.
        configuration.tlsConfiguration = .makeClientConfiguration()
        configuration.tlsConfiguration?.certificateVerification = .none
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            let result = try await body(client)
            try await client.shutdown()
            return result
        } catch {
            try? await client.shutdown()
            throw error
        }
    }
}
