// SPDX-License-Identifier: Apache-2.0
import Desk

/// Which alerts are up: a state machine over the measures, without clock or I/O.
///
/// Each rule has one instance for each combination of its `by` labels. An instance is raised when `raise` has held at every evaluation
/// for `hold`, and cleared when `clear` holds; in between nothing changes. No value (nothing ended within the window) holds no bound, and
/// clears. An instance is notified at most once a minute, and not at all while it is silenced; what was held back is said as soon as that is
/// over, if it is still news.
package struct AlertBoard: Sendable {
    private struct Key: Hashable { let rule: String; let labels: [String: String] }

    private struct Instance {
        var rule: AlertRule
        /// Since when `raise` has held.
        var holdingSince: Instant?
        var isRaised = false
        var notifiedAt: Instant?
        /// What the people notified believe.
        var isKnownRaised = false
        /// As measured last.
        var value: Double?
        /// Who has seen it; ends when it is over.
        var acknowledgement: AlertAcknowledgement?
    }

    private var instances: [Key: Instance] = [:]
    private var silences: [AlertSilence] = []
    private static let quiet = Duration.seconds(60)

    package init() {}

    /// The alerts that are up now, by rule and labels; after them the rules of which none is up.
    package func states(of rules: [AlertRule], at now: Instant) -> [AlertState] {
        let raised = sortedKeys(instances.keys).compactMap { key -> AlertState? in
            guard let instance = instances[key], instance.isRaised else { return nil }
            return AlertState(
                rule: instance.rule, labels: key.labels, since: instance.holdingSince, value: instance.value,
                acknowledgement: instance.acknowledgement, silence: silence(of: key.rule, key.labels, at: now))
        }
        let up = Set(raised.map(\.rule.id))
        return raised
            + rules.filter { !up.contains($0.id) }.map {
                AlertState(
                    rule: $0, labels: [:], since: nil, value: nil, acknowledgement: nil, silence: silence(of: $0.id, [:], at: now)
                )
            }
    }

    /// Notes that somebody has seen an alert.
    /// - Parameter labels: only the instances that have these; empty: all of the alert.
    /// - Returns: the labels of those that are up and were not acknowledged yet.
    package mutating func acknowledge(
        _ alert: String, labels: [String: String], _ acknowledgement: AlertAcknowledgement
    ) -> [[String: String]] {
        let found = sortedKeys(instances.keys).filter { key in
            key.rule == alert && labels.allSatisfy { key.labels[$0.key] == $0.value }
                && instances[key].map { $0.isRaised && $0.acknowledgement == nil } ?? false
        }
        for key in found { instances[key]?.acknowledgement = acknowledgement }
        return found.map(\.labels)
    }

    /// Tells nobody of an alert for a while; raising and clearing go on.
    package mutating func silence(_ silence: AlertSilence) {
        silences.removeAll { $0.alert == silence.alert && $0.labels == silence.labels }
        silences.append(silence)
    }

    /// Ends all silences of an alert.
    /// - Returns: whether there was one.
    @discardableResult
    package mutating func endSilence(of alert: String) -> Bool {
        let count = silences.count
        silences.removeAll { $0.alert == alert }
        return silences.count < count
    }

    private func silence(of alert: String, _ labels: [String: String], at now: Instant) -> AlertSilence? {
        silences.filter { silence in
            silence.alert == alert && now < silence.until && silence.labels.allSatisfy { labels[$0.key] == $0.value }
        }.max { $0.until < $1.until }
    }

    /// Looks at every instance once; call it every few seconds. What is held and cleared is as fine as these calls.
    /// - Parameter rules: those of the active rule set. An alert whose rule is gone is cleared.
    /// - Returns: in the order of the rules, then of the labels.
    package mutating func evaluate(rules: [AlertRule], on meter: DeskMeter, at now: Instant) -> [AlertChange] {
        silences.removeAll { $0.until <= now }
        var changes: [AlertChange] = []
        for rule in rules {
            let known = instances.keys.filter { $0.rule == rule.id && Set($0.labels.keys) == Set(rule.by) }.map(\.labels)
            let sets = Set(meter.labelSets(of: rule)).union(known)
            for key in sortedKeys(sets.map { Key(rule: rule.id, labels: $0) }) {
                if let change = evaluate(key, rule, on: meter, at: now) { changes.append(change) }
            }
        }
        return changes + forget(rules, at: now)
    }

    /// Takes in `alert.…` events of the journal, in order: after a restart nothing is raised twice.
    package mutating func recall(_ event: Event, rules: [AlertRule]) {
        guard let id = event.payload["alert"]?.string, let rule = rules.first(where: { $0.id == id }) else { return }
        switch event.kind {
        case .alertRaised, .alertCleared: recall(event, of: rule)
        case .alertAcknowledged:
            for labels in event.payload["labels"]?.array ?? [] {
                instances[Key(rule: id, labels: Self.labels(labels))]?.acknowledgement =
                    AlertAcknowledgement(by: event.payload["by"]?.string ?? "", at: event.at)
            }
        case .alertSilenced:
            let labels = Self.labels(event.payload["labels"])
            guard let until = event.payload["until"]?.string.flatMap({ Instant(rfc3339: $0) }) else {
                endSilence(of: id)
                return
            }
            silence(AlertSilence(alert: id, labels: labels, until: until, by: event.payload["by"]?.string ?? ""))
        default: break
        }
    }

    private static func labels(_ value: Value?) -> [String: String] {
        var labels: [String: String] = [:]
        for pair in value?.object?.pairs ?? [] { labels[pair.name] = pair.value.string }
        return labels
    }

    private mutating func recall(_ event: Event, of rule: AlertRule) {
        let id = rule.id
        let labels = Self.labels(event.payload["labels"])
        var instance = Instance(rule: rule)
        instance.isRaised = event.kind == .alertRaised
        instance.isKnownRaised = instance.isRaised
        instance.holdingSince =
            instance.isRaised ? event.payload["since"]?.string.flatMap { Instant(rfc3339: $0) } ?? event.at : nil
        instance.notifiedAt = event.at
        instances[Key(rule: id, labels: labels)] = instance
    }

    private mutating func evaluate(_ key: Key, _ rule: AlertRule, on meter: DeskMeter, at now: Instant) -> AlertChange? {
        var instance = instances[key] ?? Instance(rule: rule)
        instance.rule = rule
        let labels = key.labels.merging(rule.only) { $1 }
        let value = meter.value(
            of: rule.measure, rule.statistic, over: rule.over, at: now, labels: labels, options: rule.options)
        instance.value = value
        func holds(_ bound: AlertRule.Bound) -> Bool { Self.holds(bound, value, rule, labels, meter, now) }
        let wasRaised = instance.isRaised
        let since = instance.holdingSince
        if instance.isRaised {
            if value == nil || rule.clear.map(holds) ?? !holds(rule.raise) {
                (instance.isRaised, instance.holdingSince, instance.acknowledgement) = (false, nil, nil)
            }
        } else if holds(rule.raise) {
            let start = since ?? now
            instance.holdingSince = start
            instance.isRaised = now - start >= rule.hold
        } else {
            instance.holdingSince = nil
        }
        let isTransition = wasRaised != instance.isRaised
        let isSilenced = silence(of: key.rule, key.labels, at: now) != nil
        let notifies = !isSilenced && Self.notifies(&instance, at: now)
        // Nothing to remember: a quiet instance whose minute is over is the same as none.
        let isIdle =
            !instance.isRaised && instance.holdingSince == nil && !instance.isKnownRaised
            && instance.notifiedAt.map { now - $0 >= Self.quiet } ?? true
        instances[key] = isIdle ? nil : instance
        guard isTransition || notifies else { return nil }
        return AlertChange(
            kind: instance.isRaised ? .raised : .cleared, rule: rule, labels: key.labels, value: value, at: now,
            since: instance.holdingSince ?? since ?? now, isTransition: isTransition, notifies: notifies)
    }

    private static func notifies(_ instance: inout Instance, at now: Instant) -> Bool {
        guard instance.isRaised != instance.isKnownRaised else { return false }
        if let last = instance.notifiedAt, now - last < quiet { return false }
        instance.notifiedAt = now
        instance.isKnownRaised = instance.isRaised
        return true
    }

    private static func holds(
        _ bound: AlertRule.Bound, _ value: Double?, _ rule: AlertRule, _ labels: [String: String], _ meter: DeskMeter,
        _ now: Instant
    ) -> Bool {
        guard let value else { return false }
        switch bound {
        case .above(let limit): return value > limit
        case .below(let limit): return value < limit
        case .anomaly(let sigma, let season):
            guard
                let usual = meter.usual(
                    of: rule.measure, rule.statistic, over: rule.over, at: now, labels: labels, season: season,
                    options: rule.options)
            else { return false }
            return abs(value - usual.mean) > sigma * usual.deviation
        }
    }

    private mutating func forget(_ rules: [AlertRule], at now: Instant) -> [AlertChange] {
        let named = Dictionary(rules.map { ($0.id, Set($0.by)) }, uniquingKeysWith: { first, _ in first })
        var changes: [AlertChange] = []
        for key in sortedKeys(instances.keys) where named[key.rule] != Set(key.labels.keys) {
            guard let instance = instances.removeValue(forKey: key), instance.isRaised else { continue }
            changes.append(
                AlertChange(
                    kind: .cleared, rule: instance.rule, labels: key.labels, value: nil, at: now,
                    since: instance.holdingSince ?? now, isTransition: true, notifies: instance.isKnownRaised))
        }
        return changes
    }

    private func sortedKeys(_ keys: some Sequence<Key>) -> [Key] {
        func text(_ key: Key) -> [String] { [key.rule] + key.labels.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] } }
        return keys.sorted { text($0).lexicographicallyPrecedes(text($1)) }
    }
}
