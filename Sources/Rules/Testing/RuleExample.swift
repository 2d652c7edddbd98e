// SPDX-License-Identifier: Apache-2.0
import Desk

/// An inline test of a rule, `{ given = { vip_level = 5 }, team = "premium" }`: one situation, one decision.
struct RuleExample {
    let rule: RuleHead
    let value: Value

    static let names = Manual.names(of: "example")

    /// - Throws: what is not as it says.
    func run(
        _ runner: RuleRunner, understand: TestDesk.Understand, meter: CoverageMeter? = nil
    ) throws(TestProblem) -> Decision {
        for name in value.object?.names ?? [] where !Self.names.contains(name) {
            throw TestProblem(
                "unknown field '\(name)' of an example" + (Spelling.hint(for: name, among: Self.names).map { "; \($0)" } ?? ""))
        }
        let set = runner.set
        try TestGiven.checkAttributes(value["given"] ?? .null, set.settings)
        let trail = TextTrail()
        runner.script.bench.trail = trail
        let situation = try ExampleScene(rule, in: set).situation(
            value, scene: TestScene(offset: set.settings.offset), understand: understand)
        let decision = runner.decide(situation)
        meter?.saw(situation, decision)
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
        try check(decision, trail, set, situation.customer.language ?? situation.understanding.language)
        return decision
    }

    private func check(
        _ decision: Decision, _ trail: TextTrail, _ set: RuleSet, _ language: String?
    ) throws(TestProblem) {
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
                case ("reply", .reply(let content)), ("knowledge", .reply(let content)): content.text
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
            case "reply", "notify", "ticket", "knowledge":
                // Only customers have a language that a text must be in.
                let speaks = ["reply", "knowledge"].contains(pair.name)
                let value: Value = pair.name == "knowledge" ? ["knowledge": pair.value] : pair.value
                for wanted in try ExpectedText.list(value, in: set)
                where !there.contains(where: {
                    wanted.stands(in: $0, language: speaks ? .some(language) : nil, trail: trail, of: set)
                }) {
                    throw TestProblem(
                        "expected \(speaks ? "reply" : pair.name) with \(wanted.shown(in: language, of: set)), there is "
                            + (there.isEmpty
                                ? "none"
                                : Fact.texts(there).shown
                                    + there.map { ExpectedText.origin(of: $0, trail: trail, of: set) }.joined()))
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
