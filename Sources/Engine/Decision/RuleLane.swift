// SPDX-License-Identifier: Apache-2.0
import Desk
import Lua
import Rules

/// A thread with its own Lua state for each rule set that is live or still has flows.
///
/// Lua states are made, called and dropped on this thread only; no call waits inside.
actor RuleLane {
    private let thread: LaneThread
    private var runners: [String: RuleRunner] = [:]
    private var order: [String] = []
    private let health: RuleHealth
    /// Sets kept beside the newest: flows finish their stage on the set they began it with.
    private let kept = 4
    private let mode: LuaClockMode

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// - Parameter mode: `.counted` where what is decided must be the same each time.
    init(number: Int, health: RuleHealth, mode: LuaClockMode = .deadline) {
        thread = LaneThread(name: "rules-\(number)")
        self.mode = mode
        self.health = health
    }

    deinit { thread.close() }

    /// Makes the state of a set before it goes live, so that the switch itself costs nothing.
    func prepare(_ set: RuleSet) throws { _ = try runner(for: set) }

    func decide(_ situation: Situation, under set: RuleSet) -> Decision {
        do {
            return try runner(for: set).decide(situation)
        } catch {
            var decision = Decision(ruleSet: set.id, occasion: situation.occasion.name)
            decision.failures = [Self.failure(of: set, error)]
            return decision
        }
    }

    func startFlow(_ flow: String, _ situation: Situation, under set: RuleSet) -> FlowOutcome {
        do {
            return try runner(for: set).startFlow(flow, situation)
        } catch {
            return FlowOutcome(intents: [], record: nil, ending: .failed(Self.failure(of: set, error)))
        }
    }

    /// The stage ends under the set it began with; the next one begins under the newest.
    func continueFlow(
        _ record: FlowRecord, with input: FlowInput, _ situation: Situation, under set: RuleSet, newest: RuleSet
    ) -> FlowOutcome {
        do {
            let later = try newest === set ? nil : runner(for: newest)
            return try runner(for: set).continueFlow(record, with: input, situation, newest: later)
        } catch {
            return FlowOutcome(intents: [], record: nil, ending: .failed(Self.failure(of: set, error)))
        }
    }

    func explain(_ situation: Situation, under set: RuleSet) throws -> Explanation {
        try runner(for: set).explain(situation)
    }

    /// Nil where this thread has no state of the set.
    func statistics(of set: RuleSet) -> RuleStatistics? { runners[set.id]?.statistics }

    private func runner(for set: RuleSet) throws -> RuleRunner {
        if let runner = runners[set.id] { return runner }
        let runner = try set.makeRunner(mode: mode, health: health)
        runners[set.id] = runner
        order.append(set.id)
        if order.count > kept { runners[order.removeFirst()] = nil }
        return runner
    }

    private static func failure(of set: RuleSet, _ error: any Error) -> RuleFailure {
        RuleFailure(rule: set.name, file: nil, line: nil, message: "\(error)", code: "load")
    }
}
