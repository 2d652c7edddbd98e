// SPDX-License-Identifier: Apache-2.0

/// One thing said, shown or noted in a conversation.
package struct Message: Sendable, Hashable, Identified {
    package static var idLetter: Unicode.Scalar { "m" }

    package let id: ID<Message>
    package let conversation: ID<Conversation>
    package let customer: ID<Customer>
    package let channel: String
    package let direction: MessageDirection
    package let content: MessageContent
    package let author: Actor
    /// The platform's id: unique within the channel.
    package var externalID: String?
    /// The client's own id: unique within the conversation.
    package var clientID: String?
    package var delivery: Delivery
    package let at: Instant
    /// Of the event that carries this message; 0 until it is on disk.
    package var seq: Seq

    package init(
        id: ID<Message>, conversation: ID<Conversation>, customer: ID<Customer>, channel: String,
        direction: MessageDirection, content: MessageContent, author: Actor, externalID: String? = nil,
        clientID: String? = nil, delivery: Delivery, at: Instant, seq: Seq = 0
    ) {
        self.id = id
        self.conversation = conversation
        self.customer = customer
        self.channel = channel
        self.direction = direction
        self.content = content
        self.author = author
        self.externalID = externalID
        self.clientID = clientID
        self.delivery = delivery
        self.at = at
        self.seq = seq
    }
}

package enum MessageDirection: String, Sendable, Hashable, CaseIterable {
    case inbound = "in"
    case outbound = "out"
    /// Internal: never leaves the desk.
    case note
}

/// What a message says: a kind, its text, and the fields of that kind.
package struct MessageContent: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case text, image, voice, video, file, location, card, menu, event, unsupported
    }
    package var kind: Kind
    /// Of a text the text; of others a line a person can read, possibly empty.
    package var text: String
    /// Fields of the kind. image, voice, video, file: `url`, `media_id`, `name`, `byte_count`, `content_type`; location: `latitude`,
    /// `longitude`, `label`; card: `type` (`link`, `mini_program`, `product`), `title`, `description`, `url`, `app_id`, `page_path`, `thumb_url`,
    /// `thumb_media_id`; menu: `options` [{`id`, `text`}]; event: `name` and what the platform says; unsupported: `raw_kind`. Always an object.
    package var fields: Value

    package init(kind: Kind, text: String = "", fields: Value = .object(.init())) {
        self.kind = kind
        self.text = text
        self.fields = fields
    }
    package static func text(_ text: String) -> MessageContent { MessageContent(kind: .text, text: text) }
}

/// How far a message has got.
package enum Delivery: Sendable, Hashable {
    case queued, sent, delivered, read
    case failed(reason: String)

    package var name: String {
        switch self {
        case .queued: "queued"
        case .sent: "sent"
        case .delivered: "delivered"
        case .read: "read"
        case .failed: "failed"
        }
    }
    package var reason: String? { if case .failed(let reason) = self { reason } else { nil } }

    package init?(name: String, reason: String? = nil) {
        switch name {
        case "queued": self = .queued
        case "sent": self = .sent
        case "delivered": self = .delivered
        case "read": self = .read
        case "failed": self = .failed(reason: reason ?? "unknown")
        default: return nil
        }
    }

    /// A report can arrive late or twice; it never takes a message back.
    package func advanced(by report: Delivery) -> Delivery {
        switch (self, report) {
        case (.failed, .queued), (.failed, .failed): report
        case (.failed, _): report
        case (.queued, _), (.sent, .delivered), (.sent, .read), (.sent, .failed), (.delivered, .read): report
        default: self
        }
    }
}
