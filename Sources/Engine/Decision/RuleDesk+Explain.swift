// SPDX-License-Identifier: Apache-2.0
import Answers
import Desk
import Journal
import Lua
import Rules

/// Decisions that were made, looked at again.
extension RuleDesk {
    /// What the rules were asked about a message, and which of them.
    private struct Asked {
        /// The customer's.
        let message: ID<Message>
        /// As the log has it; nil where it is not on record.
        let logged: Event?
        let set: RuleSet
        /// One for each occasion.
        let situations: [Situation]
    }

    /// - Parameter id: a customer's message, or what a rule or dialogue said to one.
    private func asked(about id: ID<Message>) async throws -> Asked {
        guard let named = try await store.message(id) else { throw DeskError.missing("message", id) }
        let message = named.direction == .inbound ? named : try await answered(by: named)
        let log = try await store.events(
            after: message.seq, limit: 100, matching: EventFilter(kinds: [.decision], conversation: message.conversation)
        ).first { $0.payload["message"]?.string == message.id.text }
        let set: RuleSet
        let situation: Situation
        var logged: Event?
        if let log, let seen = Situation(snapshot: log.payload["situation"] ?? [:], message: message),
            let earlier = await self.set(log.payload["rule_set"]?.string ?? "")
        {
            set = earlier
            situation = seen
            logged = log
        } else {
            guard let customer = try await store.customer(message.customer),
                let conversation = try await store.conversation(message.conversation)
            else { throw DeskError.missing("message", id) }
            set = active
            situation = Situation(
                occasion: .message, now: message.at, seed: UInt64(bitPattern: message.id.number), customer: customer,
                conversation: conversation, message: message,
                understanding: generation.understanding.understand(message.content.text),
                plugin: channelPlugins[conversation.channel])
        }
        var situations = [situation]
        if situation.occasion != .message {
            var asMessage = situation
            asMessage.occasion = .message
            situations.append(asMessage)
        }
        return Asked(message: message.id, logged: logged ?? log, set: set, situations: situations)
    }

    /// The message that was decided about when this one was written: the decision follows it in the journal, in the same transaction.
    private func answered(by reply: Message) async throws -> Message {
        if !reply.author.isPerson {
            let next = try await store.events(
                after: reply.seq, limit: 1, matching: EventFilter(kinds: [.decision], conversation: reply.conversation))
            if let decision = next.first, decision.at == reply.at,
                let id = decision.payload["message"]?.string.flatMap({ ID<Message>(text: $0) }),
                let message = try await store.message(id)
            {
                return message
            }
        }
        throw DeskError(
            .notFound,
            "\(reply.id.text) was not written by a customer, and no decision about a customer's message that wrote it is on record."
        )
    }

    /// Why a message was answered, routed or left alone, also asked by its answer: each candidate rule with the first term that was false.
    package func explain(_ id: ID<Message>) async throws -> Value {
        let asked = try await asked(about: id)
        var explained: [Value] = []
        for situation in asked.situations {
            let explanation = try await lanes[0].explain(situation, under: asked.set)
            explained.append(["occasion": .string(situation.occasion.name), "rules": explanation.value])
        }
        return [
            "message_id": .string(asked.message.text), "rule_set": .string(asked.set.id), "recorded": .bool(asked.logged != nil),
            "decisions": asked.logged?.payload["decisions"] ?? [], "explanations": .array(explained),
        ]
    }

    /// A decision that was made, as a test of the rules: to be saved as `tests/pinned/ID.json`.
    ///
    /// - Returns: `{path, masked, pin}`; `pin` is the content of the file, `path` where it belongs below the rules folder.
    /// - Throws: `DeskError` if there is no such message, or its decision is not on record.
    package func pin(_ id: ID<Message>) async throws -> Value {
        let asked = try await asked(about: id)
        guard asked.logged != nil else {
            throw DeskError(.notFound, "The decision about \(asked.message.text) is not on record: there is nothing to pin.")
        }
        let pinned = PinnedDecision(
            id: asked.message.text, situations: asked.situations,
            runner: try asked.set.makeRunner(mode: .counted, health: RuleHealth(failures: .max)))
        return [
            "path": .string(pinned.path), "masked": .array(pinned.masked.map(Value.string)), "pin": pinned.value,
        ]
    }
}
