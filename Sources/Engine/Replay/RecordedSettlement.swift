// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal
import Rules

/// A settlement as the decision log has it: enough to run the same again.
final class RecordedSettlement: Sendable {
    /// The event's.
    let seq: Seq
    let ruleSet: String
    let trigger: SettlementTrigger
    let situation: Situation
    let outside: [Value]
    let outcome: SettlementOutcome
    /// Rules rested while this was decided; what they would have done is not known.
    let hadRestingRules: Bool

    /// Nil if the event is of an older form, which has no trigger.
    init?(_ event: Event, message: Message?) {
        guard event.kind == .decision, let trigger = event.payload["trigger"].flatMap({ SettlementTrigger(value: $0) }),
            let ruleSet = event.payload["rule_set"]?.string,
            let situation = event.payload["situation"].flatMap({ Situation(snapshot: $0, message: message) })
        else { return nil }
        seq = event.seq
        self.ruleSet = ruleSet
        self.trigger = trigger
        self.situation = situation
        outside = event.payload["outside"]?.array ?? []
        outcome = SettlementOutcome(
            decisions: event.payload["decisions"] ?? .array([]), arrival: event.payload["arrived"]?.string)
        hadRestingRules = event.payload["resting"] != nil
    }

    /// Runs the same settlement under a rule set, on the lane it is called on. Nothing is written.
    nonisolated(nonsending) func run(
        under generation: Generation, on lane: RuleLane, understanding: Understanding, fallbackTeam: String, ids: IDSource,
        earlierSet: @escaping @Sendable (String) async -> RuleSet?
    ) async -> SettlementOutcome {
        let file = CustomerFile(
            customer: situation.customer, conversation: situation.conversation,
            identities: [situation.conversation.channel: "replay"], timers: [:])
        // Not as a live channel: what rules see of a quota goes down with each reply, as it did then.
        var work = Casework(
            file: file, conversation: situation.conversation, now: situation.now, ids: ids, ways: ReplyWays(),
            isDry: true)
        var settlement = Settlement(
            generation: generation, lane: lane, outside: SettlementOutside(recorded: outside, desk: situation.desk),
            fallbackTeam: fallbackTeam, earlierSet: earlierSet)
        settlement.message = situation.message
        if let plugin = situation.plugin { settlement.plugins = [situation.conversation.channel: plugin] }
        settlement.understanding = understanding
        switch trigger {
        case .wrote(let isBeginning): await settlement.customerWrote(&work, isBeginning: isBeginning)
        case .due(let rule):
            await settlement.ask(.due(rule: rule), &work)
            await settlement.finish(&work)
        case .flow(let input):
            if let record = work.conversation.flow { await settlement.advance(record, with: input, &work) }
            await settlement.finish(&work)
        case .handOff(let team, let note, let by):
            await settlement.handOff(to: team, note: note, by: by, &work)
            await settlement.finish(&work)
        case .changed: await settlement.finish(&work)
        }
        return settlement.outcome ?? SettlementOutcome(decisions: .array([]), arrival: nil)
    }
}
