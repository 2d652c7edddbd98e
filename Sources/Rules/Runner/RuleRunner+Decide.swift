// SPDX-License-Identifier: Apache-2.0
import Desk
import Lua

extension RuleRunner {
    /// What the rules want in a situation.
    ///
    /// `started`, `handedOff`: routing. `message`: replies and escalations without `after`; while a flow runs only what says
    /// `interrupts_flow`. `changed`: escalations without `after`. `due`: the one that is due, if it still is. `timers` are complete in each
    /// decision: those that are not in it are off.
    package func decide(_ situation: Situation) -> Decision {
        var decision = Decision(ruleSet: set.id, occasion: situation.parts.occasion.name)
        decide(situation, into: &decision)
        return decision
    }

    /// The same into a decision that is used again and again: in the long run nothing is allocated for it.
    package func decide(_ situation: Situation, into decision: inout Decision) {
        let began = ContinuousClock.now
        let run = takeRun(situation, at: began)
        defer { spare = run }
        decision.begin(ruleSet: set.id, occasion: situation.parts.occasion.name)

        switch situation.parts.occasion {
        case .started: route(set.plans.started, run)
        case .handedOff: route(set.plans.handedOff, run)
        case .message:
            if situation.parts.conversation.flow == nil {
                decision.rested = speak(set.plans.spoken, run)
                decision.held = escalate(run)
            } else {
                _ = speak(set.plans.interrupting, run)
                _ = escalate(run, onlyInterrupting: true)
            }
        case .changed: decision.held = escalate(run)
        case .due(let rule): due(rule, run)
        }
        timers(run, &decision.timers)

        if !run.wanted.isEmpty {
            decision.matched += run.matched
            let merge = IntentMerge(ranked(run.wanted))
            decision.intents = merge.intents
            decision.overruled = merge.overruled
            for rule in merge.flooding {
                guard let head = set.headsByID[rule] else { continue }
                run.fail(
                    head,
                    RuleFailure(
                        rule: rule, file: head.place.file, line: head.place.line,
                        message:
                            "more than \(IntentMerge.mostIntents) intents or \(IntentMerge.mostText >> 10) KiB of text in one decision: the rest is left out",
                        code: "flood"))
            }
        }
        decision.failures = run.failures
        decision.slow = run.slow
        decision.log = script.bench.lines.take()
        decision.instructions = run.instructions
        decision.microseconds = (ContinuousClock.now - began).microseconds
    }

    /// A decision inside of a decision gets a run of its own.
    private func takeRun(_ situation: Situation, at now: ContinuousClock.Instant) -> DecisionRun {
        guard let run = spare else { return DecisionRun(self, situation) }
        spare = nil
        run.begin(situation, at: now)
        return run
    }

    /// All intents, those of the highest priority first.
    private func ranked(_ wanted: [(priority: Int, intents: [Intent])]) -> [Intent] {
        if wanted.count == 1 { return wanted[0].intents }
        return wanted.enumerated().sorted { a, b in
            a.element.priority != b.element.priority ? a.element.priority > b.element.priority : a.offset < b.offset
        }.flatMap(\.element.intents)
    }

    private func route(_ plan: MatchPlan<RouteRule>, _ run: DecisionRun) {
        plan.forEachMatch(run.facts) { rule in
            guard !run.isResting(rule.head), run.holds(rule.head) else { return true }
            let move = Intent(rule: rule.head.id, priority: rule.head.priority, action: .assign(rule.assignment))
            run.matched(rule.head, [move] + run.intents(rule.actions, rule.head))
            return false
        }
    }

    /// All that match do what they do besides speaking; the first that has something to say says it.
    /// - Returns: those that were not asked, because they rest.
    private func speak(_ plan: MatchPlan<DecisionPlans.Speaker>, _ run: DecisionRun) -> [String] {
        var hasSpoken = false
        var rested: [String] = []
        plan.forEachMatch(run.facts) { speaker in
            guard !run.isResting(speaker.head) else {
                rested.append(speaker.head.id)
                return true
            }
            switch speaker {
            case .flow(let flow):
                guard !hasSpoken, !run.situation.parts.conversation.state.isWithPeople, let message = run.situation.parts.message,
                    message.content.kind != .event || flow.head.mentionsEvent, run.holds(flow.head)
                else { return true }
                hasSpoken = true
                run.matched(flow.head, [Intent(rule: flow.id, priority: flow.head.priority, action: .startFlow(flow.id))])
            case .reply(let rule):
                guard rule.applies(run.facts), !(hasSpoken && (rule.onlySpeaks || rule.isFallback)), run.holds(rule.head)
                else { return true }
                var intents = rule.fixedIntents ?? run.intents(rule.actions, rule.head)
                if let act = rule.actions.act {
                    guard let more = run.act(rule.head, act) else { return true }
                    intents += more
                }
                let speaks = intents.contains(where: \.action.takesTheWord)
                if speaks, hasSpoken { intents.removeAll(where: \.action.takesTheWord) }
                guard !intents.isEmpty else { return true }
                if speaks { hasSpoken = true }
                run.matched(rule.head, intents)
            }
            return true
        }
        return rested
    }

    /// - Returns: those that have acted a moment ago, in what led here, and would act again.
    private func escalate(_ run: DecisionRun, onlyInterrupting: Bool = false) -> [String] {
        let situation = run.situation
        var held: [String] = []
        guard situation.parts.conversation.state != .resolved else { return held }
        set.plans.immediate.forEachMatch(run.facts) { rule in
            guard !onlyInterrupting || rule.interruptsFlow else { return true }
            if rule.mayAct(situation.parts.conversation, at: situation.parts.now) {
                act(rule, run)
            } else if situation.parts.conversation.fired[rule.head.id] == situation.parts.now, !run.isResting(rule.head),
                run.holds(rule.head)
            {
                held.append(rule.head.id)
            }
            return true
        }
        return held
    }

    private func act(_ rule: EscalationRule, _ run: DecisionRun) {
        guard !run.isResting(rule.head), run.holds(rule.head) else { return }
        var intents = rule.fixedIntents ?? run.intents(rule.actions, rule.head)
        if let assignment = rule.assignment {
            intents.append(Intent(rule: rule.head.id, priority: rule.head.priority, action: .assign(assignment)))
        }
        if let act = rule.actions.act {
            guard let more = run.act(rule.head, act) else { return }
            intents += more
        }
        run.matched(rule.head, intents)
    }

    private func due(_ id: String, _ run: DecisionRun) {
        let situation = run.situation
        guard situation.parts.conversation.state != .resolved,
            let rule = set.plans.timedByID[id].map({ set.plans.timed.rules[$0] }), rule.head.match?.holds(run.facts) ?? true,
            let due = rule.due(situation.parts.conversation), due <= situation.parts.now
        else { return }
        act(rule, run)
    }

    /// Between two looks at an escalation that is due but did not act.
    private static let shortestPause: Duration = .seconds(5)

    private func timers(_ run: DecisionRun, _ timers: inout [EscalationTimer]) {
        let situation = run.situation
        guard situation.parts.conversation.state != .resolved else { return }
        set.plans.timed.forEachMatch(run.facts) { rule in
            guard let due = rule.due(situation.parts.conversation) else { return true }
            var at = due
            if run.hasMatched(rule.head.id) {
                // It acts now: the next time is after its cooldown, or with the next wait.
                guard !rule.isOnce, let cooldown = rule.cooldown else { return true }
                at = situation.parts.now + cooldown
            } else if case .due(let asked) = situation.parts.occasion, asked == rule.head.id, due <= situation.parts.now {
                // `when` said no, or it failed, or it rests: asked again later, not at once and for ever.
                at = situation.parts.now + max(rule.after ?? .zero, Self.shortestPause)
            }
            timers.append(EscalationTimer(rule: rule.head.id, dueAt: at))
            return true
        }
    }
}

extension LuaUsage {
    /// - Parameter allowed: what the function may take.
    /// - Returns: nil if it took less than half of that.
    func slowCall(of head: RuleHead, _ reference: FunctionRef, allowed: Duration) -> SlowCall? {
        guard .nanoseconds(nanoseconds) > allowed / 2 else { return nil }
        let name = reference.name.split(separator: "/", maxSplits: 2).last.map(String.init) ?? reference.name
        return SlowCall(
            rule: head.id, function: name, file: head.place.file, line: head.place.line, microseconds: nanoseconds / 1000)
    }
}

extension ActionSpec {
    /// Nothing else would be lost if it kept silent.
    var onlySpeaks: Bool {
        var rest = self
        (rest.text, rest.content, rest.knowledge, rest.startFlow, rest.options) = (nil, nil, nil, nil, [])
        return rest.isEmpty
    }
}

extension Intent.Action {
    /// Only one rule a message does such things.
    var takesTheWord: Bool {
        switch self {
        case .reply, .startFlow, .handOff: true
        default: false
        }
    }
}
