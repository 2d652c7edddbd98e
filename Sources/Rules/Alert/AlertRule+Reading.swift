// SPDX-License-Identifier: Apache-2.0
import Desk

extension AlertRule {
    init(_ reader: SpecReader) {
        let declaration = reader.declaration
        let subject = AlertSubject(reader)
        let over = reader.duration("over")
        if over == nil, !reader.has("over"), !subject.isOfNow {
            reader.report("value", "", "alert \"\(declaration.id)\" needs a window", hint: "write over = \"5m\"")
        }
        if let over, over <= .zero { reader.report("value", "over", "'over' must be longer than nothing") }
        let raise = Self.bound("raise", subject, reader)
        if !reader.has("raise") {
            reader.report("value", "", "alert \"\(declaration.id)\" never rises", hint: "write raise = above(…)")
        }
        let clear = Self.bound("clear", subject, reader)
        if let raise, let clear, let problem = Self.overlap(raise, clear, isCounted: subject.statistic == .count) {
            reader.report("alert_overlap", "clear", problem, hint: "leave room between them, so that it does not flutter")
        }
        let (labels, only) = Self.division(subject, reader)
        self.init(
            id: declaration.id, why: reader.text("why") ?? "", measure: subject.name, options: subject.options,
            statistic: subject.statistic, over: over ?? .seconds(300), by: labels, only: only, raise: raise ?? .above(0),
            clear: clear, hold: reader.duration("hold") ?? .zero,
            severity: reader.word("severity", of: ["info", "warning", "critical"]) ?? "warning", notify: reader.texts("notify"),
            file: declaration.place.file, line: declaration.place.line)
    }

    private static func bound(_ name: String, _ subject: AlertSubject, _ reader: SpecReader) -> Bound? {
        guard let value = reader.value(name) else { return nil }
        guard let bound = reader.bench.bound(value) else {
            reader.report("type", name, "'\(name)' must be a bound", hint: "write \(name) = above(\"30s\") or below(5)")
            return nil
        }
        switch bound {
        case .above(let limit), .below(let limit):
            if subject.isShare, !(0...1).contains(limit) {
                reader.report(
                    "value", name, "\(subject.name) is a part of all, from 0 to 1; it is never \(Fact.shown(limit))",
                    hint: "write \(name) = above(\"5%\")")
            }
        case .anomaly:
            if !subject.hasSeasons {
                reader.report(
                    "value", name, "of \(subject.name) nothing is known of other days or weeks",
                    hint: "write \(name) = above(…) or below(…)")
            }
        }
        return bound
    }

    /// `by` and `only`: at most two names together.
    private static func division(_ subject: AlertSubject, _ reader: SpecReader) -> ([String], [String: String]) {
        func check(_ label: String, _ field: String) {
            guard let known = subject.labels, !known.contains(label) else { return }
            let hint = Spelling.hint(for: label, among: known)
            reader.report("value", field, "\(subject.name) has no label '\(label)'", hint: hint)
        }
        var by: [String] = []
        for label in reader.texts("by") where !by.contains(label) {
            check(label, "by")
            by.append(label)
        }
        var only: [String: String] = [:]
        if let value = reader.value("only") {
            let pairs = value.object?.pairs ?? []
            if pairs.isEmpty || !pairs.allSatisfy({ $0.value.string != nil }) {
                reader.report(
                    "type", "only", "'only' must be a table of labels with a text each",
                    hint: "write only = { team = \"service\" }"
                )
            }
            for pair in pairs {
                check(pair.name, "only")
                only[pair.name] = pair.value.string
            }
        }
        if Set(by).union(only.keys).count > 2 {
            reader.report("value", reader.has("by") ? "by" : "only", "'by' and 'only' name at most two labels together")
        }
        return (by, only)
    }

    /// Why an alert could be raised and over at the same value; nil if it cannot.
    /// - Parameter isCounted: there is nothing between two whole numbers.
    private static func overlap(_ raise: Bound, _ clear: Bound, isCounted: Bool) -> String? {
        func overlaps(from high: Double, to low: Double) -> Bool {
            isCounted ? high.rounded(.down) + 1 < low.rounded(.up) : high < low
        }
        return switch (raise, clear) {
        case (.above(let high), .below(let low)) where overlaps(from: high, to: low):
            "raised above \(Fact.shown(high)) and over below \(Fact.shown(low)): between them it is both"
        case (.below(let low), .above(let high)) where overlaps(from: high, to: low):
            "raised below \(Fact.shown(low)) and over above \(Fact.shown(high)): between them it is both"
        case (.above, .above), (.below, .below): "raise and clear look the same way: it would be over as soon as it is raised"
        case (.anomaly, .anomaly): "raise and clear are both an anomaly"
        default: nil
        }
    }
}
