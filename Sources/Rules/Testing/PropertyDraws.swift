// SPDX-License-Identifier: Apache-2.0
import Desk

/// The numbers that a property draws: random ones, or those of an earlier run.
///
/// Whatever is random in a property is made of them; 0 is the simplest always. A list that is too short goes on with zeros, so every
/// list of numbers is a run.
struct PropertyDraws {
    private(set) var taken: [Int] = []
    /// What the generators made of them, for people.
    private(set) var shown: [(name: String, value: Value)] = []
    private let given: [Int]?
    private var state: UInt64

    /// So many in one run, so that a loop over random numbers ends.
    private static let most = 10_000

    init(seed: UInt64) {
        given = nil
        state = seed &* 0xd134_2543_de82_ef95 &+ 1
    }

    init(again given: [Int]) {
        self.given = given
        state = 0
    }

    /// - Returns: 0 to `count - 1`; nil if there were too many.
    mutating func next(below count: Int) -> Int? {
        guard taken.count < Self.most else { return nil }
        let count = max(1, count)
        let number: Int
        if let given {
            number = taken.count < given.count ? min(given[taken.count], count - 1) : 0
        } else {
            // SplitMix64.
            state &+= 0x9e37_79b9_7f4a_7c15
            var z = state
            z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
            number = Int((z ^ (z >> 31)) % UInt64(count))
        }
        taken.append(number)
        return number
    }

    mutating func show(_ name: String, _ value: Value) { shown.append((name, value)) }

    /// `event = { text = "hi" }, number = 3`
    var text: String { shown.map { "\($0.name) = \($0.value.luaText)" }.joined(separator: ", ") }
}

/// Makes a run that fails smaller: fewer draws, then smaller ones, as long as it still fails.
enum PropertyShrinking {
    private static let mostRuns = 400

    /// - Parameter fails: runs it again with these draws: nil if it passes, else the draws that it really took.
    static func smallest(_ draws: [Int], fails: ([Int]) -> [Int]?) -> [Int] {
        var best = draws
        var runs = 0
        func better(_ candidate: [Int]) -> Bool {
            guard candidate != best, runs < mostRuns else { return false }
            runs += 1
            guard let taken = fails(candidate), isSmaller(taken, than: best) else { return false }
            best = taken
            return true
        }
        var didChange = true
        while didChange, runs < mostRuns {
            didChange = false
            for width in [16, 8, 4, 2, 1] {
                var at = best.count - width
                while at >= 0 {
                    if at + width <= best.count {
                        var less = best
                        less.removeSubrange(at..<at + width)
                        if better(less) { didChange = true }
                    }
                    at -= 1
                }
            }
            for at in 0..<best.count {
                for number in [0, 1, (best.count > at ? best[at] : 0) / 2, (best.count > at ? best[at] : 0) - 1]
                where at < best.count && number >= 0 && number < best[at] {
                    var less = best
                    less[at] = number
                    if better(less) { didChange = true; break }
                }
            }
        }
        return best
    }

    /// Zeros at the end count for nothing.
    private static func isSmaller(_ a: [Int], than b: [Int]) -> Bool {
        a.count != b.count ? a.count < b.count : a.lexicographicallyPrecedes(b)
    }
}
