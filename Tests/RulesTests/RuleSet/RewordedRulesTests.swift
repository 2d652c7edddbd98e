// SPDX-License-Identifier: Apache-2.0
import Answers
import Desk
import Foundation
import Testing

@testable import Rules

/// Who changes what the bot says meets no test that looks for the old words; who lets a rule say another text does.
@Suite("Shipped tests ask which text is said, not how it reads") struct RewordedRulesTests {
    static let folders = ["rules"] + ["education", "finance", "health"].map { "Sources/luadesk/Init/Scenes/\($0)/rules" }

    private static func source(_ folder: String) throws -> RuleSource {
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        return try RuleSource.read(folder: root.appendingPathComponent(folder).path)
    }

    private static func report(_ source: RuleSource, _ files: [String: [UInt8]] = [:]) throws -> TestReport {
        let changed = RuleSource(name: source.name, files: source.files.merging(files) { $1 }, folder: source.folder)
        let (set, problems) = RuleSet.compile(changed)
        let whole = try #require(set, "\(problems.map(\.description))")
        let index = IntentIndex(examples: whole.intents)
        return RuleTester.run(whole, understand: { index.understand($0) })
    }

    private static func set(_ source: RuleSource) throws -> RuleSet { try #require(RuleSet.compile(source).set) }

    @Test("every text and every answer may change, each by itself unlike all others", arguments: folders, [true, false])
    func reworded(folder: String, keepsNames: Bool) throws {
        let source = try Self.source(folder)
        let set = try Self.set(source)
        var files: [String: [UInt8]] = [:]
        for (language, texts) in set.texts.texts {
            let lines = texts.keys.sorted().enumerated().map { number, key in
                let names = keepsNames ? RuleTexts.placeholders(of: texts[key] ?? "").sorted().map { " {\($0)}" }.joined() : ""
                return "  \(key) = \"\(language) #\(number)#\(names)\","
            }
            files["i18n/\(language).lua"] = Array("return {\n\(lines.joined(separator: "\n"))\n}".utf8)
        }
        var answers: Value = .object(.init())
        for (number, key) in set.knowledge.keys.sorted().enumerated() {
            var languages: Value = .object(.init())
            for language in (set.knowledge[key] ?? [:]).keys { languages[language] = .string("\(language) §\(number)§") }
            answers[key] = languages
        }
        files["data/knowledge.json"] = answers.json
        #expect(set.texts.keys.count > 30 && set.knowledge.count > 10)
        let report = try Self.report(source, files)
        #expect(report.failures.map(\.description) == [])
        #expect(report.passed > 60)
    }

    /// The lines of a rule file outside of examples.
    private static func swap(_ pattern: Regex<(Substring, Substring)>, by next: [String: String], in source: RuleSource)
        -> [String: [UInt8]]
    {
        var files: [String: [UInt8]] = [:]
        for (path, bytes) in source.files
        where path.hasSuffix(".lua") && !["tests", "i18n", "meta", "flows"].contains(path.prefix { $0 != "/" }) {
            let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).map {
                line in
                // What stands before the examples, where all is in one line.
                let end =
                    line.firstRange(of: "examples =")?.lowerBound ?? line.firstRange(of: "{ given =")?.lowerBound ?? line.endIndex
                return line[..<end].replacing(pattern) { match in
                    match.output.0.replacing(
                        "\"\(match.output.1)\"", with: "\"\(next[String(match.output.1)] ?? String(match.output.1))\"")
                } + line[end...]
            }
            files[path] = Array(lines.joined(separator: "\n").utf8)
        }
        return files
    }

    @Test("a rule that says another answer fails its tests, each of them", arguments: folders) func anotherAnswer(folder: String)
        throws
    {
        let source = try Self.source(folder)
        let set = try Self.set(source)
        let keys = set.knowledge.keys.sorted()
        let next = Dictionary(uniqueKeysWithValues: zip(keys, keys.dropFirst() + keys.prefix(1)))
        let report = try Self.report(source, Self.swap(/knowledge = "(\w+)"/, by: next, in: source))
        let failed = Set(report.failures.map(\.test))
        #expect(set.knowledgeReplies.count > 10)
        #expect(set.knowledgeReplies.keys.filter { !failed.contains($0) }.sorted() == [])
    }

    @Test("a rule that says another text fails its tests, each of them", arguments: folders) func anotherText(folder: String)
        throws
    {
        let source = try Self.source(folder)
        let set = try Self.set(source)
        let speakers = set.replies.filter { if case .key = $0.actions.text { true } else { false } }.map(\.head.id)
        let keys = set.texts.keys.sorted()
        let next = Dictionary(uniqueKeysWithValues: zip(keys, keys.dropFirst() + keys.prefix(1)))
        let report = try Self.report(source, Self.swap(/\btext = i18n "(\w+)"/, by: next, in: source))
        let failed = report.failures.map(\.description)
        #expect(speakers.count >= 8)
        // Its own examples, or a conversation in which the text is missed.
        let missed = set.replies.filter { rule in
            guard case .key(let key, _) = rule.actions.text else { return false }
            return !report.failures.contains { $0.test == rule.head.id } && !failed.contains { $0.contains("the text '\(key)'") }
        }
        #expect(missed.map(\.head.id) == [])
    }

    @Test("prices, stock and the list of products may change") func products() throws {
        let source = try Self.source("rules")
        let products = """
            [ { "zh": "竹制收纳盒", "en": "Bamboo box", "words": [], "price": "59 CNY", "in_stock": false },
              { "zh": "帆布双肩包", "en": "Canvas backpack", "words": ["背包"], "price": "1 CNY", "in_stock": true } ]
            """
        let report = try Self.report(source, ["data/products.json": Array(products.utf8)])
        #expect(report.failures.map(\.description) == [])
        // Sold out, all of them, and dearer.
        let text = String(decoding: try #require(source.files["data/products.json"]), as: UTF8.self)
        let dearer = text.replacing("\"in_stock\": true", with: "\"in_stock\": false").replacing("99 CNY", with: "98 CNY")
        #expect(try Self.report(source, ["data/products.json": Array(dearer.utf8)]).failures.map(\.description) == [])
    }
}
