// SPDX-License-Identifier: Apache-2.0
import Desk
import Lua

/// A rule set, compiled and checked: declarations as data, and the sources of their functions. Never changes.
package final class RuleSet: Sendable {
    /// The files it was made of.
    package let source: RuleSource
    /// What `rules.lua` says.
    package let settings: RuleSettings
    /// What `i18n/` says.
    package let texts: RuleTexts
    /// Examples for the answer engine, by intent, then language.
    package let intents: Value
    /// Answers by key, then language.
    package let knowledge: [String: [String: String]]
    /// The keys of `knowledge` that replies speak from, by their ids.
    package let knowledgeReplies: [String: String]
    /// Evaluated elsewhere, over the measures.
    package let alerts: [AlertRule]
    /// By id.
    package let flows: [String: FlowRule]
    /// All that is declared, for people and the API.
    package let rules: [RuleDescription]

    let routes: [RouteRule]
    let escalations: [EscalationRule]
    let replies: [ReplyRule]
    let plans: DecisionPlans
    /// Of all but alerts, by id.
    let headsByID: [String: RuleHead]
    /// Where each is counted.
    let numbers: [String: Int]

    /// The source's.
    package var id: String { source.id }
    /// As `rules.lua` names it, else the folder.
    package var name: String { settings.name }

    init(_ draft: RuleDraft) {
        source = draft.source
        settings = draft.settings
        texts = draft.texts
        intents = draft.intents
        knowledge = draft.knowledge
        alerts = draft.alerts
        flows = Dictionary(uniqueKeysWithValues: draft.flows.map { ($0.id, $0) })
        routes = draft.routes
        escalations = draft.escalations
        replies = draft.replies
        knowledgeReplies = Dictionary(
            draft.replies.compactMap { rule in rule.actions.spokenKnowledge.map { (rule.head.id, $0) } },
            uniquingKeysWith: { first, _ in first })
        let heads = routes.map(\.head) + escalations.map(\.head) + replies.map(\.head) + draft.flows.map(\.head)
        headsByID = Dictionary(heads.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        numbers = Dictionary(heads.enumerated().map { ($0.element.id, $0.offset) }, uniquingKeysWith: { first, _ in first })
        plans = DecisionPlans(
            routes: routes, escalations: escalations, replies: replies, flows: draft.flows, numbers: numbers)
        rules =
            heads.map(\.description)
            + alerts.map {
                RuleDescription(
                    id: $0.id, kind: .alert, why: $0.why, priority: 0, file: $0.file, line: $0.line, match: nil, hasWhen: false)
            }
    }

    var heads: [RuleHead] { routes.map(\.head) + escalations.map(\.head) + replies.map(\.head) + flows.values.map(\.head) }

    /// A state of this set for one thread: made on any, used on one.
    package func makeRunner(mode: LuaClockMode, health: RuleHealth = RuleHealth()) throws -> sending RuleRunner {
        try RuleRunner(self, mode: mode, health: health)
    }
}

/// The rules of each occasion, in the order in which they are looked at.
struct DecisionPlans: Sendable {
    let started: MatchPlan<RouteRule>
    let handedOff: MatchPlan<RouteRule>
    let spoken: MatchPlan<Speaker>
    /// Those that a running flow gives way to.
    let interrupting: MatchPlan<Speaker>
    let immediate: MatchPlan<EscalationRule>
    let timed: MatchPlan<EscalationRule>
    /// Positions in `timed.rules`.
    let timedByID: [String: Int]

    /// What can answer a message: a reply, or a flow that begins.
    enum Speaker: Sendable {
        case reply(ReplyRule)
        case flow(FlowRule)

        var head: RuleHead {
            switch self {
            case .reply(let rule): rule.head
            case .flow(let rule): rule.head
            }
        }

        var isFallback: Bool { if case .reply(let rule) = self { rule.isFallback } else { false } }
    }

    /// - Parameter numbers: where rules are counted, by id.
    init(
        routes: [RouteRule], escalations: [EscalationRule], replies: [ReplyRule], flows: [FlowRule], numbers: [String: Int] = [:]
    ) {
        func plan<Rule>(
            _ rules: [Rule], _ head: (Rule) -> RuleHead, needs: (Rule) -> MatchTerm? = { _ in nil }
        ) -> MatchPlan<Rule> {
            MatchPlan(rules, match: { head($0).match }, needs: needs, counter: { numbers[head($0).id] ?? -1 })
        }
        let ranked = Self.ranked(routes)
        started = plan(ranked.filter { $0.applies(to: .started) }, \.head)
        handedOff = plan(ranked.filter { $0.applies(to: .handedOff) }, \.head)
        let speakers = replies.map(Speaker.reply) + flows.filter(\.startsItself).map(Speaker.flow)
        let heard =
            Self.byPriority(speakers.filter { !$0.isFallback }, \.head)
            + Self.byPriority(speakers.filter(\.isFallback), \.head)
        spoken = plan(heard, \.head)
        interrupting = plan(
            heard.filter {
                if case .reply(let rule) = $0 { rule.interruptsFlow } else { false }
            }, \.head)
        let acting = Self.byPriority(escalations, \.head)
        immediate = plan(acting.filter { $0.after == nil }, \.head)
        // Without something to count from nothing is due.
        timed = plan(acting.filter { $0.after != nil }, \.head, needs: \.basis.condition)
        timedByID = Dictionary(
            timed.rules.enumerated().map { ($0.element.head.id, $0.offset) }, uniquingKeysWith: { first, _ in first })
    }

    /// Highest priority first, then as declared: files in alphabetical order.
    static func byPriority<Rule>(_ rules: [Rule], _ head: (Rule) -> RuleHead) -> [Rule] {
        rules.enumerated().sorted { a, b in
            let (x, y) = (head(a.element).priority, head(b.element).priority)
            return x != y ? x > y : a.offset < b.offset
        }.map(\.element)
    }

    static func ranked(_ routes: [RouteRule]) -> [RouteRule] {
        RouteRule.Stage.allCases.flatMap { stage in byPriority(routes.filter { $0.stage == stage }, \.head) }
    }
}
