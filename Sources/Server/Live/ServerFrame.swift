// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine

/// What the server says on the live channel, as JSON objects with a `type`.
struct ServerFrame: Sendable {
    /// Of the event it tells; nil for what is passing.
    let seq: Seq?
    let value: Value

    private init(_ type: String, seq: Seq? = nil, _ fields: Value) {
        self.seq = seq
        var pairs = [Value.Fields.Pair("type", .string(type))]
        if let seq { pairs.append(.init("seq", .int(seq))) }
        let taken: Set<String> = seq == nil ? ["type"] : ["type", "seq"]
        for pair in fields.object?.pairs ?? [] where !taken.contains(pair.name) && pair.value != .null { pairs.append(pair) }
        value = .object(.init(unchecked: pairs))
    }

    var json: [UInt8] { value.json }

    /// - Parameters:
    ///   - heartbeat: the server pings after this many seconds of silence.
    ///   - faq: what customers of the channel often ask.
    static func ready(_ party: LiveParty, seq: Seq, heartbeat: Int, faq: Value = .null) -> ServerFrame {
        switch party {
        case .customer(let session):
            ServerFrame(
                "ready", seq: seq,
                [
                    "customer_id": .string(session.customer.text), "conversation_id": .string(session.conversation.text),
                    "channel": .string(session.channel), "role": "customer", "heartbeat": .int(Int64(heartbeat)),
                    "faq": faq,
                ])
        case .person(let principal):
            ServerFrame(
                "ready", seq: seq,
                [
                    "agent_id": Value(principal.agent?.text), "name": .string(principal.name),
                    "role": .string(principal.role.rawValue), "heartbeat": .int(Int64(heartbeat)),
                ])
        }
    }

    static func ack(clientID: String, seq: Seq, message: ID<Message>, conversation: ID<Conversation>) -> ServerFrame {
        ServerFrame(
            "ack", seq: seq,
            [
                "client_id": .string(clientID), "message_id": .string(message.text),
                "conversation_id": .string(conversation.text),
            ])
    }

    static func error(_ code: String, _ message: String, clientID: String? = nil) -> ServerFrame {
        ServerFrame("error", ["code": .string(code), "message": .string(message), "client_id": Value(clientID)])
    }

    static func error(_ error: any Error, clientID: String? = nil) -> ServerFrame {
        switch error {
        case let error as DeskError: .error(error.code.rawValue, error.message, clientID: clientID)
        case let problem as FrameProblem: .error("invalid", problem.message, clientID: clientID ?? problem.clientID)
        default: .error("unavailable", "The desk could not do it now; try again.", clientID: clientID)
        }
    }

    /// The frame that tells this party of an event or sign; nil if it is told in another way.
    init?(_ frame: LiveFrame, for party: LiveParty, names: AgentNames, engine: DeskEngine) async {
        switch frame {
        case .typing(let conversation, let by, let on):
            self.init("typing", ["conversation_id": .string(conversation.text), "by": .string(by.text), "on": .bool(on)])
        case .presence:
            // The journal's event of the same change says it with its seq.
            return nil
        case .event(let event):
            if event.kind == .agentChanged { names.forget() }
            switch event.kind {
            case .messageReceived, .messageSent, .noteAdded:
                var message = engine.mediaLinks.addressed(event.payload.outward)
                if case .agent(let id) = event.actor, let name = await names.name(of: id, in: engine) {
                    message["author_name"] = .string(name)
                }
                self.init("message", seq: event.seq, message)
            case .deliveryChanged:
                self.init(
                    "delivery", seq: event.seq,
                    [
                        "message_id": event.payload["message"] ?? .null, "delivery": event.payload["delivery"] ?? .null,
                        "reason": event.payload["reason"] ?? .null, "conversation_id": Value(event.conversation?.text),
                        "at": .string(event.at.rfc3339),
                    ])
            case .agentPresence:
                self.init(
                    "presence", seq: event.seq,
                    [
                        "agent_id": event.payload["agent"] ?? .null, "presence": event.payload["presence"] ?? .null,
                    ])
            default:
                var value = event.value
                if party.isCustomer { value["payload"] = event.payload.shownToCustomer }
                if event.kind == .mediaStored { value["payload"] = engine.mediaLinks.stored(event.payload) }
                if let agent = event.payload["agent"]?.string.flatMap({ ID<Agent>(text: $0) }),
                    let name = await names.name(of: agent, in: engine)
                {
                    value["payload"] = (value["payload"] ?? [:]).merging(["agent_name": .string(name)])
                }
                self.init("event", seq: event.seq, value)
            }
        }
    }
}

extension Value {
    /// Of what happened to a conversation, what concerns its customer: not why, not by which rule.
    fileprivate var shownToCustomer: Value {
        guard let fields = object else { return [:] }
        let shown: Set<String> = ["from", "to", "team", "agent", "channel"]
        return .object(.init(unchecked: fields.pairs.filter { shown.contains($0.name) }))
    }
}
