// SPDX-License-Identifier: Apache-2.0
import Desk

/// The first part of a `match` that did not hold, and what would have made it hold.
package struct MatchMiss: Sendable, Hashable {
    /// As the author would write it: `at_least("customer.vip_level", 4)`.
    package let term: String
    /// What stood there: `1`.
    package let actual: String
    /// `customer.vip_level of 4 or more`
    package let wanted: String
}

extension MatchTerm {
    /// - Returns: nil if it holds.
    func firstMiss(_ facts: Facts) -> MatchMiss? {
        if holds(facts) { return nil }
        switch self {
        case .all(let terms):
            for term in terms { if let miss = term.firstMiss(facts) { return miss } }
            return nil
        case .any(let terms):
            let misses = terms.compactMap { $0.firstMiss(facts) }
            return MatchMiss(
                term: text, actual: misses.map(\.actual).joined(separator: "; "),
                wanted: "one of these: " + misses.map(\.wanted).joined(separator: " / "))
        case .none(let terms):
            if let path = absent { return MatchMiss(term: text, actual: facts[path].shown, wanted: "\(path.name) to be unknown") }
            guard let term = terms.first(where: { $0.holds(facts) }) else { return nil }
            let there = term.actual(facts)
            return MatchMiss(
                term: text, actual: there.isEmpty ? "\(term.text) holds" : "\(there): \(term.text) holds", wanted: term.unwanted)
        default: return MatchMiss(term: text, actual: actual(facts), wanted: wanted)
        }
    }

    /// What must be absent, of `missing(…)`.
    var absent: MatchPath? {
        if case .none(let terms) = self, terms.count == 1, case .exists(let path) = terms[0] { path } else { nil }
    }

    private func actual(_ facts: Facts) -> String {
        switch self {
        case .compare(let path, _, _), .between(let path, _, _), .oneOf(let path, _), .exists(let path), .contains(let path, _),
            .prefix(let path, _), .pattern(let path, _):
            return facts[path].shown
        case .within(let path, _):
            guard let time = facts[path].time else { return facts[path].shown }
            return "\(time.rfc3339), \((facts.situation.now - time).shown) ago"
        case .hasTag: return Fact.texts(facts.situation.conversation.tags + facts.situation.customer.tags).shown
        case .keywords: return facts.situation.message.map { Fact.text($0.content.text).shown } ?? "no message"
        case .channel:
            return facts[.channel].shown + (facts.situation.plugin.map { " of plugin \"\($0)\"" } ?? "")
        case .intent:
            guard let best = facts.situation.understanding.intents.first else { return "no intent was understood" }
            return "\"\(best.intent)\" with confidence \(Fact.shown(best.confidence))"
        case .event: return facts.event.map { "\"\($0)\"" } ?? "no event"
        case .all, .any, .none: return ""
        }
    }

    private var wanted: String {
        switch self {
        case .compare(let path, let comparison, let constant):
            let name = path.name
            return switch comparison {
            case .eq: "\(name) to be \(constant.shown)"
            case .ne: "\(name) to be anything but \(constant.shown)"
            case .atLeast: "\(name) of \(constant.shown) or more"
            case .atMost: "\(name) of \(constant.shown) or less"
            case .above: "\(name) of more than \(constant.shown)"
            case .below: "\(name) of less than \(constant.shown)"
            }
        case .between(let path, let low, let high): return "\(path.name) from \(Fact.shown(low)) to \(Fact.shown(high))"
        case .within(let path, let duration): return "\(path.name) at most \(duration.shown) ago"
        case .oneOf(let path, let constants): return "\(path.name) to be one of \(constants.map(\.shown).joined(separator: ", "))"
        case .exists(let path): return "\(path.name) to be known"
        case .hasTag(let tags): return "a tag of \(Fact.texts(tags).shown)"
        case .contains(let path, let parts): return "\(path.name) to hold one of \(Fact.texts(parts.map(\.text)).shown)"
        case .prefix(let path, let parts): return "\(path.name) to begin with one of \(Fact.texts(parts.map(\.text)).shown)"
        case .keywords(let words): return "a message with one of \(Fact.texts(words.map(\.text)).shown)"
        case .channel(let names): return "channel \(Fact.texts(names).shown)"
        case .intent(let names, let confidence):
            return "intent \(Fact.texts(names).shown) with confidence \(Fact.shown(confidence ?? Self.usualConfidence)) or more"
        case .event(let names): return "an event \(Fact.texts(names).shown)"
        case .pattern(let path, let pattern): return "\(path.name) to hold \(pattern.rawValue)"
        case .all, .any, .none: return ""
        }
    }

    /// What it would take for this not to hold.
    private var unwanted: String {
        switch self {
        case .compare(let path, let comparison, let constant):
            let name = path.name
            return switch comparison {
            case .eq: "\(name) to be anything but \(constant.shown)"
            case .ne: "\(name) to be \(constant.shown)"
            case .atLeast: "\(name) of less than \(constant.shown), or none"
            case .atMost: "\(name) of more than \(constant.shown), or none"
            case .above: "\(name) of \(constant.shown) or less, or none"
            case .below: "\(name) of \(constant.shown) or more, or none"
            }
        case .between(let path, let low, let high): return "\(path.name) not from \(Fact.shown(low)) to \(Fact.shown(high))"
        case .within(let path, let duration): return "\(path.name) longer ago than \(duration.shown), or unknown"
        case .oneOf(let path, let constants):
            return "\(path.name) to be none of \(constants.map(\.shown).joined(separator: ", "))"
        case .exists(let path): return "\(path.name) to be unknown"
        case .hasTag(let tags): return "no tag of \(Fact.texts(tags).shown)"
        case .contains(let path, let parts): return "\(path.name) to hold none of \(Fact.texts(parts.map(\.text)).shown)"
        case .prefix(let path, let parts): return "\(path.name) to begin with none of \(Fact.texts(parts.map(\.text)).shown)"
        case .keywords(let words): return "a message with none of \(Fact.texts(words.map(\.text)).shown)"
        case .channel(let names): return "a channel other than \(Fact.texts(names).shown)"
        case .intent(let names, let confidence):
            return "another intent than \(Fact.texts(names).shown), or a confidence of less than "
                + Fact.shown(confidence ?? Self.usualConfidence)
        case .event(let names): return "no event \(Fact.texts(names).shown)"
        case .pattern(let path, let pattern): return "\(path.name) to hold no \(pattern.rawValue)"
        case .all, .any, .none: return "\(text) not to hold"
        }
    }

    /// As the author would write it.
    var text: String {
        func list(_ items: [String]) -> String { "{ \(items.joined(separator: ", ")) }" }
        func quoted(_ items: [String]) -> String { items.count == 1 ? "\"\(items[0])\"" : list(items.map { "\"\($0)\"" }) }
        switch self {
        case .all(let terms): return "all \(list(terms.map(\.text)))"
        case .any(let terms): return "any \(list(terms.map(\.text)))"
        case .none(let terms):
            return absent.map { "missing(\"\($0.name)\")" } ?? "none \(list(terms.map(\.text)))"
        case .compare(let path, let comparison, let constant):
            return "\(comparison.rawValue)(\"\(path.name)\", \(constant.shown))"
        case .between(let path, let low, let high): return "between(\"\(path.name)\", \(Fact.shown(low)), \(Fact.shown(high)))"
        case .within(let path, let duration): return "within(\"\(path.name)\", \"\(duration.shown)\")"
        case .oneOf(let path, let constants): return "one_of(\"\(path.name)\", \(list(constants.map(\.shown))))"
        case .exists(let path): return "exists(\"\(path.name)\")"
        case .hasTag(let tags): return "has_tag(\(quoted(tags)))"
        case .contains(let path, let parts): return "contains(\"\(path.name)\", \(quoted(parts.map(\.text))))"
        case .prefix(let path, let parts): return "prefix(\"\(path.name)\", \(quoted(parts.map(\.text))))"
        case .keywords(let words): return "keywords(\(quoted(words.map(\.text))))"
        case .channel(let names): return "channel(\(quoted(names)))"
        case .intent(let names, let confidence):
            return "intent(\(quoted(names))\(confidence.map { ", \(Fact.shown($0))" } ?? ""))"
        case .event(let names): return "event(\(quoted(names)))"
        case .pattern(let path, let pattern): return "matches(\"\(path.name)\", pattern.\(pattern.rawValue))"
        }
    }
}

extension Duration {
    /// As rules write it: `90s`, `10m`, `7d`; the largest unit that divides it.
    var shown: String {
        let milliseconds = inMilliseconds
        for (unit, size) in [("d", Int64(86_400_000)), ("h", 3_600_000), ("m", 60_000), ("s", 1000)]
        where milliseconds >= size && milliseconds % size == 0 {
            return "\(milliseconds / size)\(unit)"
        }
        return milliseconds >= 1000 ? "\(milliseconds / 1000)s" : "\(milliseconds)ms"
    }
}
