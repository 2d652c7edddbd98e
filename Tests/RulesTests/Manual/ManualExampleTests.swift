// SPDX-License-Identifier: Apache-2.0
import Answers
import Desk
import Insight
import Testing

@testable import Rules

extension ManualEntry: CustomTestStringConvertible {
    /// Owner and name.
    public var testDescription: String { "\(owner) \(name)" }
}

@Suite("Examples of the reference") struct ManualExampleTests {
    private static let names = KnownNames(
        teams: ["service", "after_sales", "premium"], channels: ["live", "web", "app"], calls: ["shop.order"])

    @Test("come to what they say", arguments: Manual.entries) func runs(entry: ManualEntry) throws {
        let example = entry.example
        let (found, problems) = RuleSet.compile(example.source, names: Self.names)
        #expect(problems.map(\.description) == [], "\(example.files)")
        let set = try #require(found)
        if let isRead = example.settings {
            #expect(isRead(set.settings))
            guard let refused = example.refused else { return }
            let (none, errors) = RuleSet.compile(RuleSource(name: "t", texts: ["rules.lua": refused]), names: Self.names)
            #expect(none == nil && errors.first?.file == "rules/rules.lua")
            return
        }
        if let story = example.story {
            #expect(Self.says(story, set.alerts) == story.says)
            return
        }
        let index = IntentIndex(examples: set.intents)
        let report = RuleTester.run(set, understand: { index.understand($0) })
        #expect(report.failures.map(\.description) == [], "\(example.files)")
        #expect(report.passed == example.trials)
        #expect(report.passed > 0)
    }

    @Test("use the name that they explain", arguments: Manual.entries) func mentions(entry: ManualEntry) {
        let name = entry.name.hasSuffix("NAME") || entry.name.hasSuffix("TEAM") ? String(entry.name.dropLast(4)) : entry.name
        #expect(entry.example.files.values.contains { $0.contains(name) })
        #expect(!entry.summary.isEmpty && entry.summary.hasSuffix(".") && !entry.places.isEmpty)
    }

    @Test("are many, and no name has two of the same kind") func complete() {
        #expect(Manual.entries.count > 300)
        let keys = Manual.entries.map { "\($0.owner) \($0.name) \($0.kinds)" }
        #expect(Set(keys).count == keys.count)
    }

    @Test("fail where the result is another") func canFail() throws {
        let wrong = ManualExample.condition("keywords \"hi\"", holds: "{ text = \"bye\" }", misses: "{ text = \"hi\" }")
        let set = try #require(RuleSet.compile(wrong.source, names: Self.names).set)
        #expect(RuleTester.run(set, understand: { _ in Understanding() }).failures.count == 2)
        let story = AlertStory([(0, .arrivals(5))], looks: [0], says: [])
        #expect(
            Self.says(story, [AlertRule(id: "a", measure: "arrivals", over: .seconds(60), raise: .above(4))]) == [
                "0 s: raised (warning)"
            ])
    }

    // MARK: - Alerts

    /// Plays the story on a meter and gives what the board says.
    private static func says(_ story: AlertStory, _ rules: [AlertRule]) -> [String] {
        var meter = DeskMeter()
        var board = AlertBoard()
        var seq: Int64 = 0
        let other = ID<Agent>(78)
        meter.count(rules.compactMap(\.options.own))
        func tell(_ at: Instant, _ kind: Event.Kind, _ conversation: Int64, _ channel: String, _ payload: Value) {
            seq += 1
            let isTicket = kind == .ticketCreated || kind == .ticketChanged
            let draft = Event.Draft(
                kind, conversation: ID(conversation), ticket: isTicket ? ID(1) : nil, channel: channel, payload: payload)
            meter.observe(Event(seq: Seq(Int(seq)), at: at, draft: draft))
        }
        func play(_ occurrence: AlertStory.Occurrence, _ at: Instant) {
            switch occurrence {
            case .arrivals(let count, let channel):
                for _ in 0..<count { tell(at, .conversationStarted, 1000 + seq, channel, ["to": "bot"]) }
            case .usual(let count):
                for hour in (1...(28 * 24)).reversed() {
                    for _ in 0..<count {
                        tell(at - .seconds(3600 * Int64(hour)), .conversationStarted, 1000 + seq, "live", ["to": "bot"])
                    }
                }
            case .started: tell(at, .conversationStarted, 1, "live", ["to": "bot"])
            case .botSpoke: tell(at, .messageSent, 1, "live", ["author": "bot:hello", "direction": "out"])
            case .asked: tell(at, .messageReceived, 1, "live", ["kind": "text", "direction": "in"])
            case .queued(let team, let sla):
                let payload: Value = ["from": "bot", "to": "queued", "team": .string(team), "sla": Value(sla)]
                tell(at, .conversationQueued, 1, "live", payload.compact())
            case .replied: tell(at, .messageSent, 1, "live", ["author": .string(Actor.agent(ID(77)).text), "direction": "out"])
            case .transferred(let team):
                tell(at, .conversationQueued, 1, "live", ["from": "assigned", "to": "queued", "team": .string(team)])
                tell(at, .conversationAssigned, 1, "live", ["from": "queued", "to": "assigned", "agent": .string(other.text)])
            case .resolved: tell(at, .conversationResolved, 1, "live", ["to": "resolved"])
            case .reopened: tell(at, .conversationReopened, 1, "live", ["from": "resolved", "to": "bot"])
            case .rated(let stars):
                tell(at, .conversationChanged, 1, "live", ["attributes": ["satisfaction": .int(Int64(stars))]])
            case .askedToRate: tell(at, .flowEnded, 1, "live", ["flow": "f", "outcome": "done", "csat": true])
            case .recommended(let rating):
                tell(at, .conversationChanged, 1, "live", ["attributes": ["nps": .int(Int64(rating))]])
            case .lookedUp(let key):
                tell(at, .decision, 1, "live", ["knowledge": .array(key.map { [.string($0)] } ?? [])])
            case .solvedTicket: tell(at, .ticketChanged, 1, "live", ["status": ["from": "new", "to": "solved"]])
            case .signedIn(let isIn):
                tell(
                    at, .agentPresence, 1, "live",
                    ["agent": .string(ID<Agent>(77).text), "presence": isIn ? "online" : "offline"])
            case .worksUntil(let minute, let team):
                let hours = BusinessHours(
                    week: Dictionary(uniqueKeysWithValues: (1...7).map { ($0, [.init(start: 0, end: 720 + minute)]) }))
                tell(at, .teamChanged, 1, "live", ["team": Team(id: team, name: team, hours: hours).value])
            case .undelivered(let count):
                for _ in 0..<count { tell(at, .deliveryChanged, 1, "live", ["delivery": "failed", "direction": "out"]) }
            case .ticket(let category): tell(at, .ticketCreated, 1, "live", ["category": .string(category)])
            case .answered:
                tell(
                    at, .conversationAssigned, 1, "live",
                    ["from": "queued", "to": "assigned", "team": "service", "agent": .string(ID<Agent>(77).text)])
                tell(at, .messageSent, 1, "live", ["author": .string(Actor.agent(ID(77)).text), "direction": "out"])
            case .failures(let count, let rule):
                for _ in 0..<count { tell(at, .ruleFailed, 1, "live", ["rule": .string(rule)]) }
            }
        }
        var rest = story.happens[...]
        var said: [String] = []
        for second in story.looks {
            let now = noon + .seconds(second)
            while let next = rest.first, next.second <= second {
                play(next.what, noon + .seconds(next.second))
                rest = rest.dropFirst()
            }
            meter.advance(to: now)
            for change in board.evaluate(rules: rules, on: meter, at: now) where change.isTransition {
                let labels = change.labels.values.sorted().map { " \($0)" }.joined()
                let to = change.rule.notify.isEmpty ? "" : " to \(change.rule.notify.joined(separator: ", "))"
                said.append("\(second) s: \(change.kind.rawValue) (\(change.rule.severity))\(labels)\(to)")
            }
        }
        return said
    }
}
