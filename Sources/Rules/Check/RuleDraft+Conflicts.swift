// SPDX-License-Identifier: Apache-2.0
import Desk

/// Rules that want different things of the same event and have the same priority: only the order of the files decides between them.
extension RuleDraft {
    mutating func checkConflicts(_ search: inout WitnessSearch) {
        for stage in RouteRule.Stage.allCases {
            for group in Self.byPriority(routes.filter { $0.stage == stage && $0.head.match != nil }, \.head) {
                let sides = group.map { route in
                    ConflictSide(
                        head: route.head, scene: ExampleScene(route), occasion: [], occurs: route.on.rawValue,
                        wishes: Self.wishes(of: route.assignment))
                }
                checkGroup(sides, &search)
            }
        }
        // One that is due acts by itself.
        for group in Self.byPriority(escalations.filter { $0.after == nil && $0.head.match != nil }, \.head) {
            let sides = group.map { escalation in
                var wishes = escalation.assignment.map { Self.wishes(of: $0) } ?? [:]
                if let priority = escalation.actions.setPriority { wishes["priority"] = "priority \(priority)" }
                for tag in escalation.actions.tags { wishes["tag \(tag)"] = "the tag \"\(tag)\"" }
                for tag in escalation.actions.untags { wishes["tag \(tag)"] = "no tag \"\(tag)\"" }
                return ConflictSide(
                    head: escalation.head, scene: ExampleScene(escalation), occasion: escalation.occasionTerms,
                    occurs: "any", wishes: wishes)
            }
            checkGroup(sides.filter { !$0.wishes.isEmpty }, &search)
        }
    }

    private static func wishes(of assignment: Assignment) -> [String: String] {
        if assignment.toBot { return ["team": "the bot"] }
        let to = assignment.agent.map { "agent \"\($0)\"" } ?? assignment.team.map { "team \"\($0)\"" }
        return to.map { ["team": $0] } ?? [:]
    }

    /// Groups of two and more, in their order.
    private static func byPriority<Rule>(_ rules: [Rule], _ head: (Rule) -> RuleHead) -> [[Rule]] {
        Dictionary(grouping: rules) { head($0).priority }.filter { $0.value.count > 1 }.sorted { $0.key > $1.key }.map(\.value)
    }

    private mutating func checkGroup(_ sides: [ConflictSide], _ search: inout WitnessSearch) {
        guard sides.count > 1 else { return }
        if sides.count <= Self.smallGroup {
            for later in sides.indices.dropFirst() {
                for earlier in 0..<later where conflict(sides[earlier], sides[later], &search) { break }
            }
            return
        }
        // Of a large group only what the event of each rule meets by itself: each with each would take too long.
        let plan = MatchPlan(Array(sides.indices), match: { sides[$0].head.match })
        for later in sides.indices {
            let side = sides[later]
            guard search.budget > 0, let match = side.head.match else { return }
            guard let own = search.find(([match] + side.occasion).map { .init(term: $0) }, for: side.scene) else { continue }
            var met: Int?
            plan.forEachMatch(Facts(own.situation, offset: settings.offset)) { other in
                guard other < later, Self.differ(sides[other], side) != nil else { return other < later }
                met = other
                return false
            }
            if let met { _ = conflict(sides[met], side, &search) }
        }
    }

    private static let smallGroup = 24

    /// - Returns: what the two want differently.
    private static func differ(_ a: ConflictSide, _ b: ConflictSide) -> (first: String, second: String, settledBy: String)? {
        guard a.occurs == b.occurs || a.occurs == "any" || b.occurs == "any" else { return nil }
        for (name, wish) in a.wishes.sorted(by: { $0.key < $1.key }) {
            guard let other = b.wishes[name], other != wish else { continue }
            return (wish, other, name == "priority" ? "the higher one counts" : "only the order of the files decides")
        }
        return nil
    }

    /// Says so if there is an event for both.
    private mutating func conflict(_ a: ConflictSide, _ b: ConflictSide, _ search: inout WitnessSearch) -> Bool {
        guard let (first, second, settledBy) = Self.differ(a, b), let x = a.head.match, let y = b.head.match else { return false }
        // The special before the general is meant; the general before the special is a shadow and said elsewhere.
        guard !x.implies(y), !y.implies(x), MatchTerm.contradiction(in: x.conjuncts + y.conjuncts) == nil else { return false }
        guard let witness = search.find(([x, y] + b.occasion).map { .init(term: $0) }, for: b.scene) else { return false }
        let may = a.head.when != nil || b.head.when != nil ? " may" : ""
        report(
            .warning, "conflict", at: b.head.place,
            "\(b.head.kind.rawValue) \"\(b.head.id)\" and \"\(a.head.id)\" (\(a.head.place.file):\(a.head.place.line))\(may) "
                + "both match given = \(witness.given.luaText) with priority \(b.head.priority): one wants \(second), "
                + "the other \(first), and \(settledBy)",
            hint: "give one of them a higher priority", event: witness.given)
        return true
    }
}

/// A rule as far as it can contradict another.
private struct ConflictSide {
    let head: RuleHead
    let scene: ExampleScene
    let occasion: [MatchTerm]
    /// `start`, `handoff` or `any`.
    let occurs: String
    /// By what it is about.
    let wishes: [String: String]
}
