// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import Desk
import NIOCore
import NIOHTTP1
import NIOSSL

/// Posts to a desk's hooks as platforms do: again after a failure, and slowly where that is wanted.
struct PlatformPoster: Sendable {
    struct Answer: Sendable {
        /// Of the last try; nil: there was no answer.
        var status: Int?
        /// Tries after the first.
        var repeats = 0
        /// Of the last try.
        var took = Duration.zero
        var isTaken: Bool { status.map { (200..<300).contains($0) } ?? false }
    }

    let url: String
    /// Milliseconds that the body takes.
    var slow: Int
    /// Further tries after no answer or a 5xx, with pauses of 0.1, 0.2, 0.4 … 2 s.
    var retries: Int
    private let client: HTTPClient

    init(url: String, slow: Int = 0, retries: Int) {
        self.url = url
        self.slow = slow
        self.retries = retries
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(2)
        // As LocalDesk: the certificate of a desk on this machine is made for the outside's name.
        configuration.tlsConfiguration = .makeClientConfiguration()
        configuration.tlsConfiguration?.certificateVerification = .none
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func shutdown() async throws { try await client.shutdown() }

    func post(_ request: HookRequest) async -> Answer {
        var answer = Answer()
        while true {
            let start = ContinuousClock.now
            answer.status = try? await once(request)
            answer.took = ContinuousClock.now - start
            let isWorthIt = answer.status.map { $0 >= 500 } ?? true
            guard isWorthIt, answer.repeats < retries, !Task.isCancelled else { return answer }
            try? await Task.sleep(for: .milliseconds(min(2000, 100 << min(answer.repeats, 10))))
            answer.repeats += 1
        }
    }

    private func once(_ request: HookRequest) async throws -> Int {
        var outgoing = HTTPClientRequest(url: url + request.path + (request.query.isEmpty ? "" : "?\(request.query)"))
        outgoing.method = .init(rawValue: request.method)
        for header in request.headers where header.name != "content-length" && header.name != "host" {
            outgoing.headers.replaceOrAdd(name: header.name, value: header.value)
        }
        if !request.body.isEmpty { outgoing.body = body(request.body) }
        let response = try await client.execute(outgoing, timeout: .seconds(30))
        _ = try await response.body.collect(upTo: 16 << 20)
        return Int(response.status.code)
    }

    private func body(_ bytes: [UInt8]) -> HTTPClientRequest.Body {
        guard slow > 0 else { return .bytes(ByteBuffer(bytes: bytes)) }
        let pieces = 5
        let size = max(1, (bytes.count + pieces - 1) / pieces)
        let pause = Duration.milliseconds(slow / pieces)
        let parts = stride(from: 0, to: bytes.count, by: size).map { ByteBuffer(bytes: bytes[$0..<min(bytes.count, $0 + size)]) }
        let stream = AsyncStream<ByteBuffer> { continuation in
            // Ends with its last part, or with the request that reads it.
            let task = Task {
                for part in parts {
                    try? await Task.sleep(for: pause)
                    continuation.yield(part)
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
        return .stream(stream, length: .known(Int64(bytes.count)))
    }
}
