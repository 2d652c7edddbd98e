// SPDX-License-Identifier: Apache-2.0
import Desk
import Rules

/// What the live rules have done, over all threads.
package struct LiveRuleStatistics: Sendable {
    package let ruleSet: String
    /// When the set went live here, at the latest.
    package let since: Instant
    package let rules: [RuleDescription]
    /// By the rule's id; alerts are evaluated elsewhere and have none.
    package let counts: [String: RuleStatistics.Counts]
    package let setAsides: [RuleHealth.SetAside]
    /// Bytes that the set's states hold, garbage included, over all threads.
    package let memory: Int
}

extension RuleDesk {
    package func statistics() async -> LiveRuleStatistics {
        let set = active
        var sum = RuleStatistics()
        var memory = 0
        for lane in lanes {
            if let part = await lane.statistics(of: set) { sum.merge(part) }
            memory += await lane.memory(of: set)
        }
        return LiveRuleStatistics(
            ruleSet: set.id, since: liveSince, rules: set.rules, counts: sum.rules,
            setAsides: health.setAsides(at: options.clock()).filter { $0.ruleSet == set.id }, memory: memory)
    }
}
