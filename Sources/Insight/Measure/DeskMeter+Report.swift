// SPDX-License-Identifier: Apache-2.0
import Desk

/// One number of the moment, for `/metrics`.
package struct Gauge: Sendable, Hashable {
    /// `luadesk_queue_waiting`
    package let name: String
    package let labels: [String: String]
    package let value: Double
}

extension DeskMeter {
    /// The windows that reports show.
    private static let windows: [(name: String, duration: Duration)] = [
        ("5m", .seconds(300)), ("15m", .seconds(900)), ("1h", .seconds(3600)), ("24h", .seconds(86_400)),
    ]

    /// All measures for `/v1/reports`: over 5 minutes, 15 minutes, an hour and a day, in all and by team and channel.
    ///
    /// `{at, seq, queue: {waiting, longest_waiting_s, by_team}, measures: {name: {5m: {count, rate, …}, …, by_team, by_channel,
    /// business: {the same in the teams' business hours}}}}`; times in seconds, null where nothing ended in the window.
    package func snapshot(at instant: Instant) -> Value {
        var measures = Value.Fields()
        for measure in Measure.allCases {
            var report = divided(measure, at: instant)
            if measure.hasBusinessTime { report["business"] = divided(measure, at: instant, .init(time: .business)) }
            measures[measure.rawValue] = report
        }
        return ["at": .string(instant.rfc3339), "seq": .int(seq), "queue": queue(at: instant), "measures": .object(measures)]
    }

    /// What holds now, for `/metrics`, sorted by name and labels: who waits, and the last five minutes of each measure.
    package func gauges(at instant: Instant) -> [Gauge] {
        var gauges = [
            Gauge(name: "luadesk_queue_waiting", labels: [:], value: Double(waiting())),
            Gauge(name: "luadesk_queue_longest_waiting_seconds", labels: [:], value: longestWaiting(at: instant)?.inSeconds ?? 0),
        ]
        for labels in labelSets(of: Measure.queueWait.rawValue, by: ["team"]) {
            gauges.append(Gauge(name: "luadesk_queue_waiting", labels: labels, value: Double(waiting(labels: labels))))
            gauges.append(
                Gauge(
                    name: "luadesk_queue_longest_waiting_seconds", labels: labels,
                    value: longestWaiting(at: instant, labels: labels)?.inSeconds ?? 0))
        }
        for measure in Measure.allCases {
            for statistic in measure.statistics where statistic != .rate {
                guard let value = value(of: measure.rawValue, statistic, over: .seconds(300), at: instant) else { continue }
                let unit = measure.form == .duration && statistic != .count ? "_seconds" : ""
                gauges.append(
                    Gauge(name: "luadesk_\(measure.rawValue)_\(statistic.rawValue)\(unit)_5m", labels: [:], value: value))
            }
        }
        return gauges.sorted { ($0.name, $0.labels["team"] ?? "") < ($1.name, $1.labels["team"] ?? "") }
    }

    private func divided(_ measure: Measure, at instant: Instant, _ options: MeasureOptions = .init()) -> Value {
        var report = windows(of: measure, at: instant, labels: [:], options)
        for name in measure.labels where ["channel", "team", "rule"].contains(name) {
            var parts = Value.Fields()
            for labels in labelSets(of: measure.rawValue, by: [name]) {
                parts[labels[name] ?? ""] = windows(of: measure, at: instant, labels: labels, options)
            }
            report["by_\(name)"] = .object(parts)
        }
        return report
    }

    private func windows(of measure: Measure, at instant: Instant, labels: Labels, _ options: MeasureOptions) -> Value {
        var fields = Value.Fields()
        for window in Self.windows {
            var numbers = Value.Fields()
            let reading = reading(measure, over: window.duration, at: instant, labels, options)
            for statistic in measure.statistics {
                let value = Self.value(statistic, of: reading, over: window.duration)
                numbers[statistic.rawValue] = value.map { statistic == .count ? .int(Int64($0)) : .double($0) } ?? .null
            }
            fields[window.name] = .object(numbers)
        }
        return .object(fields)
    }

    private func queue(at instant: Instant) -> Value {
        func now(_ labels: Labels) -> Value {
            [
                "waiting": .int(Int64(waiting(labels: labels))),
                "longest_waiting_s": longestWaiting(at: instant, labels: labels).map { .double($0.inSeconds) } ?? .null,
            ]
        }
        var teams = Value.Fields()
        for labels in labelSets(of: Measure.queueWait.rawValue, by: ["team"]) { teams[labels["team"] ?? ""] = now(labels) }
        var all = now([:])
        all["by_team"] = .object(teams)
        return all
    }
}
