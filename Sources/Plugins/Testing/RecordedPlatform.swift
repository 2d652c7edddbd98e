// SPDX-License-Identifier: Apache-2.0
import Desk
import Synchronization

/// The world of one test: answers written by the test instead of a network, a store and files in memory, a clock set by hand.
final class RecordedPlatform: Sendable {
    private struct State {
        var answers: [Value] = []
        var requests: [Value] = []
        var settings: [Value] = []
        var publicURL: String?
    }

    let source: PluginSource
    let clock = ManualClock(Instant(seconds: 1_767_225_600))
    let media = MemoryMediaStore()
    private let state = Mutex(State())
    private let store: MemoryPluginStore
    private let tokens: TokenCache

    init(_ source: PluginSource) {
        self.source = source
        store = MemoryPluginStore(clock: clock.now)
        tokens = TokenCache(clock: clock.now)
    }

    func add(answer: Value) { state.withLock { $0.answers.append(answer) } }
    func add(settings: Value) { state.withLock { $0.settings.append(settings) } }
    /// From now on the desk has this public address.
    func publish(at url: String) { state.withLock { $0.publicURL = url } }
    var requests: [Value] { state.withLock { $0.requests } }

    func perform(_ request: Value) async -> [Value] {
        let outside = Outside(
            http: { [self] request, rules in await answer(request, rules) }, store: store, media: media,
            mediaURL: { [self] id, _ in state.withLock { $0.publicURL }.map { "\($0)/media/\(id)" } }, tokens: tokens,
            clock: clock.now)
        return await outside.perform(request, context)
    }

    var context: CallContext {
        let hosts = state.withLock { state in state.settings }
        return CallContext(
            id: 1, plugin: source.name, channel: "test", entry: "test",
            rules: HostRules(hosts: declared, settings: hosts.last ?? .object(.init())),
            deadline: ContinuousClock.now + .seconds(60))
    }

    /// Hosts of the manifest, known once the plugin is loaded.
    private let hosts = Mutex<[String]>([])
    private var declared: [String] { hosts.withLock { $0 } }
    func declare(hosts names: [String]) { hosts.withLock { $0 = names } }

    private func answer(_ request: OutgoingRequest, _ rules: HostRules) async -> Result<OutgoingResponse, HTTPFailure> {
        guard rules.verdict(on: request.address) != .forbidden else {
            return .failure(HTTPFailure(.forbidden, "\(request.address.host) is not among the hosts of this plugin's manifest"))
        }
        let path = String(request.address.target.prefix { $0 != "?" })
        let shown = await shown(request, path: path)
        let found = state.withLock { state -> Value? in
            state.requests.append(shown)
            let place = state.answers.firstIndex { answer in
                (answer["path"]?.string ?? path) == path && (answer["method"]?.string ?? request.method) == request.method
            }
            return place.map { state.answers.remove(at: $0) }
        }
        guard let found else {
            return .failure(HTTPFailure(.connect, "the test has no answer for \(request.method) \(path)"))
        }
        if found["lost"] == true { return .failure(HTTPFailure(.network, "the answer was lost")) }
        if found["refused"] == true { return .failure(HTTPFailure(.connect, "no connection")) }
        return await response(found, request)
    }

    private func response(_ answer: Value, _ request: OutgoingRequest) async -> Result<OutgoingResponse, HTTPFailure> {
        var headers = (answer["headers"]?.object?.pairs ?? []).map { (name: $0.name.lowercased(), value: $0.value.string ?? "") }
        var body = answer["body"]?.utf8 ?? []
        if let json = answer["json"] {
            body = json.json
            if !headers.contains(where: { $0.name == "content-type" }) { headers.append(("content-type", "application/json")) }
        }
        var response = OutgoingResponse(status: Int(answer["status"]?.int ?? 200), headers: headers, body: body)
        if request.intoMedia, (200..<300).contains(response.status),
            let type = MediaType.download(body, claimed: response.header("content-type"))
        {
            if let id = try? await media.put(body, contentType: type, name: nil) {
                response.media = MediaObject(id: id, contentType: type, name: nil, byteCount: body.count)
                response.body = []
            }
        }
        return .success(response)
    }

    private func shown(_ request: OutgoingRequest, path: String) async -> Value {
        var body: [UInt8] = []
        var type: String?
        switch request.body {
        case .none: break
        case .bytes(let bytes, let contentType): (body, type) = (bytes, contentType)
        case .form(let parts):
            if let form = try? await MultipartForm.encode(parts, media: media) { (type, body) = (form.contentType, form.body) }
        }
        var headers = Value.Fields()
        for header in request.headers { headers[header.name.lowercased()] = .string(header.value) }
        if let type { headers["content-type"] = .string(type) }
        var value: Value = [
            "method": .string(request.method), "url": .string(request.address.text), "path": .string(path),
            "query": PercentCoding.query(String(request.address.target.drop { $0 != "?" }.dropFirst())),
            "headers": .object(headers),
            "body": Value(lua: body),
        ]
        if type?.contains("json") == true, let json = try? Value(json: body) { value["json"] = json }
        return value
    }
}
