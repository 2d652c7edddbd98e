// SPDX-License-Identifier: Apache-2.0
import Desk

/// What a test wants to find in something that was said or written: words, or a text of the rule set by its name, whatever it reads like today.
///
/// In scripts `48 小时`, `@greeting`, `@queue_position ahead=3`, `@knowledge.shipping`, and `@@` for an @ in the words; in Lua also
/// `i18n("queue_position", { ahead = 3 })` and `{ knowledge = "shipping" }`. What is filled in may be a text by its name: `@note_return reason=@broken`.
indirect enum ExpectedText {
    case words(String)
    /// - Parameter arguments: those that must be so; others may be anything.
    case named(TextName, arguments: [Argument])

    struct Argument {
        let name: String
        let text: ExpectedText
    }

    /// - Throws: where it is no text, or a name that the set does not have.
    init(_ value: Value, in set: RuleSet) throws(TestProblem) {
        try self.init(value, texts: set.texts.keys, answers: set.knowledge)
    }

    /// - Parameters:
    ///   - texts: the keys under `i18n/`.
    ///   - answers: by the keys of `data/knowledge.json`.
    init(_ value: Value, texts: Set<String>, answers: [String: [String: String]]) throws(TestProblem) {
        let name: TextName
        var given: Value = .null
        if let text = value.string {
            // As Chinese keyboards write it, too.
            guard let sign = text.first, sign == "@" || sign == "＠" else { self = .words(text); return }
            let rest = text.dropFirst()
            if rest.first == sign { self = .words(String(rest)); return }
            let key = String(rest.prefix { $0 != " " })
            given = try ConversationScript.fields(String(rest.dropFirst(key.count)), areTexts: true)
            let isAnswer = key.hasPrefix(Self.answers) && !texts.contains(key)
            name = isAnswer ? .answer(String(key.dropFirst(Self.answers.count))) : .text(key)
        } else if let key = value["$i18n"]?.string {
            name = .text(key)
            given = value["arguments"] ?? .null
        } else if let key = value["knowledge"]?.string, value.object?.names == ["knowledge"] {
            name = .answer(key)
        } else {
            throw TestProblem("\(value.luaText) is no text; write words, i18n \"key\" or { knowledge = \"key\" }")
        }
        if let problem = Self.problem(name, texts, answers) { throw TestProblem(problem) }
        var arguments: [Argument] = []
        for pair in given.object?.pairs ?? [] {
            let value = pair.value.shownInText.map(Value.string) ?? pair.value
            arguments.append(Argument(name: pair.name, text: try ExpectedText(value, texts: texts, answers: answers)))
        }
        self = .named(name, arguments: arguments)
    }

    /// One, or a list of them.
    static func list(_ value: Value, in set: RuleSet) throws(TestProblem) -> [ExpectedText] {
        guard let items = value.array else { return [try ExpectedText(value, in: set)] }
        var found: [ExpectedText] = []
        for item in items { found.append(try ExpectedText(item, in: set)) }
        return found
    }

    private static let answers = "knowledge."

    /// - Returns: what is wrong with the name, with the nearest one that is there; nil: nothing.
    private static func problem(_ name: TextName, _ texts: Set<String>, _ answers: [String: [String: String]]) -> String? {
        switch name {
        case .text(let key):
            guard !texts.contains(key) else { return nil }
            let hint =
                answers[key] != nil
                ? "it is an answer in data/knowledge.json: @\(Self.answers)\(key), in Lua knowledge = \"\(key)\""
                : Spelling.nearest(to: key, among: texts).map { "did you mean '\($0)'?" }
                    ?? "words that begin with @ are written @@"
            return "there is no text '\(key)' under i18n/; \(hint)"
        case .answer(let key):
            guard answers[key] == nil else { return nil }
            let hint = texts.contains(key) ? "it is a text under i18n/: @\(key)" : Spelling.hint(for: key, among: answers.keys)
            return "there is no '\(key)' in data/knowledge.json" + (hint.map { "; \($0)" } ?? "")
        }
    }

    // MARK: - Looking

    /// Whether it stands in a text.
    /// - Parameters:
    ///   - language: whose text it must be; `.some(nil)`: of a customer whose language is unknown; nil: any.
    ///   - trail: what the rules took to say it.
    func stands(in said: String, language: String??, trail: TextTrail, of set: RuleSet) -> Bool {
        switch self {
        case .words(let words): words == "*" || words.isEmpty || said.contains(words)
        case .named(let name, let arguments):
            trail.uses.contains { use in
                use.name == name && said.contains(use.text) && arguments.allSatisfy { $0.fits(use.arguments, trail, set) }
                    && language.map { use.text == set.text(name, in: $0, use.arguments) } ?? true
            }
        }
    }

    /// For a message: `"48 小时"`, `the text 'greeting' ("您好，欢迎光临！")`.
    func shown(in language: String?, of set: RuleSet) -> String {
        guard case .named(let name, let arguments) = self else {
            if case .words(let words) = self { return "\"\(words)\"" }
            return ""
        }
        let filled = arguments.reduce(into: Value.object(.init())) { filled, argument in
            switch argument.text {
            case .words(let words): filled[argument.name] = .string(words)
            case .named(let name, _): filled[argument.name] = .string(set.text(name, in: language, .null))
            }
        }
        return "\(name.shown) (\"\(set.text(name, in: language, filled))\")"
    }

    /// What was said, by name, for a message; "" where it is none of the set's texts.
    static func origin(of said: String, trail: TextTrail, of set: RuleSet) -> String {
        let uses = trail.uses.filter { !$0.text.isEmpty && said.contains($0.text) }
        guard let use = uses.max(by: { $0.text.count < $1.text.count }) else { return "" }
        let given = set.placeholders(use.name).compactMap { name in
            (use.arguments[name] ?? use.arguments.at(name))?.shownInText.map { "\(name)=\($0)" }
        }
        return ", which is \(use.name.shown)" + (given.isEmpty ? "" : " with \(given.joined(separator: " "))")
    }
}

extension ExpectedText.Argument {
    /// Whether a rule filled this in, to the letter.
    fileprivate func fits(_ given: Value, _ trail: TextTrail, _ set: RuleSet) -> Bool {
        guard let filled = (given[name] ?? given.at(name))?.shownInText else { return false }
        switch text {
        case .words(let words): return filled == words
        case .named: return text.stands(in: filled, language: nil, trail: trail, of: set)
        }
    }
}

extension RuleSet {
    /// What is filled in, in any language; in alphabetical order.
    fileprivate func placeholders(_ name: TextName) -> [String] {
        let variants: [String] =
            switch name {
            case .text(let key): texts.texts.values.compactMap { $0[key] }
            case .answer(let key): knowledge[key].map { Array($0.values) } ?? []
            }
        return Set(variants.flatMap(RuleTexts.placeholders)).sorted()
    }

    /// A text by its name, as a customer of that language gets it.
    fileprivate func text(_ name: TextName, in language: String?, _ arguments: Value) -> String {
        switch name {
        case .text(let key): texts.text(key, in: language, arguments: arguments)
        case .answer(let key):
            RuleTexts.fill(
                RuleTexts.pick(knowledge[key] ?? [:], language: language, fallback: settings.language) ?? "", arguments)
        }
    }
}
