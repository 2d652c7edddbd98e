// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Rules

@Suite("Events that show what a check says") struct WitnessTests {
    @Test("an event that is found fulfils the conditions, whatever they are", arguments: 0..<12)
    func fulfils(seed: UInt64) {
        var dice = Dice(seed: 7000 + seed)
        var found = 0
        var search = WitnessSearch(offset: .seconds(8 * 3600))
        search.budget = 40_000
        for _ in 0..<60 {
            let term = dice.term(depth: dice.pick([0, 1, 1, 2]))
            let isWanted = !dice.chance(5)
            let scene = ExampleScene(kind: dice.pick([.route, .reply, .escalate]), id: "x")
            guard let witness = search.find([.init(term: term, isWanted: isWanted)], for: scene) else { continue }
            found += 1
            // Read back from what is shown: the given alone, through the code that runs examples.
            let facts = WitnessSearch.facts(
                witness.given.object ?? .init(), scene, offset: .seconds(8 * 3600))
            #expect(facts.map { term.holds($0) } == isWanted, "\(term.text) \(witness.given.luaText)")
        }
        // Many random conditions cannot hold; most of the others are found.
        #expect(found > 25, "\(found)")
    }

    @Test(
        "an event has nothing in it that is not needed",
        arguments: [
            ("all { at_least(\"customer.vip\", 4), channel \"web\" }", "{ vip = 4, channel = \"web\" }"),
            ("keywords \"refund*\"", "{ text = \"refund\" }"),
            ("all { eq(\"now.hour\", 23), has_tag \"vip\" }", "{ at = \"2026-11-18 23:00\", tags = { \"vip\" } }"),
            ("all { intent \"price\", keywords \"how\" }", "{ intent = \"price\", text = \"how\" }"),
            (
                "any { eq(\"desk.open.service\", false), eq(\"conversation.state\", \"queued\") }",
                "{ [\"desk.open.service\"] = false }"
            ),
            ("within(\"customer.last_purchase\", \"7d\")", "{ last_purchase = \"-1m\" }"),
            ("all { keywords \"a\", none { keywords \"b\" }, prefix(\"message.text\", \"x\") }", "{ text = \"x a\" }"),
            ("event \"enter\"", "{ event = \"enter\" }"),
            ("matches(\"message.text\", pattern.order_no)", "{ text = \"SO-20260101\" }"),
            ("eq(\"message.fields.option\", \"yes\")", "{ [\"message.fields.option\"] = \"yes\" }"),
        ])
    func small(condition: String, shown: String) throws {
        let set = try ruleSet("reply \"r\" { text = \"x\", match = \(condition) }")
        var search = WitnessSearch(offset: .seconds(8 * 3600))
        let match = try #require(set.replies.first?.head.match)
        let witness = search.find([.init(term: match)], for: ExampleScene(kind: .reply, id: "r"))
        let given = try #require(witness?.given)
        // The order of the fields is the order in which they were found.
        let wanted = Set(shown.dropFirst(2).dropLast(2).split(separator: ", ").map(String.init))
        #expect(Set(given.luaText.dropFirst(2).dropLast(2).split(separator: ", ").map(String.init)) == wanted)
    }

    @Test("a given is written so that Lua reads the same")
    func luaText() throws {
        let given: Value = [
            "text": "say \"a\"\\\n", "vip_level": 5, "mood": .double(-0.5), "end": true, "customer.tags": ["a", "b"],
            "x1": .object(.init()),
        ]
        let set = try ruleSet("reply \"r\" { text = \"x\", examples = { { given = \(given.luaText) } } }")
        #expect(set.replies.first?.head.examples.first?.value["given"] == given)
    }
}
