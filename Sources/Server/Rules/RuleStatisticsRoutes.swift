// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import Rules

/// What each rule has done since it went live.
enum RuleStatisticsRoutes {
    static let all = [
        Route.get(
            "/v1/rules/statistics", "readRuleStatistics",
            "By rule of the live set: how often it was looked at, matched and failed, how long it took, and whether it is set aside.",
            .may(.readRules), answer: .reference("RuleStatistics")
        ) { call in .ok(await call.engine.rules.statistics().value) }
    ]
}

extension LiveRuleStatistics {
    fileprivate var value: Value {
        let resting = Dictionary(setAsides.map { ($0.rule, $0.until) }, uniquingKeysWith: { $1 })
        return [
            "rule_set": .string(ruleSet), "since": .string(since.rfc3339),
            "items": .array(
                rules.map { rule in
                    let counts = counts[rule.id] ?? .init()
                    return
                        ([
                            "rule": .string(rule.id), "kind": .string(rule.kind.rawValue), "file": .string(rule.file),
                            "line": Value(rule.line), "candidates": Value(counts.candidates),
                            "evaluations": Value(counts.evaluations), "matches": Value(counts.matches),
                            "errors": Value(counts.errors), "set_asides": Value(counts.setAsides),
                            "calls": Value(counts.times.reduce(0, +)), "p50_us": Value(counts.percentile(0.5)),
                            "p99_us": Value(counts.percentile(0.99)), "last_match": Value(counts.lastMatch?.rfc3339),
                            "resting_until": Value(resting[rule.id]?.rfc3339),
                        ] as Value).compact()
                }), "next_cursor": .null,
        ]
    }
}

extension RuleStatistics.Counts {
    /// Below how many µs so many of the calls of its functions stayed; nil where there was none. The last group has no end: 32 768.
    fileprivate func percentile(_ share: Double) -> Int? {
        let calls = times.reduce(0, +)
        guard calls > 0 else { return nil }
        let wanted = Int((Double(calls) * share).rounded(.up))
        var seen = 0
        for (group, count) in times.enumerated() {
            seen += count
            if seen >= wanted { return 1 << group }
        }
        return 1 << (times.count - 1)
    }
}
