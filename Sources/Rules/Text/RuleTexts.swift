// SPDX-License-Identifier: Apache-2.0
import Desk

/// The texts of a rule set by language and key, as `i18n/zh-CN.lua` and its sisters give them.
package struct RuleTexts: Sendable, Hashable {
    /// By language (BCP 47), then key.
    package let texts: [String: [String: String]]
    /// Where a language or a text is missing.
    package let fallback: String

    /// By language, then key.
    package init(texts: [String: [String: String]], fallback: String) {
        self.texts = texts
        self.fallback = fallback
        keys = Set(texts.values.flatMap(\.keys))
    }

    /// In alphabetical order.
    package var languages: [String] { texts.keys.sorted() }
    /// Of all languages together.
    package let keys: Set<String>

    /// The text in a language, with `{name}` replaced by the argument of that name.
    ///
    /// Where it is missing: another variant of the same language (`zh-TW` → `zh-CN`), the set's own language, English, any, and at last the key.
    package func text(_ key: String, in language: String?, arguments: Value = .null) -> String {
        // Mostly it is there in the language itself.
        let found =
            language.flatMap { texts[$0]?[key] }
            ?? Self.pick(texts.compactMapValues { $0[key] }, language: language, fallback: fallback) ?? key
        return Self.fill(found, arguments)
    }

    /// Chooses among the same thing in several languages.
    package static func pick<Item>(_ items: [String: Item], language: String?, fallback: String) -> Item? {
        for wanted in [language, fallback, "en"] {
            guard let wanted else { continue }
            if let item = items[wanted] { return item }
            let base = wanted.prefix { $0 != "-" && $0 != "_" }.lowercased()
            let near = items.keys.filter { $0.prefix { $0 != "-" && $0 != "_" }.lowercased() == base }.sorted()
            if let name = near.first { return items[name] }
        }
        return items.sorted { $0.key < $1.key }.first?.value
    }

    /// Replaces `{name}` and `{order.no}`; a name that is not given stays as it is.
    package static func fill(_ text: String, _ arguments: Value) -> String {
        guard arguments.object != nil, text.contains("{") else { return text }
        var out = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "{") {
            out += rest[..<open]
            rest = rest[open...]
            guard let close = rest.firstIndex(of: "}") else { break }
            let name = rest[rest.index(after: open)..<close]
            if let shown = (arguments[String(name)] ?? arguments.at(name))?.shownInText {
                out += shown
            } else {
                out += rest[...close]
            }
            rest = rest[rest.index(after: close)...]
        }
        return out + rest
    }

    /// Names in `{…}`.
    static func placeholders(of text: String) -> Set<String> {
        var names: Set<String> = []
        var rest = text[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            names.insert(String(rest[rest.index(after: open)..<close]))
            rest = rest[rest.index(after: close)...]
        }
        return names
    }
}

extension Value {
    /// As it stands in a sentence; nil for what cannot.
    var shownInText: String? {
        switch self {
        case .string(let text): text
        case .int(let number): String(number)
        case .double(let number): Fact.shown(number)
        case .bool(let flag): flag ? "true" : "false"
        default: nil
        }
    }
}
