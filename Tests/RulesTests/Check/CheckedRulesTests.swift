// SPDX-License-Identifier: Apache-2.0
import Desk
import Lua
import Testing

@testable import Rules

@Suite("What a check shows with an event") struct CheckedRulesTests {
    private static let team = "assign = { team = \"service\" }"

    struct Case: Sendable, CustomTestStringConvertible {
        let rules: String
        let code: String
        let says: [String]
        var testDescription: String { "\(code): \(says.first ?? "")" }
    }

    static let cases: [Case] = [
        Case(
            rules: """
                route "a" { \(team), match = at_least("customer.vip_level", 2) }
                route "b" { \(team), match = all { at_least("customer.vip_level", 4), channel "web" } }
                """, code: "shadowed",
            says: [
                "\"a\" (rules/main.lua:1) comes first", "vip_level = 4", "channel = \"web\"", "is for both, and \"a\" takes it",
            ]),
        Case(
            rules:
                "reply \"a\" { on = \"enter\", text = \"x\" }\nreply \"b\" { on = \"enter\", text = \"y\", match = has_tag \"t\" }",
            code: "shadowed", says: ["event = \"enter\"", "tags = { \"t\" }"]),
        Case(
            rules: "reply \"a\" { text = \"x\", match = all { channel \"web\", channel \"live\", has_tag \"t\" } }",
            code: "never",
            says: ["exclude each other", "given = { channel = \"web\", tags = { \"t\" } } fulfils all but channel(\"live\")"]),
        Case(
            rules: "reply \"a\" { text = \"x\", match = all { has_tag \"a\", none { has_tag \"a\" } } }", code: "never",
            says: ["is wanted and excluded", "given = { tags = { \"a\" } } fulfils all but none"]),
        Case(
            rules: "reply \"a\" { text = \"x\", match = eq(\"conversation.state\", \"assigned\") }", code: "never",
            says: ["replies are silent while a person has the conversation", "state = \"assigned\""]),
        Case(
            rules: "escalate \"a\" { raise_priority = 1, match = eq(\"conversation.state\", \"resolved\") }", code: "never",
            says: ["escalations leave resolved conversations alone"]),
        Case(
            rules: "route \"a\" { on = \"handoff\", assign = { bot = true } }", code: "never", says: ["is never asked"]),
        Case(
            rules: """
                route "a" { assign = { team = "x" }, match = has_tag "vip" }
                route "b" { assign = { team = "y" }, match = channel "web" }
                """, code: "conflict",
            says: [
                "route \"b\" and \"a\" (rules/main.lua:1) both match", "tags = { \"vip\" }", "channel = \"web\"",
                "one wants team \"y\"",
                "the other team \"x\"", "only the order of the files decides",
            ]),
        Case(
            rules: """
                escalate "a" { match = has_tag "vip", set_priority = 3 }
                escalate "b" { match = below("mood", -0.5), set_priority = 5, when = function(c) return true end }
                """, code: "conflict",
            says: ["may both match", "one wants priority 5, the other priority 3", "the higher one counts"]),
        Case(
            rules: """
                escalate "a" { match = has_tag "vip", tags = "x" }
                escalate "b" { match = below("mood", -0.5), untags = "x" }
                """, code: "conflict", says: ["one wants no tag \"x\", the other the tag \"x\""]),
        Case(
            rules: """
                escalate "a" { match = has_tag "y", tags = "x" }
                escalate "b" { match = all { has_tag "x", channel "web" }, tags = "y" }
                """, code: "circle",
            says: [
                "rules call each other in a circle: \"a\" sets the tag \"x\", which makes \"b\" match; \"b\" sets the tag \"y\", which makes \"a\" match",
                "It begins with given = { ",
            ]),
        Case(
            rules: """
                escalate "a" { match = eq("conversation.attributes.step", "one"), act = function(c, out) out:set { step = "two" } end }
                escalate "b" { match = eq("conversation.attributes.step", "two"), set = { step = "one" } }
                """, code: "circle", says: ["may call each other", "sets conversation.attributes.step to \"two\""]),
        Case(
            rules: "flow \"tour\" { stages = { first = function(chat) return chat:done() end } }", code: "unbegun",
            says: ["rules/main.lua:1", "flow \"tour\" never begins: it has no start, and no rule has a start_flow"]),
        Case(
            rules: """
                flow "tour" { stages = { first = function(chat) return chat:done() end } }
                flow "trip" { stages = { first = function(chat) return chat:done() end } }
                flow "walk" { stages = { first = function(chat) return chat:done() end } }
                reply "a" { match = keywords "gehen", start_flow = "trip" }
                reply "b" { match = keywords "laufen", act = function(c, out) out:start_flow "walk" end }
                """, code: "unbegun", says: ["flow \"tour\" never begins", "start_flow names only \"trip\", \"walk\""]),
        Case(
            rules: "reply \"a\" { text = \"x\", match = keywords { \"的\", \"保修\" } }", code: "keyword",
            says: ["the keyword \"的\" of \"a\" is in much ordinary text: it matches \""]),
        Case(
            rules: "reply \"a\" { text = \"x\", match = keywords \"the\" }", code: "keyword", says: ["the keyword \"the\""]),
        Case(
            rules: """
                reply "a" { text = "x", match = keywords "发票" }
                reply "b" { text = "y", match = keywords { "开发票", "抬头" } }
                """, code: "keyword",
            says: ["who writes \"开发票\" is answered by \"a\" (rules/main.lua:1), whose keyword \"发票\" is inside, not by \"b\""]),
        Case(
            rules: "reply \"a\" { text = \"x\", when = function(c) return c.message.text:find(\"\") end }", code: "pattern",
            says: ["is empty: it is found in every text"]),
        Case(
            rules: "reply \"a\" { text = \"x\", when = function(c) return c.message.text:find(\"%s*a?\") end }", code: "pattern",
            says: ["can match nothing at all"]),
        Case(
            rules: "reply \"a\" { text = \"x\", when = function(c) return c.message.text:find(\"a*a*a*a*b\") end }",
            code: "pattern",
            says: ["repeats 4 times over: on 400 times \"a\" it uses up its budget"]),
    ]

    @Test("says it, with the event", arguments: cases) func says(example: Case) throws {
        let problems = RuleSet.compile(RuleSource(name: "test", texts: ["main.lua": example.rules])).problems
        let found = problems.filter { $0.code == example.code }
        #expect(found.count == 1, "\(problems.map(\.description))")
        let text = try #require(found.first?.description)
        for part in example.says { #expect(text.contains(part), "\(text)") }
    }

    static let innocent: [String] = [
        // The special before the general, and rules for different occasions.
        "route \"a\" { assign = { team = \"x\" }, match = at_least(\"customer.vip\", 4) }\nroute \"b\" { assign = { team = \"y\" }, match = at_least(\"customer.vip\", 2) }",
        "route \"a\" { on = \"start\", assign = { team = \"x\" }, match = has_tag \"a\" }\nroute \"b\" { on = \"handoff\", assign = { team = \"y\" }, match = channel \"web\" }",
        "route \"a\" { priority = 1, assign = { team = \"x\" }, match = has_tag \"a\" }\nroute \"b\" { assign = { team = \"y\" }, match = channel \"web\" }",
        "route \"a\" { assign = { team = \"x\" }, match = channel \"live\" }\nroute \"b\" { assign = { team = \"y\" }, match = channel \"web\" }",
        // Tags that end it.
        "escalate \"a\" { match = all { has_tag \"y\", none { has_tag \"x\" } }, tags = \"x\" }\nescalate \"b\" { match = has_tag \"x\", tags = \"y\" }",
        "escalate \"a\" { match = has_tag \"y\", tags = \"x\", once = \"conversation\" }\nescalate \"b\" { match = has_tag \"x\", tags = \"y\" }",
        "escalate \"a\" { match = has_tag \"y\", tags = \"x\" }\nescalate \"b\" { match = has_tag \"x\", tags = \"z\" }",
        "escalate \"a\" { match = all { has_tag \"y\", channel \"web\" }, tags = \"x\" }\nescalate \"b\" { match = all { has_tag \"x\", channel \"live\" }, tags = \"y\" }",
        // Dialogues that begin: by themselves, by a rule of any kind, by a function, by one that works the name out.
        "flow \"a\" { start = keywords \"wandern\", stages = { first = function(chat) return chat:done() end } }",
        "flow \"a\" { stages = { first = function(chat) return chat:done() end } }\nescalate \"b\" { match = has_tag \"x\", start_flow = \"a\" }",
        "flow \"a\" { stages = { first = function(chat) return chat:done() end } }\nreply \"b\" { match = keywords \"wandern\", act = function(c, o) o:start_flow(\"a\") end }",
        "flow \"a\" { stages = { first = function(chat) return chat:done() end } }\nreply \"b\" { match = keywords \"wandern\", act = function(c, out) out:start_flow(c.message.text) end }",
        // The longer word first; a short one beside something else.
        "reply \"a\" { priority = 1, text = \"x\", match = keywords \"开发票\" }\nreply \"b\" { text = \"y\", match = keywords \"发票\" }",
        "reply \"a\" { text = \"x\", match = all { has_tag \"asked\", keywords { \"是\", \"好\" } } }",
        "reply \"a\" { text = \"x\", when = function(c) return c.message.text:find(\"^%s*$\") end }",
        "reply \"a\" { text = \"x\", when = function(c) return c.message.text:find(\"(%d+)%-(%d+)%-(%d+)\") end }",
    ]

    @Test("keeps silent where nothing is wrong", arguments: innocent) func silent(rules: String) {
        #expect(RuleSet.compile(RuleSource(name: "test", texts: ["main.lua": rules])).problems.map(\.description) == [])
    }

    @Test("texts by language that lack one of the set's languages are named")
    func languages() {
        let problems = RuleSet.compile(
            RuleSource(
                name: "test",
                texts: [
                    "main.lua": "reply \"a\" { text = { en = \"hi\" } }", "i18n/en.lua": "return {}",
                    "i18n/zh-CN.lua": "return {}",
                ])
        ).problems
        #expect(problems.map(\.message) == ["'text' of reply \"a\" has no text in zh-CN"])
    }

    // MARK: - Whatever the rules

    @Test("every event shows what is said of it", arguments: 0..<16) func witnesses(seed: UInt64) throws {
        var dice = RuleDice(seed: 500 + seed)
        var shown = 0
        for _ in 0..<6 {
            let rules = dice.rules(12)
            let (compiled, problems) = RuleSet.compile(RuleSource(name: "test", texts: ["main.lua": rules]))
            let set = try #require(compiled, "\(problems.map(\.description).joined(separator: "\n"))\n\(rules)")
            let runner = try set.makeRunner(mode: .counted)
            for problem in problems {
                guard let event = problem.event else { continue }
                shown += 1
                // Ids in the order in which the sentence names them.
                let ids = problem.message.split(separator: "\"").enumerated().compactMap {
                    $0.offset % 2 == 1 ? String($0.element) : nil
                }
                let heads = ids.compactMap { set.headsByID[$0] }
                let head = try #require(heads.first)
                let situation = try ExampleScene(head, in: set).situation(
                    ["given": event], scene: TestScene(offset: set.settings.offset), understand: { _ in Understanding() })
                let facts = Facts(situation, offset: set.settings.offset)
                let matched = runner.decide(situation).matched.map(\.rule)
                switch problem.code {
                case "shadowed":
                    #expect(head.match?.holds(facts) ?? true, "\(problem)")
                    #expect(heads[1].match?.holds(facts) ?? true, "\(problem)")
                    #expect(!matched.contains(head.id), "\(problem)")
                case "never" where problem.message.contains("can never match"):
                    #expect(head.match?.holds(facts) == false, "\(problem)")
                    #expect(head.match?.conjuncts.count { !$0.holds(facts) } == 1, "\(problem)")
                case "never":
                    #expect(head.match?.holds(facts) == true, "\(problem)")
                    #expect(!matched.contains(head.id), "\(problem)")
                case "conflict":
                    #expect(head.match?.holds(facts) == true && heads[1].match?.holds(facts) == true, "\(problem)")
                case "circle":
                    #expect(head.match?.holds(facts) == true, "\(problem)")
                    #expect(matched.contains(head.id), "\(problem)")
                case "keyword": break
                default: Issue.record("\(problem)")
                }
                // What is printed can be pasted.
                let pasted = try ruleSet("reply \"r\" { text = \"x\", examples = { { given = \(event.luaText) } } }")
                #expect(pasted.replies.first?.head.examples.first?.value["given"] ?? .null == event || event == .object(.init()))
            }
        }
        #expect(shown > 3)
    }

    @Test("a rule that a check calls unreachable is never taken, whatever comes in", arguments: 0..<8)
    func neverReached(seed: UInt64) throws {
        var dice = RuleDice(seed: 900 + seed)
        let rules = dice.rules(14)
        let (compiled, problems) = RuleSet.compile(RuleSource(name: "test", texts: ["main.lua": rules]))
        let set = try #require(compiled)
        let runner = try set.makeRunner(mode: .counted)
        let dead = Set(
            problems.filter { $0.code == "shadowed" || $0.code == "never" }.compactMap {
                $0.message.split(separator: "\"").dropFirst().first.map(String.init)
            })
        var situations = Dice(seed: 77 + seed)
        for _ in 0..<200 {
            var situation = situations.situation()
            situation.occasion = situations.pick([.started, .handedOff, .message, .changed])
            #expect(dead.isDisjoint(with: runner.decide(situation).matched.map(\.rule)))
        }
    }
}

/// Random rule files, written as authors write them.
struct RuleDice {
    private var dice: Dice
    init(seed: UInt64) { dice = Dice(seed: seed) }

    mutating func rules(_ count: Int) -> String {
        (0..<count).map { number in
            let match = "match = \(condition(dice.pick([0, 1, 1, 2])))"
            let priority = dice.chance(3) ? "priority = \(dice.pick([1, 2])), " : ""
            switch dice.pick([0, 0, 1, 1, 2]) {
            case 0:
                let on = dice.pick(["", "", "on = \"start\", ", "on = \"handoff\", "])
                return "route \"r\(number)\" { \(priority)\(on)\(match), assign = { team = \"\(dice.pick(["x", "y", "z"]))\" } }"
            case 1: return "reply \"r\(number)\" { \(priority)\(match), text = \"t\(number)\" }"
            default:
                let does = dice.pick(["tags = \"\(tag())\"", "set_priority = \(dice.pick([2, 5]))", "set = { asked = \"a\" }"])
                return "escalate \"r\(number)\" { \(priority)\(match), \(does) }"
            }
        }.joined(separator: "\n")
    }

    private mutating func tag() -> String { dice.pick(["return", "loyal", "a", "b"]) }
    private mutating func word() -> String { dice.pick(["发票", "开发票", "hi", "hi*", "week", "this week"]) }

    private mutating func condition(_ depth: Int) -> String {
        if depth > 0 {
            let parts = (0..<dice.pick([2, 2, 3])).map { _ in condition(depth - 1) }
            return "\(dice.pick(["all", "all", "any", "none"])) { \(parts.joined(separator: ", ")) }"
        }
        switch Int.random(in: 0..<14, using: &dice) {
        case 0: return "channel \"\(dice.pick(["live", "web", "wechat"]))\""
        case 1: return "channel { \"web\", \"wechat\" }"
        case 2: return "eq(\"customer.vip\", \(dice.pick([0, 3, 4])))"
        case 3: return "\(dice.pick(["at_least", "at_most", "above", "below"]))(\"customer.vip\", \(dice.pick([0, 2, 4])))"
        case 4: return "has_tag \"\(tag())\""
        case 5: return "has_tag { \"\(tag())\", \"\(tag())\" }"
        case 6: return "keywords \"\(word())\""
        case 7: return "keywords { \"\(word())\", \"\(word())\" }"
        case 8: return "between(\"now.hour\", \(dice.pick([9, 22])), \(dice.pick([6, 18])))"
        case 9: return "eq(\"conversation.state\", \"\(dice.pick(["bot", "queued", "assigned", "resolved"]))\")"
        case 10: return "intent { \"\(dice.pick(["price", "invoice"]))\" }"
        case 11: return "\(dice.pick(["exists", "missing"]))(\"customer.city\")"
        case 12: return "\(dice.pick(["at_least", "below"]))(\"conversation.priority\", \(dice.pick([3, 4])))"
        default: return "eq(\"conversation.attributes.asked\", \"\(dice.pick(["a", "b"]))\")"
        }
    }
}
