// SPDX-License-Identifier: Apache-2.0
import Answers
import Crypto
import Desk
import Journal
import Logging
import Lua
import Plugins
import Rules
import Synchronization

/// A rule set was not taken: why, with file and line.
package struct RuleRejection: Error, Sendable, CustomStringConvertible {
    package let problems: [RuleProblem]
    package var description: String { problems.map(\.description).joined(separator: "\n") }
}

/// The rule set that is live, and how another one takes its place: compiled, checked and tested beside it, prepared on every lane,
/// kept in the store, then switched at once. Any failure leaves the old one running and says why.
package final class RuleDesk: Sendable {
    struct State {
        /// The live one.
        var generation: Generation?
        /// A candidate beside it.
        var rollout: Rollout?
        /// Open while the live one is new.
        var watch: WatchWindow?
        /// Of the working tree: what was tried last, so that the same broken content is not tried again.
        var tried: String?
        var setAsides: Set<RuleHealth.SetAside> = []
        /// In this process: since then its rules are counted.
        var liveSince = Instant(milliseconds: 0)
        /// As the history has it; nil where it could not be asked.
        var activatedAt: Instant?
        /// When the log was told last that looking after a rollout failed.
        var toldAt: Instant?
        /// Changes of the folder that are under way here: the file watch does not look meanwhile.
        var holds = 0
    }
    let state = Mutex(State())
    /// One activation at a time.
    let turns = CustomerLocks(bound: 64)
    private let earlier = Recent<String, RuleSet>(capacity: 8)
    /// Of the examples for the answer engine, by the set's id.
    let exampleHashes = Recent<String, SHA256Digest>(capacity: 512)
    let lanes: [RuleLane]
    let health = RuleHealth()
    /// The latest, oldest first; `count` is of all there ever were.
    let replays = Mutex<(jobs: [ReplayJob], count: Int)>(([], 0))
    let options: EngineOptions
    let store: any EventStore
    private let plugins: PluginHost
    let logger: Logger

    /// By the channels' ids.
    package let channelPlugins: [String: String]
    private let slowLog = SlowCallLog()
    private let ruleLog: RuleLog

    init(options: EngineOptions, store: any EventStore, plugins: PluginHost, logger: Logger) {
        self.options = options
        channelPlugins = Dictionary(options.channels.map { ($0.id, $0.plugin) }, uniquingKeysWith: { $1 })
        self.store = store
        self.plugins = plugins
        self.logger = logger
        ruleLog = RuleLog(logger)
        let health = health
        lanes = (0..<max(1, options.lanes)).map { RuleLane(number: $0, health: health) }
    }

    var generation: Generation {
        guard let generation = state.withLock({ $0.generation }) else {
            preconditionFailure("The rule desk is asked before it was started.")
        }
        return generation
    }

    package var active: RuleSet { generation.set }
    /// When the set that is live went live here.
    var liveSince: Instant { state.withLock { $0.liveSince } }

    /// Which set decides about a conversation: the live one, or a canary that it falls to.
    private func generation(for conversation: ID<Conversation>) -> Generation {
        let (live, rollout) = state.withLock { ($0.generation, $0.rollout) }
        if let rollout, rollout.takes(conversation) { return rollout.generation }
        guard let live else { preconditionFailure("The rule desk is asked before it was started.") }
        return live
    }

    func settlement(for conversation: Conversation, roster: Roster) -> Settlement {
        let generation = generation(for: conversation.id)
        let lane = lanes[Int(UInt64(bitPattern: conversation.customer.number) % UInt64(lanes.count))]
        var settlement = Settlement(
            generation: generation, lane: lane, outside: SettlementOutside(roster), fallbackTeam: options.fallbackTeam,
            earlierSet: { await self.set($0) })
        settlement.plugins = channelPlugins
        settlement.noteSlow = { [slowLog, logger, clock = options.clock] in slowLog.note($0, at: clock(), logger) }
        settlement.noteLine = { [ruleLog, clock = options.clock] in ruleLog.write($0, $1, at: clock()) }
        settlement.resting = health.resting(of: generation.set.id, at: options.clock()).sorted()
        return settlement
    }

    /// Rules that have been set aside since this was asked last.
    func newSetAsides(at now: Instant) -> [RuleHealth.SetAside] {
        let present = Set(health.setAsides(at: now))
        return state.withLock { state in
            defer { state.setAsides = present }
            return present.subtracting(state.setAsides).sorted { ($0.rule, $0.ruleSet) < ($1.rule, $1.ruleSet) }
        }
    }

    // MARK: - Start

    /// Takes the working tree if it is good and has changed since a server saw it, else what the store holds: what was put live by other
    /// ways, or taken back, stays live over a restart, and a start never depends on a broken working tree.
    func start() async throws {
        let stored = try await store.activeRuleSet()
        let seen = try await store.stored(namespace: "rules", key: "tree", now: options.clock())?.string
        var problems: [RuleProblem] = []
        if let folder = options.rulesFolder {
            do {
                let source = try RuleSource.read(folder: folder)
                state.withLock { $0.tried = source.id }
                if source.id == stored?.id || source.id != seen {
                    _ = try await activate(source, by: Self.starting)
                    return await resumeRollout()
                }
                logger.notice(
                    "The rules folder holds other files than what runs: they were refused or gone back from, or others were put live since. They are taken when they change, or by 'luadesk rules activate'.",
                    metadata: ["folder": "\(source.id.prefix(12))", "runs": "\(stored?.id.prefix(12) ?? "?")"])
            } catch let rejection as RuleRejection {
                problems = rejection.problems
            } catch {
                problems = [RuleProblem(code: "read", message: "\(error)")]
            }
        }
        guard let stored else {
            guard problems.isEmpty else { throw RuleRejection(problems: problems) }
            _ = try await activate(RuleSource(name: "empty", files: [:]), by: Self.starting)
            return
        }
        let runs = "\(stored.id.prefix(12)) (\(stored.name)), live since \(stored.activatedAt?.rfc3339 ?? "?")"
        for problem in problems.filter({ $0.severity == .error }).prefix(Self.mostTold) {
            logger.error(
                "The rules folder is not taken; the last good set runs.", metadata: ["problem": "\(problem)", "runs": "\(runs)"])
        }
        let source = RuleSource(name: stored.name, files: stored.files)
        let (set, broken) = RuleSet.compile(source, names: try await knownNames(), isAccepted: true)
        guard let set else { throw RuleRejection(problems: broken) }
        try await switchOver(to: set)
        state.withLock { $0.activatedAt = stored.activatedAt }
        await resumeRollout()
    }

    // MARK: - Check, test, activate

    package func check(_ source: RuleSource) async -> [RuleProblem] {
        RuleSet.compile(source, names: (try? await knownNames()) ?? KnownNames()).problems
    }

    /// Runs the tests that lie beside the rules. Throws `RuleRejection` if the set does not even compile.
    package func test(_ source: RuleSource) async throws -> TestReport {
        let (set, problems) = RuleSet.compile(source, names: try await knownNames())
        guard let set else { throw RuleRejection(problems: problems) }
        return Self.test(set)
    }

    @concurrent private static func tested(_ set: RuleSet) async -> TestReport { test(set) }

    private static func test(_ set: RuleSet) -> TestReport {
        let index = IntentIndex.made(of: set.intents)
        return RuleTester.run(set, understand: { index.understand($0) })
    }

    /// Puts a rule set live, or beside the live one: whole or not at all.
    /// - Parameters:
    ///   - plan: how it is tried first; nil: it is live for all at once.
    ///   - lasting: how long it is tried; nil: until somebody decides.
    ///   - force: past the gates of its rules.lua and what it would do to running flows, never past checks and tests.
    @discardableResult
    package func activate(
        _ source: RuleSource, by actor: String, force: Bool = false, plan: RolloutPlan? = nil, lasting: Duration? = nil
    ) async throws -> RuleSetRecord {
        try await turns.withTurn(0) {
            do {
                let (set, record) = try await self.accept(source, by: actor, force: force)
                if let plan {
                    try await self.begin(plan, set, record, by: actor, lasting: lasting)
                    return record
                }
                return try await self.goLive(set, record, by: actor, isForced: force)
            } catch {
                await self.reject(source, error, by: actor)
                throw error
            }
        }
    }

    /// Compiled, checked, tested, through the gates, running flows rehearsed, its states made: all that can be done beside the live set.
    private func accept(_ source: RuleSource, by actor: String, force: Bool) async throws -> (RuleSet, RuleSetRecord) {
        let known = try await store.ruleSet(source.id)
        if let known, known.activatedAt != nil, let set = earlier[source.id] {
            for lane in lanes { try await lane.prepare(set) }
            return (set, known)
        }
        let wasLive = known?.activatedAt != nil
        let (set, problems) = RuleSet.compile(source, names: try await knownNames(), isAccepted: wasLive)
        guard let set, !problems.contains(where: { $0.severity == .error }) else { throw RuleRejection(problems: problems) }
        // A set that was live before has passed its tests then; going back must not depend on them.
        if known?.activatedAt == nil {
            // Beside each other: both only look.
            async let refused = force ? [] : gateProblems(set)
            let report = await Self.tested(set)
            guard report.failures.isEmpty else {
                _ = try? await refused
                throw RuleRejection(problems: report.problems)
            }
            let problems = try await refused
            guard problems.isEmpty else { throw RuleRejection(problems: problems) }
        }
        for lane in lanes { try await lane.prepare(set) }
        if known?.activatedAt == nil, !force {
            let refused = try await rehearsalProblems(set)
            guard refused.isEmpty else { throw RuleRejection(problems: refused) }
        }
        let record = RuleSetRecord(id: set.id, name: set.name, files: source.files, acceptedAt: options.clock(), by: actor)
        return (set, known ?? record)
    }

    /// The switch: kept in the store, then for every message from now on.
    /// - Parameter isReturn: it goes back to a set that was live before: what was live since is gone from the trail.
    /// - Parameter cause: what it follows from; it is written with the switch or not at all.
    func goLive(
        _ set: RuleSet, _ record: RuleSetRecord, by actor: String, isForced: Bool, watched: Bool = true, reason: String? = nil,
        isReturn: Bool = false, following cause: Event.Draft? = nil
    ) async throws -> RuleSetRecord {
        let now = options.clock()
        var record = record
        let isAlready = try await store.activeRuleSet()?.id == set.id
        if !isAlready { (record.activatedAt, record.by) = (now, actor) }
        var changes: [Change] = []
        // The history says by whom it went live last. A record of the list has no files: those of the store stay.
        if var known = try await store.ruleSet(set.id) {
            (known.activatedAt, known.by) = (now, actor)
            changes.append(.ruleSet(known))
        } else {
            changes.append(.ruleSet(record))
        }
        changes.append(.activateRuleSet(id: set.id))
        if !isAlready { changes.append(try await trailChange(to: set.id, isReturn: isReturn)) }
        let window = watched && !isAlready ? watchWindow(for: set, at: now) : nil
        changes.append(.stored(namespace: "rules", key: "watch", value: window?.record, expires: nil))
        changes.append(.stored(namespace: "rules", key: "rollout", value: nil, expires: nil))
        // Without a server nobody has looked at the tree: what one saw last is still what counts.
        if let tree = state.withLock({ $0.tried }) { changes.append(Self.seen(tree)) }
        let event = Event.Draft(
            .rulesActivated,
            payload: ([
                "id": .string(set.id), "name": .string(set.name), "by": .string(actor), "forced": .bool(isForced),
                "reason": Value(reason),
            ] as Value).compact())
        var events = [cause]
        if !isAlready { events += [try await replaced(by: set, "is live", actor), event] }
        let written = events.compactMap(\.self)
        if !written.isEmpty { _ = try await store.append(Entry(at: now, events: written, changes: isAlready ? [] : changes)) }
        try await switchOver(to: set)
        let activatedAt = try? await store.ruleSet(set.id)?.activatedAt
        let ended = state.withLock { state in
            state.activatedAt = activatedAt
            if !isAlready { state.watch = window }
            defer { if !isAlready { state.rollout = nil } }
            return isAlready ? nil : state.rollout
        }
        ended?.shadow?.stop()
        logger.info("Rules are live.", metadata: ["id": "\(set.id.prefix(12))", "by": "\(actor)"])
        return record
    }

    /// The working tree as it was seen last.
    private static func seen(_ tree: String) -> Change {
        .stored(namespace: "rules", key: "tree", value: .string(tree), expires: nil)
    }

    /// By whom a set goes live when the desk starts.
    private static let starting = "start"
    /// Problems of one set that the log tells.
    private static let mostTold = 20

    private func reject(_ source: RuleSource, _ error: any Error, by actor: String) async {
        let problems = (error as? RuleRejection)?.problems.filter { $0.severity == .error } ?? []
        let first = problems.first
        // At a start nothing runs yet: it says what does when that is known.
        for problem in problems.prefix(Self.mostTold) where actor != Self.starting {
            logger.warning("Rules are not taken; the old ones run on.", metadata: ["problem": "\(problem)"])
        }
        let event = Event.Draft(
            .rulesRejected,
            payload: [
                "id": .string(source.id), "name": .string(source.name), "by": .string(actor), "file": Value(first?.file),
                "line": Value(first?.line), "reason": .string(first?.description ?? "\(error)"),
            ])
        _ = try? await store.append(Entry(at: options.clock(), events: [event]))
    }

    private func switchOver(to set: RuleSet) async throws {
        for lane in lanes { try await lane.prepare(set) }
        earlier[set.id] = set
        state.withLock { state in
            guard state.generation?.set.id != set.id else { return }
            state.liveSince = options.clock()
            // A canary that is promoted stays what it is, with what was counted of it.
            if let rollout = state.rollout, rollout.generation.set.id == set.id {
                state.generation = rollout.generation
            } else {
                state.generation = Generation(number: (state.generation?.number ?? 0) + 1, set: set)
            }
        }
    }

    // MARK: - History

    package func history(limit: Int = 50) async throws -> [RuleSetRecord] { try await store.ruleSets(limit: limit) }

    /// Goes back to a set that was live before, by default to the one before the present; called again, one further back. The working
    /// tree is left as it is and is not taken again until it changes.
    ///
    /// While a candidate is tried beside the live set, that is what is taken back.
    @discardableResult
    package func rollback(to id: String?, by actor: String) async throws -> RuleSetRecord {
        if id == nil, state.withLock({ $0.rollout != nil }) {
            try await stopRollout(by: actor)
            guard let record = try await store.activeRuleSet() else { throw DeskError(.notFound, "No rule set is live.") }
            return record
        }
        guard let id else {
            guard let before = try await stepBack() else {
                throw DeskError(
                    .notFound,
                    "There is no earlier rule set to go back to. 'luadesk rules history' shows all of them; 'rollback --to ID' takes one."
                )
            }
            return try await goBack(to: before, by: actor)
        }
        let present = active.id
        let matching = try await store.ruleSets(limit: 1000).filter { $0.activatedAt != nil && $0.id.hasPrefix(id) }
        guard let target = matching.first(where: { $0.id != present }) else {
            throw DeskError(
                .notFound,
                matching.isEmpty
                    ? "No rule set that was live before begins with \(id)." : "\(present.prefix(12)) is live already.")
        }
        guard let whole = try await store.ruleSet(target.id) else { throw DeskError(.notFound, "Rule set \(target.id) is gone.") }
        return try await goBack(to: whole, by: actor)
    }

    /// - Parameter reason: why the desk does so by itself.
    /// - Parameter cause: the event that it follows from.
    func goBack(
        to whole: RuleSetRecord, by actor: String, reason: String? = nil, following cause: Event.Draft? = nil
    ) async throws -> RuleSetRecord {
        let source = RuleSource(name: whole.name, files: whole.files)
        return try await turns.withTurn(0) {
            let (set, record) = try await self.accept(source, by: actor, force: true)
            return try await self.goLive(
                set, record, by: actor, isForced: false, watched: false, reason: reason, isReturn: true, following: cause)
        }
    }

    /// An earlier set by its id: for flows that began under it, and for explanations.
    func set(_ id: String) async -> RuleSet? {
        if let set = earlier[id] { return set }
        guard let record = try? await store.ruleSet(id) else { return nil }
        let set = RuleSet.compile(RuleSource(name: record.name, files: record.files), isAccepted: true).set
        if let set { earlier[id] = set }
        return set
    }

    // MARK: - The working tree

    func knownNames() async throws -> KnownNames {
        var teams = Set(options.teams.map(\.id))
        teams.insert(options.fallbackTeam)
        for team in try await store.teams() { teams.insert(team.id) }
        return KnownNames(
            teams: teams, channels: Set(options.channels.flatMap { [$0.id, $0.plugin] }), calls: Set(plugins.callNames()))
    }

    /// Reads the folder and takes it if it changed. Returns nil if it is what runs already, or was refused before.
    @discardableResult
    package func reloadFromDisk(by actor: String) async throws -> RuleSetRecord? {
        guard let folder = options.rulesFolder else { return nil }
        let source = try RuleSource.read(folder: folder)
        let isNew = state.withLock { state in
            defer { state.tried = source.id }
            return state.tried != source.id || actor != "file watch"
        }
        guard isNew else { return nil }
        guard source.id != active.id else {
            _ = try await store.append(Entry(at: options.clock(), changes: [Self.seen(source.id)]))
            return nil
        }
        do { return try await activate(source, by: actor) } catch let rejection as RuleRejection { throw rejection } catch {
            // The rules are not to blame: the same may be tried again.
            state.withLock { if $0.tried == source.id { $0.tried = nil } }
            throw error
        }
    }

    /// Runs `work`, which changes files of the folder, without the file watch seeing half of it.
    package func holdingWatch<Result>(_ work: () async throws -> Result) async throws -> Result {
        state.withLock { $0.holds += 1 }
        defer { state.withLock { $0.holds -= 1 } }
        return try await work()
    }

    private var isHeld: Bool { state.withLock { $0.holds > 0 } }

    /// From a try that failed for no fault of the rules to the next.
    private static let patience = Duration.seconds(2)

    /// From one look for saved files to the next: a question to the system, which has noted them. A file must rest as long.
    private static let glance = Duration.milliseconds(25)

    /// Picks up saved files by itself until cancelled: rules, and plugins beside them.
    func watchFiles() async {
        guard options.watchesFiles else { return }
        var rules = FolderWatch(folders: options.rulesFolder.map { [$0] } ?? [])
        var plugins = FolderWatch(folders: options.pluginFolders)
        // Of rules that could not be put live for no fault of their own: the disk was full. At first: what was saved between the start's
        // look at the folder and this one.
        var nextTry: ContinuousClock.Instant? = .now
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.glance)
            if !isHeld, rules.hasSettledAfterChange() || nextTry.map({ $0 <= .now }) ?? false {
                nextTry = nil
                do { try await reloadFromDisk(by: "file watch") } catch is RuleRejection {} catch let problem as RuleProblem {
                    logger.warning("The rules folder cannot be read.", metadata: ["error": "\(problem)"])
                } catch {
                    logger.warning(
                        "Rules cannot be put live now; the old ones run on, and the new ones are tried again.",
                        metadata: ["error": "\(error)"])
                    nextTry = .now + Self.patience
                }
            }
            if plugins.hasSettledAfterChange() { await reloadPlugins() }
        }
    }

    package func reloadPlugins() async {
        for problem in await plugins.reload() {
            logger.warning("A plugin is not taken; the old one runs on.", metadata: ["problem": "\(problem)"])
        }
    }
}
