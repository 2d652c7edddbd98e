// SPDX-License-Identifier: Apache-2.0
import Desk
import Lua
import Testing

@testable import Rules

@Suite("Decisions") struct DecideTests {
    @Test("the example of the specification routes a gold customer to the premium team")
    func vip() throws {
        let runner = try runner(
            """
            route "vip_first" {
              why = "Gold customers are answered by a person within 15 s.", priority = 900,
              match = all { channel { "wechat-miniprogram", "live" }, at_least("customer.vip_level", 4) },
              assign = { team = "premium", sla = "vip", strategy = "least_loaded" },
              examples = { { given = { vip_level = 5 }, team = "premium" }, { given = { vip_level = 1 }, not_matched = true } },
            }
            route "rest" { stage = "fallback", on = "handoff", assign = { team = "service" } }
            """)
        let gold = runner.decide(.sample(.started, customer: .sample(["vip_level": 5])))
        #expect(gold.rules == ["vip_first"])
        #expect(gold.actions == [.assign(Assignment(team: "premium", sla: "vip", strategy: .leastLoaded))])
        #expect(runner.decide(.sample(.started, customer: .sample(["vip_level": 1]))).rules == [])
        #expect(runner.decide(.sample(.handedOff, customer: .sample(["vip_level": 1]))).rules == ["rest"])
    }

    @Test("functions see the view, and say what shall happen through out")
    func functions() throws {
        let runner = try runner(
            """
            escalate "angry" {
              match = below("mood", -0.6), once = "conversation",
              when = function(c) return c.customer.vip_level > 2 and c.now.hour == 12 end,
              act = function(c, out)
                out:raise_priority(1)
                out:tag("angry", "vip")
                out:notify { team = "leads", text = i18n("angry", { name = c.customer.name }) }
                out:reply { text = "?", options = { "a", { id = "b", text = "B" } } }
                out:open_ticket { subject = "upset", priority = "high" }
              end,
            }
            """,
            ["i18n/zh-CN.lua": "return { angry = \"{name} 生气了\" }"])
        let situation = Situation.sample(.changed, customer: .sample(["vip_level": 3]), conversation: .sample { $0.mood = -0.9 })
        let decision = runner.decide(situation)
        #expect(decision.failures == [])
        #expect(
            decision.actions == [
                .raisePriority(1), .tag(["angry", "vip"]), .notify(to: ["team:leads"], text: "小林 生气了"),
                .reply(
                    MessageContent(
                        kind: .menu, text: "?", fields: ["options": [["id": "a", "text": "a"], ["id": "b", "text": "B"]]])),
                .openTicket(TicketDraft(subject: "upset", priority: .high)),
            ])
        var fired = situation
        fired.conversation.fired["angry"] = noon
        #expect(runner.decide(fired).rules == [])
    }
}
