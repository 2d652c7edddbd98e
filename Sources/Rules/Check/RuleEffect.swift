// SPDX-License-Identifier: Apache-2.0
import Desk

/// What a rule changes that the `match` of another can see.
enum RuleEffect: Hashable {
    case tag(String)
    case attribute(String, Value)
    case customerAttribute(String, Value)
    case priority(Int)
    case raise(Int)
    case team(String)
    case queued

    /// Where it is seen.
    var subject: String {
        switch self {
        case .tag(let tag): "tag \(tag)"
        case .attribute(let name, _): "conversation.attributes.\(name)"
        case .customerAttribute(let name, _): "customer.\(name)"
        case .priority, .raise: MatchPath.priority.name
        case .team: MatchPath.team.name
        case .queued: MatchPath.state.name
        }
    }

    /// As a sentence goes on: `sets the tag "x"`.
    var shown: String {
        switch self {
        case .tag(let tag): "sets the tag \"\(tag)\""
        case .attribute(let name, let value): "sets conversation.attributes.\(name) to \(value.luaText)"
        case .customerAttribute(let name, let value): "sets customer.\(name) to \(value.luaText)"
        case .priority(let level): "sets the priority to \(level)"
        case .raise(let steps): "raises the priority by \(steps)"
        case .team(let team): "gives it to team \"\(team)\""
        case .queued: "hands it to a person"
        }
    }

    func apply(to situation: inout Situation) {
        switch self {
        case .tag(let tag): if !situation.conversation.tags.contains(tag) { situation.conversation.tags.append(tag) }
        case .attribute(let name, let value): situation.conversation.attributes[name] = value
        case .customerAttribute(let name, let value): situation.customer.attributes[name] = value
        case .priority(let level): situation.conversation.priority = level
        case .raise(let steps): situation.conversation.priority = max(0, min(9, situation.conversation.priority + steps))
        case .team(let team): situation.conversation.team = team
        case .queued:
            guard situation.conversation.state != .queued else { return }
            situation.conversation.state = .queued
            situation.conversation.queuedAt = situation.now
            situation.conversation.personWantedSince = situation.conversation.personWantedSince ?? situation.now
        }
    }
}

extension RuleEffect {
    /// What an escalation says in data, or in `act` with constant texts: the second only perhaps happens.
    static func of(_ rule: EscalationRule, act: [LuaOutline.Call]) -> (sure: [RuleEffect], possible: [RuleEffect]) {
        let actions = rule.actions
        var sure = actions.tags.map(RuleEffect.tag)
        sure += (actions.set?.object?.pairs ?? []).map { .attribute($0.name, $0.value) }
        sure += (actions.setCustomer?.object?.pairs ?? []).map { .customerAttribute($0.name, $0.value) }
        if let level = actions.setPriority { sure.append(.priority(level)) }
        if let steps = actions.raisePriority, steps > 0 { sure.append(.raise(steps)) }
        if let assignment = rule.assignment, !assignment.toBot {
            if let team = assignment.team { sure.append(.team(team)) }
            sure.append(.queued)
        }
        if let to = actions.handOff {
            if let team = to.team { sure.append(.team(team)) }
            sure.append(.queued)
        }
        var possible: [RuleEffect] = []
        for call in act {
            let team = call.fields.first { $0.path == "team" }?.text
            switch call.name {
            case "out:tag": possible += call.arguments.compactMap(\.self).map(RuleEffect.tag)
            case "out:set":
                possible += call.fields.compactMap { field in
                    field.path.contains(".") ? nil : field.text.map { .attribute(field.path, .string($0)) }
                }
            case "out:set_customer":
                possible += call.fields.compactMap { field in
                    field.path.contains(".") ? nil : field.text.map { .customerAttribute(field.path, .string($0)) }
                }
            case "out:assign", "out:hand_off":
                if let team { possible.append(.team(team)) }
                possible.append(.queued)
            default: break
            }
        }
        return (sure, possible)
    }
}

extension MatchTerm {
    /// Plain conditions that help it to hold, each with what it looks at: `tag x`, `conversation.priority`.
    var feedable: [(term: MatchTerm, subject: String)] {
        switch self {
        case .all(let terms), .any(let terms): terms.flatMap(\.feedable)
        case .none: []
        case .hasTag(let tags): tags.map { (self, "tag \($0)") }
        case .compare(.conversationTags, .eq, .text(let tag)): [(self, "tag \(tag)")]
        case .compare(let path, _, _), .oneOf(let path, _), .between(let path, _, _), .exists(let path), .contains(let path, _),
            .prefix(let path, _):
            switch path {
            case .priority, .team, .state: [(self, path.name)]
            case .conversationAttribute(let names) where names.count == 1: [(self, path.name)]
            case .customerAttribute(let names) where names.count == 1: [(self, path.name)]
            default: []
            }
        default: []
        }
    }
}
