// SPDX-License-Identifier: Apache-2.0
import Crypto
import Desk
import Journal
import Rules
import Synchronization

extension RuleDesk {
    /// Replays that run at once; each has a thread.
    private static let mostReplays = 2

    /// Recorded traffic through a candidate, on the store's read connections and threads of its own.
    /// - Throws: `RuleRejection` if the candidate does not compile.
    package func replay(
        _ source: RuleSource, since: Instant? = nil, limit: Int? = nil,
        progress: @escaping @Sendable (Int, Double) -> Void = { _, _ in }
    ) async throws -> ReplayReport {
        try await replay(try await compiled(source), since: since, limit: limit, progress: progress)
    }

    func replay(
        _ set: RuleSet, since: Instant? = nil, limit: Int? = nil, beside live: RuleSet? = nil, givesWay: Bool = true,
        progress: @escaping @Sendable (Int, Double) -> Void = { _, _ in }
    ) async throws -> ReplayReport {
        var replayer = replayer
        replayer.givesWay = givesWay
        return try await replayer.run(set, since: since, limit: limit, beside: live, progress: progress)
    }

    var replayer: Replayer {
        Replayer(
            store: store, fallbackTeam: options.fallbackTeam, earlierSet: { await self.set($0) },
            hearsAlike: { await self.hearsAlike($0, $1) })
    }

    /// Examples stand in one file. A log holds decisions of many sets, and none of them has to be compiled to compare that.
    private func hearsAlike(_ id: String, _ set: RuleSet) async -> Bool {
        func hash(_ id: String, _ files: () async -> [String: [UInt8]]?) async -> SHA256Digest? {
            if let known = exampleHashes[id] { return known }
            guard let files = await files() else { return nil }
            let hash = SHA256.hash(data: files["data/intents.json"] ?? [])
            exampleHashes[id] = hash
            return hash
        }
        guard let theirs = await hash(id, { try? await store.ruleSet(id)?.files }) else { return false }
        return await theirs == hash(set.id, { set.source.files })
    }

    /// Begins a replay and returns at once.
    /// - Throws: `RuleRejection` if the candidate does not compile; `DeskError` if enough of them run already.
    package func startReplay(_ source: RuleSource, since: Instant?, limit: Int?, by actor: String) async throws -> ReplayJob {
        let set = try await compiled(source)
        let job = try replays.withLock { replays throws(DeskError) in
            guard replays.jobs.count(where: \.isRunning) < Self.mostReplays else {
                throw DeskError(.conflict, "\(Self.mostReplays) replays run already; wait for one, or cancel it.")
            }
            replays.count += 1
            let job = ReplayJob(id: "r\(replays.count)", by: actor, at: options.clock())
            replays.jobs = replays.jobs.suffix(15) + [job]
            return job
        }
        job.start { try await self.replay(set, since: since, limit: limit) { job.note($0, $1) } }
        return job
    }

    /// One of the latest replays.
    package func replayJob(_ id: String) -> ReplayJob? { replays.withLock { $0.jobs.first { $0.id == id } } }

    private func compiled(_ source: RuleSource) async throws -> RuleSet {
        let (set, problems) = RuleSet.compile(source, names: try await knownNames())
        guard let set, !problems.contains(where: { $0.severity == .error }) else { throw RuleRejection(problems: problems) }
        return set
    }

    /// What `gates` in rules.lua forbids; the latest recorded settlements are run through the candidate for it.
    ///
    /// It is compared with the live set, also where an earlier one decided: what a former change did speaks against no later one.
    func gateProblems(_ set: RuleSet) async throws -> [RuleProblem] {
        let gates = set.settings.activationGates
        guard !gates.isOpen else { return [] }
        let report = try await replay(set, limit: gates.sample, beside: state.withLock { $0.generation }?.set, givesWay: false)
        var problems: [RuleProblem] = []
        func refuse(_ message: String) {
            problems.append(
                RuleProblem(
                    code: "gate", file: "rules.lua", line: set.settings.gatesLine, message: message,
                    hint: "luadesk rules replay shows which; --force passes the gates"))
        }
        // A greeting that reads otherwise is the same decision.
        let changed = report.changed - report.reworded
        let share = report.count == 0 ? 0 : Double(changed) / Double(report.count)
        if let most = gates.maxChanged, report.count >= gates.least, share > most {
            refuse(
                "\(changed) of \(report.count) recorded decisions change (\(Self.percent(share))); "
                    + "gates.max_changed allows \(Self.percent(most))")
        }
        for tag in gates.neverChange {
            guard let count = report.changedByTag[tag] else { continue }
            refuse("\(count) recorded decisions about conversations tagged '\(tag)' change; gates.never_change forbids it")
        }
        return problems
    }

    private static func percent(_ share: Double) -> String { "\((share * 1000).rounded() / 10) %" }
}
