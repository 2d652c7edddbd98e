// SPDX-License-Identifier: Apache-2.0
import Desk
import Synchronization

extension PluginHost {
    /// Hands a platform's request to the channel's plugin: verified, decrypted, normalised.
    package func receive(channel id: String, _ request: HookRequest) async -> HookOutcome {
        guard let (image, _) = find(id) else {
            return isWaiting(id)
                ? .refused(HookResponse(status: 503), reason: "plugin_not_loaded")
                : .refused(HookResponse(status: 404), reason: "unknown_channel")
        }
        guard image.manifest.capabilities.methods.contains(request.method) else {
            return .refused(HookResponse(status: 405), reason: "bad_method")
        }
        guard request.body.count <= options.bodyLimit, request.query.utf8.count <= 16 << 10 else {
            return .refused(HookResponse(status: 413), reason: "too_large")
        }
        let result = await run("receive", channel: id, { [request.value, $0.value] }, limit: options.receiveLimit)
        do {
            return try HookOutcome(result.get().first ?? .null, channel: id, image.manifest)
        } catch let failure as PluginFailure {
            return .failed(HookResponse(status: failure.code == .busy ? 503 : 500), failure)
        } catch {
            let failure = PluginFailure(
                .shape, plugin: image.source.name, file: image.source.mainChunk, "receive answered wrongly: \(error)")
            return .failed(HookResponse(status: 500), failure)
        }
    }

    /// Whether the channel's plugin looks on its platform by itself.
    package func polls(channel id: String) -> Bool {
        find(id).map { $0.image.manifest.functions.contains("poll") } ?? false
    }

    /// Lets the channel's plugin look on its platform for what no callback told.
    package func poll(channel id: String) async -> Result<PollFinding, PluginFailure> {
        let result = await run("poll", channel: id, { [$0.value] }, limit: options.pollLimit)
        guard let image = find(id)?.image else {
            return .failure(PluginFailure(.unknown, plugin: "", "there is no open channel '\(id)'"))
        }
        return result.flatMap { values in
            let answer = values.first ?? .null
            if answer.isNull, values.count > 1 {
                return .failure(PluginFailure(.refused, plugin: image.source.name, values[1].string ?? "nothing could be asked"))
            }
            do { return .success(try PollFinding(answer, channel: id, image.manifest)) } catch {
                return .failure(
                    PluginFailure(
                        .shape, plugin: image.source.name, file: image.source.mainChunk, "poll answered wrongly: \(error)"))
            }
        }
    }

    /// Sends one message. Never throws: whatever goes wrong is an outcome with its reason.
    package func send(_ message: OutboundMessage) async -> SendOutcome {
        guard let (image, _) = find(message.channel) else {
            return .misconfigured(reason: reason(closed: message.channel))
        }
        let result = await run("send", channel: message.channel, { [message.value, $0.value] }, limit: options.sendLimit)
        switch result {
        case .success(let values):
            guard let outcome = SendOutcome(values.first ?? .null) else {
                return .retry(
                    reason:
                        "\(image.source.mainChunk): send must return sent(…), retry(…), held(…), failed(…) or misconfigured(…)",
                    after: nil)
            }
            return outcome
        case .failure(let failure): return .retry(reason: failure.description, after: nil)
        }
    }

    /// Shows or hides that somebody is typing, where the platform can; failures do not matter.
    package func typing(channel: String, recipient: String, on: Bool) async {
        guard let (image, _) = find(channel), image.manifest.functions.contains("typing") else { return }
        _ = await run("typing", channel: channel, { [.string(recipient), .bool(on), $0.value] }, limit: options.callLimit)
    }

    /// Downloads the file an inbound message names, into the media store.
    package func fetchMedia(channel: String, content: MessageContent) async -> Result<MediaObject, PluginFailure> {
        let result = await run("media", channel: channel, { [content.value, $0.value] }, limit: options.mediaLimit)
        return result.flatMap { values in
            if let object = values.first.flatMap({ MediaObject($0) }) { return .success(object) }
            let plugin = find(channel)?.image.source.name ?? ""
            let reason = values.count > 1 ? values[1].string : nil
            return .failure(PluginFailure(.shape, plugin: plugin, reason ?? "the file could not be fetched"))
        }
    }

    /// Exchanges what a client got from its platform's login for who the customer is.
    /// - Parameter request: texts by name, `code` and what else the platform's client gives.
    package func login(channel: String, _ request: Value) async -> Result<PlatformLogin, LoginRefusal> {
        guard let (image, _) = find(channel), image.manifest.functions.contains("login") else {
            return .failure(LoginRefusal(code: .unknown, reason: "channel \(channel) has no login"))
        }
        switch await run("login", channel: channel, { [request, $0.value] }, limit: options.callLimit) {
        case .success(let values):
            if let login = values.first.flatMap({ PlatformLogin($0) }) { return .success(login) }
            let code = values.count > 2 ? values[2].string.flatMap(LoginRefusal.Code.init(rawValue:)) : nil
            return .failure(
                LoginRefusal(
                    code: code ?? .network, reason: values.count > 1 ? values[1].string ?? "refused" : "login gave no external_id"
                ))
        case .failure(let failure): return .failure(LoginRefusal(code: .network, reason: failure.description))
        }
    }

    /// Asks the plugin whether its platform answers. A plugin without `health` is taken as healthy.
    package func health(channel: String) async -> PluginHealth {
        guard let (image, _) = find(channel) else { return PluginHealth(isHealthy: false, reason: reason(closed: channel)) }
        guard image.manifest.functions.contains("health") else { return PluginHealth(isHealthy: true, reason: "") }
        switch await run("health", channel: channel, { [$0.value] }, limit: options.callLimit) {
        case .success(let values):
            if values.first?.bool == true { return PluginHealth(isHealthy: true, reason: "") }
            return PluginHealth(isHealthy: false, reason: values.count > 1 ? values[1].string ?? "unknown" : "unknown")
        case .failure(let failure): return PluginHealth(isHealthy: false, reason: failure.description)
        }
    }

    /// Sends a text to people outside of conversations: `"wecom:ops"` is target `ops` of the channel or plugin `wecom`.
    package func notify(to: String, text: String) async -> SendOutcome {
        let parts = to.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return .misconfigured(reason: "'\(to)' is no address. Write CHANNEL:TARGET") }
        let channel = state.withLock { state in
            state.channels[parts[0]]?.configuration.id
                ?? state.channels.values.filter { $0.configuration.plugin == parts[0] }.map(\.configuration.id).min()
        }
        guard let channel, let (image, _) = find(channel), image.manifest.functions.contains("notify") else {
            return .misconfigured(reason: "there is no channel '\(parts[0])' that can notify")
        }
        let result = await run(
            "notify", channel: channel, { [.string(parts[1]), .string(text), $0.value] }, limit: options.sendLimit)
        switch result {
        case .success(let values): return SendOutcome(values.first ?? .null) ?? .sent(externalID: nil)
        case .failure(let failure): return .retry(reason: failure.description, after: nil)
        }
    }

    /// The requests the platform would make for an occasion, signed and encrypted for this channel: for trying a desk out.
    ///
    /// Needs only the settings, no running server: `luadesk simulate` sends the requests itself.
    /// - Parameter occasion: `{ kind = "text", text = …, sender = …, copies = 2 }`, whatever the plugin's `simulate` knows.
    package func simulate(channel: String, _ occasion: Value) async throws(PluginFailure) -> [HookRequest] {
        let result = await run("simulate", channel: channel, { [occasion, $0.value] }, limit: options.callLimit)
        let values = try result.get()
        let plugin = find(channel)?.image.source.name ?? ""
        if values.first?.isNull ?? true, values.count > 1 {
            throw PluginFailure(.shape, plugin: plugin, values[1].string ?? "simulate gave nothing")
        }
        return (values.first?.array ?? []).map { HookRequest($0, channel: channel) }
    }
}
