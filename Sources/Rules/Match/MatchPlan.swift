// SPDX-License-Identifier: Apache-2.0

/// Finds, among the rules of one occasion, those whose `match` holds, in their order.
///
/// The only place that goes through rules for a decision: an index (equality, sets, ranges, keyword lists) belongs in here and changes
/// nothing outside.
struct MatchPlan<Rule: Sendable>: Sendable {
    struct Entry: Sendable {
        let rule: Rule
        /// Nil: always.
        let match: MatchTerm?
    }
    let entries: [Entry]

    init(_ entries: [Entry] = []) { self.entries = entries }

    /// Looks at the rules one after another until `visit` says false.
    func forEachMatch(_ facts: Facts, _ visit: (Rule) -> Bool) {
        for entry in entries where entry.match?.holds(facts) ?? true {
            guard visit(entry.rule) else { return }
        }
    }
}
