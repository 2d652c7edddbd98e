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
    private static let names = KnownNames(teams: ["service", "after_sales", "premium", "complaints"], calls: ["shop.order", "shop.stock"])

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
            for language in ["zh-CN", "en"] { #expect((intent.value[language]?.array?.count ?? 0) >= 25, "\(intent.name) \(language)") }
        }
    }
}
