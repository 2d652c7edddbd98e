// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Rules

@Suite("The index over conditions") struct MatchIndexTests {
    /// What a plan finds, and what looking at each condition finds.
    private static func found(_ plan: MatchPlan<Int>, _ facts: Facts) -> [Int] {
        var found: [Int] = []
        plan.forEachMatch(facts) {
            found.append($0); return true
        }
        return found
    }

    @Test("finds what looking at every condition finds, in the same order", arguments: 0..<24)
    func agreesWithPlainEvaluation(seed: UInt64) {
        var dice = Dice(seed: seed)
        for _ in 0..<4 {
            let size = dice.pick([5, 6, 20, 70, 200])
            let terms = (0..<size).map { _ in dice.chance(20) ? nil : dice.term(depth: dice.pick([0, 1, 1, 2, 3])) }
            let plan = MatchPlan(Array(terms.indices), match: { terms[$0] })
            for _ in 0..<40 {
                let facts = Facts(dice.situation(), offset: .seconds(8 * 3600))
                let plain = terms.indices.filter { terms[$0]?.holds(facts) ?? true }
                #expect(Self.found(plan, facts) == plain)
            }
        }
    }

    @Test("looks only at few of many rules that differ in what they demand")
    func candidatesAreFew() {
        var dice = Dice(seed: 1)
        let terms: [MatchTerm] = (0..<2000).map { number in
            .all([
                .channel([dice.pick(["live", "web", "wechat"])]),
                .compare(.customerAttribute(["city"]), .eq, .text("city\(number % 40)")),
                .compare(.customerAttribute(["vip_level"]), .atLeast, .number(Double(number % 50))),
            ])
        }
        let index = MatchIndex(terms)
        let situation = Situation.sample(customer: .sample(["city": "city7", "vip_level": 3]))
        let facts = Facts(situation, offset: .zero)
        MatchScratch().withBits(terms.count) { bits, words in
            index.mark(facts, bits)
            let marked = (0..<words).reduce(0) { $0 + bits[$1].nonzeroBitCount }
            // A fortieth has the city, of those a third the channel.
            #expect(marked <= 50)
        }
    }

    @Test("stops where the visitor does, and begins anew the next time")
    func stopsEarly() {
        let plan = MatchPlan(Array(0..<100), match: { _ in nil })
        let facts = Facts(.sample(), offset: .zero)
        for _ in 0..<2 {
            var seen: [Int] = []
            plan.forEachMatch(facts) {
                seen.append($0); return $0 < 70
            }
            #expect(seen == Array(0...70))
        }
    }

    @Test("a look inside a look sees the same and disturbs nothing")
    func nested() {
        let plan = MatchPlan(Array(0..<10), match: { $0 % 2 == 0 ? nil : .channel(["nowhere"]) })
        let facts = Facts(.sample(), offset: .zero)
        var seen: [Int] = []
        plan.forEachMatch(facts) { outer in
            #expect(Self.found(plan, facts) == [0, 2, 4, 6, 8])
            seen.append(outer)
            return true
        }
        #expect(seen == [0, 2, 4, 6, 8])
    }

    @Test("the automaton finds every occurrence of every word")
    func automaton() {
        var dice = Dice(seed: 3)
        for _ in 0..<200 {
            let words = Set((0..<dice.pick([1, 3, 12])).map { _ in dice.bytes(1...4) }).sorted {
                $0.lexicographicallyPrecedes($1)
            }
            let text = dice.bytes(0...20)
            let trie = ByteTrie(words)
            var found = [Int](repeating: 0, count: words.count)
            trie.forEach(in: text) { found[$0] += 1 }
            let plain = words.map { word in
                text.indices.count { $0 + word.count <= text.count && Array(text[$0..<$0 + word.count]) == word }
            }
            #expect(found == plain)
            var beginnings: [Int] = []
            trie.forEachPrefix(of: text) { beginnings.append($0) }
            #expect(beginnings.sorted() == words.indices.filter { text.starts(with: words[$0]) })
        }
    }

    @Test("the tree of ranges finds each range once, both ends included")
    func ranges() {
        var dice = Dice(seed: 4)
        for _ in 0..<100 {
            let ranges: [(low: Double, high: Double)] = (0..<dice.pick([0, 1, 9, 30])).map { _ in
                let ends = [dice.number(), dice.number()].sorted()
                return dice.chance(5) ? (-.infinity, ends[0]) : dice.chance(5) ? (ends[0], .infinity) : (ends[0], ends[1])
            }
            let tree = RangeTree(ranges)
            for number in [dice.number(), dice.number() + 0.5, -.infinity, .infinity, .nan] {
                var found: [Int] = []
                tree.forEach(holding: number) { found.append($0) }
                #expect(found.sorted() == ranges.indices.filter { ranges[$0].low <= number && number <= ranges[$0].high })
            }
        }
    }
}

@Suite("The index over hidden conditions") struct ShadowIndexTests {
    @Test("leaves out no condition that another one implies", arguments: 0..<12)
    func missesNothing(seed: UInt64) {
        var dice = Dice(seed: 1000 + seed)
        for _ in 0..<6 {
            let terms = (0..<40).map { _ in dice.chance(25) ? nil : dice.term(depth: dice.pick([0, 0, 1, 2])) }
            let index = ShadowIndex(terms) { _ in false }
            for position in terms.indices {
                var candidates: [Int] = []
                _ = index.first(terms[position], before: position) {
                    candidates.append($0); return false
                }
                #expect(candidates == Set(candidates).sorted())
                for other in 0..<position {
                    guard let hidden = terms[other] else { #expect(candidates.contains(other)); continue }
                    guard terms[position]?.implies(hidden) ?? false else { continue }
                    #expect(candidates.contains(other), "\(terms[position]?.text ?? "") implies \(hidden.text)")
                }
            }
        }
    }
}
