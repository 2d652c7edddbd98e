// SPDX-License-Identifier: Apache-2.0
import Desk
import Lua
import Testing

@testable import Rules

@Suite("What several rules want at once") struct MergeTests {
    private func intent(_ rule: String, _ action: Intent.Action) -> Intent { Intent(rule: rule, action: action) }

    /// Ranked wishes, what is done, and what lost.
    static let cases: [(name: String, wanted: [(String, Intent.Action)], done: [Intent.Action], lost: [Intent.Action])] = [
        (
            "tags are united", [("a", .tag(["x", "y"])), ("b", .tag(["y", "z"]))], [.tag(["x", "y"]), .tag(["z"])], [.tag(["y"])]
        ),
        (
            "the higher rule wins a tag", [("a", .untag(["x"])), ("b", .tag(["x", "z"]))], [.untag(["x"]), .tag(["z"])],
            [.tag(["x"])]
        ),
        (
            "the higher rule wins the team", [("a", .assign(Assignment(team: "p"))), ("b", .assign(Assignment(team: "q")))],
            [.assign(Assignment(team: "p"))], [.assign(Assignment(team: "q"))]
        ),
        (
            "a hand-off and a team exclude each other",
            [("a", .handOff(team: nil, note: "n")), ("b", .assign(Assignment(team: "q")))], [.handOff(team: nil, note: "n")],
            [.assign(Assignment(team: "q"))]
        ),
        (
            "one rule speaks, as often as it likes",
            [("a", .reply(.text("1"))), ("b", .reply(.text("2"))), ("a", .reply(.text("3")))],
            [.reply(.text("1")), .reply(.text("3"))], [.reply(.text("2"))]
        ),
        (
            "the largest raise counts", [("a", .raisePriority(1)), ("b", .raisePriority(3)), ("c", .raisePriority(2))],
            [.raisePriority(3)], [.raisePriority(1), .raisePriority(2)]
        ),
        ("the highest priority counts", [("a", .setPriority(5)), ("b", .setPriority(2))], [.setPriority(5)], [.setPriority(2)]),
        ("one flow begins", [("a", .startFlow("f")), ("b", .startFlow("g"))], [.startFlow("f")], [.startFlow("g")]),
        (
            "a person is wanted: no dialogue begins", [("a", .startFlow("f")), ("b", .handOff(team: "t", note: nil))],
            [.handOff(team: "t", note: nil)], [.startFlow("f")]
        ),
        (
            "the same note is written once", [("a", .note("n")), ("b", .note("n")), ("c", .note("m"))], [.note("n"), .note("m")],
            [.note("n")]
        ),
        (
            "attributes of the higher rule lie on top",
            [("a", .setAttributes(["k": 1])), ("b", .setAttributes(["k": 2, "l": 3]))],
            [.setAttributes(["k": 2, "l": 3]), .setAttributes(["k": 1])], []
        ),
    ]

    @Test("is settled, and the loser is kept", arguments: cases.indices) func merge(index: Int) {
        let item = Self.cases[index]
        let merge = IntentMerge(item.wanted.map { intent($0.0, $0.1) })
        #expect(merge.intents.map(\.action) == item.done, "\(item.name)")
        #expect(merge.overruled.map(\.action) == item.lost, "\(item.name)")
    }

    @Test("a flood is cut and said so") func flood() throws {
        let many = IntentMerge((0..<100).map { intent("a", .note("\($0)")) })
        #expect(many.intents.count == 64 && many.overruled.count == 36 && many.flooding == ["a"])
        let long = IntentMerge([
            intent("a", .note(String(repeating: "x", count: 60_000))), intent("b", .note(String(repeating: "y", count: 10_000))),
        ])
        #expect(long.intents.count == 1 && long.flooding == ["b"])
        let runner = try runner(
            "escalate \"a\" { match = below(\"mood\", 0), act = function(c, out) for i = 1, 70 do out:note(\"n\" .. i) end end }")
        let decision = runner.decide(.sample(.changed, conversation: .sample { $0.mood = -1 }))
        #expect(decision.intents.count == 64)
        #expect(decision.failures.map(\.code) == ["flood"])
    }

    @Test("over whole decisions: priority first, then the order of the files") func ranked() throws {
        let set = try ruleSet(
            "escalate \"low\" { match = below(\"mood\", 0), assign = { team = \"a\" }, tags = \"one\", cooldown = \"1h\" }",
            [
                "b.lua":
                    "escalate \"high\" { priority = 5, match = below(\"mood\", 0), assign = { team = \"b\" }, tags = { \"two\", \"one\" }, raise_priority = 2, cooldown = \"1h\" }"
            ])
        let decision = try set.makeRunner(mode: .counted).decide(.sample(.changed, conversation: .sample { $0.mood = -1 }))
        #expect(decision.rules == ["high", "low"])
        #expect(decision.actions == [.tag(["two", "one"]), .raisePriority(2), .assign(Assignment(team: "b"))])
        #expect(decision.overruled.map(\.action) == [.tag(["one"]), .assign(Assignment(team: "a"))])
    }
}
