// SPDX-License-Identifier: Apache-2.0
import Desk

/// A situation in which something is so, written as the `given` of an example: it can be pasted into one.
struct Witness: Sendable {
    let given: Value
    let situation: Situation
}

/// Looks for a situation in which conditions hold and others do not.
///
/// Begins with a desk on which nothing is going on and changes, step by step, whatever brings it nearest. What it gives has been tried by
/// evaluating the conditions themselves; that it gives nothing proves nothing.
struct WitnessSearch {
    struct Goal {
        let term: MatchTerm
        var isWanted = true
    }

    /// Local time minus UTC.
    let offset: Duration
    /// Situations that may still be looked at, in all searches together: a check has to be fast whatever stands in the rules.
    var budget = 6000
    private static let mostSteps = 40

    init(offset: Duration) { self.offset = offset }

    /// - Parameters:
    ///   - subject: the kind of rule whose example it is to be.
    ///   - isRight: the last word about a situation in which the goals are met.
    mutating func find(
        _ goals: [Goal], for subject: ExampleScene, where isRight: (Facts) -> Bool = { _ in true }
    ) -> Witness? {
        var given = Value.Fields()
        guard var best = look(goals, given, subject) else { return nil }
        var seen: Set<String> = [""]
        var steps = 0
        while best.distance > 0 {
            steps += 1
            guard steps <= Self.mostSteps else { return nil }
            var moves: [WitnessMove] = []
            for goal in goals { goal.term.moves(best.facts, isWanted: goal.isWanted, &moves) }
            var next: (given: Value.Fields, distance: Int, facts: Facts)?
            for move in moves {
                var changed = given
                for change in move.changes { changed[change.name] = change.value }
                guard seen.insert(Value.object(changed).jsonText).inserted, let found = look(goals, changed, subject) else {
                    continue
                }
                if found.distance < next?.distance ?? .max { next = (changed, found.distance, found.facts) }
                if found.distance == 0 { break }
            }
            guard let next else { return nil }
            given = next.given
            best = (next.distance, next.facts)
        }
        guard isRight(best.facts) else { return nil }
        // What is not needed is left out: the nearest event to an ordinary one.
        for name in given.names {
            var less = given
            less[name] = nil
            guard let found = look(goals, less, subject), found.distance == 0, isRight(found.facts) else { continue }
            given = less
            best = found
        }
        return Witness(given: .object(given), situation: best.facts.situation)
    }

    private mutating func look(
        _ goals: [Goal], _ given: Value.Fields, _ subject: ExampleScene
    ) -> (distance: Int, facts: Facts)? {
        guard budget > 0 else { return nil }
        budget -= 1
        guard let facts = Self.facts(given, subject, offset: offset) else { return nil }
        return (goals.reduce(0) { $0 + $1.term.distance(facts, isWanted: $1.isWanted) }, facts)
    }

    /// What an example with this `given` is decided on.
    static func facts(_ given: Value.Fields, _ subject: ExampleScene, offset: Duration) -> Facts? {
        let example: Value = ["given": .object(given)]
        guard
            let situation = try? subject.situation(
                example, scene: TestScene(offset: offset), understand: { _ in Understanding() })
        else { return nil }
        return Facts(situation, offset: offset)
    }
}

/// Fields of `given` to set; nil takes one away.
struct WitnessMove {
    let changes: [(name: String, value: Value?)]

    init(_ name: String, _ value: Value?) { changes = [(name, value)] }
    init(_ changes: [(name: String, value: Value?)]) { self.changes = changes }
}

extension MatchTerm {
    /// How many plain conditions must change for this to be as wanted; 0: it is.
    func distance(_ facts: Facts, isWanted: Bool) -> Int {
        switch (self, isWanted) {
        case (.all(let terms), true), (.any(let terms), false):
            terms.reduce(0) { $0 + $1.distance(facts, isWanted: isWanted) }
        case (.any(let terms), true), (.all(let terms), false):
            terms.map { $0.distance(facts, isWanted: isWanted) }.min() ?? Self.never
        case (.none(let terms), true): terms.reduce(0) { $0 + $1.distance(facts, isWanted: false) }
        case (.none(let terms), false): terms.map { $0.distance(facts, isWanted: true) }.min() ?? Self.never
        default: holds(facts) == isWanted ? 0 : 1
        }
    }

    /// Farther than any condition with parts.
    private static let never = 100_000
}
