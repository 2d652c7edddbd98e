// SPDX-License-Identifier: Apache-2.0
import Desk

extension RuleRunner {
    /// Decides again and says of every rule that could have had a part in it why it did or did not.
    package func explain(_ situation: Situation) -> Explanation {
        isCounting = false
        defer { isCounting = true }
        let decision = decide(situation)
        let run = DecisionRun(self, situation)
        let matched = Set(decision.matched.map(\.rule))
        let failures = Dictionary(decision.failures.map { ($0.rule, $0) }, uniquingKeysWith: { first, _ in first })

        let took = Dictionary(decision.matched.map { ($0.rule, $0.microseconds) }, uniquingKeysWith: { first, _ in first })

        func candidate(_ head: RuleHead, silent: String? = nil, dueAt: Instant? = nil) -> Explanation.Candidate {
            var verdict = Explanation.Verdict.outranked
            var miss: MatchMiss?
            var remark: String?
            if matched.contains(head.id) {
                verdict = .matched
            } else if let failure = failures[head.id] {
                verdict = .failed
                remark = "\(failure.file ?? "?"):\(failure.line ?? 0): \(failure.message)"
            } else if run.isResting(head) {
                verdict = .setAside
                remark = "it rests for a while: it has failed again and again"
            } else if let found = head.match?.firstMiss(run.facts) {
                verdict = .missed
                miss = found
            } else if let silent {
                verdict = .silent
                remark = silent
            } else if !run.holds(head) {
                verdict = .when
                remark = "its function 'when' said no"
            } else if let dueAt {
                verdict = .waits
                return make(head, verdict, nil, nil, dueAt)
            } else {
                remark = Self.winner(over: head, in: decision, set)
            }
            return make(head, verdict, miss, remark, nil)
        }

        func make(
            _ head: RuleHead, _ verdict: Explanation.Verdict, _ miss: MatchMiss?, _ remark: String?, _ dueAt: Instant?
        ) -> Explanation.Candidate {
            .init(
                rule: head.id, kind: head.kind.rawValue, why: head.why, file: head.place.file, line: head.place.line,
                verdict: verdict,
                miss: miss, remark: remark, dueAt: dueAt, microseconds: took[head.id])
        }

        var candidates: [Explanation.Candidate] = []
        let conversation = situation.conversation
        switch situation.occasion {
        case .started: candidates = set.plans.started.rules.map { candidate($0.head) }
        case .handedOff: candidates = set.plans.handedOff.rules.map { candidate($0.head) }
        case .message:
            candidates = set.plans.spoken.rules.map { speaker in
                candidate(speaker.head, silent: silence(of: speaker, run))
            }
            fallthrough
        case .changed, .due:
            candidates += set.plans.immediate.rules.map { rule in
                let silent =
                    conversation.state == .resolved
                    ? "the conversation is resolved"
                    : conversation.flow != nil && !rule.interruptsFlow && situation.occasion == .message
                        ? "a flow runs"
                        : rule.mayAct(conversation, at: situation.now)
                            ? nil
                            : rule.isOnce
                                ? "it has acted in this conversation already" : "it has acted a short while ago (cooldown)"
                return candidate(rule.head, silent: silent)
            }
            candidates += set.plans.timed.rules.map { rule in
                let due = rule.due(conversation)
                let silent =
                    conversation.state == .resolved
                    ? "the conversation is resolved"
                    : rule.basis.start(conversation) == nil
                        ? "nothing to count from: no '\(rule.basis.rawValue)' now"
                        : due == nil ? "it has acted already" : nil
                return candidate(rule.head, silent: silent, dueAt: due)
            }
        }
        return Explanation(
            ruleSet: set.id, occasion: situation.occasion.name, candidates: candidates, decision: decision,
            limits: set.settings.limits.value)
    }

    /// Who came before a rule that would have acted, too.
    private static func winner(over head: RuleHead, in decision: Decision, _ set: RuleSet) -> String? {
        let winner =
            switch head.kind {
            case .route: decision.matched.first?.rule
            default: decision.intents.first(where: \.action.takesTheWord)?.rule
            }
        guard let winner, winner != head.id, let other = set.headsByID[winner] else { return nil }
        return "\"\(winner)\" (\(other.place.file):\(other.place.line), priority \(other.priority)) comes before it"
    }

    private func silence(of speaker: DecisionPlans.Speaker, _ run: DecisionRun) -> String? {
        let conversation = run.situation.conversation
        switch speaker {
        case .flow:
            if conversation.flow != nil { return "a flow runs already" }
            return conversation.state.isWithPeople ? "a person has the conversation, or is to have it" : nil
        case .reply(let rule):
            if conversation.flow != nil, !rule.interruptsFlow {
                return "a flow runs; only rules with interrupts_flow are looked at before it"
            }
            if rule.applies(run.facts) { return nil }
            if conversation.state.isWithPeople {
                return "a person has the conversation, or is to have it (state \(conversation.state.rawValue))"
            }
            return switch rule.on {
            case .enter: "it speaks when the customer opens the chat"
            case .first: "it speaks at the first message only"
            case .message: "it answers messages, not events"
            }
        }
    }
}
