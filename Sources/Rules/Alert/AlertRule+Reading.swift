// SPDX-License-Identifier: Apache-2.0
import Desk

extension AlertRule {
    /// Measures that the desk has; durations in seconds, rates per minute.
    static let measures: [String: [String]] = [
        "arrivals": ["team", "channel"], "queue_wait": ["team", "channel"], "first_response_time": ["team", "channel"],
        "rule_errors": ["rule"],
    ]

    init(_ reader: SpecReader) {
        let declaration = reader.declaration
        let measure = reader.word("measure", of: Self.measures.keys.sorted()) ?? ""
        if !reader.has("measure") {
            reader.report("value", "", "alert \"\(declaration.id)\" needs a measure", hint: "write measure = \"queue_wait\"")
        }
        let over = reader.duration("over")
        if over == nil, !reader.has("over") {
            reader.report("value", "", "alert \"\(declaration.id)\" needs a window", hint: "write over = \"5m\"")
        }
        if let over, over <= .zero { reader.report("value", "over", "'over' must be longer than nothing") }
        func bound(_ name: String) -> Bound? {
            guard let value = reader.value(name) else { return nil }
            if let bound = reader.bench.bound(value) { return bound }
            reader.report("type", name, "'\(name)' must be a bound", hint: "write \(name) = above(\"30s\") or below(5)")
            return nil
        }
        let raise = bound("raise")
        if !reader.has("raise") {
            reader.report("value", "", "alert \"\(declaration.id)\" never rises", hint: "write raise = above(…)")
        }
        let clear = bound("clear")
        if let raise, let clear, let problem = Self.overlap(raise, clear) {
            reader.report("alert_overlap", "clear", problem, hint: "leave room between them, so that it does not flutter")
        }
        let labels = reader.texts("by")
        for label in labels where !(Self.measures[measure]?.contains(label) ?? true) {
            reader.report(
                "value", "by", "\(measure) has no label '\(label)'",
                hint: Spelling.hint(for: label, among: Self.measures[measure] ?? []))
        }
        let statistic = reader.word("stat", of: Statistic.allCases.map(\.rawValue)).flatMap(Statistic.init(rawValue:))
        self.init(
            id: declaration.id, why: reader.text("why") ?? "", measure: measure, statistic: statistic ?? Self.usual(measure),
            over: over ?? .seconds(300), by: labels, raise: raise ?? .above(0), clear: clear,
            hold: reader.duration("hold") ?? .zero,
            severity: reader.word("severity", of: ["info", "warning", "critical"]) ?? "warning", notify: reader.texts("notify"),
            file: declaration.place.file, line: declaration.place.line)
    }

    private static func usual(_ measure: String) -> Statistic {
        measure == "queue_wait" ? .max : measure == "first_response_time" ? .p90 : .count
    }

    /// Why an alert could be raised and over at the same value; nil if it cannot.
    private static func overlap(_ raise: Bound, _ clear: Bound) -> String? {
        switch (raise, clear) {
        case (.above(let high), .below(let low)) where low > high:
            "raised above \(Fact.shown(high)) and over below \(Fact.shown(low)): between them it is both"
        case (.below(let low), .above(let high)) where high < low:
            "raised below \(Fact.shown(low)) and over above \(Fact.shown(high)): between them it is both"
        case (.above, .above), (.below, .below): "raise and clear look the same way: it would be over as soon as it is raised"
        case (.anomaly, .anomaly): "raise and clear are both an anomaly"
        default: nil
        }
    }
}
