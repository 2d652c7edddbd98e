// SPDX-License-Identifier: Apache-2.0
import Desk
import Synchronization

/// Sets rules aside that fail again and again, so that they cost nothing but themselves. Shared by all runners of a desk.
///
/// A rule is one of its set: what fails in a candidate, or failed before it was mended, does not silence the rule of the same name that
/// is live.
///
/// Five failures within a minute: a minute's rest; the next time two, then four, at most an hour. A rule that has been well for an hour
/// after its rest begins anew.
package final class RuleHealth: Sendable {
    /// A rule that rests.
    package struct SetAside: Sendable, Hashable {
        /// The set that it is a rule of, by its id.
        package let ruleSet: String
        /// The rule's id.
        package let rule: String
        /// When its rest began.
        package let since: Instant
        /// When it is tried again.
        package let until: Instant
    }

    private struct Record {
        var failures: [Instant] = []
        var rests = 0
        var since: Instant?
        var until: Instant?
    }

    private struct Key: Hashable { let ruleSet, rule: String }

    private let records = Mutex<[Key: Record]>([:])
    private let mostFailures: Int
    private static let window: Duration = .seconds(60)

    /// - Parameter failures: within a minute, until a rule rests.
    package init(failures: Int = 5) { mostFailures = failures }

    /// - Returns: the rest that begins with this failure, if one does.
    @discardableResult
    package func failed(_ rule: String, of ruleSet: String, at now: Instant) -> SetAside? {
        let key = Key(ruleSet: ruleSet, rule: rule)
        return records.withLock { records in
            // Bounded: ids come from rule sets, but sets come and go.
            if records.count > 10_000 { records = records.filter { ($0.value.until ?? now) > now } }
            var record = records[key] ?? Record()
            defer { records[key] = record }
            if let until = record.until, now < until { return nil }
            if let until = record.until, now - until > .seconds(3600) { record.rests = 0 }
            record.failures = record.failures.filter { now - $0 < Self.window } + [now]
            guard record.failures.count >= mostFailures else { return nil }
            let rest = min(3600, 60 << min(record.rests, 6))
            record.failures = []
            record.rests += 1
            record.since = now
            record.until = now + .seconds(rest)
            return SetAside(ruleSet: ruleSet, rule: rule, since: now, until: now + .seconds(rest))
        }
    }

    /// Whether a rule rests now.
    package func isSetAside(_ rule: String, of ruleSet: String, at now: Instant) -> Bool {
        records.withLock { $0[Key(ruleSet: ruleSet, rule: rule)]?.until.map { now < $0 } ?? false }
    }

    /// The ids of those of a set that rest now; asked once for a decision.
    package func resting(of ruleSet: String, at now: Instant) -> Set<String> {
        records.withLock { records in
            guard !records.isEmpty else { return [] }
            return Set(
                records.lazy.filter { $0.key.ruleSet == ruleSet && $0.value.until.map { now < $0 } ?? false }.map(\.key.rule))
        }
    }

    /// Those of all sets that rest now, by id.
    package func setAsides(at now: Instant) -> [SetAside] {
        records.withLock { records in
            records.compactMap { key, record in
                guard let since = record.since, let until = record.until, now < until else { return nil }
                return SetAside(ruleSet: key.ruleSet, rule: key.rule, since: since, until: until)
            }
        }.sorted { ($0.rule, $0.ruleSet) < ($1.rule, $1.ruleSet) }
    }
}
