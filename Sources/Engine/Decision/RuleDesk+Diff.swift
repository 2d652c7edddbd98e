// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal
import Rules

extension RuleDesk {
    /// What differs between two sets that were accepted: files by path, and declarations by id.
    /// - Parameter from: beginning of an id; nil: the live set.
    package func diff(from: String?, to: String) async throws -> Value {
        let (old, new) = (try await found(from ?? active.id), try await found(to))
        let files = Self.changes(old.source.files, new.source.files).map { path, change -> Value in
            ["path": .string(path), "change": .string(change)]
        }
        func byID(_ set: RuleSet) -> [String: RuleDescription] {
            Dictionary(set.rules.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        }
        let (oldRules, newRules) = (byID(old), byID(new))
        let (oldWords, newWords) = (Self.words(old), Self.words(new))
        let rules = Self.changes(oldWords, newWords).map { id, change -> Value in
            let rule = newRules[id] ?? oldRules[id]
            return [
                "rule": .string(id), "kind": .string(rule?.kind.rawValue ?? ""), "change": .string(change),
                "file": .string(rule?.file ?? ""),
            ]
        }
        return ["from": .string(old.id), "to": .string(new.id), "files": .array(files), "rules": .array(rules)]
    }

    /// What each declaration says, by id: from its first line to the next declaration of its file, without comments and blank lines
    /// between them. One that only moved has not changed.
    private static func words(_ set: RuleSet) -> [String: [Substring]] {
        var words: [String: [Substring]] = [:]
        for (file, rules) in Dictionary(grouping: set.rules, by: \.file) {
            // Declarations name their file as a terminal shows it, from the folder on.
            let path = file.hasPrefix("rules/") ? String(file.dropFirst(6)) : file
            let text = String(decoding: set.source.files[file] ?? set.source.files[path] ?? [], as: UTF8.self)
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            let starts = rules.map(\.line).sorted()
            for rule in rules {
                let end = starts.first { $0 > rule.line } ?? lines.count + 1
                guard rule.line >= 1, rule.line < end, end - 1 <= lines.count else {
                    words[rule.id] = []
                    continue
                }
                let own = lines[(rule.line - 1)..<(end - 1)]
                words[rule.id] = own.filter { line in
                    let trimmed = line.drop { $0 == " " || $0 == "\t" }
                    return !trimmed.isEmpty && !trimmed.hasPrefix("--")
                }
            }
        }
        return words
    }

    private static func changes<Item: Equatable>(_ old: [String: Item], _ new: [String: Item]) -> [(String, String)] {
        Set(old.keys).union(new.keys).sorted().compactMap { key in
            guard let before = old[key] else { return (key, "added") }
            guard let after = new[key] else { return (key, "removed") }
            return before == after ? nil : (key, "changed")
        }
    }

    private func found(_ id: String) async throws -> RuleSet {
        let matching = try await store.ruleSets(limit: 1000).filter { $0.id.hasPrefix(id) }
        guard matching.count < 2 else { throw DeskError(.invalid, "Several rule sets begin with \(id); give more of it.") }
        guard let record = matching.first, let set = await set(record.id) else {
            throw DeskError(.notFound, "No rule set begins with \(id).")
        }
        return set
    }
}
