// SPDX-License-Identifier: Apache-2.0
import Desk

/// Texts that two rule sets have by the same name and write otherwise: those of `i18n/`, answers of the knowledge, and words in a rule's own fields.
///
/// With it, "the same said in other words" is told from "something else said": gates ask for the second only.
package struct Rewording: Sendable {
    /// The longest first, so that a short one is not found within it.
    private let changes: [Change]

    /// - Parameters:
    ///   - old: the set that said it.
    ///   - new: the set that says it now.
    package init(from old: RuleSet, to new: RuleSet) {
        let (was, now) = (old.textsByPlace, new.textsByPlace)
        changes = was.compactMap { place, text in now[place].flatMap { $0 == text ? nil : Change(text, $0) } }
            .sorted { ($1.weight, $0.old, $0.new) < ($0.weight, $1.old, $1.new) }
    }

    /// Whether there is nothing that reads otherwise.
    package var isEmpty: Bool { changes.isEmpty }

    /// Whether a text becomes the other where each changed text in it is written in its new words.
    package func leads(from old: String, to new: String) -> Bool {
        if old == new { return true }
        var text = old
        for change in changes {
            guard let changed = change.applied(to: text) else { continue }
            if changed == new || change.applied(to: old) == new { return true }
            text = changed
        }
        return false
    }

    private struct Change {
        let old: String
        let new: String
        /// What stands before, between and after the `{names}` of the old text.
        private let pieces: [String]
        private let names: [String]
        /// How much of the old text is its own.
        var weight: Int { pieces.reduce(0) { $0 + $1.utf8.count } }

        /// Nil where nothing but names stands in the old text: it would be found everywhere.
        init?(_ old: String, _ new: String) {
            var (pieces, names) = ([String](), [String]())
            var rest = old[...]
            while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
                pieces.append(String(rest[..<open]))
                names.append(String(rest[rest.index(after: open)..<close]))
                rest = rest[rest.index(after: close)...]
            }
            (self.old, self.new, self.pieces, self.names) = (old, new, pieces + [String(rest)], names)
            if weight == 0 { return nil }
        }

        /// - Returns: nil if the old text does not stand in it.
        func applied(to text: String) -> String? {
            guard let first = pieces[0].isEmpty ? text.startIndex..<text.startIndex : text.firstRange(of: pieces[0]) else {
                return nil
            }
            var position = first.upperBound
            var arguments: Value = .object(.init())
            for (name, piece) in zip(names, pieces.dropFirst()) {
                guard let next = piece.isEmpty ? text.endIndex..<text.endIndex : text[position...].firstRange(of: piece) else {
                    return nil
                }
                arguments[name] = .string(String(text[position..<next.lowerBound]))
                position = next.upperBound
            }
            return text[..<first.lowerBound] + RuleTexts.fill(new, arguments) + text[position...]
        }
    }
}

extension RuleSet {
    /// Everything that is written for people, by where it stands.
    fileprivate var textsByPlace: [String: String] {
        var found: [String: String] = [:]
        for (language, texts) in texts.texts { for (key, text) in texts { found["i18n/\(language)/\(key)"] = text } }
        for (key, answers) in knowledge { for (language, text) in answers { found["knowledge/\(language)/\(key)"] = text } }
        let speakers =
            routes.map { ($0.head.id, $0.actions) } + escalations.map { ($0.head.id, $0.actions) }
            + replies.map { ($0.head.id, $0.actions) }
        for (rule, actions) in speakers {
            for (number, (field, wording)) in actions.wordings.enumerated() {
                switch wording {
                case .literal(let text): found["rule/\(rule)/\(field)/\(number)"] = text
                case .languages(let texts):
                    for (language, text) in texts { found["rule/\(rule)/\(field)/\(number)/\(language)"] = text }
                case .key, .function: break
                }
            }
        }
        return found
    }
}
