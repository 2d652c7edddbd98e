// SPDX-License-Identifier: Apache-2.0
import Desk
import Lua

/// One decision while it is made: the facts, the view that functions get, what has been used of the budget.
final class DecisionRun {
    let runner: RuleRunner
    let situation: Situation
    let facts: Facts
    private(set) var instructions = 0
    private(set) var nanoseconds = 0
    private(set) var failures: [RuleFailure] = []
    private(set) var slow: [SlowCall] = []
    private let resting: Set<String>
    private var hasBegun = false

    private var budget: LuaBudget { runner.set.settings.limits.decision }

    init(_ runner: RuleRunner, _ situation: Situation) {
        self.runner = runner
        self.situation = situation
        facts = Facts(
            situation, offset: runner.set.settings.offset, scratch: runner.scratch, statistics: runner.countersInUse)
        resting = runner.health.resting(at: situation.now)
        _ = runner.script.bench.lines.take()
    }

    func isResting(_ head: RuleHead) -> Bool { !resting.isEmpty && resting.contains(head.id) }

    /// Costs the rule its turn, and in the long run its place.
    func fail(_ head: RuleHead, _ failure: RuleFailure) {
        failures.append(failure)
        let rest = runner.health.failed(head.id, at: situation.now)
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
        try showView()
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
        runner.arguments.put(Int64(bitPattern: situation.seed))
        return try lua.call(runner.script[entry], runner.arguments, budget: left, read: read)
    }

    /// Crosses once for all functions of a decision, and only if there is one.
    private func showView() throws(LuaFailure) {
        guard !hasBegun else { return }
        let view = runner.writer.write(facts)
        try runner.script.lua.call(runner.script["begin"], view, budget: .decision) { _ in }
        hasBegun = true
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
            return try actions(list, head)
        } catch {
            fail(head, error)
            return nil
        }
    }

    private func actions(_ list: Value, _ head: RuleHead) throws(LuaFailure) -> [Intent] {
        var intents: [Intent] = []
        for item in list.array ?? [] {
            do throws(IntentProblem) {
                intents.append(Intent(rule: head.id, priority: head.priority, action: try Intent.Action(lua: item)))
            } catch {
                throw LuaFailure(code: .value, message: error.message, file: head.place.file, line: head.place.line)
            }
        }
        return intents
    }

    /// A text in the customer's language; nil if its function failed.
    func say(_ wording: Wording, _ head: RuleHead) -> String? {
        let set = runner.set
        switch wording {
        case .literal(let text): return RuleTexts.fill(text, arguments)
        case .key(let key, let more):
            return set.texts.text(
                key, in: facts.language, arguments: arguments.merging(more.object == nil ? .object(.init()) : more))
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
    private lazy var arguments: Value = {
        var fields: Value = ["queue": .int(Int64(situation.desk.queueLength))]
        if let name = situation.customer.name { fields["name"] = .string(name) }
        if let team = situation.conversation.team { fields["queue"] = .int(Int64(situation.desk.queues[team] ?? 0)) }
        return fields
    }()

    // MARK: - What a rule says in data

    func intents(_ actions: ActionSpec, _ head: RuleHead) -> [Intent] {
        var found: [Intent.Action] = []
        if var content = actions.content {
            if let text = actions.text.flatMap({ say($0, head) }) { content.text = text }
            found.append(.reply(content))
        } else if let text = text(of: actions, head), !text.isEmpty {
            if actions.options.isEmpty {
                found.append(.reply(.text(text)))
            } else {
                let options = actions.options.map { option in
                    let line = say(option.text, head) ?? ""
                    return ["id": .string(option.id.isEmpty ? line : option.id), "text": .string(line)] as Value
                }
                found.append(.reply(MessageContent(kind: .menu, text: text, fields: ["options": .array(options)])))
            }
        }
        if !actions.tags.isEmpty { found.append(.tag(actions.tags)) }
        if !actions.untags.isEmpty { found.append(.untag(actions.untags)) }
        if let note = actions.note.flatMap({ say($0, head) }) { found.append(.note(note)) }
        if let steps = actions.raisePriority { found.append(.raisePriority(steps)) }
        if let priority = actions.setPriority { found.append(.setPriority(priority)) }
        if let set = actions.set { found.append(.setAttributes(set)) }
        if let set = actions.setCustomer { found.append(.setCustomer(set)) }
        for notice in actions.notify { if let text = say(notice.text, head) { found.append(.notify(to: notice.to, text: text)) } }
        if var ticket = actions.ticket {
            ticket.subject = RuleTexts.fill(ticket.subject, arguments)
            found.append(.openTicket(ticket))
        }
        if actions.stopsFlow { found.append(.stopFlow) }
        if let flow = actions.startFlow { found.append(.startFlow(flow)) }
        if let to = actions.handOff { found.append(.handOff(team: to.team, note: to.note.flatMap { say($0, head) })) }
        if actions.resolves { found.append(.resolve) }
        return found.map { Intent(rule: head.id, priority: head.priority, action: $0) }
    }

    private func text(of actions: ActionSpec, _ head: RuleHead) -> String? {
        if let text = actions.text { return say(text, head) }
        guard let key = actions.knowledge, let answers = runner.set.knowledge[key] else { return nil }
        return RuleTexts.pick(answers, language: facts.language, fallback: runner.set.settings.language).map {
            RuleTexts.fill($0, arguments)
        }
    }
}
