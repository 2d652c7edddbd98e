// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal
import Logging
import Plugins

extension DeskEngine {
    /// Fetches what a message names on its platform, now that it is on disk: such ids and addresses expire in days.
    func fetchMedia(of message: Message) {
        guard [.image, .voice, .video, .file].contains(message.content.kind), !liveChannels.contains(message.channel) else {
            return
        }
        guard plugins.fetchesMedia(channel: message.channel) else { return }
        // Ends by the plugin's own time limit; a failure is logged and told, and the message stays as it is.
        Task {
            switch await self.plugins.fetchMedia(channel: message.channel, content: message.content) {
            case .success(let media): await self.keep(media, of: message)
            case .failure(let failure):
                self.logger.warning(
                    "An attachment could not be fetched.",
                    metadata: [
                        "message": "\(message.id)", "reason": "\(failure)",
                    ])
                await self.note(.mediaRefused, of: message, ["reason": .string(String(failure.message.prefix(300)))], [])
            }
        }
    }

    private func keep(_ media: MediaObject, of message: Message) async {
        let bytes = (try? await self.media.get(media.id))?.bytes ?? []
        let facts = await facts(of: media, bytes, converts: true)
        var payload = facts
        payload["media_id"] = nil
        payload["media"] = .string(media.id)
        await note(
            .mediaStored, of: message, payload,
            [.stored(namespace: Self.fetched, key: message.id.text, value: facts, expires: nil)])
    }

    private func note(_ kind: Event.Kind, of message: Message, _ payload: Value, _ changes: [Change]) async {
        let event = Event.Draft(
            kind, conversation: message.conversation, customer: message.customer, channel: message.channel,
            payload: (["message": .string(message.id.text)] as Value).merging(payload))
        _ = try? await work { try await self.store.append(Entry(at: self.clock(), events: [event], changes: changes)) }
    }

    private static let fetched = "media of messages"

    /// What has been fetched of a message's platform, as `facts` says it; nil if nothing was, or the file came by ourselves.
    package func fetchedMedia(of message: Message) async throws -> Value? {
        guard message.direction == .inbound, [.image, .voice, .video, .file].contains(message.content.kind),
            !liveChannels.contains(message.channel)
        else { return nil }
        return try await store.stored(namespace: Self.fetched, key: message.id.text, now: clock())
    }
}
