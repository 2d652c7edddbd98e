// SPDX-License-Identifier: Apache-2.0
import Foundation

/// One message of the customer's conversation, as an app shows it.
public struct ClientMessage: Sendable, Hashable, Codable, Identifiable {
    /// What a message is.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        case text, image, voice, video, file, location, card, menu
        /// A sign, such as entering the chat: nothing to show.
        case event
        /// Something newer than this client.
        case unsupported
    }

    /// How far a message has got. It only ever moves forward; `failed` is the exception, see `LuaDeskClient/retry(_:)`.
    public enum State: Sendable, Hashable, Codable {
        /// On this device, and kept there until the desk has it.
        case queued
        /// On its way; it may have arrived already.
        case sending
        /// The desk has it on disk.
        case sent
        case delivered
        case read
        /// Refused, with the desk's reason; it is not tried again by itself.
        case failed(reason: String)
    }

    /// The same for as long as the message exists: for own messages the client's own id, for all others the desk's.
    public let id: String
    /// The desk's id; nil until it has the message.
    public internal(set) var messageID: String?
    /// Its place in the desk's journal; nil until it has one.
    public internal(set) var seq: Int64?
    /// nil until the desk has the message.
    public internal(set) var conversationID: String?
    /// Whether the customer wrote it, on this device or on another.
    public let isOwn: Bool
    /// What it is.
    public internal(set) var kind: Kind
    /// Of a text the text; of others a line a person can read, possibly empty.
    public internal(set) var text: String
    /// What its kind needs. image, voice, video, file: `url`, `media_id`, `name`, `byte_count`, `content_type`;
    /// location: `latitude`, `longitude`, `label`; card: `type`, `title`, `description`, `url`, `thumb_url`; menu:
    /// `options`, a list of `id` and `text`.
    public internal(set) var fields: [String: JSONValue]
    /// `customer:…`, `agent:…`, `bot:RULE` or `system`; empty for what the desk does not have yet.
    public internal(set) var author: String
    /// An agent's name, where it is known.
    public internal(set) var authorName: String?
    /// When it was written; for own messages this device's clock until the desk has it.
    public internal(set) var at: Date
    /// How far it has got.
    public internal(set) var state: State
    /// How much of its file is with the desk, 0 to 1; nil when nothing of it is being uploaded.
    public internal(set) var uploadProgress: Double?
    /// Of what was written here: where it stands among what else was.
    var standing: Standing?

    struct Standing: Sendable, Hashable, Codable {
        /// Grows with each message that is written.
        var order: Int64
        /// The seq before which it stays, because what was written after it came to the desk first; nil: its own.
        var place: Int64?
    }

    /// Whether a rule wrote it, not a person.
    public var isFromBot: Bool { author.hasPrefix("bot:") || author == "system" }
}

extension ClientMessage.State {
    private var rank: Int {
        switch self {
        case .queued: 0
        case .sending: 1
        case .failed: 2
        case .sent: 3
        case .delivered: 4
        case .read: 5
        }
    }

    /// Reports come late and twice: none takes a message back. A message that the desk has can still fail on its way
    /// out.
    func advanced(by report: Self) -> Self {
        if case .failed = report, self != .delivered, self != .read { return report }
        return report.rank > rank ? report : self
    }

    /// As the desk writes it. What the desk has is at least sent.
    init(delivery: String?, reason: String?) {
        switch delivery {
        case "delivered": self = .delivered
        case "read": self = .read
        case "failed": self = .failed(reason: reason ?? "unknown")
        default: self = .sent
        }
    }
}
