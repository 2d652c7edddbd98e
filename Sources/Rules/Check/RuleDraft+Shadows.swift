// SPDX-License-Identifier: Apache-2.0
import Desk

/// Conditions that never hold, and rules that are never reached; each with an event that shows it.
extension RuleDraft {
    mutating func checkConditions(_ search: inout WitnessSearch) {
        for route in routes where route.on == .handoff && route.assignment.toBot {
            report(
                .warning, "never", at: place(route.head, "on"),
                "route \"\(route.head.id)\" is never asked: who wants a person is not given back to the bot",
                hint: "write on = \"start\", or assign a team")
        }
        for route in routes { checkMatch(route.head, ExampleScene(route), "", [], &search) }
        for escalation in escalations {
            checkMatch(
                escalation.head, ExampleScene(escalation), "escalations leave resolved conversations alone",
                escalation.occasionTerms, &search)
        }
        for reply in replies {
            checkMatch(
                reply.head, ExampleScene(kind: .reply, id: reply.head.id),
                "replies are silent while a person has the conversation",
                reply.occasionTerms, &search)
        }
        for flow in flows where flow.startsItself {
            checkMatch(
                flow.head, ExampleScene(kind: .flow, id: flow.id), "flows do not begin while a person has the conversation",
                [.ofTheBot], &search)
        }
    }

    /// - Parameters:
    ///   - occasion: what holds whenever such a rule is asked, and `silence` says why.
    private mutating func checkMatch(
        _ head: RuleHead, _ subject: ExampleScene, _ silence: String, _ occasion: [MatchTerm], _ search: inout WitnessSearch
    ) {
        guard let match = head.match else { return }
        let place = { (draft: RuleDraft) in draft.place(head, head.kind == .flow ? "start" : "match") }
        if let found = match.contradiction {
            var rest = match.conjuncts
            if let index = rest.firstIndex(of: found.culprit) { rest.remove(at: index) }
            let goals = (rest + occasion).map { WitnessSearch.Goal(term: $0) } + [.init(term: found.culprit, isWanted: false)]
            let nearest = search.find(goals, for: subject)
            let says = nearest.map { ". The event given = \($0.given.luaText) fulfils all but \(found.culprit.text)" } ?? ""
            report(
                .warning, "never", at: place(self),
                "\(head.kind.rawValue) \"\(head.id)\" can never match: \(found.reason)\(says)", event: nearest?.given)
        } else if !occasion.isEmpty, MatchTerm.contradiction(in: match.conjuncts + occasion) != nil {
            let without = search.find([.init(term: match)], for: subject)
            let says = without.map { ". It waits for given = \($0.given.luaText)" } ?? ""
            report(
                .warning, "never", at: place(self),
                "\(head.kind.rawValue) \"\(head.id)\" can never act: \(silence)\(says)", event: without?.given)
        }
    }

    // MARK: - Shadows

    mutating func checkShadows(_ search: inout WitnessSearch) {
        let ranked = DecisionPlans.ranked(routes)
        let routing = ranked.map { ShadowCandidate($0.head) }
        let shadowing = ShadowIndex(ranked.map(\.head.match)) { ranked[$0].head.when != nil }
        for index in ranked.indices {
            let above = shadowing.first(ranked[index].head.match, before: index) { other in
                guard routing[other].covers(routing[index]) else { return false }
                let (route, other) = (ranked[index], ranked[other])
                return (other.on == .any || other.on == route.on) && (!other.assignment.toBot || route.on == .start)
            }
            guard let above else { continue }
            shadowed(ranked[index].head, by: ranked[above].head, ExampleScene(ranked[index]), [], &search) { _ in true }
        }
        let speaking =
            DecisionPlans.byPriority(replies.filter { !$0.isFallback }, \.head)
            + DecisionPlans.byPriority(replies.filter(\.isFallback), \.head)
        let replying = speaking.map { ShadowCandidate($0.head) }
        let hiding = ShadowIndex(speaking.map(\.head.match)) { speaking[$0].head.when != nil }
        for index in speaking.indices where speaking[index].actions.speaks {
            let above = hiding.first(speaking[index].head.match, before: index) { other in
                guard replying[other].covers(replying[index]) else { return false }
                let (reply, other) = (speaking[index], speaking[other])
                return other.actions.speaks && other.on == reply.on && (other.whileQueued || !reply.whileQueued)
                    && (other.interruptsFlow || !reply.interruptsFlow)
                    && (other.head.match?.mentionsEvent ?? false || !(reply.head.match?.mentionsEvent ?? false))
            }
            guard let above else { continue }
            let (reply, first) = (speaking[index], speaking[above])
            let subject = ExampleScene(kind: .reply, id: reply.head.id)
            shadowed(reply.head, by: first.head, subject, reply.occasionTerms, &search) {
                reply.applies($0) && first.applies($0)
            }
        }
    }

    private mutating func shadowed(
        _ head: RuleHead, by other: RuleHead, _ subject: ExampleScene, _ occasion: [MatchTerm], _ search: inout WitnessSearch,
        where isAsked: (Facts) -> Bool
    ) {
        let goals = ([head.match].compactMap(\.self) + occasion).map { WitnessSearch.Goal(term: $0) }
        let witness = search.find(goals, for: subject) { (other.match?.holds($0) ?? true) && isAsked($0) }
        let says = witness.map { ". The event given = \($0.given.luaText) is for both, and \"\(other.id)\" takes it" } ?? ""
        report(
            .warning, "shadowed", at: head.place,
            "\(head.kind.rawValue) \"\(head.id)\" is never reached: \"\(other.id)\" (\(other.place.file):\(other.place.line)) comes first and matches whenever it would\(says)",
            hint: "give it a higher priority, or narrow \"\(other.id)\"", event: witness?.given)
    }
}

extension MatchTerm {
    /// No person has the conversation or is to have it.
    static let ofTheBot = MatchTerm.none([
        .oneOf(.state, ConversationState.allCases.filter(\.isWithPeople).map { .text($0.rawValue) })
    ])
}

extension ReplyRule {
    /// What holds whenever it is looked at, as far as that can be said by conditions.
    var occasionTerms: [MatchTerm] {
        var terms: [MatchTerm] =
            whileQueued
            ? [.none([.oneOf(.state, [.text("assigned"), .text("pending")])])]
            : [.ofTheBot]
        switch on {
        case .enter: terms.append(.event(Self.enterEvents))
        case .first: terms.append(.compare(.messageKind, .ne, .text("event")))
        case .message: if !head.mentionsEvent { terms.append(.compare(.messageKind, .ne, .text("event"))) }
        }
        return terms
    }
}

extension EscalationRule {
    /// What holds whenever it is looked at.
    var occasionTerms: [MatchTerm] { [.compare(.state, .ne, .text("resolved"))] }
}

/// A rule as far as it matters for whether it hides another; each pair is looked at, so there is not much.
private struct ShadowCandidate {
    let match: MatchTerm?
    let hasWhen: Bool
    /// One bit for each subject (by hash) that the conditions speak of.
    let subjects: UInt64
    /// Of those conditions that must all hold.
    let needed: UInt64
    /// What `eq`, `one_of` and `channel` demand: subject, and one bit for each value by hash.
    let demands: [MatchTerm.Demand]
    /// Whether what it demands is all that it demands.
    let isPlain: Bool

    init(_ head: RuleHead) {
        match = head.match
        hasWhen = head.when != nil
        subjects = head.match?.subjects ?? 0
        needed = head.match?.neededSubjects ?? 0
        demands = head.match?.demands ?? []
        isPlain = !(head.match?.hasAlternatives ?? false)
    }

    /// Whether this one holds wherever the other does.
    func covers(_ other: ShadowCandidate) -> Bool {
        guard !hasWhen, needed & ~other.subjects == 0 else { return false }
        guard let match else { return true }
        if other.isPlain {
            for demand in demands {
                guard other.demands.contains(where: { $0.subject == demand.subject && $0.values & ~demand.values == 0 }) else {
                    return false
                }
            }
        }
        return other.match?.implies(match) ?? false
    }
}
