// SPDX-License-Identifier: Apache-2.0

/// What the client says, over either transport.
enum OutgoingFrame: Sendable, Hashable {
    case message(clientID: String, kind: ClientMessage.Kind, text: String, fields: [String: JSONValue])
    case typing(Bool)
    case read(upTo: Int64)

    /// As `type` of a frame, and as the end of the path of a request: `messages` is the exception.
    private var type: String {
        switch self {
        case .message: "message"
        case .typing: "typing"
        case .read: "read"
        }
    }

    var path: String { if case .message = self { "/v1/live/messages" } else { "/v1/live/\(type)" } }

    /// The body of a request.
    var body: [String: JSONValue] {
        switch self {
        case .message(let clientID, let kind, let text, let fields):
            var body: [String: JSONValue] = [
                "client_id": .string(clientID), "kind": .string(kind.rawValue), "text": .string(text),
            ]
            if !fields.isEmpty { body["fields"] = .object(fields) }
            return body
        case .typing(let on): return ["on": .bool(on)]
        case .read(let seq): return ["seq": .int(seq)]
        }
    }

    /// The frame of a socket.
    var frame: JSONValue { .object(body.merging(["type": .string(type)]) { $1 }) }
}
