// SPDX-License-Identifier: Apache-2.0
import Desk

/// One customer with one conversation at a moment: what tests begin with, and what `given` changes.
struct TestScene: Sendable {
    var now: Instant
    var customer: Customer
    var conversation: Conversation
    var desk = DeskView()
    /// Local time minus UTC, of the rule set.
    let offset: Duration

    /// A Wednesday, 10:00 on the rule set's wall clock: where every test begins.
    private static let day = CalendarDay(year: 2026, month: 11, day: 18)

    init(offset: Duration) {
        self.offset = offset
        now = Instant(seconds: Int64(Self.day.daysSince1970) * 86_400 + 36_000) - offset
        customer = Customer(id: ID(1), createdAt: now - .seconds(86_400))
        conversation = Conversation(id: ID(2), customer: ID(1), channel: "live", startedAt: now)
    }

    /// Names with a dot, as far as they belong to customer, conversation or desk.
    mutating func applyPaths(_ given: Value) throws(TestProblem) {
        var situation = Situation(
            occasion: .message, now: now, seed: 1, customer: customer, conversation: conversation, message: nil)
        situation.desk = desk
        try TestGiven.applyPaths(given, to: &situation)
        (customer, conversation, desk) = (situation.customer, situation.conversation, situation.desk)
    }
}

/// How the situation of an example comes about: which kind of rule it is for.
struct ExampleScene: Sendable {
    let kind: RuleKind
    let id: String
    /// Of an escalation.
    var after: Duration?
    /// Of a route that is asked only when a person is wanted.
    var onlyHandOff = false

    /// What stands in `given` about the message, beyond what `TestGiven` takes.
    static let messageNames = ["text", "intent", "confidence", "event", "waiting", "kind", "message"]

    /// - Parameters:
    ///   - example: `{ given = { … }, on = "handoff" }`
    ///   - scene: what is so before `given`.
    func situation(
        _ example: Value, scene: TestScene, understand: (String) -> Understanding
    ) throws(TestProblem) -> Situation {
        var scene = scene
        let own = example["given"] ?? .object(.init())
        var given = own
        for name in Self.messageNames { given[name] = nil }
        try TestGiven.apply(given, to: &scene)
        var content = MessageContent.text(own["text"]?.string ?? "")
        if let event = own["event"]?.string { content = MessageContent(kind: .event, fields: ["name": .string(event)]) }
        if let kind = own["kind"]?.string.flatMap(MessageContent.Kind.init(rawValue:)) { content.kind = kind }
        var understanding = content.text.isEmpty ? Understanding() : understand(content.text)
        if let intent = own["intent"]?.string {
            understanding.intents = [.init(intent: intent, confidence: own["confidence"]?.double ?? 0.9)]
        }
        scene.conversation.hasBegun = true
        scene.conversation.lastCustomerMessageAt = scene.now
        var occasion = Occasion.message
        switch kind {
        case .route: occasion = example["on"]?.string == "handoff" || onlyHandOff ? .handedOff : .started
        case .escalate:
            let start = scene.now - (own["waiting"]?.string.flatMap { Duration(text: $0) } ?? after ?? .zero)
            scene.conversation.waitingSince = start
            scene.conversation.personWantedSince = start
            if scene.conversation.state == .queued { scene.conversation.queuedAt = start }
            if scene.conversation.state == .assigned { scene.conversation.assignedAt = start }
            scene.conversation.startedAt = start
            (scene.conversation.lastCustomerMessageAt, scene.conversation.lastReplyAt) = (start, start)
            occasion = after == nil ? .changed : .due(rule: id)
        default: scene.conversation.waitingSince = scene.now
        }
        let message = Message(
            id: ID(7), conversation: scene.conversation.id, customer: scene.customer.id, channel: scene.conversation.channel,
            direction: .inbound, content: content, author: .customer(scene.customer.id), delivery: .delivered, at: scene.now)
        var situation = Situation(
            occasion: occasion, now: scene.now, seed: 1, customer: scene.customer, conversation: scene.conversation,
            message: message, understanding: understanding, desk: scene.desk)
        try TestGiven.applyPaths(given, to: &situation)
        return situation
    }
}

extension ExampleScene {
    init(_ route: RouteRule) { self.init(kind: .route, id: route.head.id, onlyHandOff: route.on == .handoff) }
    init(_ escalation: EscalationRule) { self.init(kind: .escalate, id: escalation.head.id, after: escalation.after) }

    init(_ rule: RuleHead, in set: RuleSet) {
        self.init(kind: rule.kind, id: rule.id)
        switch rule.kind {
        case .route: onlyHandOff = set.routes.first { $0.head.id == rule.id }?.on == .handoff
        case .escalate: after = set.escalations.first { $0.head.id == rule.id }?.after
        default: break
        }
    }
}
