// SPDX-License-Identifier: Apache-2.0
import Desk

/// A replay's report for people at a terminal.
enum ReplayText {
    static func lines(_ report: Value) -> [String] {
        func number(_ value: Value?) -> Int64 { value?.int ?? 0 }
        let share = ((report["share"]?.double ?? 0) * 1000).rounded() / 10
        var lines = [
            "\(number(report["decisions"])) decisions under set \(report["rule_set"]?.string?.prefix(12) ?? "?"): "
                + "\(number(report["changed"])) change (\(share) %)"
                + (number(report["reworded"]) > 0 ? ", \(number(report["reworded"])) of them only in their words." : ".")
        ]
        if number(report["skipped"]) > 0 { lines.append("\(number(report["skipped"])) left out: rules rested then.") }
        for change in report["changes"]?.array ?? [] {
            lines.append(
                "  \(number(change["count"]))×  \(change["rule"]?.string ?? "")  \(change["field"]?.string ?? ""): "
                    + "\(change["from"]?.string ?? "-") → \(change["to"]?.string ?? "-")")
            for example in change["examples"]?.array?.prefix(2) ?? [] {
                lines.append("        \(example["message_id"]?.string ?? example["conversation_id"]?.string ?? "")")
            }
        }
        for (title, name) in [("New matches", "new_matches"), ("Lost matches", "lost_matches")] {
            let rules = report[name]?.array ?? []
            guard !rules.isEmpty else { continue }
            lines.append("\(title):")
            lines += rules.map { "  \($0["rule"]?.string ?? "")  \(number($0["before"])) → \(number($0["after"]))" }
        }
        let errors = report["errors"]
        lines.append("Errors: \(number(errors?["before"])) → \(number(errors?["after"]))")
        lines += (errors?["rules"]?.array ?? []).map { "  \($0["rule"]?.string ?? "")  \($0["message"]?.string ?? "")" }
        let cost = report["cost"]
        lines.append("Time in rules: \(number(cost?["us_before"])) µs → \(number(cost?["us_after"])) µs")
        let arrivals = (report["arrivals"]?.array ?? []).filter { number($0["before"]) != number($0["after"]) }
        if !arrivals.isEmpty {
            lines.append("Arrivals that change, by team and hour:")
            lines += arrivals.map {
                "  \($0["hour"]?.string ?? "")  \($0["team"]?.string ?? "")  \(number($0["before"])) → \(number($0["after"]))"
            }
        }
        return lines
    }
}
