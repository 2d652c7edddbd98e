// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal
import Logging
import Lua
import Rules
import Synchronization

/// Candidates beside the live set, and the time after a switch.
extension RuleDesk {
    /// Who acts when the desk does so by itself.
    static let itself = "watch window"

    // MARK: - Beginning

    /// Lets a set that was accepted decide for a part of the conversations, or as a shadow. A candidate that was there before goes, and
    /// the journal says so.
    func begin(
        _ plan: RolloutPlan, _ set: RuleSet, _ record: RuleSetRecord, by actor: String, lasting: Duration?
    ) async throws {
        guard set.id != active.id else { throw DeskError(.conflict, "This rule set is live already.") }
        let now = options.clock()
        let rollout = rollout(plan, set, since: now, until: lasting.map { now + $0 }, by: actor)
        var changes: [Change] = [.stored(namespace: "rules", key: "rollout", value: rollout.record, expires: nil)]
        if try await store.ruleSet(set.id) == nil { changes.append(.ruleSet(record)) }
        let events = try await [replaced(by: set, "is tried", actor), event(rollout, step: plan.name, by: actor)].compactMap(
            \.self)
        _ = try await store.append(Entry(at: now, events: events, changes: changes))
        put(rollout)
        logger.info("Rules are tried.", metadata: ["id": "\(set.id.prefix(12))", "plan": "\(plan.name)", "by": "\(actor)"])
    }

    private func rollout(_ plan: RolloutPlan, _ set: RuleSet, since: Instant, until: Instant?, by actor: String) -> Rollout {
        let generation = Generation(number: -1, set: set)
        return Rollout(
            plan: plan, generation: generation, startedAt: since, until: until, by: actor,
            shadow: plan == .shadow ? ShadowRun(generation) : nil)
    }

    private func put(_ rollout: Rollout) {
        let earlier = state.withLock { state in
            defer { state.rollout = rollout }
            return state.rollout
        }
        earlier?.shadow?.stop()
        guard let shadow = rollout.shadow else { return }
        shadow.start(rollout.generation, replayer) { [logger] error in
            logger.error("The shadow of the rules has stopped.", metadata: ["error": "\(error)"])
        }
    }

    /// That the candidate under way goes because `set` takes its place; nil if there is none, or it is that set itself. As the store has
    /// it, so that a start that begins with other rules tells it, too.
    func replaced(by set: RuleSet, _ what: String, _ actor: String) async throws -> Event.Draft? {
        guard let kept = try await store.stored(namespace: "rules", key: "rollout", now: options.clock()),
            let id = kept["id"]?.string, id != set.id
        else { return nil }
        let reason = "rule set \(set.id.prefix(12)) \(what)"
        logger.info(
            "What was tried of rules goes.", metadata: ["id": "\(id.prefix(12))", "by": "\(actor)", "reason": "\(reason)"])
        return Event.Draft(
            .rulesRollout,
            payload: ([
                "id": .string(id), "name": Value(try await store.ruleSet(id)?.name), "by": .string(actor), "step": "replaced",
                "reason": .string(reason),
            ] as Value).compact())
    }

    private func event(_ rollout: Rollout, step: String, by actor: String, reason: String? = nil) -> Event.Draft {
        var payload: Value = [
            "id": .string(rollout.generation.set.id), "name": .string(rollout.generation.set.name), "by": .string(actor),
            "step": .string(step),
        ]
        if case .canary(let share) = rollout.plan { payload["share"] = .double(share) }
        if let until = rollout.until { payload["until"] = .string(until.rfc3339) }
        if let reason { payload["reason"] = .string(reason) }
        if let report = rollout.shadow?.report {
            payload["decisions"] = Value(report.count)
            payload["changed"] = Value(report.changed)
        }
        return Event.Draft(.rulesRollout, payload: payload)
    }

    /// After a restart: the candidate that was under way, and the rest of the time in which the live set is watched.
    func resumeRollout() async {
        let now = options.clock()
        if let kept = try? await store.stored(namespace: "rules", key: "watch", now: now),
            let window = WatchWindow(record: kept), window.until > now
        {
            state.withLock { $0.watch = window }
        }
        guard let kept = try? await store.stored(namespace: "rules", key: "rollout", now: now),
            let plan = RolloutPlan(record: kept), let id = kept["id"]?.string, id != active.id, let set = await set(id)
        else { return }
        do {
            for lane in lanes { try await lane.prepare(set) }
            put(
                rollout(
                    plan, set, since: Instant(milliseconds: kept["started"]?.int ?? 0),
                    until: kept["until"]?.int.map(Instant.init(milliseconds:)), by: kept["by"]?.string ?? ""))
            logger.info("Rules are tried on.", metadata: ["id": "\(id.prefix(12))", "plan": "\(plan.name)"])
        } catch {
            logger.error("The rules that were tried cannot go on.", metadata: ["id": "\(id.prefix(12))", "error": "\(error)"])
        }
    }

    // MARK: - Ending

    /// The candidate goes live for all. Throws `RuleRejection` where a dialogue that has begun since could not go on under it.
    /// - Parameter force: past that; such a dialogue goes to a person.
    @discardableResult
    package func promote(by actor: String, force: Bool = false) async throws -> RuleSetRecord {
        try await turns.withTurn(0) {
            guard let rollout = self.state.withLock({ $0.rollout }) else { throw Self.nothingTried }
            let set = rollout.generation.set
            guard let record = try await self.store.ruleSet(set.id) else {
                throw DeskError(.notFound, "Rule set \(set.id) is gone.")
            }
            if !force {
                let refused = try await self.rehearsalProblems(set)
                guard refused.isEmpty else { throw RuleRejection(problems: refused) }
            }
            let event = self.event(rollout, step: "promoted", by: actor)
            return try await self.goLive(set, record, by: actor, isForced: force, following: event)
        }
    }

    /// At the end of its time: live for all, or, where dialogues could not go on under it, tried on until somebody decides.
    private func promoteInTime(_ rollout: Rollout) async throws {
        do { try await promote(by: rollout.by) } catch let rejection as RuleRejection {
            let reason = rejection.problems.first?.description ?? ""
            logger.error(
                "The rules that are tried do not go live by themselves; somebody has to decide.",
                metadata: ["id": "\(rollout.generation.set.id.prefix(12))", "reason": "\(reason)"])
            var held = rollout
            held.until = nil
            let change = Change.stored(namespace: "rules", key: "rollout", value: held.record, expires: nil)
            let event = event(held, step: "held", by: Self.itself, reason: reason)
            try await turns.withTurn(0) {
                guard self.state.withLock({ $0.rollout?.generation }) === rollout.generation else { return }
                _ = try await self.store.append(Entry(at: self.options.clock(), events: [event], changes: [change]))
                self.state.withLock { $0.rollout?.until = nil }
            }
        }
    }

    /// The candidate goes; the live set decides everything again.
    package func stopRollout(by actor: String, reason: String? = nil) async throws {
        try await turns.withTurn(0) {
            guard let rollout = self.state.withLock({ $0.rollout }) else { throw Self.nothingTried }
            let event = self.event(rollout, step: "stopped", by: actor, reason: reason)
            _ = try await self.store.append(
                Entry(
                    at: self.options.clock(), events: [event],
                    changes: [.stored(namespace: "rules", key: "rollout", value: nil, expires: nil)]))
            self.state.withLock { $0.rollout = nil }
            rollout.shadow?.stop()
            var facts: Logger.Metadata = ["id": "\(rollout.generation.set.id.prefix(12))", "by": "\(actor)"]
            if let reason { facts["reason"] = "\(reason)" }
            self.logger.info("Rules are tried no more.", metadata: facts)
        }
    }

    private static let nothingTried = DeskError(.conflict, "No rule set is being tried.")

    // MARK: - Watching

    /// How a set is watched that is about to take the live one's place; nil: it is not, or there is nothing to go back to.
    func watchWindow(for set: RuleSet, at now: Instant) -> WatchWindow? {
        guard set.settings.watch.window > .zero else { return nil }
        return state.withLock { state in
            guard let live = state.generation else { return nil }
            // What is new itself is nothing to go back to.
            return WatchWindow(
                previous: state.watch?.previous ?? live.set.id, before: state.watch?.before ?? live.vitals.sum,
                until: now + set.settings.watch.window)
        }
    }

    /// Once a second: goes back, stops or promotes where it is time.
    func lookAfterRollout(at now: Instant) async {
        let (live, window, rollout) = state.withLock { ($0.generation, $0.watch, $0.rollout) }
        do {
            if let window, let live {
                if let objection = live.set.settings.watch.objection(before: window.before, after: live.vitals.sum) {
                    try await giveUp(live, for: window, objection)
                } else if now >= window.until {
                    state.withLock { $0.watch = nil }
                    _ = try await store.append(
                        Entry(at: now, changes: [.stored(namespace: "rules", key: "watch", value: nil, expires: nil)]))
                }
            }
            guard let rollout, let live else { return }
            if case .canary = rollout.plan,
                let objection = rollout.generation.set.settings.watch.objection(
                    before: live.vitals.sum, after: rollout.generation.vitals.sum)
            {
                try await stopRollout(by: Self.itself, reason: objection)
                logger.error(
                    "The rules that are tried do badly and are stopped.",
                    metadata: ["id": "\(rollout.generation.set.id.prefix(12))", "reason": "\(objection)"])
            } else if let until = rollout.until, now >= until {
                switch rollout.plan {
                case .canary: try await promoteInTime(rollout)
                case .shadow: try await stopRollout(by: rollout.by, reason: "its time is over")
                }
            }
        } catch {
            // It is tried again every second; the log hears of it once a minute.
            let isNews = state.withLock { state in
                if let told = state.toldAt, now - told < .seconds(60) { return false }
                state.toldAt = now
                return true
            }
            if isNews { logger.error("The rules could not be looked after; it is tried again.", metadata: ["error": "\(error)"]) }
        }
    }

    private func giveUp(_ live: Generation, for window: WatchWindow, _ objection: String) async throws {
        guard let previous = try await store.ruleSet(window.previous), previous.id != live.set.id else {
            state.withLock { $0.watch = nil }
            return
        }
        let event = Event.Draft(
            .rulesRollout,
            payload: [
                "id": .string(live.set.id), "name": .string(live.set.name), "by": .string(Self.itself), "step": "returned",
                "reason": .string(objection),
            ])
        do {
            _ = try await goBack(to: previous, by: Self.itself, reason: objection, following: event)
        } catch let error as RuleRejection {
            // Those before cannot run any more: they will not in a second either.
            state.withLock { $0.watch = nil }
            throw error
        }
        logger.error(
            "New rules did badly; the desk has gone back to those before.",
            metadata: ["id": "\(live.set.id.prefix(12))", "reason": "\(objection)"])
    }

    // MARK: - Looking

    /// What is live, what is tried beside it and how it does, and how the live set is watched.
    package var rolloutStatus: Value {
        let (live, window, rollout, since) = state.withLock {
            ($0.generation, $0.watch, $0.rollout, $0.activatedAt ?? $0.liveSince)
        }
        guard let live else { return [:] }
        var value: Value = [
            "live": [
                "id": .string(live.set.id), "name": .string(live.set.name), "since": .string(since.rfc3339),
                "vitals": live.vitals.sum.value,
            ]
        ]
        if let window {
            value["watch"] = [
                "until": .string(window.until.rfc3339), "previous": .string(window.previous), "before": window.before.value,
            ]
        }
        if let rollout {
            var tried: Value = [
                "id": .string(rollout.generation.set.id), "name": .string(rollout.generation.set.name),
                "plan": .string(rollout.plan.name), "by": .string(rollout.by),
                "started_at": .string(rollout.startedAt.rfc3339),
            ]
            if let until = rollout.until { tried["until"] = .string(until.rfc3339) }
            if case .canary(let share) = rollout.plan {
                tried["share"] = .double(share)
                tried["vitals"] = rollout.generation.vitals.sum.value
            }
            if let shadow = rollout.shadow { tried["report"] = shadow.report.value }
            value["candidate"] = tried
        }
        return value
    }

    // MARK: - Running flows

    /// What a candidate would do to the dialogues that run now: each is taken over dry, and nothing comes of it.
    func rehearsalProblems(_ set: RuleSet) async throws -> [RuleProblem] {
        let now = options.clock()
        var flows: [(conversation: ID<Conversation>, record: FlowRecord, situation: Situation, before: RuleSet?)] = []
        for conversation in try await store.openConversations() {
            guard let record = conversation.flow, record.ruleSet != set.id else { continue }
            let customer = Customer(id: conversation.customer, name: nil, createdAt: now)
            let situation = Situation(
                occasion: .message, now: now, seed: UInt64(bitPattern: conversation.id.number), customer: customer,
                conversation: conversation, message: nil, plugin: channelPlugins[conversation.channel])
            flows.append((conversation.id, record, situation, await self.set(record.ruleSet)))
        }
        guard !flows.isEmpty else { return [] }
        var failures = try await Rehearsal.run(flows.map { ($0.record, $0.situation, $0.before) }, under: set)
        // What could not go on under the live set either is no reason against this one.
        let stranded = failures.indices.filter { failures[$0] != nil && flows[$0].record.ruleSet != active.id }
        if !stranded.isEmpty {
            let under = try await Rehearsal.run(
                stranded.map { (flows[$0].record, flows[$0].situation, flows[$0].before) }, under: active)
            for (index, failure) in zip(stranded, under) where failure != nil { failures[index] = nil }
        }
        var found: [String: (failure: RuleFailure, count: Int, example: ID<Conversation>)] = [:]
        for (flow, failure) in zip(flows, failures) {
            guard let failure else { continue }
            found["\(failure.rule)\u{1f}\(failure.message)", default: (failure, 0, flow.conversation)].count += 1
        }
        return found.values.sorted { ($0.failure.rule, $0.failure.message) < ($1.failure.rule, $1.failure.message) }.map {
            RuleProblem(
                code: "running_flow", file: $0.failure.file, line: $0.failure.line,
                message:
                    "\($0.count) running \($0.count == 1 ? "dialogue" : "dialogues") of flow '\($0.failure.rule)' could not go on: "
                    + "\($0.failure.message) (for instance conversation \($0.example))",
                hint: "give the flow an on_upgrade or keep its stages; with --force such a conversation goes to a person")
        }
    }
}

/// Takes flows over dry, in a state of its own, so that no decision waits for it.
private enum Rehearsal {
    @concurrent static func run(
        _ flows: [(record: FlowRecord, situation: Situation, before: RuleSet?)], under set: RuleSet
    ) async throws -> [RuleFailure?] {
        let runner = try set.makeRunner(mode: .counted, health: RuleHealth(failures: .max))
        return flows.map { runner.rehearse($0.record, $0.situation, before: $0.before) }
    }
}
