// SPDX-License-Identifier: Apache-2.0
import Desk

/// A measure over time: by quarter-hour, hour or day.
package struct MeasureHistory: Sendable, Hashable {
    package enum Step: String, Sendable, Hashable, CaseIterable {
        case quarter = "15m"
        case hour = "1h"
        case day = "1d"

        package var duration: Duration {
            switch self {
            case .quarter: .seconds(900)
            case .hour: .seconds(3600)
            case .day: .seconds(86_400)
            }
        }
        /// How far back it is known.
        package var reach: Duration { self == .quarter ? .seconds(86_400) : .seconds(35 * 86_400) }
        /// What is shown where nobody says.
        package var usual: Duration { self == .day ? .seconds(28 * 86_400) : .seconds(86_400) }
    }

    package var measure: Measure
    package var step: Step
    /// Beginning of the first step; the others follow from there.
    package var since: Instant
    /// What begins here is not shown.
    package var until: Instant
    package var by: [String]
    package var only: [String: String]
    package var options: MeasureOptions

    package init(
        _ measure: Measure, step: Step, since: Instant, until: Instant, by: [String] = [], only: [String: String] = [:],
        options: MeasureOptions = .init()
    ) {
        self.measure = measure
        self.step = step
        self.since = since
        self.until = until
        self.by = by
        self.only = only
        self.options = options
    }

    package var stepCount: Int {
        let (span, step) = ((until - since).inMilliseconds, step.duration.inMilliseconds)
        return span > 0 ? Int((span + step - 1) / step) : 0
    }

    /// More than this at once would hold up what is measured meanwhile.
    package static let most = 5000
}

extension DeskMeter {
    /// `{at, labels?, count, mean, …}` for each step and combination of labels in which something ended, by time, then labels; of what
    /// only waits nothing is known in the past.
    /// - Returns: nil if that were more than `MeasureHistory.most`.
    package func history(_ wanted: MeasureHistory) -> [Value]? {
        let names = wanted.by + wanted.only.keys.filter { !wanted.by.contains($0) }
        let sets =
            names.isEmpty
            ? [[:]]
            : labelSets(of: wanted.measure.rawValue, by: names).filter { set in
                wanted.only.allSatisfy { set[$0.key] == $0.value }
            }
        guard sets.count * wanted.stepCount <= MeasureHistory.most else { return nil }
        let step = wanted.step.duration
        var items: [Value] = []
        for number in 0..<wanted.stepCount {
            let start = wanted.since + step * number
            for labels in sets {
                // Both ends of a window belong to it; of two steps that meet, only the later has what happens between them.
                let window = step - .milliseconds(1)
                let reading = reading(wanted.measure, over: window, at: start + window, labels, wanted.options, knowsNow: false)
                guard reading.holdsAnything else { continue }
                var item: Value = ["at": .string(start.rfc3339)]
                if !names.isEmpty {
                    item["labels"] = .object(
                        .init(unchecked: labels.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) }))
                }
                for statistic in wanted.measure.statistics {
                    let value = Self.value(statistic, of: reading, over: step)
                    item[statistic.rawValue] = value.map { statistic == .count ? .int(Int64($0)) : .double($0) } ?? .null
                }
                items.append(item)
            }
        }
        return items
    }
}

extension Reading {
    fileprivate var holdsAnything: Bool { histogram.count > 0 || level != nil || share.map { $0.all > 0 } ?? false }
}
