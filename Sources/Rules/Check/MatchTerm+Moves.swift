// SPDX-License-Identifier: Apache-2.0
import Desk

/// What might make a condition hold, or not: guesses that are then tried.
extension MatchTerm {
    /// Adds what could be changed in `given`; a condition that is as wanted asks for nothing.
    func moves(_ facts: Facts, isWanted: Bool, _ moves: inout [WitnessMove]) {
        guard moves.count < Self.mostMoves, distance(facts, isWanted: isWanted) > 0 else { return }
        switch self {
        case .all(let terms), .any(let terms): for term in terms { term.moves(facts, isWanted: isWanted, &moves) }
        case .none(let terms): for term in terms { term.moves(facts, isWanted: !isWanted, &moves) }
        default: moves += leafMoves(facts, isWanted: isWanted)
        }
    }

    private static let mostMoves = 60
    private static let mostOfAList = 8

    private func leafMoves(_ facts: Facts, isWanted: Bool) -> [WitnessMove] {
        switch self {
        case .compare(let path, _, let constant): path.moves(to: Self.near(constant, path), facts)
        case .between(let path, let low, let high):
            path.moves(to: [low, high, (low + high) / 2, low - 1, high + 1].map(Value.number), facts)
        case .oneOf(let path, let constants):
            path.moves(to: constants.prefix(Self.mostOfAList).map(\.value) + Self.near(constants.first, path), facts)
        case .within(let path, let duration):
            path.moves(
                to: [.string("-" + min(duration, .seconds(60)).shown), .string("-" + (duration + .seconds(86_400)).shown)], facts)
        case .exists(let path): path.moves(to: Self.near(nil, path), facts)
        case .hasTag(let tags):
            if isWanted {
                tags.prefix(Self.mostOfAList).map {
                    WitnessMove("tags", .array((facts.situation.conversation.tags + [$0]).map(Value.string)))
                }
            } else {
                [
                    WitnessMove(
                        "tags", .array(facts.situation.conversation.tags.filter { !tags.contains($0) }.map(Value.string))),
                    WitnessMove(
                        "customer.tags", .array(facts.situation.customer.tags.filter { !tags.contains($0) }.map(Value.string))),
                ]
            }
        case .contains(let path, let parts): path.textMoves(parts.map(\.text), facts, isWanted: isWanted)
        case .prefix(let path, let parts): path.textMoves(parts.map(\.text), facts, isWanted: isWanted, atStart: true)
        case .keywords(let words):
            MatchPath.messageText.textMoves(words.map(\.plainText), facts, isWanted: isWanted)
        case .channel(let names):
            MatchPath.channel.moves(to: (names.prefix(Self.mostOfAList) + ["other"]).map(Value.string), facts)
        case .intent(let names, let confidence): intentMoves(names, confidence ?? Self.usualConfidence, isWanted: isWanted)
        case .event(let names):
            isWanted
                ? names.prefix(Self.mostOfAList).map { WitnessMove("event", .string($0)) }
                : [WitnessMove("event", nil), WitnessMove("event", "other")]
        case .pattern(let path, let pattern):
            path.textMoves(isWanted ? [pattern.sample] : ["…"], facts, isWanted: true)
        case .all, .any, .none: []
        }
    }

    private func intentMoves(_ names: [String], _ confidence: Double, isWanted: Bool) -> [WitnessMove] {
        guard isWanted else {
            return [
                WitnessMove([("intent", nil), ("confidence", nil)]), WitnessMove("confidence", .number(max(0, confidence - 0.1))),
                WitnessMove([("intent", "other"), ("confidence", nil)]),
            ]
        }
        return names.prefix(Self.mostOfAList).map {
            WitnessMove([("intent", .string($0)), ("confidence", confidence > 0.9 ? .number(confidence) : nil)])
        }
    }

    /// Values at and around a constant, or of a place's kind; at last none.
    private static func near(_ constant: Constant?, _ path: MatchPath) -> [Value?] {
        var values: [Value?] = []
        switch (constant, path.kind) {
        case (.number(let number), _): values = [number, number + 1, number - 1, number + 0.5, number - 0.5].map(Value.number)
        case (.text(let text), .time): values = [.string(text), "-60s"]
        case (.text(let text), .texts): values = [.array([.string(text)]), .array([])]
        case (.text(let text), _): values = [.string(text), "other"]
        case (.flag(let flag), _): values = [.bool(flag), .bool(!flag)]
        case (nil, .number): values = [1, 0]
        case (nil, .flag): values = [true]
        case (nil, .texts): values = [.array(["x"])]
        case (nil, .time): values = ["-60s"]
        case (nil, .text), (nil, .any): values = ["x"]
        }
        return values + (path.words ?? []).map { .string($0) } + [nil]
    }
}

extension MatchPath {
    /// How a value at this place is written in `given`.
    var givenName: String? {
        switch self {
        case .state: "state"
        case .team: "team"
        case .priority: "priority"
        case .channel: "channel"
        case .mood: "mood"
        case .conversationTags: "tags"
        case .language, .customerLanguage: "language"
        case .customerName: "name"
        case .messageText: "text"
        case .messageKind: "kind"
        case .messageEvent: "event"
        case .intent: "intent"
        case .confidence: "confidence"
        case .hour, .minute, .weekday, .date: "at"
        case .customerID, .conversationID: nil
        case .customerAttribute(let names)
        where names.count == 1 && !TestGiven.names.contains(names[0]) && !ExampleScene.messageNames.contains(names[0]):
            names[0]
        default: name
        }
    }

    fileprivate func moves(to values: [Value?], _ facts: Facts) -> [WitnessMove] {
        guard let name = givenName else { return [] }
        return values.compactMap { value in
            switch self {
            case .hour, .minute, .weekday, .date: at(value, facts.local).map { WitnessMove(name, .string($0)) }
            case .confidence:
                value.map {
                    WitnessMove([("intent", .string(facts.situation.understanding.intents.first?.intent ?? "other")), (name, $0)])
                }
            default: WitnessMove(name, value)
            }
        }
    }

    /// The clock turned so that it shows this here: `2026-11-18 23:00`.
    private func at(_ value: Value?, _ local: LocalTime) -> String? {
        var (day, hour, minute) = (local.day.text, local.hour, local.minute)
        switch self {
        case .date:
            guard let text = value?.string, CalendarDay(text: text) != nil else { return nil }
            day = text
        case .weekday:
            guard let wanted = value?.int, (1...7).contains(wanted) else { return nil }
            let days = (Int(wanted) - local.day.weekday + 7) % 7
            day = CalendarDay(daysSince1970: local.day.daysSince1970 + days).text
        case .hour:
            guard let wanted = value?.int, (0...23).contains(wanted) else { return nil }
            hour = Int(wanted)
        case .minute:
            guard let wanted = value?.int, (0...59).contains(wanted) else { return nil }
            minute = Int(wanted)
        default: return nil
        }
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(day) \(two(hour)):\(two(minute))"
    }

    /// A text that has one of the parts, or none of them.
    fileprivate func textMoves(
        _ parts: [String], _ facts: Facts, isWanted: Bool, atStart: Bool = false
    ) -> [WitnessMove] {
        guard let name = givenName else { return [] }
        var present = ""
        if case .text(let text) = facts[self] { present = text }
        guard isWanted else {
            let without = parts.reduce(present) { $0.replacing($1, with: "") }
            return [WitnessMove(name, .string(without)), WitnessMove(name, nil)]
        }
        return parts.prefix(8).flatMap { part -> [WitnessMove] in
            if present.isEmpty { return [WitnessMove(name, .string(part))] }
            let longer = atStart ? "\(part) \(present)" : "\(present) \(part)"
            return [WitnessMove(name, .string(part)), WitnessMove(name, .string(longer))]
        }
    }
}

extension Keyword {
    /// Without the star.
    var plainText: String { text.hasSuffix("*") ? String(text.dropLast()) : text }
}

extension Constant {
    var value: Value {
        switch self {
        case .text(let text): .string(text)
        case .number(let number): .number(number)
        case .flag(let flag): .bool(flag)
        }
    }
}

extension NamedPattern {
    /// A text in which it is found.
    var sample: String {
        switch self {
        case .orderNo: "SO-20260101"
        case .phone: "13800138000"
        case .email: "a@example.com"
        case .number: "12"
        case .yesNo: "yes"
        case .text: "x"
        }
    }
}

extension Value {
    /// A whole number where it is one.
    static func number(_ number: Double) -> Value { Int64(exactly: number).map(Value.int) ?? .double(number) }

    /// As it is written in Lua: `{ vip_level = 5, tags = { "a" } }`.
    var luaText: String {
        switch self {
        case .null: return "nil"
        case .bool(let flag): return flag ? "true" : "false"
        case .int(let number): return String(number)
        case .double(let number): return String(number)
        case .string(let text): return Self.quoted(text)
        case .bytes(let bytes): return Self.quoted(String(decoding: bytes, as: UTF8.self))
        case .array(let items):
            return items.isEmpty ? "{}" : "{ \(items.map(\.luaText).joined(separator: ", ")) }"
        case .object(let fields):
            guard !fields.isEmpty else { return "{}" }
            let parts = fields.pairs.map { pair in
                "\(Self.isName(pair.name) ? pair.name : "[\(Self.quoted(pair.name))]") = \(pair.value.luaText)"
            }
            return "{ \(parts.joined(separator: ", ")) }"
        }
    }

    private static let reserved: Set<String> = [
        "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local", "nil", "not",
        "or",
        "repeat", "return", "then", "true", "until", "while",
    ]

    private static func isName(_ text: String) -> Bool {
        func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7a).contains(byte | 0x20) || byte == 0x5f }
        return text.utf8.first.map(isLetter) ?? false && !reserved.contains(text)
            && text.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) }
    }

    private static func quoted(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": out += "\\\\"
            case "\"": out += "\\\""
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\0": out += "\\0"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }
}
