// SPDX-License-Identifier: Apache-2.0
import Rules

/// Where a file of a rule set lies: `routing/vip.lua`, below the folder of rules and never outside.
struct RulePath: Sendable, Hashable, CustomStringConvertible {
    /// From the folder down; at least one, the last is the file's name.
    let parts: [String]

    var name: String { parts[parts.count - 1] }
    var folders: ArraySlice<String> { parts.dropLast() }
    var description: String { parts.joined(separator: "/") }

    /// What is part of a rule set, by ending; the same as `RuleSource.read` takes.
    static let endings = ["lua", "json", "csv", "conv", "md"]
    private static let forbidden: Set<Character> = ["/", "\\", ":", "*", "?", "\"", "<", ">", "|", "~"]

    /// - Throws: 422 with what is wrong with the name, for a person.
    init(_ text: String, pointer: String = "/path") throws(Problem) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        func refuse(_ message: String) -> Problem { .invalid(pointer, message) }
        guard parts.count <= 5 else { throw refuse("a file lies at most four folders deep.") }
        for part in parts {
            guard !part.isEmpty else { throw refuse("a path such as routing/vip.lua was expected.") }
            guard !part.hasPrefix(".") else { throw refuse("'\(part)': names that begin with a dot are not part of a rule set.") }
            guard part.utf8.count <= 100 else { throw refuse("a name has at most 100 bytes.") }
            let isPlain = part.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f && !$0.properties.isBidiControl }
            guard isPlain, part.first != " ", part.last != " ", part.allSatisfy({ !Self.forbidden.contains($0) }) else {
                throw refuse("a name has letters, digits, '_', '-' and '.'.")
            }
        }
        guard !RuleSource.madeByProgram.contains(parts[0]) else { throw refuse("'\(parts[0])' is made by the program.") }
        let ending = parts[parts.count - 1].split(separator: ".", omittingEmptySubsequences: false).last.map(String.init) ?? ""
        guard parts[parts.count - 1].contains("."), Self.endings.contains(ending) else {
            throw refuse("a rule set has files that end in \(Self.endings.map { ".\($0)" }.joined(separator: ", ")).")
        }
        self.parts = parts
    }
}
