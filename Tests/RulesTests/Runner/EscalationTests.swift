// SPDX-License-Identifier: Apache-2.0
import Desk
import Lua
import Testing

@testable import Rules

@Suite("Escalations") struct EscalationTests {
    private func waiting(_ change: (inout Conversation) -> Void = { _ in }) -> Conversation {
        .sample {
            $0.state = .assigned
            $0.waitingSince = noon
            change(&$0)
        }
    }

    private func decide(_ rule: String, _ occasion: Occasion, at seconds: Int64, _ conversation: Conversation) throws -> Decision
    {
        try runner("escalate \"e\" { match = eq(\"conversation.state\", \"assigned\"), raise_priority = 1, \(rule) }")
            .decide(.sample(occasion, conversation: conversation, now: noon + .seconds(seconds)))
    }

    @Test("with after are timed from their basis, and act when due") func timed() throws {
        let rule = "after = \"60s\", of = \"waiting\""
        let early = try decide(rule, .changed, at: 10, waiting())
        #expect(early.rules == [] && early.timers == [EscalationTimer(rule: "e", dueAt: noon + .seconds(60))])
        #expect(try decide(rule, .due(rule: "e"), at: 59, waiting()).rules == [])
        let due = try decide(rule, .due(rule: "e"), at: 60, waiting())
        #expect(due.rules == ["e"] && due.timers == [] && due.actions == [.raisePriority(1)])
        #expect(try decide(rule, .due(rule: "other"), at: 60, waiting()).rules == [])
        #expect(try decide(rule, .changed, at: 10, waiting { $0.state = .pending }).timers == [])
        #expect(try decide(rule, .changed, at: 10, waiting { $0.waitingSince = nil }).timers == [])
        #expect(try decide(rule, .due(rule: "e"), at: 99, waiting { $0.state = .resolved }).rules == [])
    }

    @Test("act once for each wait") func oncePerWait() throws {
        let rule = "after = \"60s\", of = \"waiting\""
        #expect(try decide(rule, .changed, at: 70, waiting { $0.fired["e"] = noon + .seconds(60) }).timers == [])
        let again = waiting { $0.fired["e"] = noon - .seconds(500) }
        #expect(try decide(rule, .changed, at: 70, again).timers.map(\.dueAt) == [noon + .seconds(60)])
    }

    @Test("with a cooldown act again, once = conversation never") func bounds() throws {
        let fired = waiting { $0.fired["e"] = noon + .seconds(60) }
        let cooling = "after = \"60s\", cooldown = \"10m\""
        #expect(try decide(cooling, .changed, at: 70, fired).timers.map(\.dueAt) == [noon + .seconds(660)])
        #expect(try decide(cooling, .due(rule: "e"), at: 100, fired).rules == [])
        #expect(try decide(cooling, .due(rule: "e"), at: 660, fired).rules == ["e"])
        #expect(try decide(cooling, .due(rule: "e"), at: 60, waiting()).timers.map(\.dueAt) == [noon + .seconds(660)])
        #expect(try decide("after = \"60s\", once = \"conversation\", cooldown = \"10m\"", .changed, at: 70, fired).timers == [])
        #expect(try decide("once = \"conversation\"", .changed, at: 9999, fired).rules == [])
        #expect(try decide("cooldown = \"10m\"", .changed, at: 659, fired).rules == [])
        #expect(try decide("cooldown = \"10m\"", .changed, at: 660, fired).rules == ["e"])
        #expect(try decide("why = \"a minute where nothing is said\"", .changed, at: 119, fired).rules == [])
        #expect(try decide("why = \"a minute where nothing is said\"", .changed, at: 120, fired).rules == ["e"])
    }

    @Test("that are due and do not act are looked at again later, not at once and for ever") func noSpinning() throws {
        let rule = "after = \"1s\", when = function(c) return false end"
        let decision = try decide(rule, .due(rule: "e"), at: 30, waiting())
        #expect(decision.rules == [] && decision.timers.map(\.dueAt) == [noon + .seconds(35)])
        let failing = try decide("after = \"60s\", act = function(c, out) error(\"x\") end", .due(rule: "e"), at: 60, waiting())
        #expect(failing.failures.count == 1 && failing.timers.map(\.dueAt) == [noon + .seconds(120)])
    }

    @Test(
        "count from what they name",
        arguments: [
            ("waiting", 60), ("queued", 10), ("person_wanted", 20), ("assigned", 30), ("started", -240), ("last_message", 40),
            ("last_reply", 50),
        ])
    func bases(name: String, due: Int64) throws {
        let conversation = waiting {
            $0.queuedAt = noon - .seconds(50)
            $0.personWantedSince = noon - .seconds(40)
            $0.assignedAt = noon - .seconds(30)
            $0.lastCustomerMessageAt = noon - .seconds(20)
            $0.lastReplyAt = noon - .seconds(10)
            if name == "waiting" { $0.personWantedSince = nil }
        }
        let decision = try decide("after = \"60s\", of = \"\(name)\"", .changed, at: 0, conversation)
        #expect(decision.timers.map(\.dueAt) == [noon + .seconds(due)])
    }

    @Test("a customer who was handed off waits, whatever the bot says meanwhile") func handedOff() throws {
        let conversation = waiting {
            $0.waitingSince = nil
            $0.personWantedSince = noon - .seconds(5)
            $0.lastReplyAt = noon
        }
        #expect(try decide("after = \"60s\"", .changed, at: 0, conversation).timers.map(\.dueAt) == [noon + .seconds(55)])
    }
}

@Suite("Rules that fail") struct RuleHealthTests {
    private let source = """
        reply "bad" { priority = 9, match = keywords "x", act = function(c, out) return c.customer.vip.level end }
        reply "good" { match = keywords "x", text = "still here" }
        """

    @Test("cost themselves only, and say where") func costThemselves() throws {
        let decision = try runner(source).decide(.sample(text: "x"))
        #expect(decision.replies == ["still here"])
        #expect(decision.failures.map(\.rule) == ["bad"])
        #expect(decision.failures.first?.file == "rules/main.lua" && decision.failures.first?.line == 1)
        #expect(decision.failures.first?.message.contains("attempt to index a nil value") == true)
    }

    @Test("five times within a minute are set aside for a minute, then for longer; all runners know") func setAside() throws {
        let health = RuleHealth()
        let set = try ruleSet(source)
        let (one, two) = (try set.makeRunner(mode: .counted, health: health), try set.makeRunner(mode: .counted, health: health))
        func fails(_ runner: RuleRunner, _ second: Int64) -> Bool {
            let decision = runner.decide(.sample(text: "x", now: noon + .seconds(second)))
            #expect(decision.replies == ["still here"])
            return !decision.failures.isEmpty
        }
        for second in 0..<5 { #expect(fails(second % 2 == 0 ? one : two, Int64(second))) }
        #expect(
            health.setAsides(at: noon + .seconds(5)) == [
                .init(ruleSet: set.id, rule: "bad", since: noon + .seconds(4), until: noon + .seconds(64))
            ])
        #expect(!fails(one, 5) && !fails(two, 63))
        for second in 64..<69 { #expect(fails(two, Int64(second))) }
        #expect(health.setAsides(at: noon + .seconds(70)).first?.until == noon + .seconds(68 + 120))
        #expect(health.setAsides(at: noon + .seconds(200)) == [])
    }

    @Test("four failures in each minute are borne") func slowly() {
        let health = RuleHealth()
        for second in stride(from: Int64(0), to: 600, by: 16) {
            #expect(health.failed("r", of: "s", at: noon + .seconds(second)) == nil)
        }
    }

    @Test("of one set silence no rule of the same name in another") func apart() throws {
        let health = RuleHealth()
        let failing = try ruleSet(source).makeRunner(mode: .counted, health: health)
        let mended = try ruleSet("reply \"bad\" { match = keywords \"x\", text = \"mended\" }")
            .makeRunner(mode: .counted, health: health)
        for second in 0..<5 { _ = failing.decide(.sample(text: "x", now: noon + .seconds(second))) }
        #expect(health.isSetAside("bad", of: failing.set.id, at: noon + .seconds(5)))
        #expect(health.resting(of: mended.set.id, at: noon + .seconds(5)).isEmpty)
        #expect(mended.decide(.sample(text: "x", now: noon + .seconds(5))).replies == ["mended"])
    }

    @Test(
        "budgets end what does not",
        arguments: [
            ("when", "when = function(c) while true do end end, text = \"y\""),
            ("act", "act = function(c, out) while true do end end"),
            ("text", "text = function(c) return (\"a\"):rep(30):find((\"a?\"):rep(30) .. (\"a\"):rep(30)) end"),
        ])
    func budgets(name: String, field: String) throws {
        let decision = try runner(
            "reply \"slow\" { match = keywords \"x\", \(field) }\nreply \"good\" { match = keywords \"x\", text = \"still here\" }"
        )
        .decide(.sample(text: "x"))
        #expect(decision.replies == ["still here"])
        #expect(decision.failures.map(\.code) == ["instructions"], "\(name)")
    }

    @Test(
        "a misspelt field of a view or of out is an error with a suggestion",
        arguments: [
            // Written out, the first four are found before they run.
            ("c[named \"custmer\"]", "did you mean 'customer'"), ("c.conversation[named \"stat\"]", "did you mean 'state'"),
            ("c.message[named \"txt\"]", "did you mean 'text'"),
            ("out[named \"replay\"](out, \"x\")", "did you mean 'reply'"), ("out.reply(\"x\")", "with a colon"),
            ("out:hand_off { [named \"tem\"] = \"x\" }", "did you mean 'team'"),
            ("out:tag(5)", "out:tag takes texts"), ("out:reply {}", "reply needs a text"),
            ("out:reply ' '", "reply needs a text"),
            ("out:assign {}", "needs a team"),
            ("out:open_ticket { subject = \"x\", priority = \"hgih\" }", "did you mean 'high'"),
            ("c.channel = 1", "read-only"), ("c.customer.vip = 1", "read-only"),
            ("out:set { f = function() end }", "a function cannot be kept"), ("eq(\"channel\", 1)", "stands in match"),
            ("route(\"x\")", "stands in a file"),
        ])
    func suggestions(code: String, says: String) throws {
        let isValue = code.hasPrefix("c") && !code.contains("=")
        let statement = "local function named(x) return x end \(isValue ? "local x = \(code)" : code)"
        let decision = try runner("reply \"r\" { match = keywords \"x\", act = function(c, out) \(statement) end }").decide(
            .sample(text: "x"))
        #expect(decision.failures.first?.message.contains(says) == true, "\(decision.failures)")
    }
}
