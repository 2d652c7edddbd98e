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
        // Ends by the plugin's own time limit; a failure is logged and the message stays as it is.
        Task {
            switch await self.plugins.fetchMedia(channel: message.channel, content: message.content) {
            case .success(let media):
                let event = Event.Draft(
                    .mediaStored, conversation: message.conversation, customer: message.customer, channel: message.channel,
                    payload: ([
                        "message": .string(message.id.text), "media": .string(media.id),
                        "content_type": .string(media.contentType), "byte_count": Value(media.byteCount),
                        "name": Value(media.name),
                    ] as Value).compact())
                _ = try? await self.work { try await self.store.append(Entry(at: self.clock(), events: [event])) }
            case .failure(let failure):
                self.logger.warning(
                    "An attachment could not be fetched.",
                    metadata: [
                        "message": "\(message.id)", "reason": "\(failure)",
                    ])
            }
        }
    }
}
