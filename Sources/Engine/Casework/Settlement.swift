// SPDX-License-Identifier: Apache-2.0
import Desk
import Lua
import Rules

/// Asks the rules about one matter and carries out what they want, until nothing follows from it any more.
///
/// Everything happens on the casework; nothing is written. A chain of causes is cut at `depth` or when an escalation meets itself
/// again (`rule.loop`): reply loops and mail storms are the field's classic accident.
struct Settlement {
    let generation: Generation
    let lane: RuleLane
    /// What the desk answers from outside the rules: live, or as it was recorded.
    var outside: SettlementOutside
    let fallbackTeam: String
    /// Finds the set that a flow's stage began with; nil if the store no longer has it.
    let earlierSet: @Sendable (String) async -> RuleSet?
    var message: Message?
    var understanding = Understanding()
    private var decisions: [Decision] = []
    private var timers: [EscalationTimer] = []
    /// What set it off, and what the rules saw then.
    private var record: (trigger: SettlementTrigger, snapshot: Value, state: ConversationState)?
    private var desk: DeskView?
    /// What is behind the channels, by their ids.
    var plugins: [String: String] = [:]
    /// Told of functions that took long; nobody in a replay.
    var noteSlow: (@Sendable (SlowCall) -> Void)?
    /// Told of lines that rules write, masked; nobody in a replay.
    var noteLine: (@Sendable (RuleLogLine, ID<Conversation>) -> Void)?
    /// Rules that rest after failures while this is decided.
    var resting: [String] = []
    private var judged: Signature?
    /// Rounds in which escalations acted on what others had done.
    private var levels = 0
    /// Escalations that acted and whose conditions have since ceased to hold: if they hold again, the chain has come back to them.
    private var left: Set<String> = []
    private var looped: Set<String> = []
    /// No rule said who takes it.
    private var hasFallenBack = false

    private static let depth = 8

    init(
        generation: Generation, lane: RuleLane, outside: SettlementOutside, fallbackTeam: String,
        earlierSet: @escaping @Sendable (String) async -> RuleSet?
    ) {
        self.generation = generation
        self.lane = lane
        self.outside = outside
        self.fallbackTeam = fallbackTeam
        self.earlierSet = earlierSet
    }

    /// What escalations look at: when it changes, they are judged again.
    private struct Signature: Equatable {
        let state: ConversationState
        let team: String?
        let agent: ID<Agent>?
        let priority: Int
        let isWaiting: Bool
        let mood: Double
        let tags: [String]
        let sla: String?
        let attributes: Value
        let customer: Value

        init(_ work: Casework) {
            let conversation = work.conversation
            tags = conversation.tags
            sla = conversation.sla
            attributes = conversation.attributes
            customer = work.customer.attributes
            state = conversation.state
            team = conversation.team
            agent = conversation.agent
            priority = conversation.priority
            isWaiting = conversation.waitingSince != nil
            mood = conversation.mood
        }
    }

    // MARK: - One customer message

    /// Routing at the beginning or reopening, then flow or autoreplies, then people.
    nonisolated(nonsending) mutating func customerWrote(_ work: inout Casework, isBeginning: Bool) async {
        begin(.wrote(isBeginning: isBeginning), isBeginning ? .started : .message, work)
        if isBeginning { await ask(.started, &work) }
        if let record = work.conversation.flow, !work.conversation.state.isWithPeople {
            let matched = await ask(.message, &work)
            // A rule that interrupts has acted; otherwise the dialogue that runs gets what it waits for.
            if !matched, work.conversation.flow == record, let message, let input = Self.input(message.content, for: record) {
                await advance(record, with: input, &work)
                // Rules that interrupt nothing have not been asked yet: escalations look at the message now.
                judged = nil
            }
        } else {
            await ask(.message, &work)
        }
        await passOnAfterFailure(&work)
        await finish(&work)
    }

    /// A rule that fails costs its own turn: a message that nobody has answered for that reason goes to a person.
    nonisolated(nonsending) private mutating func passOnAfterFailure(_ work: inout Casework) async {
        guard message?.content.kind != .event, work.conversation.state == .bot, work.conversation.flow == nil, !work.hasSpoken
        else { return }
        let rested = decisions.flatMap(\.rested)
        guard let failure = work.failures.values.min(by: { $0.rule < $1.rule }) else {
            guard let rule = rested.first else { return }
            return await handOff(
                to: nil, note: "Rule \(rule) rests after failures, and nobody else has answered; please take over.", by: rule,
                &work)
        }
        let note =
            "Rule \(failure.rule) failed (\(failure.file ?? "?"):\(failure.line ?? 0)), and nobody else has answered; please take over."
        await handOff(to: nil, note: note, by: failure.rule, &work)
    }

    /// A sign, such as entering the chat again, is no answer to a question; it counts only where a flow waits for it.
    private static func input(_ content: MessageContent, for record: FlowRecord) -> FlowInput? {
        guard content.kind == .event else { return .message(content) }
        guard record.wait?.kind == .event, let name = content.fields["name"]?.string,
            record.wait?.detail["name"]?.string == name
        else { return nil }
        return .event(name, content.fields)
    }

    /// Judges escalations anew after whatever changed, gives a waiting conversation to somebody free, and sets the timers.
    nonisolated(nonsending) mutating func finish(_ work: inout Casework) async {
        begin(.changed, .changed, work)
        place(&work)
        var rounds = 0
        while judged != Signature(work), rounds <= Self.depth {
            rounds += 1
            await ask(.changed, &work)
            place(&work)
        }
        work.setTimers(work.conversation.state == .resolved ? [] : timers)
        log(&work)
    }

    private mutating func place(_ work: inout Casework) {
        guard work.conversation.state == .queued else { return }
        let waiting = Switchboard.Waiting(work.conversation)
        guard let agent = outside.reserve(waiting, at: work.now) else { return }
        try? work.give(to: agent)
    }

    // MARK: - Asking

    /// - Returns: whether any rule matched.
    @discardableResult
    nonisolated(nonsending) mutating func ask(_ occasion: Occasion, _ work: inout Casework) async -> Bool {
        if case .due(let rule) = occasion { begin(.due(rule: rule), occasion, work) }
        let situation = situation(occasion, work)
        judged = Signature(work)
        guard levels < Self.depth || occasion != .changed else {
            loop(&work, work.chain.last ?? "", depth: Self.depth)
            return false
        }
        var decision = await lane.decide(situation, under: generation.set)
        decision.log = note(decision.log, work)
        timers = decision.timers
        for call in decision.slow { noteSlow?(call) }
        for failure in decision.failures { work.fail(failure, occasion: occasion.name) }
        let acted = decision.matched.filter { $0.kind == "escalate" }.map(\.rule)
        var intents = decision.intents
        for rule in acted where work.chain.contains(rule) {
            loop(&work, rule)
            intents.removeAll { $0.rule == rule }
        }
        for rule in acted { work.conversation.fired[rule] = work.now }
        // Also when nothing matched: another set may have matched there.
        decisions.append(decision)
        if occasion == .changed || occasion == .message { follow(decision, acted, &work) }
        work.chain += acted
        if !acted.isEmpty { levels += 1 }
        for intent in intents { await carryOut(intent, &work) }
        return !decision.matched.isEmpty
    }

    /// Lines of rules as they may be kept: without what the customer could be known by.
    private func note(_ lines: [RuleLogLine], _ work: Casework) -> [RuleLogLine] {
        let masked = RuleLog.masked(lines, of: work.customer)
        for line in masked { noteLine?(line, work.conversation.id) }
        return masked
    }

    /// Notices where what a rule set off has made its own condition hold anew: it would go on for ever, but for the rule's cooldown.
    private mutating func follow(_ decision: Decision, _ acted: [String], _ work: inout Casework) {
        for rule in decision.held where left.contains(rule) && looped.insert(rule).inserted { loop(&work, rule) }
        for rule in work.chain where !decision.held.contains(rule) && !acted.contains(rule) { left.insert(rule) }
    }

    /// - Parameter depth: the chain was cut for its length, after this rule.
    private func loop(_ work: inout Casework, _ rule: String, depth: Int? = nil) {
        work.record(
            .ruleLoop,
            (["rule": .string(rule), "chain": .array(work.chain.map(Value.string)), "depth": Value(depth)] as Value).compact())
    }

    private mutating func situation(_ occasion: Occasion, _ work: Casework) -> Situation {
        // One look at the desk for all that follows from one event.
        let desk = self.desk ?? outside.view(at: work.now)
        self.desk = desk
        return Situation(
            occasion: occasion, now: work.now,
            seed: UInt64(bitPattern: message?.id.number ?? work.conversation.id.number ^ work.now.milliseconds),
            customer: work.customer, conversation: work.conversation, message: message, understanding: understanding,
            desk: desk, plugin: plugins[work.conversation.channel])
    }

    // MARK: - Flows

    /// Gives a waiting flow what it waits for.
    nonisolated(nonsending) mutating func advance(_ record: FlowRecord, with input: FlowInput, _ work: inout Casework) async {
        begin(.flow(input), .message, work)
        var set = generation.set
        if record.ruleSet != set.id {
            guard let earlier = await earlierSet(record.ruleSet) else {
                let failure = RuleFailure(
                    rule: record.flow, file: nil, line: nil, message: "the rule set it began with is gone", code: "flow")
                return await absorb(FlowOutcome(intents: [], record: nil, ending: .failed(failure)), record.flow, &work)
            }
            set = earlier
        }
        let outcome = await lane.continueFlow(record, with: input, situation(.message, work), under: set, newest: generation.set)
        await absorb(outcome, record.flow, &work)
    }

    nonisolated(nonsending) private mutating func absorb(_ outcome: FlowOutcome, _ flow: String, _ work: inout Casework) async {
        for call in outcome.slow { noteSlow?(call) }
        var decision = outcome.decision(of: flow, under: generation.set.id)
        decision.log = note(decision.log, work)
        decisions.append(decision)
        let hadTimer = work.conversation.flow?.wait?.until != nil
        work.conversation.flow = outcome.record
        work.pluginCall = outcome.record?.wait.flatMap { $0.kind == .call ? $0 : nil }
        for intent in outcome.intents { await carryOut(intent, &work) }
        if let until = outcome.record?.wait?.until {
            work.setFlowTimer(until, step: outcome.record?.step ?? 0)
        } else if hadTimer {
            work.clearFlowTimer()
        }
        if let record = outcome.record {
            work.record(
                .flowAdvanced, by: .bot(flow),
                [
                    "flow": .string(flow), "version": .int(Int64(record.version)), "stage": .string(record.stage),
                    "waits_for": Value(record.wait?.label),
                ])
        }
        switch outcome.ending {
        case nil: break
        case .done(let csat):
            work.record(.flowEnded, by: .bot(flow), ["flow": .string(flow), "outcome": "done", "csat": .bool(csat)])
        case .handOff(let team, let note):
            work.record(.flowEnded, by: .bot(flow), ["flow": .string(flow), "outcome": "handed_off"])
            await carryOut(Intent(rule: flow, action: .handOff(team: team, note: note)), &work)
        case .failed(let failure):
            let note = "Flow \(flow) could not go on (\(failure.file ?? "?"):\(failure.line ?? 0)); please take over."
            await giveUp(flow, failure, note, &work)
        case .diverged(let failure):
            let note =
                "Flow \(flow) could not go on at \(failure.file ?? "?"):\(failure.line ?? 0): \(failure.message). "
                + "The dialogue so far stands above; please take over."
            await giveUp(flow, failure, note, &work)
        }
    }

    nonisolated(nonsending) private mutating func giveUp(
        _ flow: String, _ failure: RuleFailure, _ note: String, _ work: inout Casework
    ) async {
        work.fail(failure, occasion: "flow")
        work.record(.flowEnded, by: .bot(flow), ["flow": .string(flow), "outcome": "failed"])
        await carryOut(Intent(rule: flow, action: .handOff(team: nil, note: note)), &work)
    }

    // MARK: - Intents

    nonisolated(nonsending) private mutating func carryOut(_ intent: Intent, _ work: inout Casework) async {
        let actor = Actor.bot(intent.rule)
        switch intent.action {
        case .assign(let assignment): route(assignment, by: intent.rule, &work)
        case .handOff(let team, let note): await handOff(to: team, note: note, by: intent.rule, &work)
        case .reply(let content): work.add(content, .outbound, by: actor)
        case .note(let text): work.add(.text(text), .note, by: actor)
        case .tag(let tags):
            let new = tags.filter { !work.conversation.tags.contains($0) }
            if !new.isEmpty { work.set(tags: work.conversation.tags + new, by: actor) }
        case .untag(let tags):
            let left = work.conversation.tags.filter { !tags.contains($0) }
            if left.count != work.conversation.tags.count { work.set(tags: left, by: actor) }
        case .raisePriority(let steps): work.set(priority: work.conversation.priority + steps, by: actor)
        case .setPriority(let priority): work.set(priority: priority, by: actor)
        case .startFlow(let flow):
            // Whoever is with people, or on the way to them in this same decision, does not get a dialogue with the machine.
            guard !work.conversation.state.isWithPeople, work.conversation.state != .resolved else { break }
            let outcome = await lane.startFlow(flow, situation(.message, work), under: generation.set)
            work.record(.flowStarted, by: actor, ["flow": .string(flow)])
            await absorb(outcome, flow, &work)
        case .stopFlow: work.stopFlow(by: actor)
        case .notify(let to, let text): work.notify(to, text, by: intent.rule)
        case .openTicket(let draft): work.open(draft, by: actor)
        case .resolve: if work.conversation.state != .resolved { try? work.apply(.resolved, by: actor) }
        case .setAttributes(let attributes):
            let merged = work.conversation.attributes.merging(attributes)
            guard merged != work.conversation.attributes else { break }
            work.conversation.attributes = merged
            work.record(.conversationChanged, by: actor, ["attributes": attributes])
        case .setCustomer(let attributes):
            let merged = work.customer.attributes.merging(attributes)
            guard merged != work.customer.attributes else { break }
            work.customer.attributes = merged
            work.record(.customerChanged, by: actor, ["attributes": attributes])
        }
    }

    /// Does what routing says.
    private mutating func route(_ assignment: Assignment, by rule: String, _ work: inout Casework) {
        let actor = Actor.bot(rule)
        if assignment.toBot {
            if work.conversation.state.isWithPeople { try? work.apply(.returnedToBot, by: actor) }
            return
        }
        work.take(assignment)
        if let name = assignment.agent,
            let agent = outside.agent(named: name)
        {
            try? work.give(to: agent, by: actor)
        } else if work.conversation.state != .queued {
            work.stopFlow(by: actor)
            try? work.apply(.handedOff, by: actor, ["reason": .string(rule)])
        }
    }

    /// A person is wanted: the team that was named, or whom routing chooses, or the fallback; nothing is left unrouted.
    nonisolated(nonsending) mutating func handOff(to team: String?, note: String?, by rule: String, _ work: inout Casework) async
    {
        guard work.conversation.state != .resolved else { return }
        begin(.handOff(team: team, note: note, by: rule), .handedOff, work)
        let actor = Actor.bot(rule)
        work.stopFlow(by: actor)
        if let note, !note.isEmpty { work.add(.text(note), .note, by: actor) }
        if let team {
            work.conversation.team = team
        } else if work.conversation.state == .bot {
            work.conversation.team = nil
        }
        // Routing is asked while the conversation is still where it was; what it says is in place before the event is written.
        if team == nil { await ask(.handedOff, &work) }
        if work.conversation.team == nil {
            work.conversation.team = fallbackTeam
            hasFallenBack = true
        }
        if work.conversation.state != .queued, !(work.conversation.state == .assigned && team == nil) {
            try? work.apply(.handedOff, by: actor, ["reason": .string(rule)])
        }
    }

    // MARK: - The decision log

    /// Keeps what set this off and how things stood then; only the first time.
    private mutating func begin(_ trigger: SettlementTrigger, _ occasion: Occasion, _ work: Casework) {
        guard record == nil else { return }
        // What is decided again is in the log already.
        let snapshot = outside.isRecorded ? .null : situation(occasion, work).snapshot
        record = (trigger, snapshot, work.conversation.state)
    }

    /// What a customer who wrote to the bot was answered from the knowledge: its keys; nil where nobody asked it.
    private func answers(from record: (trigger: SettlementTrigger, snapshot: Value, state: ConversationState)) -> [String]? {
        guard case .wrote = record.trigger, record.state == .bot, message?.content.kind == .text else { return nil }
        let spoken = decisions.flatMap(\.intents).filter { if case .reply = $0.action { true } else { false } }.map(\.rule)
        return Set(spoken.compactMap { generation.set.knowledgeReplies[$0] }).sorted()
    }

    /// What came of it, in the words of the decision log.
    private(set) var outcome: SettlementOutcome?

    private mutating func log(_ work: inout Casework) {
        guard let record else { return }
        let answers = answers(from: record)
        let outcome = SettlementOutcome(decisions: decisions, before: record.state, after: work.conversation)
        self.outcome = outcome
        defer { decisions = [] }
        self.record = nil
        guard !outside.isRecorded else { return }
        generation.vitals.note(.init(decisions, arrival: outcome.arrival, fallback: hasFallenBack), at: work.now)
        var payload: Value = [
            "rule_set": .string(generation.set.id), "message": Value(message?.id.text), "trigger": record.trigger.value,
            "decisions": outcome.decisions, "situation": record.snapshot,
        ]
        if !outside.results.isEmpty { payload["outside"] = .array(outside.results) }
        if let answers { payload["knowledge"] = .array(answers.map(Value.string)) }
        if !resting.isEmpty { payload["resting"] = .array(resting.map(Value.string)) }
        if let arrival = outcome.arrival { payload["arrived"] = .string(arrival) }
        work.record(.decision, payload)
    }
}
