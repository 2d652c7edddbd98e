// SPDX-License-Identifier: Apache-2.0
import Rules

extension WatchSettings {
    /// Fewer failures, or arrivals, are chance. A rule is set aside at this many.
    private static let leastFailures = 5
    /// Settlements that stay under this on average are quick, however much quicker they were before.
    private static let quick = 2000.0

    /// Why the desk should go back to the set before; nil while there is no reason.
    /// - Parameters:
    ///   - before: how it went under the set before.
    ///   - after: how it goes since.
    func objection(before: Vitals.Sum, after: Vitals.Sum) -> String? {
        // Failing rules are soon set aside: waiting for many settlements would wait for failures that no longer come.
        if after.failures >= Self.leastFailures, after.failureShare > before.failureShare + errors {
            return
                "rules fail in \(Self.percent(after.failureShare)) of settlements, before in \(Self.percent(before.failureShare))"
        }
        guard after.settled >= least else { return nil }
        if before.settled >= least, after.mean > Self.quick, after.mean > before.mean * slower {
            return "a settlement's rules take \(Int(after.mean)) µs on average, before \(Int(before.mean)) µs"
        }
        if before.arrived >= Self.leastFailures, after.arrived >= Self.leastFailures,
            after.fallbackShare > before.fallbackShare + fallback
        {
            return "\(Self.percent(after.fallbackShare)) of arrivals find no rule and go to the fallback team, "
                + "before \(Self.percent(before.fallbackShare))"
        }
        return nil
    }

    private static func percent(_ share: Double) -> String { "\((share * 1000).rounded() / 10) %" }
}
