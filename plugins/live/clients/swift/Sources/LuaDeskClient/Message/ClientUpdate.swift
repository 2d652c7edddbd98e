// SPDX-License-Identifier: Apache-2.0

/// What happened: to a message, the conversation, the connection or what is kept on this device.
public enum ClientUpdate: Sendable, Hashable {
    /// A message is new or has changed; `ClientMessage/id` says which.
    case message(ClientMessage)
    /// Older messages were fetched: they stand before the others in `LuaDeskClient/currentMessages`.
    case older(count: Int)
    /// A message that never reached the desk is gone, because it was discarded.
    case removed(id: String)
    /// Somebody at the desk types, or has stopped. Passing: take it back after some 8 s by yourself.
    case typing(author: String, isTyping: Bool)
    /// The conversation went on: to the queue, to an agent, to its end.
    case conversation(ClientConversation)
    /// An agent came or went, where the desk tells its customers.
    case presence(agentID: String, presence: String)
    /// The connection changed.
    case connection(ClientConnection)
    /// The messages so far belong to another customer or another journal, and are gone from here; what the desk has
    /// comes again.
    case restarted
    /// A file was cut short or changed by somebody else: it was kept aside under another name, and the client went on
    /// without it.
    case damaged(file: String, keptAs: String)
    /// Something could not be written on this device; the client goes on, and tries to write again with the next
    /// change.
    case unkept(reason: String)
}

/// How the customer's conversation stands.
public struct ClientConversation: Sendable, Hashable, Codable {
    /// `bot`, `queued`, `assigned`, `pending`, `resolved`; possibly more with newer desks.
    public internal(set) var state: String
    /// Who answers; nil unless it is an agent.
    public internal(set) var agentID: String?
    /// The agent's name, where it is known.
    public internal(set) var agentName: String?
}

/// How the client and the desk are connected.
public enum ClientConnection: Sendable, Hashable {
    /// Not started, or stopped.
    case stopped
    /// Being made.
    case connecting
    /// Everything passes at once.
    case online(ClientTransport)
    /// Lost or not to be had; tried again by itself.
    case waiting(retryIn: Duration, reason: String)
    /// The desk does not let this client in: no such channel, or a signature or token that does not fit. Tried again by itself,
    /// rarely; at once after `LuaDeskClient/identify(_:)`.
    case refused(reason: String)
}

/// The two ways to the desk; both carry the same.
public enum ClientTransport: String, Sendable, Hashable {
    case webSocket, longPoll
}
