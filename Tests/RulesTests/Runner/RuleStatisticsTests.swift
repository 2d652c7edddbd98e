// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Rules

@Suite("What rules have done is counted") struct RuleStatisticsTests {
    private static let rules = """
        reply "price" { match = keywords "price", text = "9" }
        reply "broken" { match = keywords "price", priority = 1, when = function(c) error("not at all") end, text = "x" }
        reply "other" { match = keywords "other", text = "x" }
        reply "no" { match = keywords "price", priority = 2, when = function(c) return false end, text = "x" }
        reply "more" { match = keywords "more", text = "x" }
        """

    @Test("candidates, evaluations, matches, errors and set-asides, by rule")
    func counts() throws {
        let runner = try runner(Self.rules)
        for _ in 0..<6 { _ = runner.decide(.sample(text: "the price?")) }
        let rules = runner.statistics.rules
        #expect(Set(rules.keys) == ["price", "broken", "other", "no", "more"])
        let price = try #require(rules["price"])
        #expect((price.candidates, price.evaluations, price.matches) == (6, 6, 6))
        #expect(price.lastMatch == noon)
        let broken = try #require(rules["broken"])
        // The fifth failure sets it aside: the sixth time it is not asked.
        #expect((broken.matches, broken.errors, broken.setAsides) == (0, 5, 1))
        #expect(broken.times.reduce(0, +) == 5)
        #expect(rules["no"]?.times.reduce(0, +) == 6)
        #expect(rules["other"] == RuleStatistics.Counts())
    }

    @Test("stages of flows count too: how long they took, and that they failed or diverged")
    func flows() throws {
        let runner = try runner(
            """
            local turn = 0
            flow "broken" { stages = { a = function(chat) error("boom") end } }
            flow "odd" {
              stages = { a = function(chat)
                turn = turn + 1
                chat:ask("q" .. turn, { text = "?" })
                return chat:done()
              end },
            }
            """)
        _ = runner.startFlow("broken", .sample(text: "go"))
        let record = try #require(runner.startFlow("odd", .sample(text: "go")).record)
        _ = runner.continueFlow(record, with: .message(.text("a")), .sample(text: "a"))
        let counts = runner.statistics.rules
        #expect(counts["broken"]?.errors == 1 && counts["odd"]?.errors == 1)
        #expect(counts["broken"]?.times.reduce(0, +) == 1 && counts["odd"]?.times.reduce(0, +) == 2)
    }

    @Test("an explanation counts nothing")
    func explaining() throws {
        let runner = try runner(Self.rules)
        _ = runner.explain(.sample(text: "the price?"))
        #expect(runner.statistics.rules.values.allSatisfy { $0 == RuleStatistics.Counts() })
    }

    @Test("what threads have counted is added up")
    func merging() throws {
        let (one, two) = (try runner(Self.rules), try runner(Self.rules))
        _ = one.decide(.sample(text: "price"))
        _ = two.decide(.sample(text: "price", now: noon + .seconds(5)))
        var sum = one.statistics
        sum.merge(two.statistics)
        #expect(sum.rules["price"]?.matches == 2)
        #expect(sum.rules["price"]?.lastMatch == noon + .seconds(5))
    }
}
