// SPDX-License-Identifier: Apache-2.0

/// Everything a rule file may use, in one place. The names that checks know, the annotations for editors, the names for luacheck and
/// REFERENCE.md are all made from it; a test compares it with what a Lua state really holds.
package enum Manual {
    /// A part of the reference.
    package struct Chapter: Sendable {
        package let title: String
        /// What its entries have in common, in a few sentences of Markdown.
        package let introduction: String
        package let entries: [ManualEntry]
    }

    package static let chapters: [Chapter] = [
        declarations, commonFields, actionFields, kindFields, measures, tables, conditions, patterns, paths, helpers, views,
        log, outMethods,
        chatMethods, chatOptions, inlineExamples, testSteps, expectations, settings, lua,
    ]

    package static let entries = chapters.flatMap(\.entries)

    private static let namesByOwner = Dictionary(grouping: entries, by: \.owner).mapValues { entries in
        entries.reduce(into: [String]()) { names, entry in if !names.contains(entry.name) { names.append(entry.name) } }
    }

    /// Names that belong to something, in the order of the reference.
    static func names(of owner: String) -> [String] { namesByOwner[owner] ?? [] }

    /// Names that files may use without declaring them.
    static func globals(in places: [ManualEntry.Place]) -> Set<String> {
        let own = entries.filter { $0.owner.isEmpty && !$0.places.allSatisfy { !places.contains($0) } }.map(\.name)
        return Set(own).union(luaLibraries).union(["pattern", "log"])
    }

    /// Globals that are tables, whose names are known and end there.
    static let knownTables = Set(luaLibraries + ["pattern", "log"])

    /// Fields of a declaration.
    static func fields(of kind: RuleKind) -> [ManualEntry] { entries.filter { $0.owner == "rule" && $0.kinds.contains(kind) } }
}
