// SPDX-License-Identifier: Apache-2.0

/// What a rule set decided about one situation, and how.
package struct Decision: Sendable, Hashable {
    /// SHA-256 of the rule set, hex.
    package var ruleSet: String
    package var occasion: String
    /// Rules that matched, in the order they were applied.
    package var matched: [Trace]
    /// Already merged: conflicts settled, duplicates gone.
    package var intents: [Intent]
    /// What lost against a higher rule.
    package var overruled: [Intent]
    package var failures: [RuleFailure]
    /// Escalations that have acted at this very moment and would act again, but for `once` or their cooldown. Not kept.
    package var held: [String] = []
    /// Replies and flows that might have answered but rest after failures. Not kept.
    package var rested: [String] = []
    /// Functions that took more than half of what they may. Not kept.
    package var slow: [SlowCall] = []
    /// What functions wrote into the log; no part of what is compared between two sets.
    package var log: [RuleLogLine] = []
    /// Escalations with `after` whose conditions hold now, and when they would fire.
    package var timers: [EscalationTimer]
    package var microseconds: Int
    /// Lua instructions; 0 in production, where they are not counted.
    package var instructions: Int

    package struct Trace: Sendable, Hashable {
        package let rule: String
        package let kind: String
        package let microseconds: Int
        package init(rule: String, kind: String, microseconds: Int) {
            self.rule = rule
            self.kind = kind
            self.microseconds = microseconds
        }
    }

    package init(ruleSet: String, occasion: String) {
        self.ruleSet = ruleSet
        self.occasion = occasion
        matched = []
        intents = []
        overruled = []
        failures = []
        timers = []
        microseconds = 0
        instructions = 0
    }

    /// Becomes one about which nothing is decided yet; the room of its lists stays.
    package mutating func begin(ruleSet: String, occasion: String) {
        self.ruleSet = ruleSet
        self.occasion = occasion
        matched.removeAll(keepingCapacity: true)
        timers.removeAll(keepingCapacity: true)
        (intents, overruled, failures) = ([], [], [])
        (held, rested, slow) = ([], [], [])
        (microseconds, instructions) = (0, 0)
    }
}

/// A function of a rule that took long.
package struct SlowCall: Sendable, Hashable {
    package let rule: String
    /// As the rule names it: `when`, `act`, `stages.check`.
    package let function: String
    /// Where the rule is declared.
    package let file: String
    package let line: Int
    package let microseconds: Int

    package init(rule: String, function: String, file: String, line: Int, microseconds: Int) {
        self.rule = rule
        self.function = function
        self.file = file
        self.line = line
        self.microseconds = microseconds
    }
}

/// A rule that could not be evaluated: costs its own turn and nothing else.
package struct RuleFailure: Error, Sendable, Hashable {
    package let rule: String
    package let file: String?
    package let line: Int?
    package let message: String
    package let code: String
    package init(rule: String, file: String?, line: Int?, message: String, code: String) {
        self.rule = rule
        self.file = file
        self.line = line
        self.message = message
        self.code = code
    }
}

/// An escalation that will fire unless something changes.
package struct EscalationTimer: Sendable, Hashable {
    package let rule: String
    package let dueAt: Instant
    package init(rule: String, dueAt: Instant) { self.rule = rule; self.dueAt = dueAt }
}
