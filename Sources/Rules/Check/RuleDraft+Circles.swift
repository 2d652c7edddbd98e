// SPDX-License-Identifier: Apache-2.0
import Desk

/// Escalations that make each other match again and again.
extension RuleDraft {
    private struct Edge {
        let to: Int
        let effect: RuleEffect
        /// The part of the other's match that it makes hold.
        let term: MatchTerm
        let isSure: Bool
    }

    private static let mostSteps = 20_000
    private static let mostOfASubject = 64
    private static let longest = 4

    mutating func checkCircles(_ search: inout WitnessSearch) {
        // Who acts once in a conversation ends every circle.
        let rules = escalations.filter { !$0.isOnce && $0.head.match != nil }
        guard rules.count > 1 else { return }
        var waiting: [String: [(rule: Int, term: MatchTerm)]] = [:]
        for (index, rule) in rules.enumerated() {
            for (term, subject) in rule.head.match?.feedable ?? [] { waiting[subject, default: []].append((index, term)) }
        }
        let effects = rules.map { RuleEffect.of($0, act: actCalls(of: $0.head)) }
        guard let idle = WitnessSearch.facts(.init(), ExampleScene(kind: .reply, id: ""), offset: settings.offset) else { return }
        let edges = rules.indices.map { from in
            (effects[from].sure.map { ($0, true) } + effects[from].possible.map { ($0, false) }).flatMap { effect, isSure in
                (waiting[effect.subject] ?? []).prefix(Self.mostOfASubject).compactMap { found in
                    found.rule == from || !feeds(effect, found.term, idle)
                        ? nil : Edge(to: found.rule, effect: effect, term: found.term, isSure: isSure)
                }
            }
        }
        var steps = 0
        var told: Set<Int> = []
        for start in rules.indices where !told.contains(start) && !edges[start].isEmpty {
            // Breadth first: the shortest circle through this rule.
            var paths: [[(from: Int, edge: Edge)]] = edges[start].map { [(start, $0)] }
            search: while !paths.isEmpty, steps < Self.mostSteps {
                steps += 1
                let path = paths.removeFirst()
                guard let last = path.last?.edge.to else { continue }
                if last == start {
                    guard path.count > 1, let witness = run(path, rules, effects.map { $0.sure + $0.possible }, &search) else {
                        continue
                    }
                    circle(path, rules, witness)
                    told.formUnion(path.map(\.from))
                    break search
                }
                guard path.count < Self.longest, !path.contains(where: { $0.from == last }) else { continue }
                paths += edges[last].map { path + [(last, $0)] }
            }
        }
    }

    /// Calls in the function `act` of a rule.
    private func actCalls(of head: RuleHead) -> [LuaOutline.Call] {
        let file = String(head.place.file.dropFirst(source.folder.count + 1))
        let path = ["\(head.kind.rawValue) \"\(head.id)\"", "act"]
        return (outlines[file]?.calls ?? []).filter { Array($0.path.prefix(2)) == path }
    }

    /// Whether a condition that does not hold on an idle desk holds after an effect.
    private func feeds(_ effect: RuleEffect, _ term: MatchTerm, _ idle: Facts) -> Bool {
        if case .raise = effect {
            if case .compare(_, let comparison, _) = term { return comparison == .atLeast || comparison == .above }
            return false
        }
        var situation = idle.situation
        effect.apply(to: &situation)
        return !term.holds(idle) && term.holds(Facts(situation, offset: settings.offset))
    }

    /// Plays a circle: the first rule matches an event, and what each does makes the next one match, up to the first again.
    /// - Returns: nil if it does not come about.
    private func run(
        _ path: [(from: Int, edge: Edge)], _ rules: [EscalationRule], _ effects: [[RuleEffect]], _ search: inout WitnessSearch
    ) -> Witness? {
        guard let first = path.first, let match = rules[first.from].head.match, let second = rules[first.edge.to].head.match
        else {
            return nil
        }
        var goals = [WitnessSearch.Goal(term: match), .init(term: second, isWanted: false)]
        goals += rules[first.from].occasionTerms.map { .init(term: $0) }
        // What the others need and do not get from each other.
        for step in path where step.edge.to != first.from {
            let parts = rules[step.edge.to].head.match?.conjuncts ?? []
            goals += parts.filter { part in !part.feedable.contains { $0.term == step.edge.term } }.map { .init(term: $0) }
        }
        guard let witness = search.find(goals, for: ExampleScene(rules[first.from])) else { return nil }
        var situation = witness.situation
        for step in path {
            for effect in effects[step.from] { effect.apply(to: &situation) }
            let facts = Facts(situation, offset: settings.offset)
            guard rules[step.edge.to].head.match?.holds(facts) ?? true, situation.conversation.state != .resolved else {
                return nil
            }
        }
        return witness
    }

    private mutating func circle(_ path: [(from: Int, edge: Edge)], _ rules: [EscalationRule], _ witness: Witness) {
        guard let first = path.first else { return }
        let isSure = path.allSatisfy { $0.edge.isSure && rules[$0.from].head.when == nil }
        let chain = path.map {
            "\"\(rules[$0.from].head.id)\" \($0.edge.effect.shown), which makes \"\(rules[$0.edge.to].head.id)\" match"
        }
        report(
            .warning, "circle", at: rules[first.from].head.place,
            "rules \(isSure ? "call" : "may call") each other in a circle: \(chain.joined(separator: "; ")). "
                + "It begins with given = \(witness.given.luaText)",
            hint: "let one of them act only where it has not yet: none { has_tag … }, or once = \"conversation\"",
            event: witness.given)
    }
}
