// SPDX-License-Identifier: Apache-2.0

/// Which of many conditions another one may imply, without comparing each with each.
///
/// What implies a condition speaks of the same thing: of one of its words, constants or tags, or of the same place. Each condition is
/// filed under the rarest such mark of a part that must hold; whoever implies it bears that mark, too. Errs towards too much.
struct ShadowIndex {
    private enum Mark: Hashable {
        case key(MatchKey)
        case path(MatchPath)
        case term(MatchTerm)
    }

    /// Positions, rising.
    private var filed: [Mark: [Int]] = [:]
    private var others: [Int] = []

    /// - Parameter terms: nil: always. By position; those that can hide nothing may be left out by `isLeftOut`.
    init(_ terms: [MatchTerm?], isLeftOut: (Int) -> Bool) {
        var counts: [Mark: Int] = [:]
        let marks = terms.enumerated().map { position, term in isLeftOut(position) ? nil : Self.needed(term) }
        for mark in marks.compactMap(\.self).joined().joined() { counts[mark, default: 0] += 1 }
        for (position, parts) in marks.enumerated() {
            guard let parts else { continue }
            func weight(_ part: [Mark]) -> Int { part.reduce(0) { $0 + (counts[$1] ?? 0) } }
            guard let best = parts.filter({ !$0.isEmpty }).min(by: { weight($0) < weight($1) }) else {
                others.append(position)
                continue
            }
            for mark in best where filed[mark]?.last != position { filed[mark, default: []].append(position) }
        }
    }

    /// Goes through the conditions that this one may imply, in their order, and gives the first that is as wanted.
    func first(_ term: MatchTerm?, before position: Int, where isWanted: (Int) -> Bool) -> Int? {
        var lists = [others[...]]
        if let term {
            var marks = Set<Mark>()
            Self.collect(term, &marks)
            for mark in marks { if let list = filed[mark] { lists.append(list[...]) } }
        }
        if lists.count > Self.mostLists { lists = [Set(lists.joined()).sorted()[...]] }
        // Merged as far as it is needed: the first is often the one.
        while let next = lists.lazy.compactMap(\.first).min(), next < position {
            if isWanted(next) { return next }
            for index in lists.indices where lists[index].first == next { lists[index].removeFirst() }
        }
        return nil
    }

    private static let mostLists = 32

    /// For each part that must hold: marks of which every condition that implies it bears one.
    private static func needed(_ term: MatchTerm?) -> [[Mark]] {
        term?.openedAll.map { part in
            var marks = Set<Mark>()
            alternatives(part, &marks)
            return isEmpty(part) ? [] : Array(marks)
        } ?? []
    }

    /// An `all` of nothing is implied by anything.
    private static func isEmpty(_ term: MatchTerm) -> Bool {
        switch term {
        case .all(let terms): terms.allSatisfy(isEmpty)
        case .any(let terms): terms.contains(where: isEmpty)
        default: false
        }
    }

    private static func alternatives(_ term: MatchTerm, _ marks: inout Set<Mark>) {
        switch term {
        case .all(let terms), .any(let terms):
            if terms.isEmpty { marks.insert(.term(term)) }
            for term in terms { alternatives(term, &marks) }
        case .none: marks.insert(.term(term))
        case .contains, .prefix, .keywords: words(term, &marks)
        case .compare(_, .eq, _), .oneOf, .hasTag, .channel, .intent, .event: marks.formUnion((term.keys ?? []).map(Mark.key))
        case .compare(let path, _, _), .between(let path, _, _), .within(let path, _), .exists(let path), .pattern(let path, _):
            marks.insert(.path(path))
        }
    }

    /// Of lists of words; the empty one is a word like others here.
    private static func words(_ term: MatchTerm, _ marks: inout Set<Mark>) {
        switch term {
        case .contains(let path, let parts): for part in parts { marks.insert(.key(.part(path, part.folded.bytes))) }
        case .prefix(let path, let parts): for part in parts { marks.insert(.key(.prefix(path, part.folded.bytes))) }
        case .keywords(let words): for word in words { marks.insert(.key(.part(.messageText, word.folded))) }
        default: break
        }
    }

    /// All marks that a condition bears.
    private static func collect(_ term: MatchTerm, _ marks: inout Set<Mark>) {
        for child in term.children { collect(child, &marks) }
        switch term {
        case .all(let terms), .any(let terms):
            if terms.isEmpty { marks.insert(.term(term)) }
            return
        case .none: marks.insert(.term(term))
        case .between(let path, let low, let high) where low == high: marks.insert(.key(.equal(path, .number(low))))
        default: break
        }
        words(term, &marks)
        marks.formUnion((term.keys ?? []).map(Mark.key))
        for path in term.children.isEmpty ? term.paths : [] { marks.insert(.path(path)) }
        if case .channel = term { marks.insert(.path(.channel)) }
    }
}
