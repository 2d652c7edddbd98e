// SPDX-License-Identifier: Apache-2.0
import Answers
import Desk
import Foundation
import Journal
import Lua
import Rules

/// Runs recorded traffic through a candidate, on threads of its own and with instructions counted: nothing live is touched, nothing
/// is written.
struct Replayer: Sendable {
    let store: any EventStore
    let fallbackTeam: String
    let earlierSet: @Sendable (String) async -> RuleSet?
    /// Whether an earlier set, by its id, understands texts as another does.
    let hearsAlike: @Sendable (String, RuleSet) async -> Bool
    /// Whatever is live goes first; not where somebody waits for it, as for the gates.
    var givesWay = true

    /// Threads of a long replay.
    var mostLanes = min(4, ProcessInfo.processInfo.activeProcessorCount)
    /// Pages that one thread must have before another is worth loading the rules once more.
    var pagesForAnother = 8
    /// Events that are read at once.
    var pageSize = 500

    /// - Parameters:
    ///   - live: what is compared with: decisions of other sets are made again under this one. Nil: with what was decided then.
    ///   - progress: called after each page with what was done and how far the log is read, 0…1.
    /// - Throws: CancellationError, `StoreError`, and what keeps the candidate from being loaded.
    func run(
        _ set: RuleSet, since: Instant?, limit: Int?, beside live: RuleSet? = nil,
        progress: @Sendable (Int, Double) -> Void = { _, _ in }
    ) async throws -> ReplayReport {
        let generation = Generation(number: 0, set: set)
        let earlier = live.map { Generation(number: 0, set: $0) }
        var report = ReplayReport(ruleSet: set.id)
        var log = try await DecisionLog(store, since: since, limit: limit, pageSize: pageSize)
        var lanes = [try await lane(for: set)]
        // Each page is read, decided and compared by one thread; they are counted in the order of the log.
        var running: [(task: Task<[ReplayedSettlement], any Error>, progress: Double)] = []
        defer { for page in running { page.task.cancel() } }
        var pages = 0
        while true {
            while running.count < lanes.count + 1, let page = try await log.next() {
                pages += 1
                if pages > pagesForAnother * lanes.count, lanes.count < mostLanes {
                    lanes.append(try await lane(for: set))
                }
                let lane = lanes[pages % lanes.count]
                running.append((Task { try await lane.replay(page, under: generation, beside: earlier, self) }, page.progress))
            }
            guard !running.isEmpty else { return report }
            let page = running.removeFirst()
            let settlements = try await withTaskCancellationHandler {
                try await page.task.value
            } onCancel: {
                page.task.cancel()
            }
            for settlement in settlements { report.add(settlement) }
            progress(report.count, page.progress)
        }
    }

    /// Where the log ends now: what is decided from now on comes after it.
    var head: Seq { store.head }

    /// Runs what is decided after `seq` again, as it comes, until cancelled.
    /// - Parameter each: called in the order of the log.
    func follow(_ generation: Generation, after seq: Seq, each: @Sendable (ReplayedSettlement) -> Void) async throws {
        let lane = try await lane(for: generation.set)
        var log = DecisionLog(store, after: seq)
        while true {
            try await store.waitForEvent(after: log.after)
            log.extend()
            while let page = try await log.next() {
                try Task.checkCancellation()
                for settlement in try await lane.replay(page, under: generation, beside: nil, self) { each(settlement) }
            }
            // Gathers what comes meanwhile: a page costs more than a settlement.
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// Rules rest in no replay: each settlement stands for itself.
    private func lane(for set: RuleSet) async throws -> RuleLane {
        let lane = RuleLane(number: 99, health: RuleHealth(failures: .max), mode: .counted, givesWay: givesWay)
        try await lane.prepare(set)
        return lane
    }

    /// Sets whose examples for the answer engine are the candidate's: what was understood then holds now.
    nonisolated(nonsending) fileprivate func understandsAsBefore(
        _ page: [RecordedSettlement], _ set: RuleSet
    ) async -> Set<String> {
        var same: Set<String> = [set.id]
        for id in Set(page.map(\.ruleSet)) where id != set.id {
            if await hearsAlike(id, set) { same.insert(id) }
        }
        return same
    }
}

/// A settlement that was run again.
struct ReplayedSettlement: Sendable {
    let recorded: RecordedSettlement
    /// Under the candidate.
    let outcome: SettlementOutcome
    /// What it is compared with: nil: what was decided then.
    let before: SettlementOutcome?
    /// It differs in nothing but how texts read that both sets have by one name.
    let isReworded: Bool
}

extension RuleLane {
    /// Opens a page and runs its settlements again, on this thread.
    /// - Parameter live: under which they are run as well if another set than it decided any of them.
    fileprivate func replay(
        _ page: DecisionLog.Page, under generation: Generation, beside live: Generation?, _ replayer: Replayer
    ) async throws -> [ReplayedSettlement] {
        let recorded = try await page.settlements()
        let outcomes = try await replay(recorded, under: generation, replayer)
        var before: [SettlementOutcome]?
        if let live, recorded.contains(where: { $0.ruleSet != live.set.id }) {
            before = try await replay(recorded, under: live, replayer)
        }
        var rewordings: [String: Rewording] = [:]
        var settlements: [ReplayedSettlement] = []
        for (index, recorded) in recorded.enumerated() {
            let was = before?[index] ?? recorded.outcome
            var isReworded = false
            if !was.isSame(as: outcomes[index]) {
                let id = before == nil ? recorded.ruleSet : live?.set.id ?? ""
                if rewordings[id] == nil {
                    let earlier = before == nil ? await replayer.earlierSet(id) : live?.set
                    rewordings[id] = earlier.map { Rewording(from: $0, to: generation.set) }
                }
                isReworded = rewordings[id].map { !$0.isEmpty && was.isSame(as: outcomes[index], but: $0) } ?? false
            }
            settlements.append(
                ReplayedSettlement(recorded: recorded, outcome: outcomes[index], before: before?[index], isReworded: isReworded))
        }
        return settlements
    }

    private func replay(
        _ page: [RecordedSettlement], under generation: Generation, _ replayer: Replayer
    ) async throws -> [SettlementOutcome] {
        let hears = await replayer.understandsAsBefore(page, generation.set)
        let ids = IDSource()
        var outcomes: [SettlementOutcome] = []
        outcomes.reserveCapacity(page.count)
        for recorded in page {
            try Task.checkCancellation()
            var understanding = recorded.situation.understanding
            // What another set's examples made of the text does not hold.
            if !hears.contains(recorded.ruleSet), let content = recorded.situation.message?.content, content.kind == .text {
                understanding = generation.understanding.understand(content.text)
            }
            outcomes.append(
                await recorded.run(
                    under: generation, on: self, understanding: understanding, fallbackTeam: replayer.fallbackTeam, ids: ids,
                    earlierSet: replayer.earlierSet))
        }
        return outcomes
    }
}
