// SPDX-License-Identifier: Apache-2.0

/// A line that a rule or flow writes into the desk's log.
package struct RuleLogLine: Sendable, Hashable {
    package enum Level: String, Sendable, Hashable, CaseIterable { case debug, info, warning, error }

    package let rule: String
    package let level: Level
    package var text: String
    /// By name, as texts.
    package var fields: [String: String]

    package init(rule: String, level: Level, text: String, fields: [String: String] = [:]) {
        self.rule = rule
        self.level = level
        self.text = text
        self.fields = fields
    }

    /// As it stands in the decision log.
    package var value: Value {
        var value: Value = ["rule": .string(rule), "level": .string(level.rawValue), "text": .string(text)]
        if !fields.isEmpty {
            value["fields"] = .object(
                .init(unchecked: fields.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) }))
        }
        return value
    }
}

/// The log lines of one decision: so many, of such a size, and no more.
package struct RuleLogLines: Sendable {
    package static let most = 20
    /// Characters of a text, of a field's value, of its name; and fields.
    package static let (textLimit, valueLimit, nameLimit, fieldLimit) = (500, 200, 40, 8)

    private var lines: [RuleLogLine] = []
    private var leftOut = 0

    package init() {}

    package mutating func add(_ rule: String, _ level: RuleLogLine.Level, _ text: String, _ fields: Value?) {
        guard lines.count < Self.most else { leftOut += 1; return }
        var kept: [String: String] = [:]
        for pair in (fields?.object?.pairs ?? []).sorted(by: { $0.name < $1.name }).prefix(Self.fieldLimit) {
            kept[String(pair.name.prefix(Self.nameLimit))] = String(
                (pair.value.string ?? pair.value.jsonText).prefix(Self.valueLimit))
        }
        lines.append(RuleLogLine(rule: rule, level: level, text: String(text.prefix(Self.textLimit)), fields: kept))
    }

    /// All there are, and one that says how many are missing; afterwards there is none.
    package mutating func take() -> [RuleLogLine] {
        defer { (lines, leftOut) = ([], 0) }
        guard let last = lines.last, leftOut > 0 else { return lines }
        let text = "\(leftOut) more lines are left out: a decision has at most \(Self.most)."
        return lines + [RuleLogLine(rule: last.rule, level: .warning, text: text)]
    }
}
