// SPDX-License-Identifier: Apache-2.0
import Desk

/// What is usual at this time of the day, or of the week.
package struct Usual: Sendable, Hashable {
    package let mean: Double
    /// Never zero: what pure chance would give is the least.
    package let deviation: Double
    /// How many seasons it was learnt from.
    package let seasons: Int
}

extension DeskMeter {
    /// What the same window came to in the seasons before, from the stored hours: up to 28 days, or 4 weeks.
    ///
    /// Windows shorter than an hour are judged by the hour around them, scaled; so a quiet quarter-hour within a busy hour does not look
    /// unusual by itself. Seasons before the journal began are not counted as empty, they are unknown.
    /// - Parameter season: `day` or `week`.
    /// - Returns: nil with fewer than three seasons (two for weeks): nothing is usual yet.
    package func usual(
        of measure: String, _ statistic: AlertRule.Statistic, over window: Duration, at instant: Instant,
        labels: [String: String] = [:], season: String, options: MeasureOptions = .init()
    ) -> Usual? {
        guard let track = seasonalTrack(measure, statistic, options), let began, window > .zero else { return nil }
        let (length, most, least) = season == "week" ? (Duration.seconds(604_800), 4, 2) : (.seconds(86_400), 28, 3)
        let series = store[track, labels]
        let margin = max(Duration.zero, .seconds(3600) - window) / 2
        var values: [Double] = []
        for back in 1...most {
            let end = instant - length * back
            guard end - window - margin >= began else { break }
            let hours = series?.hours(from: end - window - margin, to: end + margin) ?? []
            if let value = Self.seasonal(statistic, hours, over: window, of: window + margin * 2) { values.append(value) }
        }
        guard values.count >= least else { return nil }
        let mean = values.reduce(0, +) / Double(values.count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
        return Usual(
            mean: mean, deviation: max(variance.squareRoot(), Self.chance(statistic, mean, over: window)), seasons: values.count)
    }

    /// The series that tells what is usual; nil where none does.
    private func seasonalTrack(_ name: String, _ statistic: AlertRule.Statistic, _ options: MeasureOptions) -> Track? {
        if let own = options.own { return [.count, .rate].contains(statistic) ? self.own[own].map(Track.own) : nil }
        guard let measure = Measure(rawValue: name), measure.statistics.contains(statistic), measure.hasSeasons else {
            return nil
        }
        return options.isProvisional && measure.isProvisionalAtFirst
            ? .provisional(measure) : .measure(measure, measure.hasBusinessTime ? options.time : .wall)
    }

    private static func seasonal(
        _ statistic: AlertRule.Statistic, _ hours: [(histogram: Histogram, share: Double)], over window: Duration,
        of span: Duration
    ) -> Double? {
        switch statistic {
        case .count, .rate:
            let count = hours.reduce(0) { $0 + Double($1.histogram.count) * $1.share } * (window.inSeconds / span.inSeconds)
            return statistic == .count ? count : count / window.inSeconds * 60
        default:
            var sum = Histogram()
            for hour in hours { sum.merge(hour.histogram) }
            return value(statistic, of: sum, over: window)
        }
    }

    /// The least deviation that is believed: of a count √mean (Poisson) and never under one event; of a time a tenth of it, of a share 0.05.
    private static func chance(_ statistic: AlertRule.Statistic, _ mean: Double, over window: Duration) -> Double {
        switch statistic {
        case .count: return max(1, mean.squareRoot())
        case .rate:
            let minutes = window.inSeconds / 60
            return max(1, (mean * minutes).squareRoot()) / minutes
        case .share: return 0.05
        default: return max(mean / 10, 0.1)
        }
    }
}
