// SPDX-License-Identifier: Apache-2.0
import Desk

/// A text of a rule set by its name: of `i18n/`, or an answer of `data/knowledge.json`.
enum TextName: Hashable, Sendable {
    case text(String)
    case answer(String)

    /// As a message of a test has it: `the text 'greeting'`.
    var shown: String {
        switch self {
        case .text(let key): "the text '\(key)'"
        case .answer(let key): "the answer '\(key)'"
        }
    }
}

/// Which texts of a rule set its rules took while they decided: how a test knows the greeting from words that only look like it.
///
/// Only tests keep one, each for its own conversation. Belongs to the thread of the state that writes it.
final class TextTrail {
    struct Use: Hashable {
        let name: TextName
        /// What the rule gave for `{names}`, and what is there without being given; null: nothing.
        let arguments: Value
        /// What became of it.
        let text: String
    }

    /// Those that stand in something that was said.
    func uses(in intents: [Value]) -> [Use] {
        let said = intents.flatMap(\.texts)
        return uses.filter { use in !use.text.isEmpty && said.contains { $0.contains(use.text) } }
    }

    /// Each once, in their order.
    private(set) var uses: [Use] = []
    private var known: Set<Use> = []

    /// `{"i18n": "hello", "arguments": {…}, "text": "…"}`, as a pinned decision keeps it; `knowledge` for an answer.
    static func value(of use: Use) -> Value {
        var value: Value =
            switch use.name {
            case .text(let key): ["i18n": .string(key)]
            case .answer(let key): ["knowledge": .string(key)]
            }
        if use.arguments != .null { value["arguments"] = use.arguments }
        value["text"] = .string(use.text)
        return value
    }

    static func use(_ value: Value) -> Use? {
        guard let text = value["text"]?.string,
            let name = value["i18n"]?.string.map(TextName.text) ?? value["knowledge"]?.string.map(TextName.answer)
        else { return nil }
        return Use(name: name, arguments: value["arguments"] ?? .null, text: text)
    }

    func add(_ name: TextName, _ arguments: Value, _ text: String) {
        let use = Use(name: name, arguments: arguments, text: text)
        if known.insert(use).inserted { uses.append(use) }
    }
}

extension Value {
    /// All that is written in it.
    fileprivate var texts: [String] {
        switch self {
        case .string(let text): [text]
        case .array(let items): items.flatMap(\.texts)
        case .object(let fields): fields.pairs.flatMap { $0.value.texts }
        default: []
        }
    }

    /// The same with a text in other words, wherever it stands.
    func replacing(text old: String, with new: String) -> Value {
        switch self {
        case .string(let text): .string(text.replacing(old, with: new))
        case .array(let items): .array(items.map { $0.replacing(text: old, with: new) })
        case .object(let fields):
            .object(.init(unchecked: fields.pairs.map { .init($0.name, $0.value.replacing(text: old, with: new)) }))
        default: self
        }
    }
}
