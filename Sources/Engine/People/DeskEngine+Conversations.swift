// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal

extension DeskEngine {
    /// Opens the conversation in its customer's turn, lets `body` change it, judges escalations, commits.
    @discardableResult
    private func change(
        _ id: ID<Conversation>, _ body: (inout Casework, inout Settlement) async throws -> Void
    ) async throws -> Casework {
        try await inTurn(of: id) { work, settlement in
            try await body(&work, &settlement)
            await settlement.finish(&work)
            if case .duplicate(let original, _) = try await self.commit(work) {
                throw DeskError(.conflict, "This client_id was used before.", facts: ["message_id": original.text])
            }
            return work
        }
    }

    /// Answers the customer, or adds an internal note.
    ///
    /// An agent who answers a conversation that nobody has takes it over from the bot or the queue.
    /// - Parameter clientID: the same id again gives the message that was made first.
    package func reply(
        in id: ID<Conversation>, _ content: MessageContent, note: Bool, clientID: String?, by principal: Principal
    ) async throws -> Message {
        try principal.require(.answer)
        return try await work {
            if let clientID, let known = try await self.store.message(conversation: id, clientID: clientID) { return known }
            let content = try await self.attached(content)
            var said: Message?
            do {
                try await self.change(id) { work, _ in
                    if !note, let agent = principal.agent, work.conversation.state == .bot || work.conversation.state == .queued {
                        work.stopFlow(by: principal.actor)
                        try work.give(to: agent, by: principal.actor)
                    } else if !note, work.conversation.state == .bot {
                        work.stopFlow(by: principal.actor)
                    }
                    said = work.add(content, note ? .note : .outbound, by: principal.actor, clientID: clientID)
                }
            } catch let error as DeskError where error.code == .conflict {
                if let clientID, let known = try await self.store.message(conversation: id, clientID: clientID) { return known }
                throw error
            }
            guard let said, let stored = try await self.store.message(said.id) else {
                throw DeskError(.unavailable, "The message was written but cannot be read back.")
            }
            return stored
        }
    }

    /// Takes a conversation, or gives it to an agent.
    package func accept(
        _ id: ID<Conversation>, agent: ID<Agent>?, by principal: Principal
    ) async throws -> Conversation {
        try principal.require(.answer)
        guard let agent = agent ?? principal.agent else {
            throw DeskError(.invalid, "Name the agent: this token belongs to none.")
        }
        guard roster.read({ $0.agents[agent] }) != nil else { throw DeskError.missing("agent", agent) }
        return try await work {
            try await self.change(id) { work, _ in
                work.stopFlow(by: principal.actor)
                try work.give(to: agent, by: principal.actor)
            }.conversation
        }
    }

    /// Asks for a person, or hands over to a team.
    package func handOff(
        _ id: ID<Conversation>, team: String?, note: String?, by principal: Principal
    ) async throws -> Conversation {
        try principal.require(.answer)
        if let team, roster.read({ $0.teams[team] }) == nil {
            throw DeskError(.invalid, "There is no team \(team).", facts: ["team": team])
        }
        return try await work {
            try await self.change(id) { work, settlement in
                guard work.conversation.state != .resolved else {
                    throw IllegalStep(
                        state: work.conversation.state.rawValue, occurrence: ConversationOccurrence.handedOff.rawValue)
                }
                await settlement.handOff(to: team, note: note, by: principal.name, &work)
            }.conversation
        }
    }

    /// Gives a conversation back to the queue it came from.
    package func release(_ id: ID<Conversation>, by principal: Principal) async throws -> Conversation {
        try await step(.released, id, by: principal)
    }

    /// Keeps it, but waits for something.
    package func postpone(_ id: ID<Conversation>, by principal: Principal) async throws -> Conversation {
        try await step(.postponed, id, by: principal)
    }

    package func returnToBot(_ id: ID<Conversation>, by principal: Principal) async throws -> Conversation {
        try await step(.returnedToBot, id, by: principal)
    }

    package func resolve(_ id: ID<Conversation>, by principal: Principal) async throws -> Conversation {
        try await step(.resolved, id, by: principal)
    }

    private func step(
        _ occurrence: ConversationOccurrence, _ id: ID<Conversation>, by principal: Principal
    ) async throws -> Conversation {
        try principal.require(.answer)
        return try await work {
            try await self.change(id) { work, _ in
                if occurrence == .resolved { work.stopFlow(by: principal.actor) }
                try work.apply(occurrence, by: principal.actor)
            }.conversation
        }
    }

    /// Changes `tags`, `priority`, `attributes`; an unknown field is refused.
    package func change(_ id: ID<Conversation>, patch: Value, by principal: Principal) async throws -> Conversation {
        try principal.require(.answer)
        try Patch.check(patch, allowed: ["tags", "priority", "attributes"])
        return try await work {
            try await self.change(id) { work, _ in
                if let tags = try Patch.texts(patch, "tags") { work.set(tags: tags, by: principal.actor) }
                if let priority = try Patch.int(patch, "priority", in: 0...9) {
                    work.set(priority: priority, by: principal.actor)
                }
                if let attributes = try Patch.object(patch, "attributes") {
                    work.conversation.attributes = work.conversation.attributes.merging(attributes)
                    work.record(.conversationChanged, by: principal.actor, ["attributes": attributes])
                }
            }.conversation
        }
    }
}
