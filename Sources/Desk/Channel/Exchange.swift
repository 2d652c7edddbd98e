// SPDX-License-Identifier: Apache-2.0

/// A message as a channel took it from its platform: verified, decrypted, normalised.
package struct InboundMessage: Sendable, Hashable {
    /// Id of the channel in the configuration.
    package var channel: String
    /// The customer's id on the platform.
    package var sender: String
    /// Dedupe key within the channel; nil only where `clientID` is given.
    package var externalID: String?
    /// The client's own id, of live clients: dedupe key within the conversation.
    package var clientID: String?
    package var content: MessageContent
    /// The platform's time, if it says one.
    package var sentAt: Instant?
    /// What the platform tells about the customer: `name`, `language`, `union_id`, attributes. Always an object.
    package var profile: Value
    /// The quota that this message opens for replies: WeChat gives 5 messages in 48 h.
    package var replyQuota: ReplyQuota?
    /// The conversation it continues, where the channel knows: a mail that answers one of ours. Nil: the customer's latest.
    package var conversation: ID<Conversation>?

    package init(
        channel: String, sender: String, externalID: String?, clientID: String? = nil, content: MessageContent,
        sentAt: Instant? = nil, profile: Value = .object(.init()), replyQuota: ReplyQuota? = nil
    ) {
        self.channel = channel
        self.sender = sender
        self.externalID = externalID
        self.clientID = clientID
        self.content = content
        self.sentAt = sentAt
        self.profile = profile
        self.replyQuota = replyQuota
    }
}

/// How many messages a platform lets us send, and for how long; each message of the customer sets it anew. One of both at least.
package struct ReplyQuota: Sendable, Hashable {
    /// Nil: as many as one likes, within the time.
    package var messages: Int?
    /// Nil: until they are used.
    package var window: Duration?
    package init(messages: Int? = nil, window: Duration? = nil) { self.messages = messages; self.window = window }
}

/// A message on its way out through a channel.
package struct OutboundMessage: Sendable, Hashable {
    package var message: ID<Message>
    package var channel: String
    /// The customer's id on the platform.
    package var recipient: String
    package var content: MessageContent
    package var author: Actor
    /// 1 for the first try.
    package var attempt: Int

    package init(
        message: ID<Message>, channel: String, recipient: String, content: MessageContent, author: Actor, attempt: Int
    ) {
        self.message = message
        self.channel = channel
        self.recipient = recipient
        self.content = content
        self.author = author
        self.attempt = attempt
    }
}

/// What came of a send.
package enum SendOutcome: Sendable, Hashable {
    /// The platform took it; `externalID` if it says one. Where it became several messages there, `further` are the ids of the others,
    /// in order.
    case sent(externalID: String?, further: [String] = [])
    /// Not now: again after `after` (nil: the outbox's own back-off).
    case retry(reason: String, after: Duration?)
    /// The platform allows no more until the customer writes again: held, not failed.
    case held(reason: String)
    /// Never: the customer blocked us, the kind cannot be sent, the window is closed.
    case failed(reason: String)
    /// We do not let the machine say it, whatever the platform would do: a person takes over.
    case withheld(reason: String)
    /// Something in the configuration is wrong: the channel's outbox stops and says so.
    case misconfigured(reason: String)
}

/// An HTTP request as a plugin sees it.
package struct HookRequest: Sendable {
    package var method: String
    package var path: String
    /// As it came, still percent-encoded, without `?`.
    package var query: String
    /// Names in lower case; repeated ones keep their order.
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]
    package init(method: String, path: String, query: String, headers: [(name: String, value: String)], body: [UInt8]) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
    }
}

/// The HTTP answer a plugin gives.
package struct HookResponse: Sendable, Hashable {
    package var status: Int
    package var contentType: String
    package var body: [UInt8]
    package init(status: Int, contentType: String = "text/plain; charset=utf-8", body: [UInt8] = []) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }
}

/// A configured instance of a plugin, as it stands under `channels:`.
package struct ChannelConfiguration: Sendable, Hashable {
    package var id: String
    package var plugin: String
    /// Secrets already resolved. Always an object.
    package var settings: Value
    /// Sends a second, and at once after a quiet time; nil: as for all channels.
    package var rate: Double?
    package var burst: Double?
    /// What is done where the platform limits replies.
    package var replies: ReplyPolicy
    package init(
        id: String, plugin: String, settings: Value = .object(.init()), rate: Double? = nil, burst: Double? = nil,
        replies: ReplyPolicy = .init()
    ) {
        self.id = id
        self.plugin = plugin
        self.settings = settings
        self.rate = rate
        self.burst = burst
        self.replies = replies
    }
}
