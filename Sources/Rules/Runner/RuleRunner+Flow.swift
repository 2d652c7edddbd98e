// SPDX-License-Identifier: Apache-2.0
import Desk
import Lua

extension RuleRunner {
    /// Stages that one step may go through without waiting: more is a circle.
    private static let mostStages = 20

    /// Begins a flow. Its first stage runs at once, up to its first wait.
    package func startFlow(_ id: String, _ situation: Situation) -> FlowOutcome {
        guard let flow = set.flows[id] else {
            return .over(
                .failed(
                    RuleFailure(
                        rule: id, file: nil, line: nil, message: "there is no flow '\(id)' in this rule set", code: "flow")))
        }
        let record = FlowRecord(
            flow: id, version: flow.version, ruleSet: set.id, stage: flow.first, state: .object(.init()), startedAt: situation.now
        )
        slowStages = []
        _ = script.bench.lines.take()
        var outcome = go(flow, record, input: nil, situation, newest: self)
        outcome.slow = slowStages
        outcome.log = script.bench.lines.take()
        return outcome
    }

    /// Gives a waiting flow what it waits for.
    ///
    /// To be called on a runner of the set in `record.ruleSet`. Input that the open wait has no use for leaves it waiting.
    /// - Parameter newest: a runner of the set that is live: stages that begin from here on run there, through `on_upgrade` where the version
    ///   differs. Nil: this one.
    package func continueFlow(
        _ record: FlowRecord, with input: FlowInput, _ situation: Situation, newest: RuleRunner? = nil
    ) -> FlowOutcome {
        let newest = newest ?? self
        slowStages = []
        newest.slowStages = []
        _ = script.bench.lines.take()
        _ = newest.script.bench.lines.take()
        guard let flow = set.flows[record.flow] else {
            return .over(
                .failed(
                    RuleFailure(
                        rule: record.flow, file: nil, line: nil,
                        message: "there is no flow '\(record.flow)' in the rule set it began with", code: "flow")))
        }
        // A record without an open wait stands at the beginning of a stage.
        guard record.wait != nil else {
            var outcome = newest.begin(record, situation)
            outcome.log = newest.script.bench.lines.take()
            return outcome
        }
        var outcome = go(flow, record, input: input, situation, newest: newest)
        outcome.slow = newest === self ? slowStages : slowStages + newest.slowStages
        outcome.log = script.bench.lines.take()
        if newest !== self { outcome.log += newest.script.bench.lines.take() }
        return outcome
    }

    /// Takes a flow over at the start of a stage, from an older set or version.
    private func begin(_ record: FlowRecord, _ situation: Situation) -> FlowOutcome {
        switch takeOver(record, situation) {
        case .success(let (flow, record)): return go(flow, record, input: nil, situation, newest: self)
        case .failure(let failure): return .over(.failed(failure))
        }
    }

    /// Whether a flow that waits under another set could go on here at its next stage: its version's way up is run on its present state,
    /// and every stage that may come next must be there. Nothing comes of it.
    /// - Parameter before: the set that the flow's present stage began with; nil: this one.
    /// - Returns: what would end it.
    package func rehearse(_ record: FlowRecord, _ situation: Situation, before: RuleSet?) -> RuleFailure? {
        // The present stage ends where it began, so that it may be gone here.
        var next = record
        next.stage = set.flows[record.flow]?.first ?? record.stage
        switch takeOver(next, situation) {
        case .failure(let failure):
            guard failure.file == nil, let place = before?.flows[record.flow]?.head.place else { return failure }
            // It is not there any more: where it stood.
            return RuleFailure(
                rule: failure.rule, file: place.file, line: place.line, message: failure.message, code: failure.code)
        case .success(let (flow, _)):
            // A stage names the next one when it ends; which one that is, nobody knows yet.
            let known = before?.flows[record.flow].map { Set($0.stages.keys) } ?? [record.stage]
            let missing = known.subtracting(flow.stages.keys).subtracting([record.stage]).sorted()
            guard let stage = missing.first else { return nil }
            return RuleFailure(
                rule: flow.id, file: flow.head.place.file, line: flow.head.place.line,
                message: "a running flow may come to stage '\(stage)', which is no longer there", code: "upgrade")
        }
    }

    private func takeOver(_ record: FlowRecord, _ situation: Situation) -> Result<(FlowRule, FlowRecord), RuleFailure> {
        func failure(_ message: String, _ flow: FlowRule? = nil) -> RuleFailure {
            RuleFailure(
                rule: record.flow, file: flow?.head.place.file, line: flow?.head.place.line, message: message, code: "upgrade")
        }
        guard let flow = set.flows[record.flow] else {
            return .failure(failure("the newest rules have no flow '\(record.flow)' any more"))
        }
        var record = record
        record.ruleSet = set.id
        guard record.version <= flow.version else {
            return .failure(
                failure(
                    "it began with version \(record.version), the newest rules have version \(flow.version): there is no way back",
                    flow))
        }
        while record.version < flow.version {
            guard let change = flow.upgrades[record.version] else {
                return .failure(failure("there is no on_upgrade from version \(record.version) to version \(flow.version)", flow))
            }
            do {
                let function = try function(change)
                let seed = Value.int(Int64(bitPattern: situation.seed))
                let state =
                    try script.lua.call(script["upgrade"], [function.value, record.state, seed], budget: .decision).first ?? .null
                guard state.object != nil else {
                    return .failure(failure("on_upgrade from version \(record.version) must return the state", flow))
                }
                record.state = state
            } catch {
                return .failure(
                    RuleFailure(
                        rule: record.flow, file: error.file ?? flow.head.place.file, line: error.line ?? flow.head.place.line,
                        message: error.plainMessage, code: "upgrade"))
            }
            record.version += 1
        }
        guard flow.stages[record.stage] != nil else {
            return .failure(failure("the newest rules have no stage '\(record.stage)'", flow))
        }
        return .success((flow, record))
    }

    // MARK: - Stages

    /// Runs stage after stage until one waits or the flow ends.
    private func go(
        _ flow: FlowRule, _ record: FlowRecord, input: FlowInput?, _ situation: Situation, newest: RuleRunner
    ) -> FlowOutcome {
        var (runner, flow, record, input) = (self, flow, record, input)
        var intents: [Intent] = []
        for _ in 0..<Self.mostStages {
            let step = runner.runStage(flow, record, input: input, situation)
            intents += step.intents
            let text = intents.reduce(0) { $0 + $1.action.byteCount }
            if intents.count > IntentMerge.mostIntents || text > IntentMerge.mostText {
                intents = Array(intents.prefix(IntentMerge.mostIntents)).filter {
                    $0.action.byteCount <= IntentMerge.mostText / 4
                }
                return FlowOutcome(
                    intents: intents, record: nil, ending: .failed(runner.failure(flow, "the flow says too much in one step")))
            }
            switch step.next {
            case .wait(let waiting): return FlowOutcome(intents: intents, record: waiting, ending: nil)
            case .ended(let ending):
                switch ending {
                case .failed:
                    let rest = runner.health.failed(flow.id, of: runner.set.id, at: situation.now)
                    runner.countersInUse?.failed(flow.id, isSetAside: rest != nil)
                case .diverged: runner.countersInUse?.failed(flow.id, isSetAside: false)
                case .done, .handOff: break
                }
                return FlowOutcome(intents: intents, record: nil, ending: ending)
            case .stage(let next):
                // The journal of a stage goes with it; what was said is in the intents.
                record = next
                input = nil
                switch newest.takeOver(next, situation) {
                case .success(let (newer, moved)): (runner, flow, record) = (newest, newer, moved)
                case .failure(let failure): return FlowOutcome(intents: intents, record: nil, ending: .failed(failure))
                }
            }
        }
        return FlowOutcome(
            intents: intents, record: nil,
            ending: .failed(
                runner.failure(flow, "\(Self.mostStages) stages in one step without a wait: the stages go round in a circle")))
    }

    private struct Step {
        enum Next { case wait(FlowRecord), stage(FlowRecord), ended(FlowEnding) }
        var intents: [Intent] = []
        var next: Next
    }

    private func failure(_ flow: FlowRule, _ message: String, code: String = "flow") -> RuleFailure {
        RuleFailure(rule: flow.id, file: flow.head.place.file, line: flow.head.place.line, message: message, code: code)
    }

    private func runStage(_ flow: FlowRule, _ record: FlowRecord, input: FlowInput?, _ situation: Situation) -> Step {
        let bench = script.bench
        let facts = Facts(situation, offset: set.settings.offset)
        let begin = StageRecord(record.journal.first) ?? StageRecord(situation, facts)
        var record = record
        if record.journal.isEmpty { record.journal = [begin.entry] }
        guard let stage = flow.stages[record.stage] else {
            return Step(next: .ended(.failed(failure(flow, "there is no stage '\(record.stage)'"))))
        }
        var run: Value = [
            "state": record.state, "journal": .array(record.journal.dropFirst().map(Self.prelude)), "view": begin.view,
            "seed": .int(Int64(bitPattern: begin.seed)), "started": .int(begin.at.milliseconds),
            "at": .int(situation.now.milliseconds),
        ]
        if let wait = record.wait, let input {
            run["open"] = [
                "label": .string(wait.label), "hash": .string(wait.hash), "tries": wait.detail["tries"] ?? 0,
                "ends": .int((wait.until ?? situation.now).milliseconds),
            ]
            run["input"] = input.value
        }
        bench.language = begin.language
        bench.rule = flow.id
        bench.divergence = nil
        do throws(LuaFailure) {
            let function = try function(stage)
            defer {
                let call = script.lua.lastUsage.slowCall(of: flow.head, stage, allowed: set.settings.limits.flowStep.time)
                if let call { slowStages.append(call) }
                countersInUse?.took(flow.id, nanoseconds: script.lua.lastUsage.nanoseconds)
            }
            let step = try script.lua.start(script["stage"], [function.value, run], budget: set.settings.limits.flowStep)
            if let diverged = bench.divergence { return divergedStep(flow, record, diverged, nil) }
            let again = { self.failure(of: function.value, run, trip: $0) }
            switch step {
            case .suspended(let coroutine, let request):
                script.lua.drop(coroutine)
                return try waiting(flow, record, request, again)
            case .finished(let results): return try finished(flow, record, results.first ?? .null, again)
            }
        } catch {
            if let diverged = bench.divergence { return divergedStep(flow, record, diverged, error) }
            return Step(next: .ended(.failed(error.ruleFailure(flow.id, place: flow.head.place))))
        }
    }

    /// A stage once more, up to what it may not say: the failure has the line. Nil if it fails of something else.
    private func failure(of stage: Value, _ run: Value, trip: Value) -> LuaFailure? {
        var run = run
        run["trip"] = trip
        // What it writes it has written.
        let lines = script.bench.lines
        defer { (script.bench.lines, script.bench.divergence) = (lines, nil) }
        do throws(LuaFailure) {
            let step = try script.lua.start(script["stage"], [stage, run], budget: set.settings.limits.flowStep)
            if case .suspended(let coroutine, _) = step { script.lua.drop(coroutine) }
            return nil
        } catch { return error.tripped(by: trip) }
    }

    private func divergedStep(
        _ flow: FlowRule, _ record: FlowRecord, _ divergence: DeclarationBench.Divergence, _ error: LuaFailure?
    ) -> Step {
        let message = "stage '\(record.stage)' has diverged: expected \(divergence.expected), found \(divergence.found)"
        return Step(
            next: .ended(
                .diverged(
                    RuleFailure(
                        rule: flow.id, file: error?.file ?? flow.head.place.file, line: error?.line ?? flow.head.place.line,
                        message: message,
                        code: "diverged"))))
    }

    private func waiting(
        _ flow: FlowRule, _ record: FlowRecord, _ request: Value, _ again: (Value) -> LuaFailure?
    ) throws(LuaFailure) -> Step {
        var record = record
        record.journal += Self.entries(request["fresh"])
        record.step += 1
        record.wait = FlowRecord.Wait(
            kind: request["kind"]?.string.flatMap(FlowRecord.Wait.Kind.init(rawValue:)) ?? .ask,
            label: request["label"]?.string ?? "",
            hash: request["hash"]?.string ?? "", until: request["ends"]?.int.map(Instant.init(milliseconds:)),
            detail: request["detail"] ?? .object(.init()))
        return Step(intents: try intents(flow, request["intents"], again), next: .wait(record))
    }

    private func finished(
        _ flow: FlowRule, _ record: FlowRecord, _ result: Value, _ again: (Value) -> LuaFailure?
    ) throws(LuaFailure) -> Step {
        let intents = try intents(flow, result["intents"], again)
        if let ended = result["ended"] {
            if ended["how"]?.string == "hand_off" {
                return Step(intents: intents, next: .ended(.handOff(team: ended["team"]?.string, note: ended["note"]?.string)))
            }
            return Step(intents: intents, next: .ended(.done(csat: ended["csat"]?.bool ?? false)))
        }
        var next = record
        next.stage = result["next"]?.string ?? ""
        if flow.stages[next.stage] == nil {
            let hint = Spelling.hint(for: next.stage, among: flow.stages.keys).map { "; \($0)" } ?? ""
            throw problem(flow, record, "stage '\(record.stage)' returned '\(next.stage)', which is no stage\(hint)")
        }
        next.state = try state(flow, record, result["state"] ?? .object(.init()))
        next.journal = []
        next.wait = nil
        next.step += 1
        return Step(intents: intents, next: .stage(next))
    }

    /// What a stage leaves for the next: data, as declared.
    private func state(_ flow: FlowRule, _ record: FlowRecord, _ state: Value) throws(LuaFailure) -> Value {
        guard let fields = state.object else {
            throw problem(flow, record, "stage '\(record.stage)' made a list of the state: give its fields names")
        }
        if state.holdsFunction {
            throw problem(flow, record, "stage '\(record.stage)' keeps a function in the state: only data survives a stage")
        }
        guard let types = flow.state else { return state }
        for name in fields.names where types[name] == nil {
            let hint = Spelling.hint(for: name, among: types.keys).map { "; \($0)" } ?? ""
            throw problem(flow, record, "stage '\(record.stage)' set the undeclared state field '\(name)'\(hint)")
        }
        for (name, type) in types.sorted(by: { $0.key < $1.key }) where !type.fits(fields[name]) {
            throw problem(
                flow, record,
                "the state field '\(name)' must be \(type.kind.rawValue), not \(TermArguments.kind(fields[name] ?? .null))")
        }
        return state
    }

    private func problem(_ flow: FlowRule, _ record: FlowRecord, _ message: String) -> LuaFailure {
        LuaFailure(
            code: .value, message: message, file: flow.head.place.file,
            line: flow.stageLines[record.stage] ?? flow.head.place.line)
    }

    /// - Parameter again: finds the line of what cannot be read.
    private func intents(_ flow: FlowRule, _ list: Value?, _ again: (Value) -> LuaFailure?) throws(LuaFailure) -> [Intent] {
        var intents: [Intent] = []
        for (index, item) in (list?.array ?? []).enumerated() {
            do throws(IntentProblem) {
                intents.append(Intent(rule: flow.id, priority: flow.head.priority, action: try Intent.Action(lua: item)))
            } catch {
                throw again(error.trip(at: index))
                    ?? LuaFailure(code: .value, message: error.message, file: flow.head.place.file, line: flow.head.place.line)
            }
        }
        return intents
    }

    // MARK: - The journal

    /// Entry → what the prelude reads.
    private static func prelude(_ entry: FlowRecord.Entry) -> Value {
        (["label": .string(entry.label), "hash": .string(entry.hash)] as Value).merging(
            entry.result.object == nil ? .object(.init()) : entry.result)
    }

    private static func entries(_ fresh: Value?) -> [FlowRecord.Entry] {
        (fresh?.array ?? []).map { item in
            var result = Value.Fields()
            for name in ["value", "reason", "at", "message"] { result[name] = item[name] }
            return FlowRecord.Entry(label: item["label"]?.string ?? "", hash: item["hash"]?.string ?? "", result: .object(result))
        }
    }
}

extension FlowOutcome {
    static func over(_ ending: FlowEnding) -> FlowOutcome { FlowOutcome(intents: [], record: nil, ending: ending) }
}
