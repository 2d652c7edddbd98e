// SPDX-License-Identifier: Apache-2.0
import Desk

/// What a test takes as given: names of the desk's own, names with a dot as in `match`, all others are attributes of the customer.
enum TestGiven {
    /// Those of the manual, without what makes a message.
    static let names = Set(Manual.names(of: "given")).subtracting(ExampleScene.messageNames)

    static func apply(_ given: Value, to desk: inout TestScene) throws(TestProblem) {
        for pair in given.object?.pairs ?? [] {
            let value = pair.value
            guard names.contains(pair.name) else {
                // Names with a dot are for `applyPaths`.
                if !pair.name.contains(".") { desk.customer.attributes[pair.name] = dated(value, desk.now) }
                continue
            }
            switch pair.name {
            case "customer": desk.customer.attributes = desk.customer.attributes.merging(dated(value, desk.now))
            case "name": desk.customer.name = value.string
            case "language": desk.customer.language = value.string
            case "channel": desk.conversation.channel = value.string ?? desk.conversation.channel
            case "tags": desk.conversation.tags = value.array?.compactMap(\.string) ?? value.string.map { [$0] } ?? []
            case "state": try set(state: value.string ?? "", &desk)
            case "team": desk.conversation.team = value.string
            case "priority": desk.conversation.priority = Int(value.int ?? 0)
            case "mood": desk.conversation.mood = value.double ?? 0
            case "attributes": desk.conversation.attributes = value
            case "queue": desk.desk.queues = numbers(value); desk.desk.queueLength = desk.desk.queues.values.reduce(0, +)
            case "online": desk.desk.online = numbers(value)
            case "open":
                desk.desk.open = Dictionary(
                    (value.object?.pairs ?? []).map { ($0.name, $0.value.bool ?? true) }, uniquingKeysWith: { $1 })
            case "replied": desk.conversation.lastReplyAt = value.bool == true ? desk.now - .seconds(60) : nil
            case "at": desk.now = try time(value.string ?? "", from: desk.now, offset: desk.offset)
            default: preconditionFailure("the manual has something given that nothing takes: \(pair.name)")
            }
        }
    }

    /// Where `rules.lua` says what is known about customers, any other name is a typing error.
    static func checkAttributes(_ given: Value, _ settings: RuleSettings) throws(TestProblem) {
        guard let own = settings.customerAttributes else { return }
        let known = Manual.names(of: "given")
        for name in given.object?.names ?? [] where !name.contains(".") && !known.contains(name) && !own.contains(name) {
            throw TestProblem(
                "customers have no attribute '\(name)'; "
                    + (Spelling.hint(for: name, among: Array(own) + known) ?? "name it under attributes in rules.lua"))
        }
    }

    /// Names as in `match`, such as `customer.tags` or `message.fields.option`; they lie over everything else.
    static func applyPaths(_ given: Value, to situation: inout Situation) throws(TestProblem) {
        for pair in given.object?.pairs ?? [] where pair.name.contains(".") {
            guard let path = MatchPath(pair.name) else {
                throw TestProblem(
                    "there is no '\(pair.name)' to be given"
                        + (Spelling.hint(for: pair.name, among: MatchPath.named.keys).map { "; \($0)" } ?? ""))
            }
            guard path.put(dated(pair.value, situation.now), into: &situation) else {
                throw TestProblem("'\(pair.name)' cannot be given \(pair.value.jsonText)")
            }
        }
    }

    private static func set(state text: String, _ desk: inout TestScene) throws(TestProblem) {
        guard let state = ConversationState(rawValue: text) else {
            throw TestProblem(
                "there is no state '\(text)'"
                    + (Spelling.hint(for: text, among: ConversationState.allCases.map(\.rawValue)).map { "; \($0)" } ?? ""))
        }
        desk.conversation.state = state
        desk.conversation.hasBegun = true
        desk.conversation.queuedAt = state == .queued ? desk.now : nil
        desk.conversation.assignedAt = state == .assigned ? desk.now : nil
    }

    /// Texts such as `-2d` are times that long ago.
    static func dated(_ value: Value, _ now: Instant) -> Value {
        switch value {
        case .string(let text) where text.hasPrefix("-"):
            return Duration(text: text.dropFirst()).map { .string((now - $0).rfc3339) } ?? value
        case .object(let fields):
            return .object(.init(unchecked: fields.pairs.map { .init($0.name, dated($0.value, now)) }))
        default: return value
        }
    }

    private static func numbers(_ value: Value) -> [String: Int] {
        if let number = value.int { return ["service": Int(number)] }
        return Dictionary((value.object?.pairs ?? []).map { ($0.name, Int($0.value.int ?? 0)) }, uniquingKeysWith: { $1 })
    }

    /// `10:30`, `2026-11-21`, `2026-11-21 10:30`, on the rule set's wall clock.
    static func time(_ text: String, from now: Instant, offset: Duration) throws(TestProblem) -> Instant {
        let words = text.split { $0 == " " || $0 == "T" }.map(String.init)
        var day = LocalTime(now, offset: offset).day
        var minutes = 12 * 60
        for word in words {
            if word.contains(":") {
                let parts = word.split(separator: ":").compactMap { Int($0) }
                guard parts.count == 2, (0...23).contains(parts[0]), (0...59).contains(parts[1]) else {
                    throw TestProblem("'\(text)' is no time; write 10:30 or 2026-11-21 10:30")
                }
                minutes = parts[0] * 60 + parts[1]
            } else if let named = CalendarDay(text: word) {
                day = named
            } else {
                throw TestProblem("'\(text)' is no time; write 10:30 or 2026-11-21 10:30")
            }
        }
        if words.isEmpty { throw TestProblem("a time is missing; write 10:30 or 2026-11-21 10:30") }
        return Instant(seconds: Int64(day.daysSince1970) * 86_400 + Int64(minutes) * 60) - offset
    }
}
