// SPDX-License-Identifier: Apache-2.0
import Desk

/// An explanation for people at a terminal.
enum ExplanationText {
    static func lines(_ explanation: Value) -> [String] {
        var lines = [
            "Message \(explanation["message_id"]?.string ?? "?"), rule set \(explanation["rule_set"]?.string?.prefix(12) ?? "?")"
        ]
        if explanation["recorded"]?.bool == false {
            lines.append("Its decision is not on record; this is what the rules say with what is known now.")
        }
        for decision in explanation["decisions"]?.array ?? [] {
            let rules = (decision["matched"]?.array ?? []).compactMap { $0["rule"]?.string }
            let written = decision["log"]?.array ?? []
            guard !rules.isEmpty || !written.isEmpty else { continue }
            lines.append(
                "Decided when \(decision["occasion"]?.string ?? "?"), in \(decision["us"]?.int ?? 0) µs: "
                    + (rules.isEmpty ? "nothing" : rules.joined(separator: ", ")))
            for line in written {
                let fields = (line["fields"]?.object?.pairs ?? []).map { " \($0.name)=\($0.value.string ?? "")" }.joined()
                lines.append(
                    "  log \(line["level"]?.string ?? "") \(line["rule"]?.string ?? ""): \(line["text"]?.string ?? "")\(fields)")
            }
            for intent in decision["intents"]?.array ?? [] { lines.append("  → \(intent.jsonText)") }
            for intent in decision["overruled"]?.array ?? [] { lines.append("  overruled: \(intent.jsonText)") }
        }
        for part in explanation["explanations"]?.array ?? [] {
            lines += ["", "When \(part["occasion"]?.string ?? "?"):"]
            lines += (part["rules"] ?? []).rows
        }
        return lines
    }
}

extension Value {
    /// Rules of an explanation, one or a few lines each, whatever fields they have.
    fileprivate var rows: [String] {
        let rules = array ?? self["candidates"]?.array ?? []
        return rules.flatMap { rule -> [String] in
            let place = [rule["file"]?.string, rule["line"]?.int.map(String.init)].compactMap { $0 }.joined(separator: ":")
            let fired = rule["verdict"] == "matched"
            var lines = ["  \(fired ? "✓" : "·") \(rule["rule"]?.string ?? "?")  \(place)"]
            for pair in rule.object?.pairs ?? []
            where !["rule", "file", "line", "kind"].contains(pair.name) {
                guard pair.value != .null, pair.value != "" else { continue }
                let name = pair.name == "us" ? "µs" : pair.name.replacing("_", with: " ")
                lines.append("      \(name): \(pair.value.string ?? pair.value.jsonText)")
            }
            return lines
        }
    }
}
