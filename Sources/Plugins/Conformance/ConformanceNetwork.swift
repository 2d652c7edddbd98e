// SPDX-License-Identifier: Apache-2.0
import Desk
import Synchronization

/// The platform's API as `send` finds it: the plugin's `platform.lua`, with something wrong on the way.
final class ConformanceNetwork: Sendable {
    /// What happens to a request that carries a message; with `everywhere` to every request.
    enum Weather: Sendable {
        case fair
        /// The stand-in answers with this once.
        case fault(String)
        /// No connection: nothing was sent.
        case refused
        /// The platform acted, and its answer never came.
        case lost
        case timeout
        /// The platform acts on it or not; this comes back.
        case answer(OutgoingResponse)
    }

    private struct State {
        var host: PluginHost?
        var channel = ""
        var weather = Weather.fair
        var isEverywhere = false
        /// Messages the stand-in took, whether or not the plugin heard of it.
        var messages = 0
        var requests = 0
        var faults = 0
    }
    private let state = Mutex(State())

    func use(_ host: PluginHost) { state.withLock { $0.host = host } }

    func begin(_ channel: String, _ weather: Weather, everywhere: Bool) {
        state.withLock { state in
            state.channel = channel
            state.weather = weather
            state.isEverywhere = everywhere
            (state.messages, state.requests, state.faults) = (0, 0, 0)
        }
    }

    /// What came through since `begin`.
    var seen: (messages: Int, requests: Int, faults: Int) {
        state.withLock { ($0.messages, $0.requests, $0.faults) }
    }

    func answer(_ request: OutgoingRequest, _ rules: HostRules) async -> Result<OutgoingResponse, HTTPFailure> {
        guard rules.verdict(on: request.address) != .forbidden else {
            return .failure(HTTPFailure(.forbidden, "\(request.address.host) is not among the hosts of this plugin's manifest"))
        }
        let (host, channel, weather, isEverywhere) = state.withLock { state in
            state.requests += 1
            return (state.host, state.channel, state.weather, state.isEverywhere)
        }
        if isEverywhere, let result = Self.disturbance(weather) { return result }
        guard let host, host.hasStandIn(plugin(of: channel, host)) else {
            return .failure(HTTPFailure(.connect, "there is no platform.lua"))
        }
        var fault: PlatformFault?
        if case .fault(let kind) = weather, state.withLock({ $0.faults }) == 0 { fault = PlatformFault(kind) }
        let answer: StandInAnswer
        do { answer = try await host.standIn(channel: channel, Self.shown(request), fault: fault) } catch {
            return .success(OutgoingResponse(status: 599, body: Array("\(error)".utf8)))
        }
        if answer.isFault { state.withLock { $0.faults += 1 } }
        guard answer.message != nil else { return .success(answer.response) }
        if case .refused = weather { return .failure(HTTPFailure(.connect, "no connection")) }
        state.withLock { $0.messages += 1 }
        return Self.disturbance(weather) ?? .success(answer.response)
    }

    private func plugin(of channel: String, _ host: PluginHost) -> String { host.manifest(ofChannel: channel)?.name ?? "" }

    private static func disturbance(_ weather: Weather) -> Result<OutgoingResponse, HTTPFailure>? {
        switch weather {
        case .fair, .fault: nil
        case .refused: .failure(HTTPFailure(.connect, "no connection"))
        case .lost: .failure(HTTPFailure(.network, "the answer was lost"))
        case .timeout: .failure(HTTPFailure(.timeout, "no answer in time"))
        case .answer(let response): .success(response)
        }
    }

    /// The request as a platform sees it.
    static func shown(_ request: OutgoingRequest) -> HookRequest {
        let target = request.address.target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        var headers = request.headers.map { (name: $0.name.lowercased(), value: $0.value) }
        var body: [UInt8] = []
        switch request.body {
        case .none: break
        case .bytes(let bytes, let type):
            body = bytes
            if let type { headers.append(("content-type", type)) }
        case .form(let parts):
            headers.append(("content-type", "multipart/form-data"))
            body = Array(
                parts.map { "\($0.name)=\($0.text.map { String(decoding: $0, as: UTF8.self) } ?? "")" }.joined(separator: "&")
                    .utf8)
        }
        return HookRequest(
            method: request.method, path: target[0], query: target.count > 1 ? target[1] : "", headers: headers, body: body)
    }
}
