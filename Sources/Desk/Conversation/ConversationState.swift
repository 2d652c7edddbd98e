// SPDX-License-Identifier: Apache-2.0

/// Where a conversation stands.
package enum ConversationState: String, Sendable, Hashable, CaseIterable {
    /// The machine answers.
    case bot
    /// Waits for a person.
    case queued
    /// A person has it.
    case assigned
    /// A person has it and waits for something: the customer, a warehouse, a date.
    case pending
    case resolved
}

/// What can happen to a conversation, as far as its state is concerned.
package enum ConversationOccurrence: String, Sendable, Hashable, CaseIterable {
    case customerWrote
    /// A person is wanted: by the customer, a rule, or an agent who transfers to a team.
    case handedOff
    /// An agent took it, or was given it.
    case accepted
    /// Its agent gave it back, or went away.
    case released
    case postponed
    case returnedToBot
    case resolved
}

extension ConversationState {
    /// The state after an occurrence, or nil where it cannot happen.
    ///
    /// A message to a resolved conversation reopens it with the bot; whether it is still young enough to be reopened is
    /// `Conversation.canReopen`, and whether it then goes to a person is routing's business.
    package func after(_ occurrence: ConversationOccurrence) -> ConversationState? {
        switch (self, occurrence) {
        case (.resolved, .customerWrote): .bot
        case (.pending, .customerWrote): .assigned
        case (_, .customerWrote): self

        case (.resolved, .handedOff): nil
        case (_, .handedOff): .queued

        case (.resolved, .accepted): nil
        case (_, .accepted): .assigned

        case (.queued, .released), (.assigned, .released), (.pending, .released): .queued
        case (_, .released): nil

        case (.assigned, .postponed), (.pending, .postponed): .pending
        case (_, .postponed): nil

        case (.resolved, .returnedToBot): nil
        case (_, .returnedToBot): .bot

        case (.resolved, .resolved): nil
        case (_, .resolved): .resolved
        }
    }

    /// Whether a person has been asked for or has it: autoreplies are silent then.
    package var isWithPeople: Bool { self == .queued || self == .assigned || self == .pending }
}

/// A step of a conversation that its state does not allow.
package struct IllegalStep: Error, Sendable, Hashable, CustomStringConvertible {
    package let state: String
    package let occurrence: String
    package var description: String { "\(occurrence) cannot happen in state \(state)" }
    package init(state: String, occurrence: String) { self.state = state; self.occurrence = occurrence }
}

extension Conversation {
    /// Whether a new message of the customer continues this conversation rather than starting another.
    package func canReopen(at now: Instant, within window: Duration) -> Bool {
        guard state == .resolved, let resolvedAt else { return state != .resolved }
        return now - resolvedAt <= window
    }

    /// Applies an occurrence to the state and the clocks that hang on it.
    package mutating func apply(_ occurrence: ConversationOccurrence, at now: Instant) throws(IllegalStep) {
        guard let next = state.after(occurrence) else {
            throw IllegalStep(state: state.rawValue, occurrence: occurrence.rawValue)
        }
        let before = state
        state = next
        updatedAt = now
        switch occurrence {
        case .customerWrote:
            lastCustomerMessageAt = now
            if waitingSince == nil { waitingSince = now }
            if before == .resolved {
                reopenings += 1
                (resolvedAt, agent, assignedAt) = (nil, nil, nil)
            }
        case .handedOff, .released:
            if personWantedSince == nil { personWantedSince = now }
            // "I am connecting you" is no answer: whoever is handed to people waits from then on.
            if occurrence == .handedOff, waitingSince == nil { waitingSince = now }
            if before != .queued || queuedAt == nil { queuedAt = now }
            lastAgent = agent ?? lastAgent
            agent = nil
            assignedAt = nil
        case .accepted:
            queuedAt = nil
            assignedAt = now
        case .postponed: break
        case .returnedToBot:
            lastAgent = agent ?? lastAgent
            (agent, team, queuedAt, assignedAt, personWantedSince) = (nil, nil, nil, nil, nil)
        case .resolved:
            lastAgent = agent ?? lastAgent
            (queuedAt, waitingSince, personWantedSince, flow) = (nil, nil, nil, nil)
            resolvedAt = now
        }
    }
}
