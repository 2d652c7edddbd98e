// SPDX-License-Identifier: Apache-2.0
import Desk
import Lua

/// One decision while it is made: the facts, the view that functions get, what has been used of the budget, what is wanted so far.
///
/// Used again for the next decision: once there is room, a decision makes none.
final class DecisionRun {
    unowned let runner: RuleRunner
    let facts: Facts
    private(set) var instructions = 0
    private(set) var nanoseconds = 0
    private(set) var failures: [RuleFailure] = []
    private(set) var slow: [SlowCall] = []
    /// The rules that matched so far.
    private(set) var matched: [Decision.Trace] = []
    /// What they want, in the same order.
    private(set) var wanted: [(priority: Int, intents: [Intent])] = []
    private var mark: ContinuousClock.Instant
    private var resting: Set<String> = []
    /// Whether the functions have this decision's view.
    private var hasShown = false
    private var knownArguments: Value?

    var situation: Situation { facts.situation }

    private var budget: LuaBudget { runner.set.settings.limits.decision }

    init(_ runner: RuleRunner, _ situation: Situation) {
        self.runner = runner
        facts = Facts(
            situation, offset: runner.set.settings.offset, scratch: runner.scratch, statistics: runner.countersInUse)
        mark = .now
        resting = runner.health.resting(of: runner.set.id, at: situation.parts.now)
        _ = runner.script.bench.lines.take()
    }

    /// Begins another decision.
    func begin(_ situation: Situation, at now: ContinuousClock.Instant) {
        facts.turn(to: situation, statistics: runner.countersInUse)
        (instructions, nanoseconds, hasShown, mark) = (0, 0, false, now)
        failures.removeAll()
        slow.removeAll()
        matched.removeAll(keepingCapacity: true)
        wanted.removeAll(keepingCapacity: true)
        knownArguments = nil
        resting = runner.health.resting(of: runner.set.id, at: situation.parts.now)
        _ = runner.script.bench.lines.take()
    }

    func matched(_ head: RuleHead, _ intents: [Intent]) {
        let now = ContinuousClock.now
        facts.statistics?.matched(head.id, at: situation.parts.now)
        matched.append(.init(rule: head.id, kind: head.kind.rawValue, microseconds: (now - mark).microseconds))
        mark = now
        wanted.append((head.priority, intents))
    }

    func hasMatched(_ rule: String) -> Bool { matched.contains { $0.rule == rule } }

    func isResting(_ head: RuleHead) -> Bool { !resting.isEmpty && resting.contains(head.id) }

    /// Costs the rule its turn, and in the long run its place.
    func fail(_ head: RuleHead, _ failure: RuleFailure) {
        failures.append(failure)
        let rest = runner.health.failed(head.id, of: runner.set.id, at: situation.parts.now)
        facts.statistics?.failed(head.id, isSetAside: rest != nil)
    }

    private func fail(_ head: RuleHead, _ failure: LuaFailure) { fail(head, failure.ruleFailure(head.id, place: head.place)) }

    // MARK: - Functions of rules

    /// - Parameter read: makes of the encoded results what is wanted.
    private func call<Result>(
        _ entry: String, _ reference: FunctionRef, _ head: RuleHead, _ budget: LuaBudget,
        read: (UnsafeRawBufferPointer) -> Result
    ) throws(LuaFailure) -> Result {
        let used = Duration.nanoseconds(nanoseconds)
        // Where instructions are counted, time is not: the same decision ends the same way on a busy machine.
        let isOver = runner.mode == .counted ? instructions >= self.budget.instructions : used >= self.budget.time
        guard !isOver else {
            throw LuaFailure(
                code: runner.mode == .counted ? .instructions : .deadline, message: "the budget of the whole decision is used up")
        }
        let lua = runner.script.lua
        let rule = try runner.function(reference)
        runner.script.bench.language = facts.language
        runner.script.bench.rule = head.id
        let left = LuaBudget(
            instructions: min(budget.instructions, self.budget.instructions - instructions),
            time: runner.mode == .counted ? budget.time : min(budget.time, self.budget.time - used))
        defer {
            instructions += lua.lastUsage.instructions
            nanoseconds += lua.lastUsage.nanoseconds
            facts.statistics?.took(head.id, nanoseconds: lua.lastUsage.nanoseconds)
            if let call = lua.lastUsage.slowCall(of: head, reference, allowed: budget.time) { slow.append(call) }
        }
        runner.arguments.reset()
        runner.arguments.beginArgument()
        runner.arguments.put(rule)
        runner.arguments.beginArgument()
        runner.arguments.put(Int64(bitPattern: situation.parts.seed))
        // Crosses once for all functions of a decision, with the first of them.
        if !hasShown { runner.writer.write(facts) }
        let result = try lua.call(runner.script[entry], runner.arguments, budget: left, read: read)
        hasShown = true
        return result
    }

    private static func first(_ bytes: UnsafeRawBufferPointer) -> Value { LuaDecoder.values(bytes).first ?? .null }

    /// Whether a rule's `when` says yes; a failure is no.
    func holds(_ head: RuleHead) -> Bool {
        guard let when = head.when else { return true }
        do throws(LuaFailure) {
            return try call("when", when, head, runner.set.settings.limits.when) { LuaDecoder.isTrue($0) }
        } catch {
            fail(head, error)
            return false
        }
    }

    /// What a rule's `act` wants; nil if it failed.
    func act(_ head: RuleHead, _ act: FunctionRef) -> [Intent]? {
        do throws(LuaFailure) {
            let list = try call("act", act, head, self.budget, read: Self.first)
            return try actions(list, head, act)
        } catch {
            fail(head, error)
            return nil
        }
    }

    private func actions(_ list: Value, _ head: RuleHead, _ act: FunctionRef) throws(LuaFailure) -> [Intent] {
        var intents: [Intent] = []
        for (index, item) in (list.array ?? []).enumerated() {
            do throws(IntentProblem) {
                intents.append(Intent(rule: head.id, priority: head.priority, action: try Intent.Action(lua: item)))
            } catch {
                throw failure(error.trip(at: index), head, act)
            }
        }
        return intents
    }

    /// The same at the line of the call that is wrong: the function runs once more, up to there.
    private func failure(_ trip: Value, _ head: RuleHead, _ act: FunctionRef) -> LuaFailure {
        let script = runner.script
        // What it writes it has written.
        let lines = script.bench.lines
        defer { script.bench.lines = lines }
        do throws(LuaFailure) {
            let seed = Value.int(Int64(bitPattern: situation.parts.seed))
            _ = try script.lua.call(script["act"], [try runner.function(act).value, seed, .null, trip], budget: budget)
        } catch {
            if let found = error.tripped(by: trip) { return found }
        }
        return LuaFailure(
            code: .value, message: trip["message"]?.string ?? "", file: head.place.file, line: head.place.line)
    }

    /// A text in the customer's language; nil if its function failed.
    func say(_ wording: Wording, _ head: RuleHead) -> String? {
        let set = runner.set
        switch wording {
        case .literal(let text): return RuleTexts.fill(text, arguments)
        case .key(let key, let more):
            let arguments = arguments.merging(more.object == nil ? .object(.init()) : more)
            let text = set.texts.text(key, in: facts.language, arguments: arguments)
            runner.script.bench.trail?.add(.text(key), arguments, text)
            return text
        case .languages(let texts):
            return RuleTexts.fill(
                RuleTexts.pick(texts, language: facts.language, fallback: set.settings.language) ?? "", arguments)
        case .function(let reference):
            do throws(LuaFailure) {
                let value = try call("word", reference, head, set.settings.limits.when, read: Self.first)
                if let text = value.string { return text }
                if value == .null { return nil }
                throw LuaFailure(
                    code: .value, message: "a text function must return a text, not \(TermArguments.kind(value))",
                    file: head.place.file,
                    line: head.place.line)
            } catch {
                fail(head, error)
                return nil
            }
        }
    }

    /// What stands in `{…}` without being given: the customer's name, the queue.
    private var arguments: Value {
        if let knownArguments { return knownArguments }
        var fields: Value = ["queue": .int(Int64(situation.parts.desk.queueLength))]
        if let name = situation.parts.customer.name { fields["name"] = .string(name) }
        if let team = situation.parts.conversation.team { fields["queue"] = .int(Int64(situation.parts.desk.queues[team] ?? 0)) }
        knownArguments = fields
        return fields
    }

    // MARK: - What a rule says in data

    func intents(_ actions: ActionSpec, _ head: RuleHead) -> [Intent] {
        actions.intents(head, say: { say($0, head) }, answer: answer)
    }

    private func answer(_ key: String) -> String? {
        guard let answers = runner.set.knowledge[key] else { return nil }
        return RuleTexts.pick(answers, language: facts.language, fallback: runner.set.settings.language).map {
            let text = RuleTexts.fill($0, arguments)
            runner.script.bench.trail?.add(.answer(key), arguments, text)
            return text
        }
    }
}

extension Duration {
    var microseconds: Int {
        Int(components.seconds) * 1_000_000 + Int(components.attoseconds / 1_000_000_000_000)
    }
}
