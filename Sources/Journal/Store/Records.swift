// SPDX-License-Identifier: Apache-2.0
import Desk

/// A message that a platform has not taken yet.
package struct OutboxItem: Sendable, Hashable {
    package enum State: String, Sendable, Hashable { case waiting, held, dead }
    package var message: ID<Message>
    package var conversation: ID<Conversation>
    package var channel: String
    /// The customer's id on the platform.
    package var recipient: String
    package var state: State
    /// Tries so far.
    package var attempts: Int
    /// Not before.
    package var dueAt: Instant
    package var queuedAt: Instant
    /// Of the last try.
    package var reason: String?
    /// Messages whose texts go out with this one, in order: one send, one reply of the platform's quota.
    package var parts: [ID<Message>]

    package init(
        message: ID<Message>, conversation: ID<Conversation>, channel: String, recipient: String, state: State = .waiting,
        attempts: Int = 0, dueAt: Instant, queuedAt: Instant, reason: String? = nil, parts: [ID<Message>] = []
    ) {
        self.message = message
        self.conversation = conversation
        self.channel = channel
        self.recipient = recipient
        self.state = state
        self.attempts = attempts
        self.dueAt = dueAt
        self.queuedAt = queuedAt
        self.reason = reason
        self.parts = parts
    }
}

/// Something that is to happen at a time.
package struct DeskTimer: Sendable, Hashable {
    /// Unique: `escalate:v…:rule`, `flow:v…`, `held:v…:channel`. Setting a timer again moves it.
    package var key: String
    package var dueAt: Instant
    package var conversation: ID<Conversation>?
    /// What is due, for whoever set it. Always an object with `kind`.
    package var payload: Value
    package init(key: String, dueAt: Instant, conversation: ID<Conversation>?, payload: Value) {
        self.key = key
        self.dueAt = dueAt
        self.conversation = conversation
        self.payload = payload
    }
}

/// An accepted rule set, kept whole: a start never depends on a broken working tree.
package struct RuleSetRecord: Sendable, Hashable {
    /// SHA-256 of its files, hex.
    package var id: String
    package var name: String
    /// By path relative to `rules/`. Empty where only the list was asked for.
    package var files: [String: [UInt8]]
    package var acceptedAt: Instant
    /// When it went live last; nil if never.
    package var activatedAt: Instant?
    package var by: String
    package init(
        id: String, name: String, files: [String: [UInt8]], acceptedAt: Instant, activatedAt: Instant? = nil, by: String
    ) {
        self.id = id
        self.name = name
        self.files = files
        self.acceptedAt = acceptedAt
        self.activatedAt = activatedAt
        self.by = by
    }
}

/// An API token; only its SHA-256 is kept.
package struct AccessToken: Sendable, Hashable {
    package var hash: [UInt8]
    package var name: String
    package var role: Role
    /// Whose it is, for tokens of agents.
    package var agent: ID<Agent>?
    package var createdAt: Instant
    package init(hash: [UInt8], name: String, role: Role, agent: ID<Agent>? = nil, createdAt: Instant) {
        self.hash = hash
        self.name = name
        self.role = role
        self.agent = agent
        self.createdAt = createdAt
    }
}

/// A channel as the store remembers it: that it exists, by which plugin; never its settings, which hold secrets.
package struct ChannelRecord: Sendable, Hashable {
    package var id: String
    package var plugin: String
    package var enabled: Bool
    package init(id: String, plugin: String, enabled: Bool = true) {
        self.id = id
        self.plugin = plugin
        self.enabled = enabled
    }
}

/// Why the store refused.
package struct StoreError: Error, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// No room: refused as a whole; the same append may succeed later.
        case full
        case io
        case closed
        /// The file was written by a newer program.
        case newer
        /// Another process serves this folder.
        case inUse = "in_use"
        /// The key does not fit, or the file is damaged.
        case unreadable
        /// Another process holds the database for too long.
        case busy
        /// The entry contradicts itself or the store: our own fault, and nobody else's entry suffers.
        case invalid
    }
    package let code: Code
    package let message: String
    package var description: String { message }
    package init(code: Code, message: String) { self.code = code; self.message = message }
}
