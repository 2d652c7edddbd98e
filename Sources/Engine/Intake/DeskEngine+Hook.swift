// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal
import Logging
import Plugins

extension DeskEngine {
    /// Answers a platform's callback: verified and understood by the channel's plugin, on disk before the answer says so.
    ///
    /// Platforms close after some 5 s and ask again, so the answer is given within 4.75 s whatever happens; what was too slow is refused,
    /// comes again, and is recognised as a duplicate.
    package func hook(channel: String, _ request: HookRequest) async -> HookResponse {
        guard let configuration = channels[channel], !configuration.isBuiltIn else {
            return .plain(404, "no such channel")
        }
        let race = Race<HookResponse?>()
        // Not cancelled when the time is up: a commit under way goes on, and its duplicate is recognised.
        Task { race.finish(await self.answer(channel, request)) }
        hookDeadlines.add { race.finish(nil) }
        if let response = await race.winner() { return response }
        logger.warning(
            "A callback took too long and is refused; the platform sends it again.", metadata: ["channel": "\(channel)"])
        return .plain(503, "try again")
    }

    private func answer(_ channel: String, _ request: HookRequest) async -> HookResponse {
        switch await plugins.receive(channel: channel, request) {
        case .refused(let response, let reason):
            watch.channels.refused(channel, status: response.status)
            logger.notice(
                "A callback is refused.",
                metadata: ["channel": "\(channel)", "status": "\(response.status)", "reason": "\(reason)"])
            return response
        case .failed(let response, let failure):
            logger.error(
                "A channel plugin failed.",
                metadata: [
                    "channel": "\(channel)", "file": "\(failure.file ?? "?")", "line": "\(failure.line ?? 0)",
                    "error": "\(failure.message)",
                ])
            await note(failure, of: channel)
            return response
        case .accepted(let messages, let response, let reports, let remember):
            do {
                try await keep(messages, reports, remember, of: channel)
                return response
            } catch {
                let error = DeskError.wrap(error)
                logger.error(
                    "A callback could not be kept and is refused.",
                    metadata: [
                        "channel": "\(channel)", "code": "\(error.code.rawValue)", "error": "\(error.message)",
                    ])
                return .plain(503, "try again")
            }
        }
    }

    /// Puts on disk what a plugin understood of its platform.
    func keep(
        _ messages: [InboundMessage], _ reports: [DeliveryReport], _ remember: Value, of channel: String
    ) async throws {
        for message in messages { _ = try await receive(message) }
        for item in reports { try await take(item, channel) }
        try await keep(remember, of: channel)
    }

    /// What the plugin wants to know next time, such as how far it has read: only now that what it read is on disk.
    private func keep(_ remember: Value, of channel: String) async throws {
        guard let fields = remember.object, !fields.isEmpty else { return }
        let namespace = PluginHost.namespace(plugin: channels[channel]?.plugin ?? "", channel: channel)
        let changes = fields.pairs.map { Change.stored(namespace: namespace, key: $0.name, value: $0.value, expires: nil) }
        _ = try await work { try await self.store.append(Entry(at: self.clock(), changes: changes)) }
    }

    func note(_ failure: PluginFailure, of channel: String) async {
        let event = Event.Draft(
            .channelFailed, channel: channel,
            payload: ([
                "plugin": Value(channels[channel]?.plugin), "file": Value(failure.file), "line": Value(failure.line),
                "message": .string(failure.message),
            ] as Value).compact())
        _ = try? await store.append(Entry(at: clock(), events: [event]))
    }
}

extension HookResponse {
    static func plain(_ status: Int, _ text: String) -> HookResponse { HookResponse(status: status, body: Array(text.utf8)) }
}
