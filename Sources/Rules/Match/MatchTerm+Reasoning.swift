// SPDX-License-Identifier: Apache-2.0
import Desk

/// What can be concluded from conditions alone. Everything here errs on the side of silence: what it says is true.
extension MatchTerm {
    var children: [MatchTerm] {
        switch self {
        case .all(let terms), .any(let terms), .none(let terms): terms
        default: []
        }
    }

    static let mostParts = 2000
    static let mostLevels = 32

    /// Conditions in it, itself included.
    var size: Int { children.reduce(1) { $0 + $1.size } }
    /// 1 for a plain one.
    var depth: Int { 1 + (children.map(\.depth).max() ?? 0) }

    private func collect<Item>(_ read: (MatchTerm) -> [Item]) -> [Item] { read(self) + children.flatMap { $0.collect(read) } }

    var intents: [String] { collect { if case .intent(let names, _) = $0 { names } else { [] } } }
    var channels: [String] {
        collect {
            switch $0 {
            case .channel(let names): names
            case .compare(.channel, .eq, .text(let name)): [name]
            default: []
            }
        }
    }
    var paths: [MatchPath] { collect { $0.ownPath.map { [$0] } ?? [] } }

    private var ownPath: MatchPath? {
        switch self {
        case .compare(let path, _, _), .between(let path, _, _), .within(let path, _), .oneOf(let path, _), .exists(let path),
            .contains(let path, _), .prefix(let path, _), .pattern(let path, _):
            path
        default: nil
        }
    }

    /// Conditions that must all hold, nested `all`s opened.
    var conjuncts: [MatchTerm] {
        if case .all(let terms) = self { terms.flatMap(\.conjuncts) } else { [self] }
    }

    /// Bits, one for each subject by hash, of all that is spoken of anywhere inside.
    var subjects: UInt64 { children.reduce(ownSubject) { $0 | $1.subjects } }

    /// The same for conditions that another can imply only by speaking of the same subject.
    var neededSubjects: UInt64 {
        switch self {
        case .all(let terms): terms.reduce(0) { $0 | $1.neededSubjects }
        case .any, .none: 0
        default: ownSubject
        }
    }

    struct Demand: Sendable {
        let subject: UInt64
        let values: UInt64
    }

    /// Of conditions that must all hold.
    var demands: [Demand] {
        conjuncts.compactMap { term in
            term.texts.map { found in
                Demand(subject: term.ownSubject, values: found.values.reduce(0) { $0 | 1 << UInt64($1.hashValue & 63) })
            }
        }
    }

    var hasAlternatives: Bool {
        switch self {
        case .any: true
        case .all(let terms): terms.contains(where: \.hasAlternatives)
        default: false
        }
    }

    private var ownSubject: UInt64 {
        var hasher = Hasher()
        switch self {
        case .all, .any, .none: return 0
        case .intent: hasher.combine(1)
        case .keywords: hasher.combine(2)
        case .hasTag: hasher.combine(3)
        case .event: hasher.combine(4)
        case .channel: hasher.combine(Optional(MatchPath.channel))
        default: hasher.combine(ownPath)
        }
        return 1 << UInt64(hasher.finalize() & 63)
    }

    // MARK: - Impossible

    /// Why a condition can never hold, and which of its parts to leave out so that it might.
    struct Contradiction {
        let reason: String
        /// One of those that must all hold.
        let culprit: MatchTerm
    }

    /// Why it can never hold; nil if nothing is known against it.
    var impossibility: String? { contradiction?.reason }

    /// The same with the part that is in the way.
    var contradiction: Contradiction? {
        switch self {
        case .any(let terms):
            let found = terms.map(\.contradiction)
            guard !found.contains(where: { $0 == nil }) else { return nil }
            return found.first.flatMap(\.self).map { Contradiction(reason: $0.reason, culprit: self) }
        case .all: return Self.contradiction(in: conjuncts)
        default: return Self.contradiction(in: [self])
        }
    }

    static func contradiction(in terms: [MatchTerm]) -> Contradiction? {
        for term in terms {
            switch term {
            case .any, .all:
                if let found = term.contradiction { return Contradiction(reason: found.reason, culprit: term) }
            case .none(let excluded):
                if let both = excluded.first(where: { excluded in terms.contains { $0 != term && $0.implies(excluded) } }) {
                    return Contradiction(reason: "\(both.text) is wanted and excluded", culprit: term)
                }
            case .compare(let path, .above, .number(let bound)) where path.range.map({ bound >= $0.upperBound }) ?? false,
                .compare(let path, .below, .number(let bound)) where path.range.map({ bound <= $0.lowerBound }) ?? false:
                let reason = "\(path.name) is never \(term.text.hasPrefix("above") ? "more" : "less") than \(Fact.shown(bound))"
                return Contradiction(reason: reason, culprit: term)
            default: break
            }
        }
        for (index, a) in terms.enumerated() {
            for b in terms[(index + 1)...] where a.excludes(b) {
                return Contradiction(reason: "\(a.text) and \(b.text) exclude each other", culprit: b)
            }
        }
        return nil
    }

    private func excludes(_ other: MatchTerm) -> Bool {
        if let a = texts, let b = other.texts, a.path == b.path, a.path.kind != .texts, a.path.kind != .any,
            a.values.isDisjoint(with: b.values)
        {
            return true
        }
        if case .intent(let a, _) = self, case .intent(let b, _) = other { return Set(a).isDisjoint(with: b) }
        if case .event(let a) = self, case .event(let b) = other { return Set(a).isDisjoint(with: b) }
        if let a = interval, let b = other.interval, a.path == b.path { return !a.meets(b) }
        if case .compare(let path, .ne, let constant) = other {
            return Self.compare(path, .eq, constant) == self && path.kind != .texts
        }
        if case .compare(_, .ne, _) = self { return other.isNe == false && other.excludes(self) }
        return false
    }

    /// What it holds for may be the channel's id or its plugin.
    private var isChannel: Bool { if case .channel = self { true } else { false } }

    private var isNe: Bool { if case .compare(_, .ne, _) = self { true } else { false } }

    /// The only constants that stand at a path when this holds.
    var texts: (path: MatchPath, values: Set<Constant>)? {
        switch self {
        case .compare(let path, .eq, let constant): (path, [constant])
        case .oneOf(let path, let constants): (path, Set(constants))
        case .channel(let names): (.channel, Set(names.map(Constant.text)))
        default: nil
        }
    }

    struct Interval {
        let path: MatchPath
        var low = -Double.infinity, high = Double.infinity
        var lowIsIn = true, highIsIn = true

        func meets(_ other: Interval) -> Bool {
            let low = max(self.low, other.low), high = min(self.high, other.high)
            if low < high { return true }
            guard low == high else { return false }
            return [self, other].allSatisfy { ($0.low < low || $0.lowIsIn) && ($0.high > high || $0.highIsIn) }
        }

        func contains(_ other: Interval) -> Bool {
            (low < other.low || low == other.low && (lowIsIn || !other.lowIsIn))
                && (high > other.high || high == other.high && (highIsIn || !other.highIsIn))
        }
    }

    /// The numbers that stand at a path when this holds.
    private var interval: Interval? {
        switch self {
        case .compare(let path, let comparison, .number(let number)):
            switch comparison {
            case .eq: Interval(path: path, low: number, high: number)
            case .atLeast: Interval(path: path, low: number)
            case .atMost: Interval(path: path, high: number)
            case .above: Interval(path: path, low: number, lowIsIn: false)
            case .below: Interval(path: path, high: number, highIsIn: false)
            case .ne: nil
            }
        // From 22 to 6 is two intervals: nothing is concluded.
        case .between(let path, let low, let high) where low <= high: Interval(path: path, low: low, high: high)
        default: nil
        }
    }

    // MARK: - Implied

    /// Whether the other holds wherever this does.
    func implies(_ other: MatchTerm) -> Bool {
        if self == other { return true }
        switch other {
        case .all(let terms): return terms.allSatisfy(implies)
        case .any(let terms): if terms.contains(where: implies) { return true }
        default: break
        }
        switch self {
        case .all: return conjuncts.contains { $0 != self && $0.implies(other) }
        case .any(let terms): return !terms.isEmpty && terms.allSatisfy { $0.implies(other) }
        default: break
        }
        if isChannel, !other.isChannel { return false }
        if let a = texts, let b = other.texts { return a.path == b.path && a.values.isSubset(of: b.values) }
        if let a = interval, let b = other.interval { return a.path == b.path && b.contains(a) }
        switch (self, other) {
        case (.intent(let a, let x), .intent(let b, let y)):
            return Set(a).isSubset(of: b) && (x ?? Self.usualConfidence) >= (y ?? Self.usualConfidence)
        case (.keywords(let a), .keywords(let b)): return Set(a).isSubset(of: b)
        case (.hasTag(let a), .hasTag(let b)): return Set(a).isSubset(of: b)
        case (.event(let a), .event(let b)): return Set(a).isSubset(of: b)
        case (.within(let p, let a), .within(let q, let b)): return p == q && a <= b
        case (.contains(let p, let a), .contains(let q, let b)), (.prefix(let p, let a), .prefix(let q, let b)):
            return p == q && Set(a).isSubset(of: b)
        case (.compare(_, .ne, _), _): return false
        default: return ownPath.map { other == .exists($0) } ?? false
        }
    }
}
