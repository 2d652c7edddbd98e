// SPDX-License-Identifier: Apache-2.0
import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// The desk's live requests, by URLSession. Each throws `Refusal` for what the desk does not do, `URLError` for what
/// did not reach it.
final class HTTPDoor: Sendable {
    let server: URL
    let session: URLSession

    init(server: URL) {
        self.server = server
        let configuration = URLSessionConfiguration.ephemeral
        configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
        #if canImport(FoundationNetworking)
        // Requests that were given up hold theirs until they end, see `Exchange`.
        configuration.httpMaximumConnectionsPerHost = 64
        #endif
        session = URLSession(configuration: configuration)
    }

    deinit { session.finishTasksAndInvalidate() }

    /// - Returns: token and customer.
    func openSession(channel: String, identity: ClientIdentity?) async throws -> (token: String, customerID: String) {
        var body: [String: JSONValue] = ["channel": .string(channel)]
        if let identity { body["identity"] = identity.value }
        let answer = try await post("/v1/live/sessions", body, token: nil)
        guard let token = answer["token"]?.string, let customer = answer["customer_id"]?.string else {
            throw LinkProblem.garbled
        }
        return (token, customer)
    }

    /// - Returns: the ack of a message; nil for everything else.
    func say(_ frame: OutgoingFrame, token: String) async throws -> IncomingFrame.Ack? {
        let answer = try await post(frame.path, frame.body, token: token)
        guard case .message(let clientID, _, _, _) = frame else { return nil }
        guard case .object(var fields) = answer else { throw LinkProblem.garbled }
        fields["client_id"] = .string(clientID)
        guard let ack = IncomingFrame.Ack(.object(fields)) else { throw LinkProblem.garbled }
        return ack
    }

    /// The frames after a seq, and the seq to ask for next.
    /// - Parameter wait: seconds that the desk may wait for the first.
    func events(after seq: Int64, wait: Int, token: String) async throws -> (frames: [IncomingFrame], cursor: Int64) {
        var request = request("GET", "/v1/live/events", ["after": "\(seq)", "wait": "\(wait)"], token: token)
        request.timeoutInterval = TimeInterval(wait + 15)
        let page = try await send(request)
        guard let items = page["items"]?.array, let cursor = page["next_cursor"]?.string.flatMap({ Int64($0) }) else {
            throw LinkProblem.garbled
        }
        return (items.map { IncomingFrame($0) }, cursor)
    }

    /// What was said before a seq, in order, and the seq to ask before next; nil where nothing is older.
    func events(before seq: Int64, limit: Int, token: String) async throws -> (frames: [IncomingFrame], cursor: Int64?) {
        let page = try await send(
            request("GET", "/v1/live/events", ["before": "\(seq)", "limit": "\(limit)"], token: token))
        guard let items = page["items"]?.array else { throw LinkProblem.garbled }
        return (items.map { IncomingFrame($0) }, page["next_cursor"]?.string.flatMap { Int64($0) })
    }

    /// - Parameter progress: called with how much is sent, 0 to 1; in order, from a queue of URLSession's.
    /// - Returns: what names the file in a message's fields: `media_id`, `content_type`, `byte_count`, `url`, `name`.
    func upload(
        _ bytes: Data, name: String, type: String, token: String, progress: @escaping @Sendable (Double) -> Void
    ) async throws -> [String: JSONValue] {
        var request = request("POST", "/v1/live/media", name.isEmpty ? [:] : ["name": name], token: token)
        request.setValue(type, forHTTPHeaderField: "Content-Type")
        request.httpBody = bytes
        // Without a sign of life, not in all.
        request.timeoutInterval = 60
        let (data, status) = try await UploadTask.run(request, session.configuration, progress)
        guard let fields = try answer(data, status).object, fields["media_id"] != nil else { throw LinkProblem.garbled }
        return fields
    }

    private func post(_ path: String, _ body: [String: JSONValue], token: String?) async throws -> JSONValue {
        var request = request("POST", path, token: token)
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        request.httpBody = try JSONValue.object(body).data
        return try await send(request)
    }

    private func request(
        _ method: String, _ path: String, _ query: [String: String] = [:], token: String?
    ) -> URLRequest {
        var request = URLRequest(url: address(path, query))
        request.httpMethod = method
        request.timeoutInterval = 15
        if let token { request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization") }
        return request
    }

    /// Below the server's own path, if it has one.
    func address(_ path: String, _ query: [String: String] = [:], scheme: String? = nil) -> URL {
        guard var parts = URLComponents(url: server, resolvingAgainstBaseURL: true) else { return server }
        parts.path = (parts.path.hasSuffix("/") ? String(parts.path.dropLast()) : parts.path) + path
        if let scheme { parts.scheme = scheme }
        if !query.isEmpty {
            // A plus would be read as a space.
            let coded = query.sorted { $0.key < $1.key }.map { name, value in
                "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: Self.plain) ?? "")"
            }
            parts.percentEncodedQuery = coded.joined(separator: "&")
        }
        return parts.url ?? server
    }

    var socketAddress: URL {
        address("/v1/live", scheme: ["https", "wss"].contains(server.scheme?.lowercased()) ? "wss" : "ws")
    }

    private static let plain = CharacterSet(
        charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")

    /// - Returns: the body; `.null` where there is none.
    private func send(_ request: URLRequest) async throws -> JSONValue {
        let (data, status) = try await exchange(request)
        return try answer(data, status)
    }

    private func answer(_ data: Data, _ status: Int) throws -> JSONValue {
        let value = data.isEmpty ? .null : try? JSONValue(data: data)
        guard (200..<300).contains(status) else {
            var refusal = Refusal(value ?? .null, status: status)
            if status == 401 { refusal.code = "unauthorized" }
            throw refusal
        }
        guard let value else { throw LinkProblem.garbled }
        return value
    }

    private func exchange(_ request: URLRequest) async throws -> (Data, status: Int) {
        let exchange = Exchange()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                exchange.begin(continuation)
                let task = session.dataTask(with: request) { data, response, error in
                    if let error {
                        exchange.end(.failure(error))
                    } else if let status = (response as? HTTPURLResponse)?.statusCode {
                        exchange.end(.success((data ?? Data(), status)))
                    } else {
                        exchange.end(.failure(LinkProblem.garbled))
                    }
                }
                task.resume()
                exchange.onCancel { task.cancel() }
            }
        } onCancel: {
            exchange.cancel()
        }
    }
}
