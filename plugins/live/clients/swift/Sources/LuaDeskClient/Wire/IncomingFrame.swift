// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What the desk says, over either transport.
enum IncomingFrame: Sendable, Hashable {
    /// The connection is good. Seq of the journal's head, and after how many seconds of silence the desk pings.
    case ready(seq: Int64, heartbeat: Int)
    case message(ClientMessage)
    case ack(Ack)
    case delivery(seq: Int64, messageID: String, state: ClientMessage.State)
    case typing(author: String, isTyping: Bool)
    case presence(seq: Int64?, agentID: String, presence: String)
    /// Of the conversation, with the state that it has from now on; nil for what says none.
    case event(seq: Int64, ClientConversation?)
    case failure(Refusal, clientID: String?)
    /// Everything up to this seq has been given. Made by the long poll itself.
    case cursor(seq: Int64)
    /// Newer than this client.
    case unknown(seq: Int64?)

    struct Ack: Sendable, Hashable {
        var clientID: String
        var seq: Int64
        var messageID: String
        var conversationID: String?
    }

    /// Throws for what is no JSON object; nothing that the desk may add later is an error.
    init(_ data: Data) throws { self.init(try JSONValue(data: data)) }

    init(_ value: JSONValue) {
        let seq = value["seq"]?.int
        switch value["type"]?.string {
        case "ready": self = .ready(seq: seq ?? 0, heartbeat: Int(value["heartbeat"]?.int ?? 30))
        case "message": self = ClientMessage(frame: value).map(IncomingFrame.message) ?? .unknown(seq: seq)
        case "ack": self = Ack(value).map(IncomingFrame.ack) ?? .unknown(seq: nil)
        case "delivery":
            let state = ClientMessage.State(delivery: value["delivery"]?.string, reason: value["reason"]?.string)
            guard let seq, let id = value["message_id"]?.string else {
                self = .unknown(seq: seq)
                return
            }
            self = .delivery(seq: seq, messageID: id, state: state)
        case "typing": self = .typing(author: value["by"]?.string ?? "", isTyping: value["on"]?.bool ?? true)
        case "presence":
            self = .presence(
                seq: seq, agentID: value["agent_id"]?.string ?? "", presence: value["presence"]?.string ?? "")
        case "event": self = seq.map { .event(seq: $0, ClientConversation(event: value)) } ?? .unknown(seq: nil)
        case "error": self = .failure(Refusal(value), clientID: value["client_id"]?.string)
        default: self = .unknown(seq: seq)
        }
    }

    /// Where the journal stands once this frame has been taken in; nil for what is not of the journal.
    var seq: Int64? {
        switch self {
        case .message(let message): message.seq
        case .delivery(let seq, _, _), .event(let seq, _), .cursor(let seq): seq
        case .presence(let seq, _, _), .unknown(let seq): seq
        // The ready's is the journal's head, and acks may overtake what comes before them: neither says what we have.
        case .ready, .ack, .typing, .failure: nil
        }
    }
}

/// Why the desk did not do something.
struct Refusal: Error, Sendable, Hashable {
    /// `invalid`, `unauthorized`, `limited`, …
    var code: String
    var message: String

    init(code: String, message: String) {
        self.code = code
        self.message = message
    }

    /// From an error frame, or a problem of RFC 9457.
    init(_ value: JSONValue, status: Int? = nil) {
        code = value["code"]?.string ?? status.map(String.init) ?? "unknown"
        message = (value["message"] ?? value["detail"])?.string ?? (status.map { "HTTP status \($0)" } ?? "unknown")
    }

    /// Whether the same may succeed a little later.
    var isPassing: Bool {
        ["limited", "full", "unavailable", "internal", "408", "425", "429", "500", "502", "503", "504"].contains(code)
    }

    /// Whether the session is good no more.
    var isUnauthorized: Bool { code == "unauthorized" || code == "401" }
}

extension IncomingFrame.Ack {
    /// From an ack frame, or the answer to a posted message.
    init?(_ value: JSONValue) {
        guard let clientID = value["client_id"]?.string, let seq = value["seq"]?.int,
            let messageID = value["message_id"]?.string
        else { return nil }
        self.init(
            clientID: clientID, seq: seq, messageID: messageID, conversationID: value["conversation_id"]?.string)
    }
}

extension ClientMessage {
    /// nil for an internal note, or a frame that lacks what every message has.
    init?(frame value: JSONValue) {
        guard let messageID = value["id"]?.string, let seq = value["seq"]?.int,
            let direction = value["direction"]?.string, ["in", "out"].contains(direction)
        else { return nil }
        let isOwn = direction == "in"
        self.init(
            id: isOwn ? value["client_id"]?.string ?? messageID : messageID, messageID: messageID, seq: seq,
            conversationID: value["conversation_id"]?.string, isOwn: isOwn,
            kind: value["kind"]?.string.flatMap(Kind.init(rawValue:)) ?? .unsupported,
            text: value["text"]?.string ?? "",
            fields: value["fields"]?.object ?? [:], author: value["author"]?.string ?? "",
            authorName: value["author_name"]?.string, at: value["at"]?.string.flatMap(Date.init(rfc3339:)) ?? Date(),
            state: State(delivery: value["delivery"]?.string, reason: value["failure"]?.string))
    }
}

extension ClientConversation {
    /// nil for events that leave the state as it is.
    init?(event value: JSONValue) {
        let payload = value["payload"]
        let to = payload?["to"]?.string
        switch value["kind"]?.string {
        case "conversation.queued": state = "queued"
        case "conversation.assigned": state = "assigned"
        case "conversation.returned_to_bot": state = "bot"
        case "conversation.resolved": state = "resolved"
        case "conversation.pending": state = "pending"
        case "conversation.started", "conversation.reopened": state = to ?? "bot"
        default: return nil
        }
        guard state == "assigned" else { return }
        agentID = payload?["agent"]?.string
        agentName = payload?["agent_name"]?.string
    }
}

extension Date {
    /// With or without parts of a second.
    init?(rfc3339 text: String) {
        guard
            let date = (try? Date(text, strategy: .iso8601.fractional)) ?? (try? Date(text, strategy: .iso8601))
        else { return nil }
        self = date
    }
}

extension Date.ISO8601FormatStyle {
    fileprivate var fractional: Self { Self(includingFractionalSeconds: true) }
}
