// SPDX-License-Identifier: Apache-2.0

/// A threshold or anomaly on a measure, as declared under `alerts/`.
package struct AlertRule: Sendable, Hashable {
    package enum Bound: Sendable, Hashable {
        case above(Double)
        case below(Double)
        /// More than `sigma` standard deviations from the mean of the same window in the seasons before (`day` or `week`).
        case anomaly(sigma: Double, season: String)
    }
    package enum Statistic: String, Sendable, Hashable, CaseIterable {
        case count, mean, p50, p90, p99, max, rate
        /// A part of all, from 0 to 1.
        case share
    }

    package var id: String
    package var why: String
    /// A name of `Measure`, or what events are counted. Durations are in seconds, rates per minute, shares from 0 to 1.
    package var measure: String
    package var options: MeasureOptions
    package var statistic: Statistic
    package var over: Duration
    /// Label names: one instance of the alert for each combination (`team`, `channel`).
    package var by: [String]
    /// Label values: only what has these is looked at.
    package var only: [String: String]
    package var raise: Bound
    /// Hysteresis: it is over when this holds; nil: when `raise` no longer does.
    package var clear: Bound?
    /// How long `raise` must hold.
    package var hold: Duration
    package var severity: String
    package var notify: [String]
    /// Where it is declared.
    package var file: String
    package var line: Int

    /// What measures of an author's own can be divided by.
    package static let ownLabels = ["channel", "team", "agent", "tag"]

    package init(
        id: String, why: String = "", measure: String, options: MeasureOptions = .init(), statistic: Statistic = .count,
        over: Duration, by: [String] = [], only: [String: String] = [:], raise: Bound, clear: Bound? = nil,
        hold: Duration = .zero, severity: String = "warning", notify: [String] = [],
        file: String = "", line: Int = 0
    ) {
        self.id = id
        self.why = why
        self.measure = measure
        self.options = options
        self.statistic = statistic
        self.over = over
        self.by = by
        self.only = only
        self.raise = raise
        self.clear = clear
        self.hold = hold
        self.severity = severity
        self.notify = notify
        self.file = file
        self.line = line
    }
}
