// SPDX-License-Identifier: Apache-2.0
import Answers
import Desk
import Foundation
import Testing

@testable import Rules

@Suite("The rules that ship") struct ShippedRulesTests {
    private static var folder: String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("rules").path
    }
    private static let names = KnownNames(
        teams: ["service", "after_sales", "premium", "complaints"], calls: ["shop.order", "shop.stock"])

    @Test("check without errors and warnings") func check() throws {
        let (set, problems) = RuleSet.compile(try RuleSource.read(folder: Self.folder), names: Self.names)
        #expect(problems.map(\.description) == [])
        #expect(set?.name == "shop")
    }

    @Test("pass their own tests, and every rule is tried") func test() throws {
        let set = try #require(RuleSet.compile(try RuleSource.read(folder: Self.folder), names: Self.names).set)
        let index = IntentIndex(examples: set.intents)
        let report = RuleTester.run(set, understand: { index.understand($0) })
        #expect(report.failures.map(\.description) == [])
        #expect(report.uncovered == [])
        #expect(report.passed > 60)
    }

    @Test("know at least 25 phrasings of each intent in both languages") func intents() throws {
        let set = try #require(RuleSet.compile(try RuleSource.read(folder: Self.folder), names: Self.names).set)
        let intents = set.intents.object?.pairs ?? []
        #expect(intents.count >= 12)
        for intent in intents {
            for language in ["zh-CN", "en"] {
                #expect((intent.value[language]?.array?.count ?? 0) >= 25, "\(intent.name) \(language)")
            }
        }
    }

    /// A block of a README: a rule file, or a conversation script.
    struct Snippet: Sendable, CustomTestStringConvertible {
        let file: String
        let line: Int
        let kind: String
        let text: String
        var testDescription: String { "\(file):\(line)" }
    }

    static let snippets: [Snippet] = ["README.md", "README.zh-CN.md"].flatMap { file in
        var found: [Snippet] = []
        var open: (line: Int, kind: String, lines: [Substring])?
        let text = (try? String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)) ?? ""
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.hasPrefix("```"), let block = open {
                found.append(Snippet(file: file, line: block.line, kind: block.kind, text: block.lines.joined(separator: "\n")))
                open = nil
            } else if line.hasPrefix("```") {
                open = (index + 1, String(line.dropFirst(3)), [])
            } else {
                open?.lines.append(line)
            }
        }
        return found
    }

    @Test(
        "every example of their README works when it is laid beside them",
        arguments: snippets.filter { ["lua", "conv"].contains($0.kind) })
    func readme(snippet: Snippet) throws {
        var files = try RuleSource.read(folder: Self.folder).files.filter { !$0.key.hasPrefix("tests/") }
        let path = snippet.kind == "lua" ? "zz_readme/example.lua" : "tests/zz_readme.conv"
        files[path] = Array(snippet.text.utf8)
        let (set, problems) = RuleSet.compile(RuleSource(name: "rules", files: files), names: Self.names)
        #expect(problems.filter { $0.file == "rules/\(path)" }.map(\.description) == [])
        let whole = try #require(set, "\(problems.map(\.description))")
        let index = IntentIndex(examples: whole.intents)
        let report = RuleTester.run(whole, understand: { index.understand($0) })
        #expect(report.failures.filter { $0.file == "rules/\(path)" }.map(\.description) == [])
    }

    @Test("their README has examples, and names every function and step there is") func reference() throws {
        #expect(Self.snippets.count { $0.kind == "lua" } >= 4)
        let text = try String(contentsOfFile: "\(Self.folder)/README.md", encoding: .utf8)
        let names =
            Array(MatchTerm.makers.keys) + RuleKind.allCases.map(\.rawValue) + ["i18n", "data", "fold", "seconds", "anomaly"]
            + NamedPattern.allCases.map(\.rawValue) + TestStep.names + EscalationRule.Basis.allCases.map(\.rawValue)
        #expect(names.filter { !text.contains($0) }.sorted() == [])
    }
}
