// SPDX-License-Identifier: Apache-2.0

/// The place of an event in the journal: from 1, without gaps.
package typealias Seq = Int64

/// A fact in the journal.
package struct Event: Sendable, Hashable {
    package let seq: Seq
    package let at: Instant
    package let kind: Kind
    package let conversation: ID<Conversation>?
    package let ticket: ID<Ticket>?
    package let customer: ID<Customer>?
    package let channel: String?
    package let actor: Actor
    /// The event that this one follows from.
    package let cause: Seq?
    /// Always an object; what is in it stands at `Kind`.
    package let payload: Value

    package init(seq: Seq, at: Instant, draft: Draft) {
        self.seq = seq
        self.at = at
        kind = draft.kind
        conversation = draft.conversation
        ticket = draft.ticket
        customer = draft.customer
        channel = draft.channel
        actor = draft.actor
        cause = draft.cause
        payload = draft.payload
    }

    /// An event before the journal gave it its seq.
    package struct Draft: Sendable, Hashable {
        package var kind: Kind
        package var conversation: ID<Conversation>?
        package var ticket: ID<Ticket>?
        package var customer: ID<Customer>?
        package var channel: String?
        package var actor: Actor
        package var cause: Seq?
        package var payload: Value

        package init(
            _ kind: Kind, conversation: ID<Conversation>? = nil, ticket: ID<Ticket>? = nil, customer: ID<Customer>? = nil,
            channel: String? = nil, actor: Actor = .system, cause: Seq? = nil, payload: Value = .object(.init())
        ) {
            self.kind = kind
            self.conversation = conversation
            self.ticket = ticket
            self.customer = customer
            self.channel = channel
            self.actor = actor
            self.cause = cause
            self.payload = payload
        }
    }
}

extension Event {
    /// What happened. The raw value stands in the journal and in the API: never rename one.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Payload of the three: the message as `Message.value` writes it.
        case messageReceived = "message.received"
        case messageSent = "message.sent"
        case noteAdded = "message.noted"
        /// `{message, delivery, reason?}`
        case deliveryChanged = "message.delivery"

        case customerCreated = "customer.created"
        case customerChanged = "customer.changed"
        /// Of the customer who remains: `{from, by, identities, conversations, kept, tickets, …}`, as `CustomerMerge` writes it.
        case customerMerged = "customer.merged"
        /// Of the customer who remained: `{other, customers, identities, conversations, tickets}`, ids of what went back.
        case customerUnmerged = "customer.unmerged"
        /// An attachment has been fetched and kept: `{message, media, content_type, byte_count, name?, playable_type?, withheld?}`.
        case mediaStored = "message.media"
        /// An attachment that a platform names was not fetched: `{message, reason}`.
        case mediaRefused = "message.media_failed"
        /// What the customer looked at or did: `{name, …}`.
        case behaviour = "customer.behaviour"

        /// Payload of all `conversation.*`: `{from, to, sla?, …}` with states, and what is particular.
        case conversationStarted = "conversation.started"
        case conversationReopened = "conversation.reopened"
        /// `{from, to, team, priority, reason?}`
        case conversationQueued = "conversation.queued"
        /// `{from, to, agent, team, wait_ms}`
        case conversationAssigned = "conversation.assigned"
        case conversationPending = "conversation.pending"
        case conversationReturned = "conversation.returned_to_bot"
        case conversationResolved = "conversation.resolved"
        /// Tags, priority, attributes: only the fields that changed. `parted`: `{from, since, conversation?}` after a merge was taken back:
        /// the other wrote here, too, or in that conversation.
        case conversationChanged = "conversation.changed"

        /// Payload: the ticket, or the fields that changed with `from`, `to`.
        case ticketCreated = "ticket.created"
        case ticketChanged = "ticket.changed"
        case ticketCommented = "ticket.commented"

        /// `{agent, presence}` and `{agent…}`, `{team…}`
        case agentPresence = "agent.presence"
        case agentChanged = "agent.changed"
        case teamChanged = "team.changed"

        /// What rules decided about the event in `cause`: `{rule_set, occasion, matched, intents, errors, us, instructions}`; `knowledge`: where
        /// a customer wrote to the bot, the keys of what was answered from it.
        case decision = "rule.decision"
        /// `{rule, file, line, message, occasion}`
        case ruleFailed = "rule.failed"
        /// `{rule, chain}`
        case ruleLoop = "rule.loop"
        /// `{rule, until}`
        case ruleSetAside = "rule.set_aside"
        /// `{flow, version, stage}`; ended: `{flow, outcome}`
        case flowStarted = "flow.started"
        case flowAdvanced = "flow.advanced"
        case flowEnded = "flow.ended"
        case timerFired = "timer.fired"
        /// `{id, name, by, reason?}`
        case rulesActivated = "rules.activated"
        case rulesRejected = "rules.rejected"
        /// A candidate beside the live set, and what became of it; a return from one that did badly:
        /// `{id, name, by, step: canary|shadow|promoted|stopped|returned, share?, until?, reason?}`
        case rulesRollout = "rules.rollout"
        /// Files of the rules folder changed by the rules page: `{by, files: [{path, change, before?, after?}]}`
        case rulesEdited = "rules.edited"
        /// Somebody took the decision log out of the desk: `{by, masked, since?, until?, last?}`
        case rulesExported = "rules.exported"

        /// `{alert, labels, value, severity}`
        case alertRaised = "alert.raised"
        case alertCleared = "alert.cleared"
        /// A person has seen it: `{alert, labels: [{…}], by}`
        case alertAcknowledged = "alert.acknowledged"
        /// Nobody is told of it for a while: `{alert, labels, until, by}`; without `until` the silence has ended.
        case alertSilenced = "alert.silenced"
        /// `{to, text}`
        case notified = "notification.sent"

        /// `{plugin, file?, line?, message}`
        case channelFailed = "channel.failed"
        case channelChanged = "channel.changed"
        /// `{name, role}`; never the token itself
        case tokenCreated = "token.created"
        case tokenRevoked = "token.revoked"

        /// The same as `init(rawValue:)`, which compares with one after another, at the cost of one look.
        package init?(name: String) {
            guard let kind = Self.byName[name] else { return nil }
            self = kind
        }

        private static let byName = Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0) })
    }

    /// Whether the customer may see it.
    package var isPublic: Bool { kind.isPublic }
}

extension Event.Kind {
    /// Whether customers may see such events of theirs.
    package var isPublic: Bool {
        switch self {
        case .messageReceived, .messageSent, .deliveryChanged, .conversationStarted, .conversationReopened,
            .conversationQueued, .conversationAssigned, .conversationPending, .conversationReturned, .conversationResolved:
            true
        default: false
        }
    }
}
