// SPDX-License-Identifier: Apache-2.0

/// Finds, among the rules of one occasion, those whose `match` holds, in their order.
///
/// The only place that goes through rules for a decision: the index names candidates, their conditions decide.
struct MatchPlan<Rule: Sendable>: Sendable {
    /// Side by side, not together: most rules do not match, and then nothing but the condition is touched.
    private let terms: [MatchTerm?]
    let rules: [Rule]
    /// Nil for a handful, which are looked at as fast without.
    private let index: MatchIndex?
    /// Where each rule is counted.
    private let counters: [Int32]

    /// - Parameters:
    ///   - match: of a rule; nil: always.
    ///   - needs: what must hold, too, for the rule to be of interest; whoever asks for it looks himself, this saves him the most.
    ///   - counter: where a rule is counted.
    init(
        _ rules: [Rule], match: (Rule) -> MatchTerm?, needs: (Rule) -> MatchTerm? = { _ in nil },
        counter: (Rule) -> Int = { _ in -1 }
    ) {
        self.rules = rules
        terms = rules.map(match)
        counters = rules.map { Int32(counter($0)) }
        index =
            rules.count <= Self.handful
            ? nil
            : MatchIndex(
                rules.map { rule in
                    let terms = [match(rule), needs(rule)].compactMap(\.self)
                    return terms.isEmpty ? nil : .all(terms)
                })
    }

    private static var handful: Int { 4 }

    /// Looks at the rules one after another until `visit` says false.
    func forEachMatch(_ facts: Facts, _ visit: (Rule) -> Bool) {
        guard let index else {
            for number in terms.indices { guard look(number, facts, visit) else { return } }
            return
        }
        facts.scratch.withBits(terms.count) { bits, words in
            index.mark(facts, bits)
            for word in 0..<words {
                var left = bits[word]
                while left != 0 {
                    let number = word << 6 + left.trailingZeroBitCount
                    left &= left - 1
                    guard look(number, facts, visit) else { return }
                }
            }
        }
    }

    /// - Returns: whether to go on.
    private func look(_ number: Int, _ facts: Facts, _ visit: (Rule) -> Bool) -> Bool {
        facts.statistics?.isCandidate(Int(counters[number]))
        guard terms[number]?.holds(facts) ?? true else { return true }
        facts.statistics?.isEvaluated(Int(counters[number]))
        return visit(rules[number])
    }
}

/// Bits to mark candidates with, kept from decision to decision.
///
/// Not Sendable: belongs to one thread.
final class MatchScratch {
    private var bits: UnsafeMutablePointer<UInt64>
    private var capacity = 16
    private var isTaken = false

    init() { bits = .allocate(capacity: capacity) }

    deinit { bits.deallocate() }

    /// - Parameter body: gets so many bits, all 0, and the count of their words.
    func withBits(_ count: Int, _ body: (UnsafeMutablePointer<UInt64>, Int) -> Void) {
        // A look inside a look: rare, and not to be spoilt by the inner one.
        guard !isTaken else { return MatchScratch().withBits(count, body) }
        isTaken = true
        defer { isTaken = false }
        let words = (count + 63) >> 6
        if words > capacity {
            bits.deallocate()
            capacity = words
            bits = .allocate(capacity: capacity)
        }
        bits.update(repeating: 0, count: words)
        body(bits, words)
    }
}
