// SPDX-License-Identifier: Apache-2.0
import Desk

/// Says who takes a conversation: the first route that matches wins.
final class RouteRule: Sendable {
    /// Routes are looked at stage by stage, inside a stage by priority.
    enum Stage: String, Sendable, CaseIterable { case before, main, fallback }
    /// When routing is asked.
    enum Event: String, Sendable, CaseIterable { case start, handoff, any }

    let head: RuleHead
    let stage: Stage
    let on: Event
    let assignment: Assignment
    let actions: ActionSpec

    init(_ reader: SpecReader) {
        head = RuleHead(reader)
        stage = reader.word("stage", of: Stage.allCases.map(\.rawValue)).flatMap(Stage.init(rawValue:)) ?? .main
        on = reader.word("on", of: Event.allCases.map(\.rawValue)).flatMap(Event.init(rawValue:)) ?? .any
        assignment = reader.table("assign") { Assignment($0) } ?? Assignment(toBot: true)
        if !reader.has("assign") {
            reader.report(
                "value", "", "route \"\(head.id)\" assigns nothing",
                hint: "write assign = { team = \"…\" } or assign = { bot = true }")
        }
        actions = ActionSpec(reader)
        if let act = actions.act {
            reader.report("value", "act", "a route decides with data, not with act", hint: "use when, or an escalation"); _ = act
        }
        if actions.handOff != nil {
            reader.report("value", "hand_off", "a route assigns; it does not hand off", hint: "name the team in assign")
        }
    }

    func applies(to occasion: Occasion) -> Bool {
        switch occasion {
        case .started: on != .handoff
        // Whoever asked for a person does not get the bot back.
        case .handedOff: on != .start && !assignment.toBot
        default: false
        }
    }
}

extension Assignment {
    init(_ table: SpecReader) {
        self.init(
            team: table.text("team"), agent: table.text("agent"), toBot: table.flag("bot") ?? false,
            skills: table.texts("skills"),
            sla: table.text("sla"),
            strategy: table.word("strategy", of: AssignmentStrategy.allCases.map(\.rawValue)).flatMap(
                AssignmentStrategy.init(rawValue:)),
            priority: table.whole("priority", in: 0...9))
        if toBot, team != nil || agent != nil {
            table.report("value", "bot", "'assign' names both the bot and a team or agent", hint: "keep one of them")
        } else if !toBot, team == nil, agent == nil {
            table.report("value", "", "'assign' needs a team, an agent or bot = true")
        }
    }
}
