// SPDX-License-Identifier: Apache-2.0
import Desk

/// Answers by itself while no person has the conversation. Of all that match one speaks: the highest priority, then the one
/// declared first; fallbacks come last.
final class ReplyRule: Sendable {
    /// When it is looked at, beyond `match`.
    enum Event: String, Sendable, CaseIterable {
        case message
        /// The customer opens the chat.
        case enter
        /// The first message of a conversation that nobody has answered yet.
        case first
    }

    let head: RuleHead
    let on: Event
    /// Looked at last, and only while nothing else has answered.
    let isFallback: Bool
    let actions: ActionSpec
    /// What `actions` comes to where nothing in it depends on the situation; nil where something does.
    let fixedIntents: [Intent]?
    /// Nothing else would be lost if it kept silent.
    let onlySpeaks: Bool
    /// Speaks also while the customer waits in a queue: queue position.
    let whileQueued: Bool
    /// Is looked at before a running flow gets the message: 人工.
    let interruptsFlow: Bool

    static let enterEvents = ["enter", "user_enter_tempsession", "enter_session"]

    init(_ reader: SpecReader) {
        head = RuleHead(reader)
        on = reader.word("on", of: Event.allCases.map(\.rawValue)).flatMap(Event.init(rawValue:)) ?? .message
        isFallback = reader.word("stage", of: ["main", "fallback"]) == "fallback"
        whileQueued = reader.flag("while_queued") ?? false
        interruptsFlow = reader.flag("interrupts_flow") ?? false
        actions = ActionSpec(reader)
        fixedIntents = actions.fixedIntents(head)
        onlySpeaks = actions.onlySpeaks
        if actions.isEmpty {
            reader.report("value", "", "reply \"\(head.id)\" says nothing and does nothing", hint: "add text, knowledge or act")
        }
    }

    func applies(_ facts: Facts) -> Bool {
        let situation = facts.situation
        guard let content = situation.parts.message?.content else { return false }
        if situation.parts.conversation.state.isWithPeople, !(whileQueued && situation.parts.conversation.state == .queued) {
            return false
        }
        switch on {
        case .enter: return content.kind == .event && facts.event.map(Self.enterEvents.contains) ?? false
        case .first:
            return content.kind != .event && situation.parts.conversation.lastReplyAt == nil
                && situation.parts.conversation.waitingSince != nil
                && situation.parts.conversation.waitingSince == situation.parts.conversation.lastCustomerMessageAt
        // An event is nothing to answer, unless the rule asks for it.
        case .message: return content.kind != .event || head.mentionsEvent
        }
    }
}

extension MatchTerm {
    var mentionsEvent: Bool {
        switch self {
        case .event: true
        case .compare(.messageEvent, _, _), .oneOf(.messageEvent, _), .exists(.messageEvent): true
        case .compare(.messageKind, .eq, .text("event")): true
        case .all(let terms), .any(let terms): terms.contains(where: \.mentionsEvent)
        default: false
        }
    }
}
