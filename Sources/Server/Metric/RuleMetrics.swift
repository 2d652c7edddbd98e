// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import Rules

/// What the live rules have done, as Prometheus text: counters by rule, and how long their functions took.
enum RuleMetrics {
    /// Rules that were never looked at are left out; of the others the busiest so many are shown.
    private static let most = 1000

    static func text(_ statistics: LiveRuleStatistics) -> String {
        var seen: [(rule: RuleDescription, counts: RuleStatistics.Counts)] = []
        for rule in statistics.rules {
            if let counts = statistics.counts[rule.id], counts.candidates > 0 || counts.matches > 0 {
                seen.append((rule, counts))
            }
        }
        seen.sort { ($1.counts.candidates, $0.rule.id) < ($0.counts.candidates, $1.rule.id) }
        let rules = seen.prefix(most)
        var text = ""
        func counter(_ name: String, _ count: (RuleStatistics.Counts) -> Int) {
            text += "# TYPE \(name) counter\n"
            for (rule, counts) in rules { text += PrometheusText.line(name, labels(rule), Double(count(counts))) }
        }
        counter("luadesk_rule_candidates_total") { $0.candidates }
        counter("luadesk_rule_evaluations_total") { $0.evaluations }
        counter("luadesk_rule_matches_total") { $0.matches }
        counter("luadesk_rule_errors_total") { $0.errors }
        counter("luadesk_rule_set_asides_total") { $0.setAsides }
        text += "# TYPE luadesk_rule_last_match_timestamp_seconds gauge\n"
        for (rule, counts) in rules {
            guard let at = counts.lastMatch else { continue }
            text += PrometheusText.line(
                "luadesk_rule_last_match_timestamp_seconds", labels(rule), Double(at.milliseconds) / 1000)
        }
        text += "# TYPE luadesk_rules_memory_bytes gauge\n"
        text += PrometheusText.line("luadesk_rules_memory_bytes", PrometheusText.labels([]), Double(statistics.memory))
        let name = "luadesk_rule_call_seconds"
        text += "# TYPE \(name) histogram\n"
        for (rule, counts) in rules where counts.times.contains(where: { $0 > 0 }) {
            let labels = labels(rule)
            var seen = 0
            for (group, count) in counts.times.dropLast().enumerated() {
                seen += count
                let bound = PrometheusText.number(Double(1 << group) / 1e6)
                text += PrometheusText.line("\(name)_bucket", PrometheusText.labels(labels, and: "le", bound), Double(seen))
            }
            seen += counts.times.last ?? 0
            text += PrometheusText.line("\(name)_bucket", PrometheusText.labels(labels, and: "le", "+Inf"), Double(seen))
            text += PrometheusText.line("\(name)_count", labels, Double(seen))
        }
        return text
    }

    /// What the functions of the live set may use: beside how long they took.
    static func limits(_ limits: ScriptLimits) -> String {
        let name = "luadesk_rules_limit"
        return (limits.value.object?.pairs ?? []).reduce(into: "# TYPE \(name) gauge\n") { text, pair in
            text += PrometheusText.line(name, PrometheusText.labels([("limit", pair.name)]), pair.value.double ?? 0)
        }
    }

    /// How the live set does beside what is tried, over the last half hour in which anything was decided; and for what part of the
    /// conversations a candidate decides: 0 for a shadow.
    /// - Parameter status: as `/v1/rules/rollout` tells it.
    static func rollout(_ status: Value) -> String {
        let sets = [("live", status["live"]), ("candidate", status["candidate"])].compactMap { standing, value -> Standing? in
            guard let value, let vitals = value["vitals"] else { return nil }
            let id = String(value["id"]?.string?.prefix(12) ?? "")
            return Standing(labels: PrometheusText.labels([("standing", standing), ("rule_set", id)]), vitals: vitals)
        }
        var text = ""
        for (name, field) in [
            ("settlements", "settlements"), ("failed", "failed"), ("mean_seconds", "mean_us"), ("arrived", "arrived"),
            ("fallen_back", "fallen_back"),
        ] {
            let name = "luadesk_rules_recent_\(name)"
            text += "# TYPE \(name) gauge\n"
            for set in sets {
                let figure = set.vitals[field].flatMap { $0.double ?? $0.int.map(Double.init) } ?? 0
                text += PrometheusText.line(name, set.labels, field == "mean_us" ? figure / 1e6 : figure)
            }
        }
        guard let candidate = status["candidate"] else { return text }
        text += "# TYPE luadesk_rules_candidate_share gauge\n"
        let labels = PrometheusText.labels([
            ("plan", candidate["plan"]?.string ?? ""), ("rule_set", String(candidate["id"]?.string?.prefix(12) ?? "")),
        ])
        return text + PrometheusText.line("luadesk_rules_candidate_share", labels, candidate["share"]?.double ?? 0)
    }

    private struct Standing {
        let labels: String
        let vitals: Value
    }

    private static func labels(_ rule: RuleDescription) -> String {
        PrometheusText.labels([("rule", rule.id), ("kind", rule.kind.rawValue)])
    }
}
