// SPDX-License-Identifier: Apache-2.0
import Desk
import Lua
import Rules

/// A thread with its own Lua state for each rule set that is live or still has flows.
///
/// Lua states are called on this thread only; no call waits inside. They are made and dropped elsewhere, so that neither holds up a decision.
actor RuleLane {
    private let thread: LaneThread
    /// The latest used last.
    private var runners: [(set: String, runner: RuleRunner)] = []
    private let health: RuleHealth
    /// Sets kept beside the one that was used last: flows finish their stage on the set they began it with.
    private let kept = 4
    private let mode: LuaClockMode

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - mode: `.counted` where what is decided must be the same each time.
    ///   - givesWay: nobody waits for it; whatever is live goes first.
    init(number: Int, health: RuleHealth, mode: LuaClockMode = .deadline, givesWay: Bool = false) {
        thread = LaneThread(name: "rules-\(number)", givesWay: givesWay)
        self.mode = mode
        self.health = health
    }

    deinit { thread.close() }

    /// Makes the state of a set before it goes live, on the caller's thread, so that decisions go on meanwhile.
    nonisolated func prepare(_ set: RuleSet) async throws {
        if await has(set) { return }
        await adopt(try set.makeRunner(mode: mode, health: health))
    }

    private func has(_ set: RuleSet) -> Bool { runners.contains { $0.set == set.id } }

    private func adopt(_ runner: sending RuleRunner) {
        if !has(runner.set) { keep(runner) }
    }

    /// Runs a settlement on this thread from its beginning to its end, so that asking the rules again and again costs no hop.
    func run(
        _ settlement: Settlement, _ work: Casework,
        _ body: nonisolated(nonsending) @Sendable (inout Settlement, inout Casework) async -> Void
    ) async -> (Settlement, Casework) {
        var (settlement, work) = (settlement, work)
        await body(&settlement, &work)
        return (settlement, work)
    }

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
    func statistics(of set: RuleSet) -> RuleStatistics? { runners.first { $0.set == set.id }?.runner.statistics }

    /// Bytes that the set's state on this thread holds.
    func memory(of set: RuleSet) -> Int { runners.first { $0.set == set.id }?.runner.memoryInUse ?? 0 }

    private func runner(for set: RuleSet) throws -> RuleRunner {
        if let last = runners.last, last.set == set.id { return last.runner }
        if let index = runners.firstIndex(where: { $0.set == set.id }) {
            runners.append(runners.remove(at: index))
            return runners[runners.count - 1].runner
        }
        let runner = try set.makeRunner(mode: mode, health: health)
        keep(runner)
        return runner
    }

    private func keep(_ runner: RuleRunner) {
        runners.append((runner.set.id, runner))
        guard runners.count > kept else { return }
        let old = Discarded(runner: runners.removeFirst().runner)
        // Ends at once: it only frees memory, which takes its time.
        Task.detached { old.drop() }
    }

    /// The last reference to a runner, on its way to be dropped.
    private final class Discarded: @unchecked Sendable {
        private var runner: RuleRunner?
        init(runner: RuleRunner) { self.runner = runner }
        func drop() { runner = nil }
    }

    private static func failure(of set: RuleSet, _ error: any Error) -> RuleFailure {
        RuleFailure(rule: set.name, file: nil, line: nil, message: "\(error)", code: "load")
    }
}
