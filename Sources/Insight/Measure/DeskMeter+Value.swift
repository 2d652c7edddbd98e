// SPDX-License-Identifier: Apache-2.0
import Desk

extension DeskMeter {
    /// A statistic of a measure over the window that ends at an instant.
    ///
    /// Durations are in seconds, a rate is per minute. `max` of `queue_wait` includes those who still wait: a queue that nobody serves
    /// has no ended waits, and is the worst of all.
    /// - Parameter labels: all together where it is empty; names that the measure does not have give nil.
    /// - Returns: nil for an unknown measure, a statistic it does not have, or a time where nothing has ended within the window.
    package func value(
        of measure: String, _ statistic: AlertRule.Statistic, over window: Duration, at instant: Instant,
        labels: [String: String] = [:]
    ) -> Double? {
        guard let measure = Measure(rawValue: measure), measure.statistics.contains(statistic),
            labels.keys.allSatisfy(measure.labels.contains)
        else { return nil }
        let histogram = store[measure, labels]?.window(over: window, to: instant) ?? Histogram()
        if statistic == .max, measure == .queueWait {
            let ended = histogram.largest.map { Double($0) / 1000 }
            return [ended, longestWaiting(at: instant, labels: labels)?.inSeconds].compactMap { $0 }.max()
        }
        return Self.value(statistic, of: histogram, over: window)
    }

    /// Every combination of values that a measure has under these label names: one instance of an alert for each, sorted.
    ///
    /// Without names there is one: all together.
    package func labelSets(of measure: String, by names: [String]) -> [[String: String]] {
        guard let measure = Measure(rawValue: measure), names.allSatisfy(measure.labels.contains) else { return [] }
        guard !names.isEmpty else { return [[:]] }
        var sets = store.labelSets(of: measure, by: Set(names))
        if measure.isDuration {
            for record in open.values where record.queue != nil || record.reply != nil {
                let labels = record.labels.filter { names.contains($0.key) }
                if labels.count == Set(names).count { sets.insert(labels) }
            }
        }
        return sets.sorted { a, b in names.map { a[$0] ?? "" }.lexicographicallyPrecedes(names.map { b[$0] ?? "" }) }
    }

    /// How many wait in the queue now.
    package func waiting(labels: [String: String] = [:]) -> Int {
        open.values.count { $0.queue != nil && $0.matches(labels) }
    }

    /// How long the one who has waited longest in the queue has waited; nil if nobody waits.
    package func longestWaiting(at instant: Instant, labels: [String: String] = [:]) -> Duration? {
        open.values.lazy.filter { $0.matches(labels) }
            .compactMap { $0.queue?.age(for: labels["team"], at: instant) }.max().map { max($0, .zero) }
    }

    static func value(_ statistic: AlertRule.Statistic, of histogram: Histogram, over window: Duration) -> Double? {
        func seconds(_ milliseconds: Double?) -> Double? { milliseconds.map { $0 / 1000 } }
        return switch statistic {
        case .count: Double(histogram.count)
        case .rate: window > .zero ? Double(histogram.count) / window.inSeconds * 60 : nil
        case .mean: seconds(histogram.mean)
        case .p50: seconds(histogram.quantile(0.5))
        case .p90: seconds(histogram.quantile(0.9))
        case .p99: seconds(histogram.quantile(0.99))
        case .max: seconds(histogram.largest.map(Double.init))
        }
    }
}

extension DeskMeter.OpenConversation {
    /// As of now: where it waits, not where it has been.
    var labels: Labels {
        var labels: Labels = [:]
        labels["channel"] = channel
        labels["team"] = team
        return labels
    }

    fileprivate func matches(_ wanted: Labels) -> Bool {
        wanted.allSatisfy { name, value in labels[name] == value }
    }
}
