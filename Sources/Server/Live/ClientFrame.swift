// SPDX-License-Identifier: Apache-2.0
import Desk

/// What a client says on the live channel: over a socket, or as the body of a request.
enum ClientFrame: Equatable {
    case hello(token: String, after: Seq?)
    case message(clientID: String, content: MessageContent, conversation: ID<Conversation>?, isNote: Bool)
    case typing(on: Bool, conversation: ID<Conversation>?)
    case read(upTo: Seq, conversation: ID<Conversation>?)
    case resume(after: Seq)
    case behaviour(name: String, fields: Value)
    case presence(Agent.Presence)

    static let types = ["hello", "message", "typing", "read", "resume", "behaviour", "presence"]

    init(json: [UInt8]) throws(FrameProblem) {
        let value: Value
        do { value = try Value(json: json, depth: 32) } catch {
            throw FrameProblem("This is no JSON: \(error).")
        }
        guard value.object != nil else { throw FrameProblem("A frame is a JSON object with a type.") }
        try self.init(value)
    }

    /// - Parameter type: of a request's body, whose path says it; nil: `type` in the frame.
    init(_ value: Value, type: String? = nil) throws(FrameProblem) {
        let reader = FrameReader(value)
        switch type ?? value["type"]?.string {
        case "hello": self = .hello(token: try reader.text("token", limit: 1000), after: try reader.seq("after"))
        case "message": self = try Self.message(reader)
        case "typing": self = .typing(on: try reader.flag("on") ?? true, conversation: try reader.conversation())
        case "read": self = .read(upTo: try reader.neededSeq("seq"), conversation: try reader.conversation())
        case "resume": self = .resume(after: try reader.neededSeq("after"))
        case "behaviour": self = try Self.behaviour(reader)
        case "presence":
            guard let presence = value["presence"]?.string.flatMap(Agent.Presence.init(rawValue:)) else {
                throw reader.problem("presence: one of \(Agent.Presence.allCases.map(\.rawValue).joined(separator: ", ")).")
            }
            self = .presence(presence)
        default:
            throw reader.problem("type: one of \(Self.types.joined(separator: ", ")).")
        }
    }

    private static func message(_ reader: FrameReader) throws(FrameProblem) -> ClientFrame {
        .message(
            clientID: try reader.text("client_id", limit: 128), content: try reader.content(),
            conversation: try reader.conversation(), isNote: try reader.flag("note") ?? false)
    }

    private static func behaviour(_ reader: FrameReader) throws(FrameProblem) -> ClientFrame {
        let name = try reader.text("name", limit: 100)
        var fields = reader.value
        for name in ["type", "name"] { fields[name] = nil }
        if let given = fields["fields"], given.object != nil {
            fields["fields"] = nil
            fields = fields.merging(given)
        }
        guard fields.json.count <= 8192 else { throw reader.problem("behaviour: at most 8 KiB of fields.") }
        return .behaviour(name: name, fields: fields)
    }
}

/// What is wrong with a frame; the socket goes on.
struct FrameProblem: Error, Equatable {
    let message: String
    let clientID: String?
    init(_ message: String, clientID: String? = nil) {
        self.message = message
        self.clientID = clientID
    }
}

/// Reads the fields of a frame; each error names the field.
struct FrameReader {
    let value: Value
    init(_ value: Value) { self.value = value }

    func problem(_ message: String) -> FrameProblem { FrameProblem(message, clientID: value["client_id"]?.string) }

    func text(_ name: String, limit: Int) throws(FrameProblem) -> String {
        guard let text = value[name]?.string, !text.isEmpty, text.utf8.count <= limit else {
            throw problem("\(name): a text of 1 to \(limit) bytes is needed.")
        }
        return text
    }

    func flag(_ name: String) throws(FrameProblem) -> Bool? {
        guard let given = value[name] else { return nil }
        guard let flag = given.bool else { throw problem("\(name): true or false.") }
        return flag
    }

    func seq(_ name: String) throws(FrameProblem) -> Seq? {
        guard let given = value[name] else { return nil }
        guard let seq = given.int ?? given.string.flatMap({ Seq($0) }), seq >= 0 else {
            throw problem("\(name): a seq, a whole number from 0.")
        }
        return seq
    }

    func neededSeq(_ name: String) throws(FrameProblem) -> Seq {
        guard let seq = try seq(name) else { throw problem("\(name): a seq is needed.") }
        return seq
    }

    func conversation() throws(FrameProblem) -> ID<Conversation>? {
        guard let given = value["conversation_id"] else { return nil }
        guard let id = given.string.flatMap({ ID<Conversation>(text: $0) }) else {
            throw problem("conversation_id: no id of a conversation.")
        }
        return id
    }

    func content() throws(FrameProblem) -> MessageContent {
        let kinds = MessageContent.Kind.allCases.filter { $0 != .unsupported }
        guard let kind = MessageContent.Kind(rawValue: value["kind"]?.string ?? "text"), kinds.contains(kind) else {
            throw problem("kind: one of \(kinds.map(\.rawValue).joined(separator: ", ")).")
        }
        if let given = value["text"], given.string == nil { throw problem("text: a text.") }
        let text = value["text"]?.string ?? ""
        if kind == .text, text.isEmpty { throw problem("text: a message of kind text needs one.") }
        if let given = value["fields"], given.object == nil { throw problem("fields: an object.") }
        return MessageContent(kind: kind, text: text, fields: value["fields"] ?? .object(.init()))
    }
}
