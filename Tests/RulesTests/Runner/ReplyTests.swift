// SPDX-License-Identifier: Apache-2.0
import Desk
import Lua
import Testing

@testable import Rules

@Suite("Replies") struct ReplyTests {
    private let rules = """
        reply "greeting" { on = "enter", text = "welcome" }
        reply "first" { on = "first", stage = "fallback", text = "hello" }
        reply "price" { match = intent "price", text = "9" }
        reply "tagger" { match = intent "price", tags = "asked" }
        reply "best" { priority = 5, match = keywords "best", text = "the best", tags = "best" }
        reply "human" { priority = 9, match = keywords "human", interrupts_flow = true, hand_off = true, text = "one moment" }
        reply "position" { while_queued = true, match = eq("conversation.state", "queued"), text = "you are number {queue}" }
        reply "paid" { match = event "paid", text = "thank you" }
        reply "miss" { stage = "fallback", text = "pardon?" }
        flow "f" { start = keywords "flow", stages = { a = function(chat) chat:ask("x", { text = "x?" }) return chat:done() end } }
        """

    @Test("one speaks, what others do besides is kept") func oneSpeaks() throws {
        let runner = try runner(rules)
        let both = runner.decide(.sample(text: "best price", intent: "price"))
        #expect(both.replies == ["the best"])
        #expect(Set(both.rules) == ["best", "tagger"])
        #expect(both.actions.contains(.tag(["best"])) && both.actions.contains(.tag(["asked"])))
        #expect(runner.decide(.sample(text: "price", intent: "price")).replies == ["9"])
        #expect(runner.decide(.sample(text: "price", intent: "price", confidence: 0.5)).replies == ["pardon?"])
        #expect(runner.decide(.sample(text: "flow")).actions == [.startFlow("f")])
    }

    @Test("greet once, and at the right moment") func greetings() throws {
        let runner = try runner(rules)
        func enter(_ name: String) -> MessageContent { MessageContent(kind: .event, fields: ["name": .string(name)]) }
        #expect(runner.decide(.sample(content: enter("user_enter_tempsession"))).replies == ["welcome"])
        #expect(runner.decide(.sample(content: enter("enter"))).replies == ["welcome"])
        #expect(runner.decide(.sample(content: enter("leave"))).rules == [])
        #expect(runner.decide(.sample(content: enter("paid"))).replies == ["thank you"])
        let new = Conversation.sample { ($0.waitingSince, $0.lastCustomerMessageAt) = (noon, noon) }
        #expect(runner.decide(.sample(conversation: new, text: "hm")).replies == ["hello"])
        let old = Conversation.sample {
            ($0.waitingSince, $0.lastCustomerMessageAt, $0.lastReplyAt) = (noon, noon, noon - .seconds(9))
        }
        #expect(runner.decide(.sample(conversation: old, text: "hm")).replies == ["pardon?"])
    }

    @Test(
        "are silent once a person has taken over, or is to",
        arguments: [
            (ConversationState.bot, ["one moment"]), (.queued, ["you are number 3"]), (.assigned, []), (.pending, []),
        ])
    func silence(state: ConversationState, said: [String]) throws {
        let conversation = Conversation.sample {
            $0.state = state
            $0.team = "service"
        }
        let decision = try runner(rules).decide(
            .sample(conversation: conversation, text: "human", desk: DeskView(queueLength: 4, queues: ["service": 3])))
        #expect(decision.replies == said)
    }

    @Test("while a flow runs only what interrupts it is looked at") func flows() throws {
        let runner = try runner(rules)
        var conversation = Conversation.sample()
        conversation.flow = runner.startFlow("f", .sample(text: "flow")).record
        #expect(runner.decide(.sample(conversation: conversation, text: "price", intent: "price")).rules == [])
        #expect(runner.decide(.sample(conversation: conversation, text: "human")).rules == ["human"])
    }

    @Test(
        "speak the customer's language",
        arguments: [
            ("en" as String?, "en" as String?, "hello Lin"), (nil, "en", "hello Lin"), ("zh-TW", "en", "你好 Lin"),
            ("fr", nil, "你好 Lin"), (nil, nil, "你好 Lin"),
        ])
    func languages(own: String?, heard: String?, said: String) throws {
        let set = try ruleSet(
            "reply \"r\" { match = keywords \"x\", text = i18n \"hi\" }",
            ["i18n/zh-CN.lua": "return { hi = \"你好 {name}\" }", "i18n/en.lua": "return { hi = \"hello {name}\" }"])
        let decision = try set.makeRunner(mode: .counted).decide(
            .sample(customer: .sample(name: "Lin", language: own), text: "x", language: heard))
        #expect(decision.replies == [said])
    }
}

@Suite("Routes") struct RouteTests {
    @Test("the first that matches wins: before, main by priority, fallback") func order() throws {
        let runner = try runner(
            """
            route "last" { stage = "fallback", assign = { team = "d" } }
            route "low" { match = at_least("customer.vip_level", 1), assign = { team = "c" } }
            route "high" { priority = 5, match = at_least("customer.vip_level", 2), when = function(c) return c.customer.city ~= "x" end, assign = { team = "b" }, tags = "vip", text = "hello" }
            route "spam" { stage = "before", match = has_tag "spam", assign = { bot = true } }
            """)
        func team(_ attributes: Value, tags: [String] = [], _ occasion: Occasion = .started) -> [String] {
            runner.decide(.sample(occasion, customer: .sample(attributes, tags: tags))).rules
        }
        #expect(team(["vip_level": 3]) == ["high"])
        #expect(team(["vip_level": 3, "city": "x"]) == ["low"])
        #expect(team(["vip_level": 1]) == ["low"])
        #expect(team([:]) == ["last"])
        #expect(team(["vip_level": 3], tags: ["spam"]) == ["spam"])
        // Whoever asked for a person does not get the bot back.
        #expect(team(["vip_level": 3], tags: ["spam"], .handedOff) == ["high"])
        let decision = runner.decide(.sample(.started, customer: .sample(["vip_level": 3])))
        #expect(decision.actions == [.assign(Assignment(team: "b")), .reply(.text("hello")), .tag(["vip"])])
    }
}
