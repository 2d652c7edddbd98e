// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal

/// What recorded traffic would have come to under another rule set.
package struct ReplayReport: Sendable {
    /// The candidate's id.
    package let ruleSet: String
    /// Settlements that were run again.
    package private(set) var count = 0
    /// How often the rules were asked for that: more than once where one thing follows from another.
    package private(set) var asked = 0
    /// Of the settlements, those that come out differently.
    package private(set) var changed = 0
    /// Of these, where only texts read otherwise that both sets have by one name.
    package private(set) var reworded = 0
    /// Left out, since rules rested when they were decided.
    package private(set) var skipped = 0
    package private(set) var failuresBefore = 0
    package private(set) var failuresAfter = 0
    package private(set) var microsecondsBefore: Int64 = 0
    package private(set) var microsecondsAfter: Int64 = 0
    package private(set) var instructions: Int64 = 0
    /// Differences in conversations that bear a tag, by tag; without those that only read otherwise.
    package private(set) var changedByTag: [String: Int] = [:]
    private var groups: [Group: Tally] = [:]
    private var matches: [String: (before: Int, after: Int)] = [:]
    private var failures: [String: (text: String, count: Int)] = [:]
    private var arrivals: [Arrival: (before: Int, after: Int)] = [:]

    private struct Group: Hashable { let rule: String; let field: String; let from: String?; let to: String? }
    private struct Tally { var count = 0; var examples: [Example] = [] }
    private struct Example { let seq: Seq; let message: String?; let conversation: String }
    private struct Arrival: Hashable { let team: String; let hour: String }

    private static let mostGroups = 500
    private static let mostExamples = 5

    init(ruleSet: String) { self.ruleSet = ruleSet }

    /// Part of the settlements that come out differently, 0…1.
    package var share: Double { count == 0 ? 0 : Double(changed) / Double(count) }

    mutating func add(_ settlement: ReplayedSettlement) {
        let (recorded, after) = (settlement.recorded, settlement.outcome)
        guard !recorded.hadRestingRules else {
            skipped += 1
            return
        }
        count += 1
        let before = settlement.before ?? recorded.outcome
        let (was, now) = (Account(before), Account(after))
        asked += after.decisions.array?.count ?? 0
        failuresBefore += was.failures
        failuresAfter += now.failures
        microsecondsBefore += was.microseconds
        microsecondsAfter += now.microseconds
        instructions += now.instructions
        for rule in was.matched { matches[rule, default: (0, 0)].before += 1 }
        for rule in now.matched { matches[rule, default: (0, 0)].after += 1 }
        if before.arrival != nil || after.arrival != nil {
            let hour = String(recorded.situation.now.rfc3339.prefix(13)) + ":00Z"
            if let team = before.arrival { arrivals[Arrival(team: team, hour: hour), default: (0, 0)].before += 1 }
            if let team = after.arrival { arrivals[Arrival(team: team, hour: hour), default: (0, 0)].after += 1 }
        }
        let isSame = before.isSame(as: after)
        guard !isSame || now.failures > 0 else { return }
        let (old, new) = (Effects(before), Effects(after))
        for failure in new.failures where failures[failure.rule] != nil || failures.count < 100 {
            failures[failure.rule, default: (failure.text, 0)].count += 1
        }
        guard !isSame else { return }
        changed += 1
        if settlement.isReworded {
            reworded += 1
        } else {
            for tag in Set(recorded.situation.conversation.tags).union(old.tags).union(new.tags) {
                changedByTag[tag, default: 0] += 1
            }
        }
        let example = Example(
            seq: recorded.seq, message: recorded.situation.message?.id.text,
            conversation: recorded.situation.conversation.id.text)
        var isExplained = false
        for field in Set(old.fields.keys).union(new.fields.keys) {
            let (from, to) = (old.fields[field], new.fields[field])
            guard from?.text != to?.text else { continue }
            isExplained = true
            note(Group(rule: (to ?? from)?.rule ?? "", field: field, from: from?.text, to: to?.text), example)
        }
        // A failure that comes or goes and changes nothing else.
        let (failed, fails) = (old.failures.first, new.failures.first)
        if !isExplained, failed?.text != fails?.text {
            isExplained = true
            note(Group(rule: (fails ?? failed)?.rule ?? "", field: "failure", from: failed?.text, to: fails?.text), example)
        }
        if !isExplained {
            let rule = Set(old.matched).symmetricDifference(new.matched).min() ?? ""
            note(Group(rule: rule, field: "matched", from: nil, to: nil), example)
        }
    }

    private mutating func note(_ group: Group, _ example: Example) {
        let isFull = groups.count >= Self.mostGroups && groups[group] == nil
        let group = isFull ? Group(rule: "", field: "other", from: nil, to: nil) : group
        groups[group, default: Tally()].count += 1
        if groups[group, default: Tally()].examples.count < Self.mostExamples {
            groups[group, default: Tally()].examples.append(example)
        }
    }

    /// As the API and the program show it.
    package var value: Value {
        let sorted = groups.sorted { a, b in
            a.value.count != b.value.count
                ? a.value.count > b.value.count
                : (a.key.field, a.key.rule, a.key.from ?? "", a.key.to ?? "")
                    < (b.key.field, b.key.rule, b.key.from ?? "", b.key.to ?? "")
        }
        func matches(_ isWanted: ((before: Int, after: Int)) -> Int) -> Value {
            .array(
                self.matches.filter { isWanted($0.value) > 0 }.sorted { $0.key < $1.key }.map {
                    ["rule": .string($0.key), "before": Value($0.value.before), "after": Value($0.value.after)]
                })
        }
        return [
            "rule_set": .string(ruleSet), "decisions": Value(count), "asked": Value(asked), "changed": Value(changed),
            "reworded": Value(reworded), "share": .double(share),
            "skipped": Value(skipped),
            "changes": .array(
                sorted.map { group, tally in
                    [
                        "rule": .string(group.rule), "field": .string(group.field), "from": Value(group.from),
                        "to": Value(group.to), "count": Value(tally.count),
                        "examples": .array(
                            tally.examples.map {
                                [
                                    "seq": .int($0.seq), "message_id": Value($0.message),
                                    "conversation_id": .string($0.conversation),
                                    "link": .string("/v1/conversations/\($0.conversation)"),
                                ]
                            }),
                    ]
                }),
            "new_matches": matches { $0.after - $0.before }, "lost_matches": matches { $0.before - $0.after },
            "errors": [
                "before": Value(failuresBefore), "after": Value(failuresAfter),
                "rules": .array(
                    failures.sorted { $0.key < $1.key }.map {
                        ["rule": .string($0.key), "count": Value($0.value.count), "message": .string($0.value.text)]
                    }),
            ],
            "cost": [
                "us_before": .int(microsecondsBefore), "us_after": .int(microsecondsAfter), "instructions": .int(instructions),
            ],
            "arrivals": .array(
                arrivals.sorted { ($0.key.hour, $0.key.team) < ($1.key.hour, $1.key.team) }.map {
                    [
                        "team": .string($0.key.team), "hour": .string($0.key.hour), "before": Value($0.value.before),
                        "after": Value($0.value.after),
                    ]
                }),
        ]
    }
}

/// What is added up of each settlement, whether it comes out differently or not.
private struct Account {
    /// Each rule once.
    private(set) var matched: [String] = []
    private(set) var failures = 0
    private(set) var microseconds: Int64 = 0
    private(set) var instructions: Int64 = 0

    init(_ outcome: SettlementOutcome) {
        for decision in outcome.decisions.array ?? [] {
            microseconds += decision["us"]?.int ?? 0
            instructions += decision["instructions"]?.int ?? 0
            failures += decision["failures"]?.array?.count ?? 0
            for match in decision["matched"]?.array ?? [] {
                if let rule = match["rule"]?.string, !matched.contains(rule) { matched.append(rule) }
            }
        }
    }
}

/// What a settlement did, field by field: what people compare.
private struct Effects {
    private(set) var matched: [String] = []
    private(set) var fields: [String: (rule: String, text: String)] = [:]
    private(set) var failures: [(rule: String, text: String)] = []
    private(set) var tags: [String] = []

    init(_ outcome: SettlementOutcome) {
        if let team = outcome.arrival { fields["arrives"] = ("", team) }
        for decision in outcome.decisions.array ?? [] {
            matched += (decision["matched"]?.array ?? []).compactMap { $0["rule"]?.string }
            for failure in decision["failures"]?.array ?? [] {
                let place = "\(failure["file"]?.string ?? "?"):\(failure["line"]?.int ?? 0)"
                failures.append((failure["rule"]?.string ?? "", "\(place): \(failure["message"]?.string ?? "")"))
            }
            for intent in decision["intents"]?.array ?? [] { add(intent) }
        }
    }

    private mutating func add(_ intent: Value) {
        let rule = intent["rule"]?.string ?? ""
        for pair in intent.object?.pairs ?? [] where pair.name != "rule" {
            switch pair.name {
            case "assign", "hand_off":
                for part in pair.value.object?.pairs ?? [] { put(part.name, part.value, rule) }
                if pair.value.object?.pairs.isEmpty ?? true { put(pair.name, true, rule) }
            case "tag":
                tags += pair.value.array?.compactMap(\.string) ?? []
                put("tag", pair.value, rule)
            case "reply": put("reply", pair.value["text"] ?? pair.value, rule)
            default: put(pair.name, pair.value, rule)
            }
        }
    }

    private mutating func put(_ field: String, _ value: Value, _ rule: String) {
        let text = String((value.string ?? value.jsonText).prefix(200))
        fields[field] = (rule, fields[field].map { "\($0.text) | \(text)" } ?? text)
    }
}
