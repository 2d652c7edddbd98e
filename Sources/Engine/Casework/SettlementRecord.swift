// SPDX-License-Identifier: Apache-2.0
import Desk
import Rules

/// What set a settlement off; stands in the decision log, so that the same can be set off again.
enum SettlementTrigger: Sendable, Hashable {
    /// A customer's message. `isBeginning`: it began or reopened the conversation.
    case wrote(isBeginning: Bool)
    /// The time of an escalation has come.
    case due(rule: String)
    /// A waiting flow got something.
    case flow(FlowInput)
    /// A person handed the conversation over.
    case handOff(team: String?, note: String?, by: String)
    /// People or the desk changed the conversation otherwise.
    case changed

    /// As it stands in the decision log.
    var value: Value {
        switch self {
        case .wrote(let isBeginning): ["kind": "wrote", "beginning": .bool(isBeginning)]
        case .due(let rule): ["kind": "due", "rule": .string(rule)]
        case .handOff(let team, let note, let by):
            (["kind": "hand_off", "team": Value(team), "note": Value(note), "by": .string(by)] as Value).compact()
        case .changed: ["kind": "changed"]
        // The message itself stands beside it in the journal.
        case .flow(.message(let content)): ["kind": "flow", "input": "message", "content": content.value]
        case .flow(.timeout): ["kind": "flow", "input": "timeout"]
        case .flow(.called(let answer)): ["kind": "flow", "input": "called", "answer": answer]
        case .flow(.callFailed(let reason)): ["kind": "flow", "input": "call_failed", "reason": .string(reason)]
        case .flow(.event(let name, let fields)):
            ["kind": "flow", "input": "event", "name": .string(name), "fields": fields]
        }
    }

    /// Reads what `value` wrote; nil if it is nothing of the kind.
    init?(value: Value) {
        switch value["kind"]?.string {
        case "wrote": self = .wrote(isBeginning: value["beginning"]?.bool ?? false)
        case "due": self = .due(rule: value["rule"]?.string ?? "")
        case "hand_off":
            self = .handOff(team: value["team"]?.string, note: value["note"]?.string, by: value["by"]?.string ?? "")
        case "changed": self = .changed
        case "flow":
            switch value["input"]?.string {
            case "message":
                guard let content = value["content"].flatMap({ MessageContent(value: $0) }) else { return nil }
                self = .flow(.message(content))
            case "timeout": self = .flow(.timeout)
            case "called": self = .flow(.called(value["answer"] ?? .null))
            case "call_failed": self = .flow(.callFailed(value["reason"]?.string ?? ""))
            case "event": self = .flow(.event(value["name"]?.string ?? "", value["fields"] ?? [:]))
            default: return nil
            }
        default: return nil
        }
    }
}

/// What a settlement takes from outside the rules: from the live roster, noting each answer, or from such notes.
///
/// Under another rule set other questions may be asked: then nobody is free, and an agent who was not looked up is unknown.
struct SettlementOutside: Sendable {
    private enum Source: Sendable {
        case live(Roster)
        case recorded(DeskView, reservations: [ID<Agent>?], agents: [String: ID<Agent>])
    }
    private var source: Source
    /// What was answered so far, as it stands in the decision log. Empty in a replay.
    private(set) var results: [Value] = []

    init(_ roster: Roster) { source = .live(roster) }

    /// - Parameter results: as `results` gave them when it was live.
    init(recorded results: [Value], desk: DeskView) {
        var reservations: [ID<Agent>?] = []
        var agents: [String: ID<Agent>] = [:]
        for result in results {
            if let reserved = result["reserved"] { reservations.append(reserved.string.flatMap { ID(text: $0) }) }
            if let name = result["named"]?.string { agents[name] = result["agent"]?.string.flatMap { ID(text: $0) } }
        }
        source = .recorded(desk, reservations: reservations.reversed(), agents: agents)
    }

    var isRecorded: Bool { if case .recorded = source { true } else { false } }

    func view(at now: Instant) -> DeskView {
        switch source {
        case .live(let roster): roster.view(at: now)
        case .recorded(let desk, _, _): desk
        }
    }

    /// Somebody free for a waiting conversation.
    mutating func reserve(_ waiting: Switchboard.Waiting, at now: Instant) -> ID<Agent>? {
        switch source {
        case .live(let roster):
            let agent = roster.change { $0.reserve(waiting, at: now) }
            results.append(["reserved": Value(agent?.text)])
            return agent
        case .recorded(let desk, var reservations, let agents):
            let agent = reservations.popLast() ?? nil
            source = .recorded(desk, reservations: reservations, agents: agents)
            return agent
        }
    }

    /// An agent whom a rule named, by name or id.
    mutating func agent(named name: String) -> ID<Agent>? {
        switch source {
        case .live(let roster):
            let agent = roster.read { board in board.agents.values.first { $0.name == name || $0.id.text == name }?.id }
            results.append(["named": .string(name), "agent": Value(agent?.text)])
            return agent
        case .recorded(_, _, let agents): return agents[name]
        }
    }
}

/// What came of a settlement: comparable between two rule sets.
struct SettlementOutcome: Sendable, Hashable {
    /// As the decision log has them.
    let decisions: Value
    /// The team at which the conversation arrived, if it came from the machine to people.
    let arrival: String?

    init(decisions: [Decision], before: ConversationState, after: Conversation) {
        self.decisions = .array(decisions.map(\.value))
        arrival = !before.isWithPeople && after.state.isWithPeople ? after.team ?? "" : nil
    }

    /// As the log has it.
    init(decisions: Value, arrival: String?) {
        self.decisions = decisions
        self.arrival = arrival
    }

    /// Whether `essence` is the same, without making it; of failures their rules and messages, wherever they stand.
    /// - Parameter rewording: texts that may read otherwise in the other.
    func isSame(as other: SettlementOutcome, but rewording: Rewording? = nil) -> Bool {
        let (ours, others) = (decisions.array ?? [], other.decisions.array ?? [])
        guard ours.count == others.count else { return false }
        return zip(ours, others).allSatisfy { Self.isSame($0.object?.pairs ?? [], $1.object?.pairs ?? [], rewording) }
    }

    /// A rule that fails of the same wherever it stands now: under a folder of another name, some lines further down. What ran out of time
    /// live runs out of instructions in a replay.
    private static func isSameFailure(_ a: Value, _ b: Value) -> Bool {
        guard a["rule"] == b["rule"] else { return false }
        return a["message"] == b["message"] || isLimit(a["message"]) && isLimit(b["message"])
    }

    private static func isLimit(_ message: Value?) -> Bool { message?.string?.hasSuffix("is used up") ?? false }

    private static func isSame(_ a: [Value.Fields.Pair], _ b: [Value.Fields.Pair], _ rewording: Rewording?) -> Bool {
        var (i, j) = (0, 0)
        while true {
            while i < a.count, isCost(a[i].name) { i += 1 }
            while j < b.count, isCost(b[j].name) { j += 1 }
            guard i < a.count, j < b.count else { return i == a.count && j == b.count }
            guard a[i].name == b[j].name else { return false }
            if a[i].name == "matched" {
                let (matched, others) = (a[i].value.array ?? [], b[j].value.array ?? [])
                guard matched.count == others.count, zip(matched, others).allSatisfy({ $0["rule"] == $1["rule"] }) else {
                    return false
                }
            } else if a[i].name == "failures" {
                let (failures, others) = (a[i].value.array ?? [], b[j].value.array ?? [])
                guard failures.count == others.count, zip(failures, others).allSatisfy({ isSameFailure($0, $1) }) else {
                    return false
                }
            } else if !isSame(a[i].value, b[j].value, rewording) {
                return false
            }
            i += 1
            j += 1
        }
    }

    private static func isCost(_ name: String) -> Bool { name == "us" || name == "instructions" || name == "log" }

    /// In the order of the fields too.
    private static func isSame(_ a: Value, _ b: Value, _ rewording: Rewording?) -> Bool {
        switch (a, b) {
        case (.object(let a), .object(let b)):
            a.count == b.count
                && zip(a.pairs, b.pairs).allSatisfy { $0.name == $1.name && isSame($0.value, $1.value, rewording) }
        case (.array(let a), .array(let b)): a.count == b.count && zip(a, b).allSatisfy { isSame($0, $1, rewording) }
        case (.string(let a), .string(let b)): a == b || rewording?.leads(from: a, to: b) ?? false
        // Numbers that are written the same are the same.
        case (.int(let a), .double(let b)), (.double(let b), .int(let a)): Value.int(a).jsonText == Value.double(b).jsonText
        case (.double(let a), .double(let b)): a == b || a.isNaN && b.isNaN
        default: a == b
        }
    }

    /// All that must be the same in a replay: everything but times and instructions.
    var essence: Value {
        .array(
            (decisions.array ?? []).map { decision in
                var decision = decision
                decision["us"] = nil
                decision["instructions"] = nil
                decision["log"] = nil
                let matched: [Value] = (decision["matched"]?.array ?? []).map { ["rule": $0["rule"] ?? .null] }
                decision["matched"] = .array(matched)
                return decision
            })
    }
}

extension FlowOutcome {
    /// A step of a flow among the decisions of a settlement.
    func decision(of flow: String, under set: String) -> Decision {
        var decision = Decision(ruleSet: set, occasion: "flow")
        decision.matched = [.init(rule: flow, kind: "flow", microseconds: 0)]
        decision.intents = intents
        decision.log = log
        switch ending {
        case .handOff(let team, let note): decision.intents.append(Intent(rule: flow, action: .handOff(team: team, note: note)))
        case .failed(let failure), .diverged(let failure): decision.failures = [failure]
        case .done, nil: break
        }
        return decision
    }
}
