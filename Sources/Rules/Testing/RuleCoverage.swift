// SPDX-License-Identifier: Apache-2.0
import Desk

/// What tests have seen of a rule: how often it matched, and of each plain condition in its `match` whether it held and did not.
package struct RuleCoverage: Sendable, Hashable {
    /// A plain condition; those that stand in a rule several times are one.
    package struct Term: Sendable, Hashable {
        /// As the author would write it.
        package let text: String
        /// Times it held when the rule was asked.
        package var held = 0
        /// Times it did not.
        package var failed = 0

        /// Whether tests saw it both ways.
        package var isCovered: Bool { held > 0 && failed > 0 }
    }

    /// The rule's id.
    package let rule: String
    /// `route`, `escalate`, `reply` or `flow`.
    package let kind: String
    /// Where it is declared.
    package let file: String
    /// From 1.
    package let line: Int
    /// Decisions in which it acted.
    package var matched = 0
    /// In the order of the source.
    package var terms: [Term]

    /// As the API and `--json` show it.
    package var value: Value {
        [
            "rule": .string(rule), "kind": .string(kind), "file": .string(file), "line": Value(line), "matched": Value(matched),
            "terms": .array(
                terms.map { ["term": .string($0.text), "true": Value($0.held), "false": Value($0.failed)] }),
        ]
    }

    /// `Rules that matched: 20 of 22. Conditions that were seen true and false: 51 of 60.`
    static func sum(_ all: [RuleCoverage]) -> String {
        let terms = all.flatMap(\.terms)
        return "Rules that matched: \(all.count { $0.matched > 0 }) of \(all.count). "
            + "Conditions that were seen true and false: \(terms.count(where: \.isCovered)) of \(terms.count)."
    }
}

extension RuleCoverage: CustomStringConvertible {
    /// One line, and one for each condition that was not seen both ways.
    package var description: String {
        let share = terms.isEmpty ? "" : ", \(terms.count(where: \.isCovered)) of \(terms.count) conditions"
        let head =
            "  \(matched > 0 ? "✓" : "·") \(rule)  (\(file):\(line))  matched \(matched) \(matched == 1 ? "time" : "times")\(share)"
        let missing = terms.filter { !$0.isCovered }.map { term in
            let never = term.held == 0 && term.failed == 0 ? "never looked at" : term.held == 0 ? "never true" : "never false"
            return "      \(never): \(term.text)"
        }
        return ([head] + missing).joined(separator: "\n")
    }
}

/// Counts while tests run. Every plain condition is looked at, also those that a decision would not have come to.
///
/// Not Sendable: belongs to one run of the tests.
final class CoverageMeter {
    private let set: RuleSet
    private var rules: [RuleCoverage]
    private var terms: [[MatchTerm]]
    private let positions: [String: Int]

    init(_ set: RuleSet) {
        self.set = set
        let heads = set.heads
        terms = heads.map { head in
            var seen: Swift.Set<MatchTerm> = []
            return head.match?.plainTerms.filter { seen.insert($0).inserted } ?? []
        }
        rules = zip(heads, terms).map { head, terms in
            RuleCoverage(
                rule: head.id, kind: head.kind.rawValue, file: head.place.file, line: head.place.line,
                terms: terms.map { .init(text: $0.text) })
        }
        positions = Dictionary(heads.enumerated().map { ($0.element.id, $0.offset) }, uniquingKeysWith: { first, _ in first })
    }

    /// In the order of the set's rules.
    var coverage: [RuleCoverage] { rules }

    /// Of those rules that the occasion is one for.
    func saw(_ situation: Situation, _ decision: Decision) {
        for trace in decision.matched { began(trace.rule) }
        let facts = Facts(situation, offset: set.settings.offset)
        var known: [MatchTerm: Bool] = [:]
        for id in asked(situation.occasion) {
            guard let position = positions[id] else { continue }
            for (index, term) in terms[position].enumerated() {
                let holds = known[term] ?? term.holds(facts)
                known[term] = holds
                if holds { rules[position].terms[index].held += 1 } else { rules[position].terms[index].failed += 1 }
            }
        }
    }

    /// A rule acted, or a flow was begun by another rule.
    func began(_ rule: String) { if let position = positions[rule] { rules[position].matched += 1 } }

    private func asked(_ occasion: Occasion) -> [String] {
        let plans = set.plans
        switch occasion {
        case .started: return plans.started.rules.map(\.head.id)
        case .handedOff: return plans.handedOff.rules.map(\.head.id)
        case .message: return plans.spoken.rules.map(\.head.id) + plans.immediate.rules.map(\.head.id)
        case .changed: return plans.immediate.rules.map(\.head.id)
        case .due(let rule): return [rule]
        }
    }
}

extension MatchTerm {
    /// The conditions without parts of their own, in the order of the source.
    var plainTerms: [MatchTerm] {
        switch self {
        // Written `missing(…)`, and looked at as that.
        case .none where absent != nil: [self]
        case .all(let terms), .any(let terms), .none(let terms): terms.flatMap(\.plainTerms)
        default: [self]
        }
    }
}
