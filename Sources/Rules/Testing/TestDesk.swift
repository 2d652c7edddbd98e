// SPDX-License-Identifier: Apache-2.0
import Desk
import Lua

/// A desk for one conversation, with a clock that is turned by hand: what a rule set's tests play on.
///
/// It follows the engine's order (routing, then flow or replies, then escalations until nothing changes) without a store and without
/// agents: whoever is queued stays queued until the script's agent speaks.
final class TestDesk {
    typealias Understand = @Sendable (String) -> Understanding

    private(set) var set: RuleSet
    private let stage: TestStage
    /// Loaded for this conversation alone, since its restart.
    private var own: [String: RuleRunner]?
    private let understand: Understand
    var scene: TestScene
    var now: Instant {
        get { scene.now }
        set { scene.now = newValue }
    }
    var customer: Customer {
        get { scene.customer }
        set { scene.customer = newValue }
    }
    var conversation: Conversation {
        get { scene.conversation }
        set { scene.conversation = newValue }
    }
    var desk: DeskView {
        get { scene.desk }
        set { scene.desk = newValue }
    }
    /// Prepared answers of plugins by the call's name; a failure as `.failure`.
    var answers: [String: Result<Value, TestProblem>] = [:]
    /// What has been said and not yet been looked for.
    private(set) var unheard: [Said] = []
    /// The texts of the set that its rules took since the script began.
    let trail = TextTrail()
    private(set) var matched: [String] = []
    /// Everything that matched since the script began.
    private(set) var everMatched: Set<String> = []
    private(set) var notices: [(to: [String], text: String)] = []
    private(set) var tickets: [TicketDraft] = []
    private(set) var notes: [String] = []
    private(set) var failures: [RuleFailure] = []
    private(set) var missingAnswers: Set<String> = []
    private(set) var ending: String?
    /// Where terms of `match` are counted; nil: nowhere.
    private let meter: CoverageMeter?
    private var timers: [EscalationTimer] = []
    private var understanding = Understanding()
    private var message: Message?
    private var serial: Int64 = 100

    init(_ set: RuleSet, on stage: TestStage = TestStage(), understand: @escaping Understand, meter: CoverageMeter? = nil) {
        self.set = set
        self.stage = stage
        self.meter = meter
        self.understand = understand
        scene = TestScene(offset: set.settings.offset)
    }

    private func runner() throws(TestProblem) -> RuleRunner {
        guard let own else { return try stage.runner(set, trail: trail) }
        let runner = if let known = own[set.id] { known } else { try TestStage.load(set) }
        self.own?[set.id] = runner
        runner.script.bench.trail = trail
        return runner
    }

    /// Of a set that was live here before; nil if nothing is left of it.
    private func earlierRunner(_ id: String) -> RuleRunner? {
        let runner = own.map { $0[id] } ?? stage.runners[id]
        runner?.script.bench.trail = trail
        return runner
    }

    /// Something the bot said.
    struct Said {
        let text: String
        /// The customer's, as far as it was known then.
        let language: String?
    }

    // MARK: - What happens

    func customerWrites(_ content: MessageContent) throws(TestProblem) {
        matched = []
        serial += 1
        message = Message(
            id: ID(serial), conversation: conversation.id, customer: customer.id, channel: conversation.channel,
            direction: .inbound,
            content: content, author: .customer(customer.id), delivery: .delivered, at: now)
        let isSign = content.kind == .event
        var isBeginning = !conversation.hasBegun
        conversation.hasBegun = true
        if !isSign {
            if conversation.state == .resolved { isBeginning = true }
            step(.customerWrote)
        }
        understanding = content.kind == .text ? understand(content.text) : Understanding()
        if content.kind == .text {
            conversation.mood = (conversation.mood + understanding.mood) / 2
            if customer.language == nil { customer.language = understanding.language }
        }
        if isBeginning { try ask(.started) }
        if let record = conversation.flow, !conversation.state.isWithPeople {
            let didInterrupt = try ask(.message)
            if !didInterrupt, conversation.flow == record {
                let input: FlowInput =
                    isSign
                    ? .event(content.fields["name"]?.string ?? "", content.fields) : .message(content)
                try advance(record, input)
            }
        } else {
            try ask(.message)
        }
        try settle()
    }

    func agentWrites(_ text: String) throws(TestProblem) {
        guard conversation.state != .resolved else {
            throw TestProblem("no agent has this conversation: it is \(conversation.state.rawValue)")
        }
        // As at the desk: who answers a conversation that nobody has takes it over from the bot or the queue.
        if conversation.state == .queued || conversation.state == .bot {
            conversation.agent = ID(9)
            conversation.flow = nil
            step(.accepted)
        }
        conversation.lastReplyAt = now
        (conversation.waitingSince, conversation.personWantedSince) = (nil, nil)
        try settle()
    }

    func eventHappens(_ name: String, _ fields: Value) throws(TestProblem) {
        guard let record = conversation.flow else { throw TestProblem("no flow runs that could wait for the event '\(name)'") }
        try advance(record, .event(name, fields))
        try settle()
    }

    func resolve() throws(TestProblem) {
        step(.resolved)
        timers = []
    }

    /// Turns the clock; what becomes due on the way happens at its time.
    func wait(_ duration: Duration) throws(TestProblem) {
        let target = now + duration
        for _ in 0..<1000 {
            let flowDue = conversation.flow?.wait?.until
            let escalation = timers.min { $0.dueAt < $1.dueAt }
            let first = [flowDue, escalation?.dueAt].compactMap { $0 }.min()
            guard let first, first <= target else {
                now = target
                return
            }
            now = max(now, first)
            if let record = conversation.flow, flowDue == first {
                try advance(record, .timeout)
                try settle()
            } else if let escalation {
                timers.removeAll { $0 == escalation }
                try ask(.due(rule: escalation.rule))
                try settle()
            }
        }
        throw TestProblem("more than 1000 things become due within \(duration.shown)")
    }

    /// The process ends and starts again: nothing is left but what is stored.
    func restart() throws(TestProblem) {
        own = [:]
        do {
            guard let stored = Conversation(value: try Value(json: conversation.value.json)) else {
                throw TestProblem("the conversation cannot be read back")
            }
            conversation = stored
        } catch {
            throw TestProblem("the conversation cannot be stored: \(error)")
        }
    }

    /// A newer set goes live that differs in nothing but its id.
    func reload() throws(TestProblem) {
        _ = try runner()
        set = try stage.newer(set)
    }

    // MARK: - Asking

    private func situation(_ occasion: Occasion) -> Situation {
        Situation(
            occasion: occasion, now: now, seed: UInt64(serial), customer: customer, conversation: conversation, message: message,
            understanding: understanding, desk: desk)
    }

    @discardableResult
    private func ask(_ occasion: Occasion, depth: Int = 0) throws(TestProblem) -> Bool {
        guard depth < Self.depth else {
            throw TestProblem("rules call each other in a circle: \(matched.suffix(8).joined(separator: " → "))")
        }
        let situation = situation(occasion)
        let decision = try runner().decide(situation)
        meter?.saw(situation, decision)
        timers = decision.timers
        failures += decision.failures
        for trace in decision.matched {
            matched.append(trace.rule)
            everMatched.insert(trace.rule)
            if trace.kind == RuleKind.escalate.rawValue { conversation.fired[trace.rule] = now }
        }
        for intent in decision.intents { try carryOut(intent, depth: depth) }
        return !decision.matched.isEmpty
    }

    /// Escalations, until nothing changes any more.
    private func settle() throws(TestProblem) {
        for round in 0...Self.depth {
            let before = signature
            guard round < Self.depth else {
                throw TestProblem("rules call each other without end: \(matched.suffix(Self.depth).joined(separator: " → "))")
            }
            try ask(.changed)
            if signature == before { break }
        }
        try answerCalls()
    }

    /// As the engine has it.
    private static let depth = 8

    private var signature: [String] {
        [
            conversation.state.rawValue, conversation.team ?? "", "\(conversation.priority)", "\(conversation.mood)",
            "\(conversation.waitingSince != nil)", conversation.sla ?? "", conversation.attributes.jsonText,
            customer.attributes.jsonText,
        ] + conversation.tags
    }

    private func answerCalls() throws(TestProblem) {
        for _ in 0..<20 {
            guard let record = conversation.flow, let wait = record.wait, wait.kind == .call else { return }
            let name = wait.detail["name"]?.string ?? ""
            switch answers[name] {
            case .success(let value): try advance(record, .called(value))
            case .failure(let problem): try advance(record, .callFailed(problem.message))
            case nil:
                missingAnswers.insert(name)
                try advance(record, .callFailed("no answer was prepared"))
            }
        }
    }

    private func advance(_ record: FlowRecord, _ input: FlowInput) throws(TestProblem) {
        let newest = try runner()
        let own = earlierRunner(record.ruleSet) ?? newest
        try absorb(own.continueFlow(record, with: input, situation(.message), newest: newest), record.flow)
    }

    private func absorb(_ outcome: FlowOutcome, _ flow: String) throws(TestProblem) {
        conversation.flow = outcome.record
        for intent in outcome.intents { try carryOut(intent, depth: 1) }
        switch outcome.ending {
        case nil: break
        case .done: ending = "done"
        case .handOff(let team, let note):
            ending = "hand_off"
            try carryOut(Intent(rule: flow, action: .handOff(team: team, note: note)), depth: 1)
        case .failed(let failure), .diverged(let failure):
            ending = "failed"
            failures.append(failure)
            try carryOut(Intent(rule: flow, action: .handOff(team: nil, note: failure.message)), depth: 1)
        }
    }

    private func step(_ occurrence: ConversationOccurrence) { try? conversation.apply(occurrence, at: now) }

    private func carryOut(_ intent: Intent, depth: Int) throws(TestProblem) {
        switch intent.action {
        case .assign(let assignment):
            if assignment.toBot {
                if conversation.state.isWithPeople { step(.returnedToBot) }
                return
            }
            conversation.team = assignment.team ?? conversation.team
            conversation.sla = assignment.sla ?? conversation.sla
            conversation.strategy = assignment.strategy ?? conversation.strategy
            conversation.priority = max(conversation.priority, assignment.priority ?? 0)
            if conversation.state != .queued {
                conversation.flow = nil
                step(.handedOff)
            }
        case .handOff(let team, let note):
            guard conversation.state != .resolved else { return }
            conversation.flow = nil
            if let note, !note.isEmpty { notes.append(note) }
            if team != nil { conversation.team = team } else if conversation.state == .bot { conversation.team = nil }
            if team == nil { try ask(.handedOff, depth: depth + 1) }
            conversation.team = conversation.team ?? "service"
            if conversation.state != .queued, !(conversation.state == .assigned && team == nil) { step(.handedOff) }
        case .reply(let content):
            unheard.append(Said(text: content.text, language: customer.language ?? understanding.language))
            conversation.lastReplyAt = now
            if !conversation.state.isWithPeople { conversation.waitingSince = nil }
        case .note(let text): notes.append(text)
        case .tag(let tags): conversation.tags += tags.filter { !conversation.tags.contains($0) }
        case .untag(let tags): conversation.tags.removeAll { tags.contains($0) }
        case .raisePriority(let steps): conversation.priority = max(0, min(9, conversation.priority + steps))
        case .setPriority(let priority): conversation.priority = priority
        case .startFlow(let flow):
            everMatched.insert(flow)
            if intent.rule != flow { meter?.began(flow) }
            try absorb(try runner().startFlow(flow, situation(.message)), flow)
        case .stopFlow: conversation.flow = nil
        case .notify(let to, let text): notices.append((to, text))
        case .openTicket(let draft): tickets.append(draft)
        case .resolve: if conversation.state != .resolved { step(.resolved) }
        case .setAttributes(let value): conversation.attributes = conversation.attributes.merging(value)
        case .setCustomer(let value): customer.attributes = customer.attributes.merging(value)
        }
    }

    func hear() -> Said? { unheard.isEmpty ? nil : unheard.removeFirst() }
}
