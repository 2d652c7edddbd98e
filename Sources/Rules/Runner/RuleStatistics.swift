// SPDX-License-Identifier: Apache-2.0
import Desk

/// What the rules of a set have done on one thread, by rule.
package struct RuleStatistics: Sendable, Hashable {
    /// Of one rule.
    package struct Counts: Sendable, Hashable {
        /// Times the index let it through.
        package var candidates = 0
        /// Times its `match` held, so that the rest of it was looked at.
        package var evaluations = 0
        /// Times it decided something.
        package var matches = 0
        /// Times one of its functions failed.
        package var errors = 0
        /// Times it was set aside.
        package var setAsides = 0
        /// Calls of its functions by how long they took: under 1 µs, 2 µs, 4 µs, … the last: 16 ms and more.
        package var times = [Int](repeating: 0, count: Self.timeBounds)
        /// By the decision's clock.
        package var lastMatch: Instant?

        /// How many groups of times there are.
        package static let timeBounds = 16

        package init() {}
    }

    /// By the rule's id; those that were never looked at are there, too.
    package var rules: [String: Counts]

    package init(rules: [String: Counts] = [:]) { self.rules = rules }

    /// What several threads have counted, together.
    package mutating func merge(_ other: RuleStatistics) {
        rules.merge(other.rules) { a, b in
            var sum = a
            sum.candidates += b.candidates
            sum.evaluations += b.evaluations
            sum.matches += b.matches
            sum.errors += b.errors
            sum.setAsides += b.setAsides
            for index in sum.times.indices { sum.times[index] += b.times[index] }
            sum.lastMatch = [a.lastMatch, b.lastMatch].compactMap(\.self).max()
            return sum
        }
    }
}

/// Counts while decisions are made: a place for each rule, found by number.
///
/// Not Sendable: belongs to a runner.
final class RuleCounters {
    /// The two that every decision counts lie apart, so that counting is one addition.
    private let candidates: UnsafeMutableBufferPointer<Int>
    private let evaluations: UnsafeMutableBufferPointer<Int>
    private var counts: [RuleStatistics.Counts]
    private let numbers: [String: Int]

    /// - Parameter numbers: of the rules, from 0, by id.
    init(_ numbers: [String: Int]) {
        self.numbers = numbers
        let count = (numbers.values.max() ?? -1) + 1
        counts = Array(repeating: RuleStatistics.Counts(), count: count)
        candidates = .allocate(capacity: count)
        candidates.initialize(repeating: 0)
        evaluations = .allocate(capacity: count)
        evaluations.initialize(repeating: 0)
    }

    deinit {
        candidates.deallocate()
        evaluations.deallocate()
    }

    /// - Parameter number: below 0: not counted.
    func isCandidate(_ number: Int) { if number >= 0 { candidates[number] += 1 } }
    func isEvaluated(_ number: Int) { if number >= 0 { evaluations[number] += 1 } }

    func matched(_ rule: String, at now: Instant) {
        guard let number = numbers[rule] else { return }
        counts[number].matches += 1
        counts[number].lastMatch = now
    }

    func failed(_ rule: String, isSetAside: Bool) {
        guard let number = numbers[rule] else { return }
        counts[number].errors += 1
        if isSetAside { counts[number].setAsides += 1 }
    }

    func took(_ rule: String, nanoseconds: Int) {
        guard let number = numbers[rule] else { return }
        let microseconds = max(0, nanoseconds) / 1000
        let group = min(RuleStatistics.Counts.timeBounds - 1, Int.bitWidth - microseconds.leadingZeroBitCount)
        counts[number].times[group] += 1
    }

    var statistics: RuleStatistics {
        RuleStatistics(
            rules: numbers.mapValues { number in
                var found = counts[number]
                found.candidates = candidates[number]
                found.evaluations = evaluations[number]
                return found
            })
    }
}
