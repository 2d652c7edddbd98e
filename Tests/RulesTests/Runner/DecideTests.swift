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

    @Test("a view that is looked at whole has all its parts, however few were looked at before; each decision sees its own")
    func wholeView() throws {
        let runner = try runner(
            """
            reply "r" { match = keywords { "x" }, act = function(c, out)
              local looked = c.message and c.message.text
              local names = {}
              for name, part in pairs(c) do names[#names + 1] = type(part) == "table" and name .. "*" or name end
              out:set {
                looked = looked, names = table.concat(names, " "), raw = rawget(c, "conversation").channel,
                same = c.customer == c.customer and rawget(c, "customer") == c.customer, first = next(c), whole = { c.now, c.desk.queue }, zone = "z",
                view = c,
              }
            end }
            """)
        for word in ["x one", "x two"] {
            let decision = runner.decide(.sample(customer: .sample(["word": .string(word)]), text: word))
            #expect(decision.failures == [])
            guard case .setAttributes(let fields) = decision.actions.first else {
                Issue.record("nothing was set: \(decision.actions)")
                return
            }
            #expect(fields["looked"]?.string == word)
            #expect(
                fields["names"]
                    == "channel conversation* customer* desk* language message* mood now* occasion queued_s waiting_s")
            #expect(fields["first"] == "channel")
            #expect(fields["same"] == true)
            #expect(fields["raw"] == fields.at("view.channel"))
            #expect(fields.at("view.customer.word")?.string == word)
            #expect(fields.at("view.message.text")?.string == word)
            #expect(fields.at("view.now.hour") == 12)
            #expect(fields["whole"]?.array?.count == 2)
            #expect(fields["zone"] == "z")
            #expect(fields.object?.names == ["first", "looked", "names", "raw", "same", "view", "whole", "zone"])
        }
    }

    @Test("the view crosses with the first function; if that one fails, the next one has it all the same")
    func viewAfterFailure() throws {
        let runner = try runner(
            """
            reply "fails" { priority = 9, match = keywords { "x" }, when = function(c) return c.message.text.nothing.at_all end, text = "?" }
            reply "answers" { match = keywords { "x" }, text = function(c) return c.customer.word .. c.message.text end }
            """)
        for word in ["one", "two"] {
            let decision = runner.decide(.sample(customer: .sample(["word": .string(word)]), text: "x \(word)"))
            #expect(decision.failures.map(\.rule) == ["fails"])
            #expect(decision.actions == [.reply(.text("\(word)x \(word)"))])
        }
    }

    @Test("what is wrong in a table of a call is told with the call's line, and what was logged is logged once")
    func callLine() throws {
        let runner = try runner(
            """
            local field = "txt"
            reply "a" { match = keywords "hi",
              act = function(c, out)
                log.info "before"
                out:tag "x"
                local function tell()
                  out:notify { team = "service", [field] = "x" }
                end
                tell()
              end }
            reply "b" { match = keywords "ho", act = function(c, out)
              out:reply "fine"

              out:reply { text = " " }
            end }
            """)
        let decision = runner.decide(.sample(text: "hi"))
        #expect(decision.failures.map(\.line) == [7])
        #expect(decision.failures.map(\.message) == ["notify: unknown field 'txt'; did you mean 'text'?"])
        #expect(decision.log.map(\.text) == ["before"])
        #expect(runner.decide(.sample(text: "ho")).failures.map(\.line) == [14])
    }

    @Test("a text that is taken for a table is a mistake with a place, not nothing") func textAsTable() throws {
        let runner = try runner(
            """
            reply "a" { match = keywords "hi", act = function(c, out)
              local said = c.message.text
              out:reply("you said " .. tostring(said.text))
            end }
            reply "b" { match = keywords "ho", act = function(c, out)
              local said, library = c.message.text, string
              out:reply(said:upper() .. said.lower("X") .. #said .. tostring(said[1]) .. tostring(library.text))
            end }
            """)
        let failure = runner.decide(.sample(text: "hi")).failures.first
        #expect(failure?.line == 3)
        #expect(failure?.message == "a text has no 'text'")
        #expect(runner.decide(.sample(text: "ho")).replies == ["HOx2nilnil"])
    }
}
