// SPDX-License-Identifier: Apache-2.0
import Desk

/// An inline test of a rule, `{ given = { vip_level = 5 }, team = "premium" }`: one situation, one decision.
struct RuleExample {
    let rule: RuleHead
    let value: Value

    /// Of what is given, what makes the message rather than the desk.
    static let messageNames = ["text", "intent", "confidence", "event", "waiting", "kind"]
    static let names = Manual.names(of: "example")

    /// - Throws: what is not as it says.
    func run(_ desk: TestDesk, _ runner: RuleRunner, understand: TestDesk.Understand) throws(TestProblem) -> Decision {
        for name in value.object?.names ?? [] where !Self.names.contains(name) {
            throw TestProblem(
                "unknown field '\(name)' of an example" + (Spelling.hint(for: name, among: Self.names).map { "; \($0)" } ?? ""))
        }
        let decision = runner.decide(try situation(desk, understand: understand))
        if let failure = decision.failures.first {
            throw TestProblem("rule \(failure.rule) failed at \(failure.file ?? "?"):\(failure.line ?? 0): \(failure.message)")
        }
        let isMatched = decision.matched.contains { $0.rule == rule.id }
        if value["not_matched"]?.bool == true {
            if isMatched { throw TestProblem("it should not match, but does") }
            return decision
        }
        guard isMatched else {
            throw TestProblem(
                "it should match, but \(decision.matched.isEmpty ? "nothing does" : "only \(decision.matched.map(\.rule).joined(separator: ", ")) does")"
            )
        }
        try check(decision)
        return decision
    }

    private func situation(_ desk: TestDesk, understand: TestDesk.Understand) throws(TestProblem) -> Situation {
        var given = value["given"] ?? .object(.init())
        let own = given
        for name in Self.messageNames { given[name] = nil }
        try TestGiven.apply(given, to: desk)
        var content = MessageContent.text(own["text"]?.string ?? "")
        if let event = own["event"]?.string { content = MessageContent(kind: .event, fields: ["name": .string(event)]) }
        if let kind = own["kind"]?.string.flatMap(MessageContent.Kind.init(rawValue:)) { content.kind = kind }
        var understanding = content.text.isEmpty ? Understanding() : understand(content.text)
        if let intent = own["intent"]?.string {
            understanding.intents = [.init(intent: intent, confidence: own["confidence"]?.double ?? 0.9)]
        }
        desk.conversation.hasBegun = true
        desk.conversation.lastCustomerMessageAt = desk.now
        var occasion = Occasion.message
        switch rule.kind {
        case .route: occasion = value["on"]?.string == "handoff" || onlyHandOff(desk) ? .handedOff : .started
        case .escalate:
            let escalation = desk.set.escalations.first { $0.head.id == rule.id }
            let waiting = own["waiting"]?.string.flatMap { Duration(text: $0) } ?? escalation?.after ?? .zero
            let start = desk.now - waiting
            desk.conversation.waitingSince = start
            desk.conversation.personWantedSince = start
            if desk.conversation.state == .queued { desk.conversation.queuedAt = start }
            if desk.conversation.state == .assigned { desk.conversation.assignedAt = start }
            desk.conversation.startedAt = start
            (desk.conversation.lastCustomerMessageAt, desk.conversation.lastReplyAt) = (start, start)
            occasion = escalation?.after == nil ? .changed : .due(rule: rule.id)
        default: desk.conversation.waitingSince = desk.now
        }
        let message = Message(
            id: ID(7), conversation: desk.conversation.id, customer: desk.customer.id, channel: desk.conversation.channel,
            direction: .inbound,
            content: content, author: .customer(desk.customer.id), delivery: .delivered, at: desk.now)
        return Situation(
            occasion: occasion, now: desk.now, seed: 1, customer: desk.customer, conversation: desk.conversation,
            message: message,
            understanding: understanding, desk: desk.desk)
    }

    private func onlyHandOff(_ desk: TestDesk) -> Bool { desk.set.routes.first { $0.head.id == rule.id }?.on == .handoff }

    private func check(_ decision: Decision) throws(TestProblem) {
        let actions = decision.intents.filter { $0.rule == rule.id }.map(\.action)
        for pair in value.object?.pairs ?? [] {
            let wanted = pair.value.string ?? pair.value.int.map(String.init) ?? pair.value.bool.map(String.init) ?? ""
            let there: [String] = actions.compactMap { action in
                switch (pair.name, action) {
                case ("team", .assign(let assignment)): assignment.team
                case ("team", .handOff(let team, _)): team
                case ("hand_off", .handOff(let team, _)): pair.value.bool == true ? "true" : team
                case ("agent", .assign(let assignment)): assignment.agent
                case ("bot", .assign(let assignment)): String(assignment.toBot)
                case ("sla", .assign(let assignment)): assignment.sla
                case ("priority", .assign(let assignment)): assignment.priority.map(String.init)
                case ("priority", .setPriority(let number)), ("priority", .raisePriority(let number)): String(number)
                case ("reply", .reply(let content)): content.text
                case ("flow", .startFlow(let flow)): flow
                case ("notify", .notify(let to, let text)): to.joined(separator: " ") + " " + text
                case ("ticket", .openTicket(let draft)): draft.subject
                default: nil
                }
            }
            switch pair.name {
            case "given", "matched", "not_matched", "on": continue
            case "tags":
                let tags: [String] = actions.flatMap { action -> [String] in if case .tag(let tags) = action { tags } else { [] }
                }
                let missing = (pair.value.array?.compactMap(\.string) ?? [wanted]).filter { !tags.contains($0) }
                if !missing.isEmpty {
                    throw TestProblem("expected the tags \(Fact.texts(missing).shown), there is \(Fact.texts(tags).shown)")
                }
            case "reply", "notify", "ticket":
                if !there.contains(where: { $0.contains(wanted) }) {
                    throw TestProblem(
                        "expected \(pair.name) with \"\(wanted)\", there is \(there.isEmpty ? "none" : Fact.texts(there).shown)")
                }
            default:
                if !there.contains(wanted) {
                    throw TestProblem(
                        "expected \(pair.name) '\(wanted)', there is \(there.isEmpty ? "none" : Fact.texts(there).shown)")
                }
            }
        }
    }
}
