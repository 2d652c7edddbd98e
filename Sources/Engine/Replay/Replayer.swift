// SPDX-License-Identifier: Apache-2.0
import Answers
import Desk
import Journal
import Lua
import Rules

/// Runs recorded traffic through a candidate, on a thread of its own and with instructions counted: nothing live is touched, nothing
/// is written.
struct Replayer: Sendable {
    let store: any EventStore
    let fallbackTeam: String
    let earlierSet: @Sendable (String) async -> RuleSet?

    /// - Parameters:
    ///   - live: what is compared with: decisions of other sets are made again under this one. Nil: with what was decided then.
    ///   - progress: called after each page with what was done and how far the log is read, 0…1.
    /// - Throws: CancellationError, `StoreError`, and what keeps the candidate from being loaded.
    func run(
        _ set: RuleSet, since: Instant?, limit: Int?, beside live: RuleSet? = nil,
        progress: @Sendable (Int, Double) -> Void = { _, _ in }
    ) async throws -> ReplayReport {
        let generation = Generation(number: 0, set: set)
        let lane = try await Self.lane(for: set)
        // Made once, if at all.
        var liveLane: RuleLane?
        var report = ReplayReport(ruleSet: set.id)
        var log = try await DecisionLog(store, since: since, limit: limit)
        var page = try await log.next()
        while let current = page {
            try Task.checkCancellation()
            // The next page is read while this one is decided.
            let read = log
            async let upcoming = read.following()
            let hears = try await understandsAsBefore(current, set)
            let outcomes = await lane.replay(current, under: generation, hears: hears, self)
            var before: [SettlementOutcome]?
            if let live, current.contains(where: { $0.ruleSet != live.id }) {
                if liveLane == nil { liveLane = try await Self.lane(for: live) }
                let hears = try await understandsAsBefore(current, live)
                before = await liveLane?.replay(current, under: Generation(number: 0, set: live), hears: hears, self)
            }
            for (index, (recorded, outcome)) in zip(current, outcomes).enumerated() {
                if recorded.hadRestingRules {
                    report.skip()
                } else {
                    report.add(recorded, outcome, before: before?[index])
                }
            }
            progress(report.count, log.progress)
            (log, page) = try await upcoming
        }
        return report
    }

    /// Where the log ends now: what is decided from now on comes after it.
    var head: Seq { store.head }

    /// Runs what is decided after `seq` again, as it comes, until cancelled.
    /// - Parameter each: called in the order of the log.
    func follow(
        _ generation: Generation, after seq: Seq, each: @Sendable (RecordedSettlement, SettlementOutcome) -> Void
    ) async throws {
        let lane = try await Self.lane(for: generation.set)
        var log = DecisionLog(store, after: seq)
        while true {
            try await store.waitForEvent(after: log.after)
            log.extend()
            while let page = try await log.next() {
                try Task.checkCancellation()
                let hears = try await understandsAsBefore(page, generation.set)
                let outcomes = await lane.replay(page, under: generation, hears: hears, self)
                for (recorded, outcome) in zip(page, outcomes) { each(recorded, outcome) }
            }
            // Gathers what comes meanwhile: a page costs more than a settlement.
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// Rules rest in no replay: each settlement stands for itself.
    private static func lane(for set: RuleSet) async throws -> RuleLane {
        let lane = RuleLane(number: 99, health: RuleHealth(failures: .max), mode: .counted)
        try await lane.prepare(set)
        return lane
    }

    /// Sets whose examples for the answer engine are the candidate's: what was understood then holds now.
    private func understandsAsBefore(_ page: [RecordedSettlement], _ set: RuleSet) async throws -> Set<String> {
        var same: Set<String> = [set.id]
        for id in Set(page.map(\.ruleSet)) where id != set.id {
            if let earlier = await earlierSet(id), earlier.intents == set.intents { same.insert(id) }
        }
        return same
    }
}

extension RuleLane {
    /// Runs settlements again on this thread.
    /// - Parameter hears: rule sets whose understanding of texts is taken over as it was recorded.
    fileprivate func replay(
        _ page: [RecordedSettlement], under generation: Generation, hears: Set<String>, _ replayer: Replayer
    ) async -> [SettlementOutcome] {
        let ids = IDSource()
        var outcomes: [SettlementOutcome] = []
        outcomes.reserveCapacity(page.count)
        for recorded in page {
            var understanding = recorded.situation.understanding
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
