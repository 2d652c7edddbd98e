// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Rules

@Suite("Coverage of rules") struct CoverageTests {
    private func run(_ rules: String, _ more: [String: String] = [:], measures: Bool = true) throws -> TestReport {
        RuleTester.run(try ruleSet(rules, more), understand: { _ in Understanding() }, measuresCoverage: measures)
    }

    private let rules = """
        reply "hello" { match = all { keywords "hi", none { has_tag "x" } }, text = "hello", examples = {
          { given = { text = "hi" }, reply = "hello" },
          { given = { text = "ho" }, not_matched = true } } }
        reply "bye" { match = keywords "bye", text = "bye" }
        """

    @Test("counts what each term was, and who never matched") func counts() throws {
        let report = try run(rules, ["tests/a.conv": "customer: hi\nbot: hello"])
        #expect(report.failures == [])
        #expect(
            report.coverage == [
                RuleCoverage(
                    rule: "hello", kind: "reply", file: "rules/main.lua", line: 1, matched: 2,
                    terms: [
                        .init(text: "keywords(\"hi\")", held: 2, failed: 1), .init(text: "has_tag(\"x\")", held: 0, failed: 3),
                    ]),
                RuleCoverage(
                    rule: "bye", kind: "reply", file: "rules/main.lua", line: 4, matched: 0,
                    terms: [.init(text: "keywords(\"bye\")", held: 0, failed: 3)]),
            ])
        #expect(report.uncovered == ["bye"])
        let text = report.description
        #expect(text.contains("Rules that matched: 1 of 2. Conditions that were seen true and false: 1 of 3."))
        #expect(
            text.contains("✓ hello  (rules/main.lua:1)  matched 2 times, 1 of 2 conditions\n      never true: has_tag(\"x\")"))
        #expect(text.contains("· bye  (rules/main.lua:4)  matched 0 times"))
        let bye = report.value["coverage"]?[1]
        #expect(bye?["rule"] == "bye" && bye?["matched"] == 0)
        #expect(bye?["terms"]?[0] == ["term": "keywords(\"bye\")", "true": 0, "false": 3])
    }

    @Test("what must be missing is a condition of its own, as it was written") func missing() throws {
        let report = try run(
            """
            reply "who" { match = missing "customer.phone", text = "your number?", examples = {
              { given = { text = "a" } }, { given = { text = "a", phone = "1" }, not_matched = true } } }
            """)
        #expect(report.failures == [])
        #expect(report.coverage.first?.terms == [.init(text: "missing(\"customer.phone\")", held: 1, failed: 1)])
    }

    @Test("is not measured where nobody asked") func off() throws {
        let report = try run(rules, measures: false)
        #expect(report.coverage == [] && report.value["coverage"] == nil)
        #expect(report.uncovered == ["bye"])
    }

    @Test("a flow that a rule starts has matched once") func flows() throws {
        let report = try run(
            """
            reply "go" { match = keywords "go", start_flow = "f" }
            flow "f" { stages = { a = function(chat) return chat:done() end } }
            flow "g" { start = keywords "gee", stages = { a = function(chat) return chat:done() end } }
            """, ["tests/a.conv": "customer: go\ncustomer: gee"])
        #expect(report.coverage.map(\.matched) == [1, 1, 1])
    }

    @Test("a terminal is told the first of the rules that were not tried, and how many more there are")
    func manyUntried() {
        var report = TestReport()
        report.rules = (1...23).map { "r\($0)" }
        report.covered = ["r2"]
        #expect(
            report.description.hasSuffix("not tried: r1, r3, \((4...21).map { "r\($0)" }.joined(separator: ", ")), and 2 more"))
        report.covered = ["r2", "r22", "r23"]
        #expect(report.description.hasSuffix("r20, r21"))
    }
}
