// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import Desk
import Logging
import NIOCore
import NIOHTTP1
import Synchronization

/// The plugins' only way out: to declared hosts, without redirects, within time and size.
///
/// A name of the manifest is resolved first, all its addresses must be public, and the connection then goes to the address that was
/// checked (a name that answers differently the second time gains nothing). Hosts that the operator wrote into the settings are
/// not checked: a test stand-in on loopback is such a host.
final class OutgoingHTTP: Sendable {
    private let resolve: Resolve
    private let media: any MediaStore
    private let clock: Clock
    private let state = Mutex(State())

    private struct State {
        /// By host and pinned address; the empty key is the client for hosts the operator chose.
        var clients: [String: Pinned] = [:]
        var names: [String: (addresses: [NetworkAddress], until: Instant)] = [:]
        var isClosed = false
    }
    private struct Pinned { let client: HTTPClient; var lastUse: Instant }

    private static let rememberNames = Duration.seconds(60)
    private static let clientLimit = 64

    /// A host that is dropped without `shutdown` still lets go of its connections.
    deinit {
        for pinned in state.withLock({ $0.clients.values }) { pinned.client.shutdown { _ in } }
    }

    init(media: any MediaStore, clock: @escaping Clock, resolve: @escaping Resolve) {
        self.media = media
        self.clock = clock
        self.resolve = resolve
    }

    func send(_ request: OutgoingRequest, under rules: HostRules) async -> Result<OutgoingResponse, HTTPFailure> {
        let end = ContinuousClock.now + request.timeout
        var attempt = 0
        while true {
            let answer = await once(request, under: rules, end: end)
            let pause = Duration.milliseconds(200 << attempt) * Double.random(in: 0.5...1)
            guard attempt < request.retries, Self.isWorthAnotherTry(answer), ContinuousClock.now + pause < end else {
                return answer
            }
            attempt += 1
            do { try await Task.sleep(for: pause) } catch { return answer }
        }
    }

    private static func isWorthAnotherTry(_ answer: Result<OutgoingResponse, HTTPFailure>) -> Bool {
        switch answer {
        case .success(let response): [502, 503, 504].contains(response.status)
        case .failure(let failure): failure.code == .connect || failure.code == .network
        }
    }

    private func once(_ request: OutgoingRequest, under rules: HostRules, end: ContinuousClock.Instant) async
        -> Result<OutgoingResponse, HTTPFailure>
    {
        do {
            let client = try await client(for: request.address, verdict: rules.verdict(on: request.address))
            let message = try await message(request)
            let limit = request.byteLimit
            let left = end - ContinuousClock.now
            guard left > .zero else { throw HTTPFailure(.timeout, "no answer within \(request.timeout)") }
            let (head, bytes) = try await within(left) {
                let response = try await client.execute(message, timeout: .nanoseconds(left.nanoseconds))
                return (response, try await Self.collect(response.body, upTo: limit))
            }
            return .success(try await keep(head, bytes, request))
        } catch let failure as HTTPFailure {
            return .failure(failure)
        } catch {
            return .failure(Self.describe(error, request))
        }
    }

    /// Runs `work`, and stops waiting for it after `limit`.
    private func within<T: Sendable>(_ limit: Duration, _ work: @escaping @Sendable () async throws -> T) async throws -> T {
        try await withThrowingTaskGroup(of: T?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                try await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let value = first else {
                throw HTTPFailure(.timeout, "no answer in time")
            }
            return value
        }
    }

    private static func collect(_ body: HTTPClientResponse.Body, upTo limit: Int) async throws -> [UInt8] {
        var out: [UInt8] = []
        for try await part in body {
            guard out.count + part.readableBytes <= limit else {
                throw HTTPFailure(.large, "the answer is larger than \(limit) bytes")
            }
            out.append(contentsOf: part.readableBytesView)
        }
        return out
    }

    private func keep(_ head: HTTPClientResponse, _ bytes: [UInt8], _ request: OutgoingRequest) async throws
        -> OutgoingResponse
    {
        let headers = head.headers.prefix(64).map { (name: $0.name.lowercased(), value: $0.value) }
        var response = OutgoingResponse(status: Int(head.status.code), headers: headers, body: bytes)
        guard request.intoMedia, (200..<300).contains(response.status),
            let kind = MediaType.download(bytes, claimed: response.header("content-type"))
        else { return response }
        do {
            let id = try await media.put(bytes, contentType: kind, name: nil)
            response.media = MediaObject(id: id, contentType: kind, name: nil, byteCount: bytes.count)
            response.body = []
        } catch {
            throw HTTPFailure(.media, "the file could not be stored: \(error)")
        }
        return response
    }

    private static func describe(_ error: any Error, _ request: OutgoingRequest) -> HTTPFailure {
        if error is CancellationError { return HTTPFailure(.timeout, "cancelled") }
        guard let error = error as? HTTPClientError else {
            let text = "\(error)"
            let isConnect =
                error is ChannelError || text.contains("connection refused") || text.contains("NIOConnectionError")
                || text.contains("Connection refused")
            return HTTPFailure(
                isConnect ? .connect : .network,
                "\(request.address.shown): \(isConnect ? "no connection" : "the connection broke")")
        }
        switch error {
        case .deadlineExceeded, .readTimeout, .writeTimeout, .cancelled:
            return HTTPFailure(.timeout, "\(request.address.shown): no answer in time")
        case .connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout:
            return HTTPFailure(.connect, "\(request.address.shown): no connection in time")
        default: return HTTPFailure(.network, "\(request.address.shown): \(error.shortDescription)")
        }
    }
}

// MARK: - The request on the wire

extension OutgoingHTTP {
    private func message(_ request: OutgoingRequest) async throws -> HTTPClientRequest {
        var message = HTTPClientRequest(url: request.address.text)
        message.method = HTTPMethod(rawValue: request.method)
        for header in request.headers { message.headers.add(name: header.name, value: header.value) }
        if !message.headers.contains(name: "user-agent") { message.headers.add(name: "User-Agent", value: "LuaDesk") }
        switch request.body {
        case .none: break
        case .bytes(let bytes, let contentType):
            if let contentType { message.headers.replaceOrAdd(name: "Content-Type", value: contentType) }
            message.body = .bytes(bytes)
        case .form(let parts):
            let form = try await MultipartForm.encode(parts, media: media)
            message.headers.replaceOrAdd(name: "Content-Type", value: form.contentType)
            message.body = .bytes(form.body)
        }
        return message
    }
}

// MARK: - Clients and names

extension OutgoingHTTP {
    private func client(for address: WebAddress, verdict: HostRules.Verdict) async throws -> HTTPClient {
        guard let pinned = try await pin(address, verdict: verdict) else { return try client(key: "", override: [:]) }
        return try client(key: "\(address.host) \(pinned)", override: [address.host: pinned])
    }

    /// The very address that was checked, for the connection to go to: a name that answers differently when asked again changes nothing.
    /// - Returns: nil where the operator chose the host.
    func pin(_ address: WebAddress, verdict: HostRules.Verdict) async throws -> String? {
        switch verdict {
        case .forbidden:
            throw HTTPFailure(.forbidden, "\(address.host):\(address.port) is not among the hosts of this plugin's manifest")
        case .trusted: return nil
        case .checked:
            let addresses = await self.addresses(of: address.host)
            guard let first = addresses.first else { throw HTTPFailure(.connect, "\(address.host): no such name") }
            guard addresses.allSatisfy(\.isPublic) else {
                throw HTTPFailure(.forbidden, "\(address.host) resolves to a private address")
            }
            return first.text
        }
    }

    private func addresses(of host: String) async -> [NetworkAddress] {
        let now = clock()
        if let known = state.withLock({ $0.names[host] }), known.until > now { return known.addresses }
        let found = await resolve(host)
        state.withLock { state in
            if state.names.count > 1000 { state.names = [:] }
            if !found.isEmpty { state.names[host] = (found, now + Self.rememberNames) }
        }
        return found
    }

    private func client(key: String, override: [String: String]) throws -> HTTPClient {
        let now = clock()
        var idle: [HTTPClient] = []
        let client = try state.withLock { state in
            guard !state.isClosed else { throw HTTPFailure(.connect, "the server is shutting down") }
            if let known = state.clients[key] {
                state.clients[key]?.lastUse = now
                return known.client
            }
            if state.clients.count >= Self.clientLimit {
                // No request lasts ten minutes: these have none.
                for (key, pinned) in state.clients where pinned.lastUse < now - .seconds(600) {
                    idle.append(pinned.client)
                    state.clients[key] = nil
                }
                guard state.clients.count < Self.clientLimit * 4 else { throw HTTPFailure(.connect, "too many different hosts") }
            }
            let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: Self.configuration(override))
            state.clients[key] = Pinned(client: client, lastUse: now)
            return client
        }
        for client in idle { client.shutdown { _ in } }
        return client
    }

    private static func configuration(_ override: [String: String]) -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout = .init(connect: .seconds(5), read: .seconds(30))
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 16
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        configuration.dnsOverride = override
        return configuration
    }

    func shutdown() async {
        let clients = state.withLock { state in
            state.isClosed = true
            defer { state.clients = [:] }
            return state.clients.values.map(\.client)
        }
        for client in clients { try? await client.shutdown() }
    }
}

extension Duration {
    /// Clipped to what an Int64 can hold.
    var nanoseconds: Int64 {
        let seconds = min(components.seconds, 1_000_000_000)
        return seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
    }
}
