// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine

/// What the live channel asks of the engine, the same for sockets and for plain requests.
struct LiveDoor: Sendable {
    let engine: DeskEngine
    let names = AgentNames()

    /// Whose token this is: a customer's session, or an API token. Throws `DeskError.unauthorized`.
    func party(token: String) async throws -> LiveParty {
        if token.hasPrefix("ls1.") { return .customer(try await engine.liveSession(token: token)) }
        let principal = try await engine.authenticate(token: token)
        try principal.require(.readDesk)
        return .person(principal)
    }

    /// The party's session as it is now: a customer's conversation may have been followed by another.
    private func current(_ session: LiveSession) async throws -> LiveSession {
        try await engine.liveSession(token: session.token)
    }

    /// What the channel of a customer offers as buttons; null for people of the desk.
    func commonQuestions(for party: LiveParty) -> Value {
        guard case .customer(let session) = party else { return .null }
        return engine.commonQuestions(ofLive: session.channel)
    }

    func listen(_ party: LiveParty, after: Seq?, capacity: Int) -> LiveSubscription {
        engine.hub.subscribe(party.audience, after: after, capacity: capacity)
    }

    /// Does what a frame asks, on behalf of a party.
    /// - Returns: the ack, for what is acknowledged; everything before it is on disk then.
    func perform(_ frame: ClientFrame, by party: LiveParty) async throws -> ServerFrame? {
        switch (frame, party) {
        case (.message(let clientID, let content, _, _), .customer(let session)):
            let intake = try await engine.receive(content, clientID: clientID, from: session)
            return .ack(clientID: clientID, seq: intake.seq, message: intake.message, conversation: intake.conversation)
        case (.message(let clientID, let content, let conversation, let isNote), .person(let principal)):
            let message = try await engine.reply(
                in: try Self.needed(conversation, clientID), content, note: isNote, clientID: clientID, by: principal)
            return .ack(clientID: clientID, seq: message.seq, message: message.id, conversation: message.conversation)

        case (.typing(let on, _), .customer(let session)):
            let now = try await current(session)
            engine.typing(now.conversation, by: .customer(now.customer), on: on)
        case (.typing(let on, let conversation), .person(let principal)):
            try principal.require(.answer)
            engine.typing(try Self.needed(conversation), by: principal.actor, on: on)

        case (.read(let seq, _), .customer(let session)):
            let now = try await current(session)
            // A session may be open before its first message: there is nothing to have read.
            try await engine.markRead(now.conversation, upTo: seq, by: .customer(now.customer))
        case (.read(let seq, let conversation), .person(let principal)):
            try principal.require(.answer)
            try await engine.markRead(try Self.needed(conversation), upTo: seq, by: .person(principal))

        case (.behaviour(let name, let fields), .customer(let session)):
            try await engine.behaviour(session.customer, name: name, fields: fields)
        case (.behaviour, .person):
            throw FrameProblem("behaviour: only customers have one.")

        case (.presence(let presence), .person(let principal)):
            guard let agent = principal.agent else { throw FrameProblem("presence: this token belongs to no agent.") }
            _ = try await engine.setPresence(agent, presence, by: principal)
        case (.presence, .customer):
            throw FrameProblem("presence: only agents have one.")

        case (.hello, _), (.resume, _):
            throw FrameProblem("hello and resume are for sockets; give after=SEQ with the request.")
        }
        return nil
    }

    private static func needed(_ conversation: ID<Conversation>?, _ clientID: String? = nil) throws(FrameProblem) -> ID<
        Conversation
    > {
        guard let conversation else {
            throw FrameProblem("conversation_id: say in which conversation; you may see more than one.", clientID: clientID)
        }
        return conversation
    }
}
