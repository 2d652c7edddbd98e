// SPDX-License-Identifier: Apache-2.0

/// Finds, among the rules of one occasion, those whose `match` holds, in their order.
///
/// The only place that goes through rules for a decision: an index (equality, sets, ranges, keyword lists) belongs in here and changes
/// nothing outside.
struct MatchPlan<Rule: Sendable>: Sendable {
    /// Side by side, not together: most rules do not match, and then nothing but the condition is touched.
    private let terms: [MatchTerm?]
    let rules: [Rule]

    /// - Parameter match: of a rule; nil: always.
    init(_ rules: [Rule], match: (Rule) -> MatchTerm?) {
        self.rules = rules
        terms = rules.map(match)
    }

    /// Looks at the rules one after another until `visit` says false.
    func forEachMatch(_ facts: Facts, _ visit: (Rule) -> Bool) {
        for index in terms.indices where terms[index]?.holds(facts) ?? true {
            guard visit(rules[index]) else { return }
        }
    }
}
