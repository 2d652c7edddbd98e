// SPDX-License-Identifier: Apache-2.0
import Desk

/// Why each rule did or did not act in a situation.
package struct Explanation: Sendable, Hashable {
    /// What became of a rule.
    package enum Verdict: String, Sendable, Hashable {
        case matched
        /// A part of `match` did not hold: `miss` says which.
        case missed
        /// `match` held, `when` said no.
        case when
        /// `match` held, but another came first.
        case outranked
        /// It is silent in this state: a person has the conversation, a flow runs, `once` or `cooldown`.
        case silent
        /// It waits for its time: `dueAt`.
        case waits
        case failed
        /// It rests after failures.
        case setAside = "set_aside"
    }

    /// One rule that could have had a part in it.
    package struct Candidate: Sendable, Hashable {
        /// The rule's id.
        package let rule: String
        /// `route`, `escalate`, `reply` or `flow`.
        package let kind: String
        /// The reason its author gave; may be empty.
        package let why: String
        /// Where it is declared.
        package let file: String
        /// From 1.
        package let line: Int
        /// What became of it.
        package let verdict: Verdict
        /// The part of `match` that did not hold.
        package let miss: MatchMiss?
        /// A sentence, where the verdict alone does not tell.
        package let remark: String?
        /// Of one that waits.
        package let dueAt: Instant?
        /// How long it took, of one that matched.
        package var microseconds: Int?
    }

    /// The set's id.
    package let ruleSet: String
    /// Why the rules were asked.
    package let occasion: String
    /// In the order in which they are looked at.
    package let candidates: [Candidate]
    /// What comes of it all.
    package let decision: Decision
    /// What its functions may use, by the names of rules.lua.
    package let limits: Value

    /// As the API and the program show it.
    package var value: Value {
        [
            "rule_set": .string(ruleSet), "occasion": .string(occasion), "microseconds": .int(Int64(decision.microseconds)),
            "limits": limits,
            "candidates": .array(
                candidates.map { candidate in
                    ([
                        "rule": .string(candidate.rule), "kind": .string(candidate.kind), "why": .string(candidate.why),
                        "file": .string(candidate.file), "line": .int(Int64(candidate.line)),
                        "verdict": .string(candidate.verdict.rawValue),
                        "term": Value(candidate.miss?.term), "actual": Value(candidate.miss?.actual),
                        "wanted": Value(candidate.miss?.wanted),
                        "remark": Value(candidate.remark), "due_at": Value(candidate.dueAt?.rfc3339),
                        "us": Value(candidate.microseconds),
                    ] as Value).compact()
                }),
        ]
    }
}

extension Explanation: CustomStringConvertible {
    /// For a terminal, several lines.
    package var description: String {
        (["\(occasion), \(decision.microseconds) µs, rule set \(ruleSet.prefix(12))"] + candidates.map(\.description)).joined(
            separator: "\n")
    }
}

extension Explanation.Candidate: CustomStringConvertible {
    package var description: String {
        var lines = ["  \(verdict == .matched ? "✓" : "·") \(kind) \(rule)  (\(file):\(line))  \(verdict.rawValue)"]
        if let miss {
            lines.append("      \(miss.term): there was \(miss.actual)")
            lines.append("      it takes \(miss.wanted)")
        }
        if let remark { lines.append("      \(remark)") }
        if let dueAt { lines.append("      due at \(dueAt.rfc3339)") }
        return lines.joined(separator: "\n")
    }
}
