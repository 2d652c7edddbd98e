// SPDX-License-Identifier: Apache-2.0
import Desk

/// Says what happens when something is true, or has been for too long. Every one that matches acts.
final class EscalationRule: Sendable {
    /// What `after` counts from.
    enum Basis: String, Sendable, CaseIterable {
        /// The customer's oldest unanswered message, or the hand-off that no person has answered yet: what the bot says in between
        /// ("one moment please") does not end that wait.
        case waiting
        /// Entering the present queue.
        case queued
        /// A person was asked for.
        case personWanted = "person_wanted"
        case assigned, started
        case lastMessage = "last_message"
        case lastReply = "last_reply"

        func start(_ conversation: Conversation) -> Instant? {
            switch self {
            case .waiting: conversation.waitsSince
            case .queued: conversation.queuedAt
            case .personWanted: conversation.personWantedSince
            case .assigned: conversation.assignedAt
            case .started: conversation.startedAt
            case .lastMessage: conversation.lastCustomerMessageAt
            case .lastReply: conversation.lastReplyAt
            }
        }

        /// Holds wherever `start` gives something.
        var condition: MatchTerm? {
            switch self {
            case .waiting: .any([.exists(.waitingSince), .exists(.personWantedSince)])
            case .queued: .exists(.queuedAt)
            case .personWanted: .exists(.personWantedSince)
            case .assigned: .exists(.assignedAt)
            case .started: nil
            case .lastMessage: .exists(.lastMessageAt)
            case .lastReply: .exists(.lastReplyAt)
            }
        }
    }

    let head: RuleHead
    /// Nil: at once.
    let after: Duration?
    let basis: Basis
    /// Never again in this conversation.
    let isOnce: Bool
    let cooldown: Duration?
    let actions: ActionSpec
    /// What `actions` comes to where nothing in it depends on the situation; nil where something does.
    let fixedIntents: [Intent]?
    let assignment: Assignment?
    let interruptsFlow: Bool

    /// How often one without `after`, `once` and `cooldown` may act: it would else act again on whatever it did itself.
    static let usualCooldown: Duration = .seconds(60)

    init(_ reader: SpecReader) {
        head = RuleHead(reader)
        after = reader.duration("after")
        basis = reader.word("of", of: Basis.allCases.map(\.rawValue)).flatMap(Basis.init(rawValue:)) ?? .waiting
        if reader.has("of"), !reader.has("after") {
            reader.report(
                "value", "of", "'of' says what 'after' counts from, but there is no 'after'", hint: "add after = \"60s\"")
        }
        isOnce = reader.word("once", of: ["conversation"]) != nil
        cooldown = reader.duration("cooldown")
        assignment = reader.table("assign") { Assignment($0) }
        interruptsFlow = reader.flag("interrupts_flow") ?? false
        actions = ActionSpec(reader)
        fixedIntents = actions.fixedIntents(head)
        if actions.isEmpty, assignment == nil {
            reader.report(
                "value", "", "escalate \"\(head.id)\" does nothing", hint: "add act = function(c, out) … end, notify, assign, …")
        }
        if head.match == nil, head.when == nil, after == nil {
            reader.report(
                "value", "", "escalate \"\(head.id)\" would act on everything", hint: "say when with match, when or after")
        }
    }

    /// When it is due; nil: not at all (no basis, done already, or still cooling down for ever).
    func due(_ conversation: Conversation) -> Instant? {
        guard let after, let start = basis.start(conversation) else { return nil }
        let due = start + after
        guard let fired = conversation.fired[head.id] else { return due }
        if isOnce { return nil }
        if let cooldown { return max(due, fired + cooldown) }
        return fired >= due ? nil : due
    }

    /// Whether `once` and `cooldown` let it act now, for those without `after`.
    func mayAct(_ conversation: Conversation, at now: Instant) -> Bool {
        guard let fired = conversation.fired[head.id] else { return true }
        return !isOnce && now >= fired + (cooldown ?? Self.usualCooldown)
    }
}

extension Conversation {
    /// Since when the customer has been waiting for an answer: for any, or, once a person was asked for, for a person's.
    var waitsSince: Instant? { [waitingSince, personWantedSince].compactMap { $0 }.min() }
}
