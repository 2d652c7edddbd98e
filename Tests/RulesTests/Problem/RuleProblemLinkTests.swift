// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Testing

@testable import Rules

@Suite("Links of problems") struct RuleProblemLinkTests {
    /// Codes in the sources: `report("type", …)`, `RuleProblem(.error, "id", …)`, `code: "data"`.
    private static func codesInSources() throws -> Set<String> {
        var codes: Set<String> = []
        for floor in ["Rules", "Engine"] {
            let folder = ManualFilesTests.root.appendingPathComponent("Sources/\(floor)")
            let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
            for case let file as URL in files where file.pathExtension == "swift" {
                let text = try String(contentsOf: file, encoding: .utf8)
                for match in text.matches(of: /(?:RuleProblem|report)\(\s*(?:[^"(),]*,\s*)?(?:code:\s*)?"([a-z0-9_]+)"\s*,/) {
                    codes.insert(String(match.output.1))
                }
                for match in text.matches(of: /code: [^"\n]*\? "([a-z_]+)" : [^"\n]*\? "([a-z_]+)" : "([a-z_]+)"/) {
                    codes.formUnion([String(match.output.1), String(match.output.2), String(match.output.3)])
                }
            }
        }
        return codes
    }

    @Test("every code in the sources has one") func complete() throws {
        let codes = try Self.codesInSources()
        #expect(codes.count > 30)
        #expect(codes.subtracting(RuleProblem.anchors.keys).sorted() == [])
        #expect(Set(RuleProblem.anchors.keys).subtracting(codes).sorted() == [], "nobody uses these")
    }

    @Test("lead to headings of rules/README.md under which the code stands") func headings() throws {
        let text = try String(contentsOf: ManualFilesTests.root.appendingPathComponent("rules/README.md"), encoding: .utf8)
        let headings = ManualFilesTests.headings(of: text)
        #expect(Set(RuleProblem.anchors.values).subtracting(headings).sorted() == [])
        for (code, anchor) in RuleProblem.anchors {
            let part = text.components(separatedBy: "\n### ").first { section in
                Manual.anchor(of: String(section.prefix { $0 != "\n" })) == anchor
            }
            #expect(part?.contains("`\(code)`") == true, "\(code) does not stand under #\(anchor)")
        }
    }

    @Test("stand in the API, and once for each code at the end of a report") func shown() {
        let (_, problems) = RuleSet.compile(
            RuleSource(name: "t", texts: ["a.lua": "reply \"a\" { txt = 1, txxt = 2, text = 3 }"]))
        let values = "see rules/README.md#unknown-fields-and-wrong-values"
        #expect(problems.links == ["type: \(values)", "value: \(values)", "unknown_field: \(values)"])
        #expect(problems.filter { $0.code == "unknown_field" }.count == 2)
        #expect(problems.allSatisfy { $0.value["see"]?.string == $0.see && $0.see != nil })
    }

    @Test("no broken rule set makes a problem without one", arguments: BrokenRulesTests.cases) func broken(rule: BrokenRule) {
        var texts = rule.more
        texts["main.lua"] = rule.source
        let (_, problems) = RuleSet.compile(RuleSource(name: "t", texts: texts), names: BrokenRulesTests.names)
        #expect(problems.allSatisfy { $0.see != nil }, "\(problems.map(\.code))")
    }
}
