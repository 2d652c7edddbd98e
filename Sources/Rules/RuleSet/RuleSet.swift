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
        plans = DecisionPlans(routes: routes, escalations: escalations, replies: replies, flows: draft.flows)
        let heads = routes.map(\.head) + escalations.map(\.head) + replies.map(\.head) + draft.flows.map(\.head)
        rules =
            heads.map(\.description)
            + alerts.map {
                RuleDescription(
                    id: $0.id, kind: .alert, why: $0.why, priority: 0, file: $0.file, line: $0.line, match: nil, hasWhen: false)
            }
    }

    var heads: [RuleHead] { routes.map(\.head) + escalations.map(\.head) + replies.map(\.head) + flows.values.map(\.head) }

    /// A state of this set for one thread; it must be used on that thread only.
    package func makeRunner(mode: LuaClockMode, health: RuleHealth = RuleHealth()) throws -> RuleRunner {
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

    init(routes: [RouteRule], escalations: [EscalationRule], replies: [ReplyRule], flows: [FlowRule]) {
        let ranked = Self.ranked(routes)
        started = MatchPlan(ranked.filter { $0.applies(to: .started) }, match: \.head.match)
        handedOff = MatchPlan(ranked.filter { $0.applies(to: .handedOff) }, match: \.head.match)
        let speakers = replies.map(Speaker.reply) + flows.filter(\.startsItself).map(Speaker.flow)
        let heard =
            Self.byPriority(speakers.filter { !$0.isFallback }, \.head)
            + Self.byPriority(speakers.filter(\.isFallback), \.head)
        spoken = MatchPlan(heard, match: \.head.match)
        interrupting = MatchPlan(
            heard.filter {
                if case .reply(let rule) = $0 { rule.interruptsFlow } else { false }
            }, match: \.head.match)
        let acting = Self.byPriority(escalations, \.head)
        immediate = MatchPlan(acting.filter { $0.after == nil }, match: \.head.match)
        timed = MatchPlan(acting.filter { $0.after != nil }, match: \.head.match)
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
