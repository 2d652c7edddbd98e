// SPDX-License-Identifier: Apache-2.0
import Crypto
import Desk
import Engine
import HTTPTypes
import HummingbirdCore
import Journal
import Logging
import NIOCore
import Synchronization

/// Does a write with an `Idempotency-Key` once: the same key and body again gets the first answer, for a day.
///
/// The key counts for one caller, method and path. What failed is not kept: it may be tried again.
final class IdempotentWrites: Sendable {
    private let underWay = Mutex<Set<String>>([])

    func once(_ call: Call, _ body: ByteBuffer, _ run: () async throws -> Reply) async throws -> Reply {
        guard call.route.isWrite, let given = call.headers[.idempotencyKey], let who = call.caller.name else {
            return try await run()
        }
        guard (1...200).contains(given.utf8.count) else {
            throw Problem.bad("invalid_idempotency_key", "Idempotency-Key: 1 to 200 characters.")
        }
        let key = Self.hash("\(who)\n\(call.route.method) \(call.request.head.path ?? "")\n\(given)".utf8)
        guard underWay.withLock({ $0.insert(key).inserted }) else {
            throw Problem(
                409, "in_progress", "A request with this Idempotency-Key is under way; ask again for its answer.",
                headers: [.retryAfter: "1"])
        }
        defer { underWay.withLock { _ = $0.remove(key) } }

        let fingerprint = Self.hash(body.readableBytesView)
        if let kept = try await call.engine.store.idempotent(key: key) { return try Self.replayed(kept, fingerprint) }
        let reply = try await run()
        guard reply.raw == nil else { return reply }
        let answer: Value = [
            "fingerprint": .string(fingerprint), "status": .int(Int64(reply.status)), "body": reply.body ?? .null,
            "location": Value(reply.headers[.location]),
        ]
        let entry = Entry(at: call.engine.clock(), changes: [.idempotent(key: key, answer: answer)])
        do { _ = try await call.engine.store.append(entry) } catch {
            // The write itself is done; only its repetition would not be recognised.
            call.logger.warning(
                "An idempotency key could not be kept.", metadata: ["request_id": "\(call.id)", "error": "\(error)"])
        }
        return reply
    }

    private static func replayed(_ kept: Value, _ fingerprint: String) throws(Problem) -> Reply {
        guard kept["fingerprint"]?.string == fingerprint else {
            throw Problem(422, "idempotency_key_reused", "This Idempotency-Key was used with another body; take a new one.")
        }
        var reply = Reply(status: Int(kept["status"]?.int ?? 200), body: kept["body"])
        reply.headers[.idempotentReplayed] = "true"
        if let location = kept["location"]?.string { reply.headers[.location] = location }
        return reply
    }

    private static func hash(_ bytes: some Sequence<UInt8>) -> String {
        SHA256.hash(data: Array(bytes)).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}

extension Call.Caller {
    /// Under whose name a write is remembered; nobody's writes are not.
    fileprivate var name: String? {
        switch self {
        case .nobody: nil
        case .customer(let session): "customer:\(session.customer)"
        case .person(let principal): "token:\(principal.name)"
        }
    }
}

extension HTTPField.Name {
    static let idempotencyKey = Self("Idempotency-Key") ?? .eTag
    static let idempotentReplayed = Self("Idempotent-Replayed") ?? .eTag
}
