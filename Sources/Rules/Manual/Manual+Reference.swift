// SPDX-License-Identifier: Apache-2.0

extension Manual {
    /// REFERENCE.md.
    static var reference: String {
        """
        # Reference of rules

        <!-- \(notice) -->

        Everything a rule file may use. How rules are written, tested and put live stands in [README.md](README.md). Each example \
        here is run by the program's own tests, beside these files:

        \(ManualExample.surroundings.sorted { $0.key < $1.key }.map { path, text in
            "`\(path)`\n\n```\(path.hasSuffix(".lua") ? "lua" : "json")\n\(text)\n```\n"
        }.joined(separator: "\n"))
        In a conversation after an example, `customer:` is what is written and `bot:` a part of what is answered; see [Tests](#tests).

        \(chapters.map { "- [\($0.title)](#\(anchor(of: $0.title)))" }.joined(separator: "\n"))

        \(chapters.map(section).joined(separator: "\n"))
        """
    }

    /// The anchor that a heading gets: small letters, `-` for blanks, nothing for other signs.
    package static func anchor(of heading: String) -> String {
        String(
            heading.lowercased().compactMap { character in
                character == " " ? "-" : character.isLetter || character.isNumber || "-_".contains(character) ? character : nil
            })
    }

    private static func section(_ chapter: Chapter) -> String {
        let places = Set(chapter.entries.map(\.places))
        var parts = ["## \(chapter.title)\n", chapter.introduction + "\n"]
        if let place = places.first, places.count == 1 { parts.append("They stand in: \(names(of: place)).\n") }
        let lines = chapter.entries.filter { $0.example.form == .line }
        if !lines.isEmpty {
            let rows = lines.map { entry in
                [code(entry.title), code(type(of: entry)), entry.summary, "\(code(entry.example.lua)) \(entry.example.result)"]
                    .map { $0.replacing("|", with: "\\|").replacing("\n", with: " ") }.joined(separator: " | ")
            }
            parts.append(
                "| name | type | what it is | example |\n| --- | --- | --- | --- |\n"
                    + rows.map { "| \($0) |" }.joined(separator: "\n") + "\n")
        }
        parts += chapter.entries.filter { $0.example.form == .blocks }.map { block($0, isAlone: places.count == 1) }
        return parts.joined(separator: "\n")
    }

    private static func block(_ entry: ManualEntry, isAlone: Bool) -> String {
        var text = "### \(code(entry.title))\n\n\(entry.summary)"
        if !entry.kinds.isEmpty { text += " (\(entry.kinds.map(\.rawValue).joined(separator: ", ")))" }
        text += " Type: \(code(type(of: entry)))."
        if !isAlone { text += " Stands in: \(names(of: entry.places))." }
        text += "\n\n```lua\n\(entry.example.lua)\n```\n"
        if !entry.example.talk.isEmpty { text += "\n```conv\n\(entry.example.talk)\n```\n" }
        if !entry.example.result.isEmpty { text += "\n```text\n\(entry.example.result)\n```\n" }
        return text
    }

    private static func names(of places: [ManualEntry.Place]) -> String { places.map(\.rawValue).joined(separator: ", ") }

    private static func code(_ text: String) -> String { text.isEmpty ? "" : "`\(text)`" }

    private static func type(of entry: ManualEntry) -> String {
        switch entry.shape {
        case .value(let type): type
        case .function(_, let returns): returns ?? "nothing"
        }
    }
}
