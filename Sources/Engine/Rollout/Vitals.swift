// SPDX-License-Identifier: Apache-2.0
import Desk
import Synchronization

/// How the settlements of one generation went: counted by the minute, for half an hour back.
final class Vitals: Sendable {
    /// Counts over some time.
    struct Sum: Sendable, Hashable {
        /// Settlements.
        var settled = 0
        /// Of them, those in which a rule failed.
        var failed = 0
        /// Failures in all of them: one settlement may hold several.
        var failures = 0
        /// Spent in rules.
        var microseconds: Int64 = 0
        /// Conversations that came from the machine to people.
        var arrived = 0
        /// Of them, those that no rule gave to a team.
        var fallenBack = 0

        static func += (sum: inout Sum, more: Sum) {
            sum.settled += more.settled
            sum.failed += more.failed
            sum.failures += more.failures
            sum.microseconds += more.microseconds
            sum.arrived += more.arrived
            sum.fallenBack += more.fallenBack
        }

        var failureShare: Double { settled == 0 ? 0 : Double(failed) / Double(settled) }
        var fallbackShare: Double { arrived == 0 ? 0 : Double(fallenBack) / Double(arrived) }
        /// Microseconds a settlement.
        var mean: Double { settled == 0 ? 0 : Double(microseconds) / Double(settled) }

        var value: Value {
            [
                "settlements": Value(settled), "failed": Value(failed), "mean_us": .double((mean * 10).rounded() / 10),
                "arrived": Value(arrived), "fallen_back": Value(fallenBack),
            ]
        }

        init() {}

        /// Reads what `value` wrote.
        init(value: Value) {
            settled = Int(value["settlements"]?.int ?? 0)
            failed = Int(value["failed"]?.int ?? 0)
            arrived = Int(value["arrived"]?.int ?? 0)
            fallenBack = Int(value["fallen_back"]?.int ?? 0)
            let mean = value["mean_us"].flatMap { $0.double ?? $0.int.map(Double.init) } ?? 0
            microseconds = Int64(mean * Double(settled))
        }
    }

    private static let minutes = 30
    private let ring = Mutex<[(minute: Int64, sum: Sum)]>([])

    func note(_ more: Sum, at now: Instant) {
        let minute = now.milliseconds / 60_000
        ring.withLock { ring in
            if let last = ring.indices.last, ring[last].minute >= minute {
                ring[last].sum += more
            } else {
                if ring.count == Self.minutes { ring.removeFirst() }
                ring.append((minute, more))
            }
        }
    }

    /// Over the last half hour in which there was anything.
    var sum: Sum {
        ring.withLock { ring in
            var sum = Sum()
            for entry in ring { sum += entry.sum }
            return sum
        }
    }
}

extension Vitals.Sum {
    /// What one settlement counts for.
    init(_ decisions: [Decision], arrival: String?, fallback: Bool) {
        self.init()
        settled = 1
        failures = decisions.reduce(0) { $0 + $1.failures.count }
        failed = failures > 0 ? 1 : 0
        microseconds = decisions.reduce(0) { $0 + Int64($1.microseconds) }
        arrived = arrival == nil ? 0 : 1
        fallenBack = arrival != nil && fallback ? 1 : 0
    }
}
