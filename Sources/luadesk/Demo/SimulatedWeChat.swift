// SPDX-License-Identifier: Apache-2.0
import Desk
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// Stands in for api.weixin.qq.com on a loopback port: gives tokens, takes messages and remembers them.
///
/// The demo's channel sends to it, so that the whole way of a message can be seen without an account; tests make it refuse.
final class SimulatedWeChat: Service {
    /// A message that the desk sent.
    struct Sent: Sendable, Hashable {
        var recipient: String
        /// As it came, `{"touser": …, "msgtype": "text", "text": {"content": …}}`.
        var message: Value
        var text: String? { message["text"]?["content"]?.string }
    }

    private struct State {
        var sent: [Sent] = []
        var token = 1
        var media = 0
        /// What customers sent, by media id; a dot for all others.
        var files: [String: [UInt8]] = [:]
        /// Error codes that the next sends get, first one first.
        var refusals: [Int64] = []
        /// Replies that it still takes for each recipient, where it counts.
        var allowed: [String: Int] = [:]
        /// Requests to send, also those that were refused.
        var tries = 0
        var port: Int?
        var failure: (any Error)?
        var portWaiters: [CheckedContinuation<Int, any Error>] = []
        var sentWaiters: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }
    private let state = Mutex(State())

    /// Where the desk is to send: `http://127.0.0.1:PORT`. Waits until it listens.
    var url: String {
        get async throws {
            let port = try await withCheckedThrowingContinuation { continuation in
                state.withLock { state in
                    if let port = state.port {
                        continuation.resume(returning: port)
                    } else if let failure = state.failure {
                        continuation.resume(throwing: failure)
                    } else {
                        state.portWaiters.append(continuation)
                    }
                }
            }
            return "http://127.0.0.1:\(port)"
        }
    }

    var sent: [Sent] { state.withLock { $0.sent } }

    /// Waits until so many messages have been sent altogether.
    func waitUntilSent(_ count: Int) async {
        await withCheckedContinuation { continuation in
            state.withLock { state in
                if state.sent.count >= count { continuation.resume() } else { state.sentWaiters.append((count, continuation)) }
            }
        }
    }

    /// How often the desk has asked to send.
    var tries: Int { state.withLock { $0.tries } }

    /// Counts like the platform from now on: after so many replies to a customer it answers 45047.
    func allow(_ count: Int, to recipient: String) { state.withLock { $0.allowed[recipient] = count } }

    /// A customer's file is this from now on.
    func keep(_ bytes: [UInt8], as media: String) { state.withLock { $0.files[media] = bytes } }

    /// The next sends get these error codes instead of being taken.
    func refuseNext(_ codes: [Int64]) { state.withLock { $0.refusals += codes } }

    func run() async throws {
        let router = Router()
        router.get("/cgi-bin/token") { _, _ in self.token() }
        router.post("/cgi-bin/stable_token") { _, _ in self.token() }
        router.post("/cgi-bin/message/custom/send") { request, _ in try await self.take(request) }
        router.post("/cgi-bin/message/custom/business/typing") { _, _ in Self.answer(["errcode": 0, "errmsg": "ok"]) }
        router.post("/cgi-bin/media/upload") { request, _ in
            _ = try await request.body.collect(upTo: 16 << 20)
            return self.uploaded()
        }
        router.get("/cgi-bin/media/get") { request, _ in
            let id = request.uri.queryParameters["media_id"].map(String.init) ?? ""
            let bytes = self.state.withLock { $0.files[id] } ?? Self.pixel
            return Response(status: .ok, headers: [.contentType: "image/gif"], body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
        }
        var logger = Logger(label: "simulated-wechat")
        // It ends by cancellation, which its server would call an error.
        logger.logLevel = .critical
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in self.listening(channel.localAddress?.port ?? 0) }, logger: logger)
        do { try await application.run() } catch {
            failed(error)
            throw error
        }
    }

    private func listening(_ port: Int) {
        let waiters = state.withLock { state in
            state.port = port
            defer { state.portWaiters = [] }
            return state.portWaiters
        }
        for waiter in waiters { waiter.resume(returning: port) }
    }

    private func failed(_ error: any Error) {
        let waiters = state.withLock { state in
            state.failure = error
            defer { state.portWaiters = [] }
            return state.portWaiters
        }
        for waiter in waiters { waiter.resume(throwing: error) }
    }

    private func token() -> Response {
        Self.answer(["access_token": .string("simulated-\(state.withLock { $0.token })"), "expires_in": 7200])
    }

    private func uploaded() -> Response {
        let number = state.withLock { state in
            state.media += 1
            return state.media
        }
        return Self.answer(["type": "image", "media_id": .string("simulated-media-\(number)"), "created_at": 1_700_000_000])
    }

    private func take(_ request: Request) async throws -> Response {
        let body = try await request.body.collect(upTo: 1 << 20)
        guard let message = try? Value(json: Array(buffer: body)), let recipient = message["touser"]?.string else {
            return Self.answer(["errcode": 47001, "errmsg": "data format error rid: simulated"])
        }
        let given = request.uri.queryParameters["access_token"].map(String.init)
        let (refusal, ready) = state.withLock { state -> (Int64?, [CheckedContinuation<Void, Never>]) in
            guard given == "simulated-\(state.token)" else { return (40001, []) }
            if !state.refusals.isEmpty {
                let code = state.refusals.removeFirst()
                if code == 42001 { state.token += 1 }
                return (code, [])
            }
            state.tries += 1
            if let left = state.allowed[recipient] {
                guard left > 0 else { return (45047, []) }
                state.allowed[recipient] = left - 1
            }
            state.sent.append(Sent(recipient: recipient, message: message))
            let count = state.sent.count
            let ready = state.sentWaiters.filter { $0.count <= count }.map(\.continuation)
            state.sentWaiters.removeAll { $0.count <= count }
            return (nil, ready)
        }
        for waiter in ready { waiter.resume() }
        if let refusal { return Self.answer(["errcode": .int(refusal), "errmsg": "refused rid: simulated"]) }
        return Self.answer(["errcode": 0, "errmsg": "ok"])
    }

    private static func answer(_ value: Value) -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/json; encoding=utf-8"],
            body: .init(byteBuffer: ByteBuffer(bytes: value.json)))
    }

    /// A GIF of one pixel.
    private static let pixel: [UInt8] =
        Array("GIF89a".utf8) + [
            1, 0, 1, 0, 0x80, 0, 0, 0xff, 0xff, 0xff, 0, 0, 0, 0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3b,
        ]
}
