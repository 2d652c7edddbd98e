// SPDX-License-Identifier: Apache-2.0
import Desk

/// What rules of all kinds have in common.
final class RuleHead: Sendable {
    let id: String
    let kind: RuleKind
    let why: String
    let priority: Int
    let place: RulePlace
    let match: MatchTerm?
    let when: FunctionRef?
    /// Whether it asks for events, which are nothing to answer else.
    let mentionsEvent: Bool
    /// Inline tests, each with its line.
    let examples: [(value: Value, line: Int)]

    init(_ reader: SpecReader, usualConfidence: Double? = nil, match: MatchTerm? = nil) {
        let declaration = reader.declaration
        id = declaration.id
        kind = declaration.kind
        place = declaration.place
        why = reader.text("why") ?? ""
        priority = reader.whole("priority", in: -10_000...10_000) ?? 0
        let term = match ?? reader.term("match")
        let confidence = reader.number("confidence", in: 0...1)
        self.match = term.map { $0.with(confidence: confidence ?? usualConfidence ?? MatchTerm.usualConfidence) }
        mentionsEvent = self.match?.mentionsEvent ?? false
        when = reader.function("when")
        examples = reader.tables("examples") { example in
            example.acceptAll()
            var fields = Value.Fields()
            for name in example.names { fields[name] = example.value(name) }
            return (Value.object(fields), example.place(of: "").line)
        }
    }
}

/// A rule for people and the API.
package struct RuleDescription: Sendable, Hashable {
    /// Unique among all kinds of a set.
    package let id: String
    /// What was declared.
    package let kind: RuleKind
    /// The reason its author gave; may be empty.
    package let why: String
    /// Higher is looked at first.
    package let priority: Int
    /// Where it is declared.
    package let file: String
    /// From 1.
    package let line: Int
    /// As the author wrote it; nil: always.
    package let match: String?
    /// Whether Lua decides, too.
    package let hasWhen: Bool

    /// As the API shows it.
    package var value: Value {
        ([
            "id": .string(id), "kind": .string(kind.rawValue), "why": .string(why), "priority": Value(priority),
            "file": .string(file),
            "line": Value(line), "match": Value(match), "has_when": .bool(hasWhen),
        ] as Value).compact()
    }
}

extension RuleHead {
    var description: RuleDescription {
        RuleDescription(
            id: id, kind: kind, why: why, priority: priority, file: place.file, line: place.line, match: match?.text,
            hasWhen: when != nil)
    }
}
