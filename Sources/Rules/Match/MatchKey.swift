// SPDX-License-Identifier: Apache-2.0
import Desk

/// Something that must be seen in a situation for a condition to hold. A condition with several holds only if one of them is seen.
enum MatchKey: Sendable, Hashable {
    case equal(MatchPath, Constant)
    case tag(String)
    /// A number from `low` to `high`, both included.
    case range(MatchPath, low: Double, high: Double)
    /// A time at most so many milliseconds ago.
    case age(MatchPath, atMost: Double)
    /// Folded bytes anywhere in a text, or at its beginning.
    case part(MatchPath, [UInt8])
    case prefix(MatchPath, [UInt8])
    case exists(MatchPath)
    case pattern(MatchPath, NamedPattern)
}

extension MatchTerm {
    /// What must be seen, at least one of it, for this to hold; nil: nothing in particular. Errs towards too much: the condition itself
    /// has the last word.
    var keys: [MatchKey]? {
        switch self {
        case .all(let terms):
            // Whoever asks for the best of several opens an `all` before.
            return terms.lazy.compactMap(\.keys).min { $0.count < $1.count }
        case .any(let terms):
            var keys: [MatchKey] = []
            for term in terms {
                guard let more = term.keys else { return nil }
                keys += more
            }
            return keys
        case .none: return nil
        case .compare(let path, let comparison, let constant): return Self.keys(path, comparison, constant)
        case .between(let path, let low, let high):
            guard !low.isNaN, !high.isNaN else { return [] }
            return low <= high
                ? [.range(path, low: low, high: high)]
                : [.range(path, low: low, high: .infinity), .range(path, low: -.infinity, high: high)]
        // A duration may be finer than the clock.
        case .within(let path, let duration): return [.age(path, atMost: Double(duration.inMilliseconds) + 1)]
        case .oneOf(let path, let constants): return constants.map { .equal(path, $0) }
        case .exists(let path): return [.exists(path)]
        case .hasTag(let tags): return tags.map(MatchKey.tag)
        case .contains(let path, let parts):
            return parts.contains(where: \.folded.bytes.isEmpty) ? nil : parts.map { .part(path, $0.folded.bytes) }
        case .prefix(let path, let parts):
            return parts.contains(where: \.folded.bytes.isEmpty) ? nil : parts.map { .prefix(path, $0.folded.bytes) }
        case .keywords(let words):
            return words.contains(where: \.isEmpty) ? nil : words.map { .part(.messageText, $0.folded) }
        case .channel(let names):
            return names.flatMap { [.equal(.channel, .text($0)), .equal(.plugin, .text($0))] }
        case .intent(let names, _): return names.map { .equal(.intent, .text($0)) }
        case .event(let names): return names.map { .equal(.messageEvent, .text($0)) }
        case .pattern(let path, let pattern): return [.pattern(path, pattern)]
        }
    }

    private static func keys(_ path: MatchPath, _ comparison: Comparison, _ constant: Constant) -> [MatchKey]? {
        switch comparison {
        case .eq: return [.equal(path, constant)]
        case .ne: return nil
        default:
            // Against anything but a number these never hold.
            guard case .number(let bound) = constant, !bound.isNaN else { return [] }
            return comparison == .atLeast || comparison == .above
                ? [.range(path, low: bound, high: .infinity)] : [.range(path, low: -.infinity, high: bound)]
        }
    }

    /// The parts that must all hold, nested `all`s opened.
    var openedAll: [MatchTerm] { if case .all(let terms) = self { terms.flatMap(\.openedAll) } else { [self] } }
}

extension MatchPath {
    /// Where an author's own name decides who looks here.
    enum Owner: Sendable, Hashable { case customer, conversation, message }

    /// The outermost name of an attribute, and whose it is.
    var attribute: (owner: Owner, name: String)? {
        switch self {
        case .customerAttribute(let names): (.customer, names[0])
        case .conversationAttribute(let names): (.conversation, names[0])
        case .messageField(let names): (.message, names[0])
        default: nil
        }
    }
}
