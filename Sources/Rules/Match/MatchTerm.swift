// SPDX-License-Identifier: Apache-2.0
import Desk

/// A condition as data: what stands in a rule's `match`. Being data it is checked, explained and indexed without running Lua.
indirect enum MatchTerm: Sendable, Hashable {
    case all([MatchTerm])
    case any([MatchTerm])
    /// None of them holds.
    case none([MatchTerm])
    case compare(MatchPath, Comparison, Constant)
    case between(MatchPath, Double, Double)
    /// A time in the past, at most this long ago.
    case within(MatchPath, Duration)
    case oneOf(MatchPath, [Constant])
    case exists(MatchPath)
    /// Any of the tags, of the conversation or the customer.
    case hasTag([String])
    /// A text holds one of the parts, folded.
    case contains(MatchPath, [FoldedPart])
    case prefix(MatchPath, [FoldedPart])
    /// The message holds one of the words.
    case keywords([Keyword])
    /// The channel's id, or the plugin behind it.
    case channel([String])
    /// The best guess is one of these; confidence nil: the rule's own, put in by `with(confidence:)`.
    case intent([String], confidence: Double?)
    case event([String])
    case pattern(MatchPath, NamedPattern)

    enum Comparison: String, Sendable, Hashable {
        case eq, ne, atLeast = "at_least", atMost = "at_most", above, below
    }

    /// A text with its folded form.
    struct FoldedPart: Sendable, Hashable {
        let text: String
        let folded: FoldedText
        init(_ text: String) { self.text = text; folded = FoldedText(text) }
    }
}

extension MatchTerm {
    /// What an intent needs where neither term nor rule say it.
    static let usualConfidence = 0.6

    /// The same with the rule's confidence where an intent has none of its own.
    func with(confidence: Double) -> MatchTerm {
        switch self {
        case .intent(let names, nil): .intent(names, confidence: confidence)
        case .all(let terms): .all(terms.map { $0.with(confidence: confidence) })
        case .any(let terms): .any(terms.map { $0.with(confidence: confidence) })
        case .none(let terms): .none(terms.map { $0.with(confidence: confidence) })
        default: self
        }
    }

    func holds(_ facts: Facts) -> Bool {
        switch self {
        case .all(let terms): return terms.allSatisfy { $0.holds(facts) }
        case .any(let terms): return terms.contains { $0.holds(facts) }
        case .none(let terms): return !terms.contains { $0.holds(facts) }
        case .compare(let path, let comparison, let constant):
            return Self.compare(facts[path], comparison, constant)
        case .between(let path, let low, let high):
            guard let number = facts[path].number else { return false }
            return low <= high ? low <= number && number <= high : number >= low || number <= high
        case .within(let path, let duration):
            guard let time = facts[path].time else { return false }
            let age = facts.situation.parts.now - time
            return age >= .zero && age <= duration
        case .oneOf(let path, let constants):
            let fact = facts[path]
            return constants.contains { $0.equals(fact) }
        case .exists(let path): return facts[path] != Fact.none
        case .hasTag(let tags):
            let situation = facts.situation
            return tags.contains { situation.parts.conversation.tags.contains($0) || situation.parts.customer.tags.contains($0) }
        case .contains(let path, let parts):
            return facts.folded(path).map { text in parts.contains { text.contains($0.folded) } } ?? false
        case .prefix(let path, let parts):
            return facts.folded(path).map { text in parts.contains { text.hasPrefix($0.folded) } } ?? false
        case .keywords(let words):
            guard facts.situation.parts.message != nil else { return false }
            let text = facts.foldedText
            return words.contains { $0.occurs(in: text) }
        case .channel(let names):
            let situation = facts.situation
            return names.contains(situation.parts.conversation.channel) || situation.parts.plugin.map(names.contains) ?? false
        case .intent(let names, let confidence):
            guard let best = facts.situation.parts.understanding.intents.first else { return false }
            return best.confidence >= confidence ?? Self.usualConfidence && names.contains(best.intent)
        case .event(let names): return facts.event.map(names.contains) ?? false
        case .pattern(let path, let pattern):
            guard case .text(let text) = facts[path] else { return false }
            return pattern.find(in: text) != nil
        }
    }

    private static func compare(_ fact: Fact, _ comparison: Comparison, _ constant: Constant) -> Bool {
        switch comparison {
        case .eq: return constant.equals(fact)
        case .ne: return !constant.equals(fact)
        default:
            guard case .number(let bound) = constant, let number = fact.number else { return false }
            return switch comparison {
            case .atLeast: number >= bound
            case .atMost: number <= bound
            case .above: number > bound
            default: number < bound
            }
        }
    }
}
