// SPDX-License-Identifier: Apache-2.0
import Desk
import Lua
import Testing

@testable import Rules

/// The example of the specification, with a retry text.
private let returnGoods = """
    flow "return_goods" {
      version = 1, start = intent("return_goods"),
      state = { order = "string?", choice = "string?", paid = "boolean?" },
      stages = {
        ask = function(chat, s)
          s.order = chat:ask("order", { text = "Which order?", expect = pattern.order_no, timeout = "10m", retries = 2, retry_text = "A number, please" })
          if not s.order then return chat:handoff { team = "after_sales", note = "no order number" } end
          return "check"
        end,
        check = function(chat, s)
          local order, problem = chat:call("shop.order", { no = s.order })
          if not order then return chat:handoff { team = "after_sales", note = "order unknown: " .. s.order .. (problem or "") } end
          chat:say("Found " .. order.item)
          s.choice = chat:choose("how", { text = "Refund or exchange?", options = { { id = "refund", text = "退款" }, { id = "exchange", text = "换货" } } })
          chat:tag(s.choice or "none")
          chat:sleep("pause", "1h")
          local event, why = chat:wait_event("parcel", { name = "parcel_arrived", timeout = "2d" })
          s.paid = event ~= nil
          chat:say(event and ("Parcel " .. event.no) or ("Nothing: " .. why))
          return "close"
        end,
        close = function(chat, s)
          chat:ticket { subject = "return " .. s.order }
          return chat:done { csat = true }
        end,
      },
    }
    """

@Suite("Flows") struct FlowTests {
    private func text(_ text: String) -> FlowInput { .message(.text(text)) }

    /// Goes through the whole dialogue; each step by `next`, which may use another runner for it.
    private func walk(_ next: (FlowRecord?, FlowInput?, Instant) throws -> FlowOutcome) throws -> (
        said: [[String]], waits: [String], last: FlowOutcome
    ) {
        let inputs: [(FlowInput?, Duration)] = [
            (nil, .zero), (text("so-2026110001"), .seconds(30)),
            (.called(["no": "SO-2026110001", "item": "kettle"]), .seconds(31)),
            (text("换货"), .seconds(60)), (.timeout, .seconds(3660)), (.event("parcel_arrived", ["no": "P7"]), .seconds(4000)),
        ]
        var record: FlowRecord?
        var said: [[String]] = [], waits: [String] = []
        var outcome = FlowOutcome(intents: [], record: nil, ending: nil)
        for (input, after) in inputs {
            outcome = try next(record, input, noon + after)
            said.append(outcome.said)
            record = outcome.record
            waits.append(outcome.record?.wait.map { "\($0.kind.rawValue) \($0.label)" } ?? "-")
        }
        return (said, waits, outcome)
    }

    @Test("a flow says each thing once and ends as written") func wholeDialogue() throws {
        let runner = try runner(returnGoods)
        let (said, waits, last) = try walk { record, input, now in
            guard let record, let input else { return runner.startFlow("return_goods", .sample(text: "我要退货", now: now)) }
            return runner.continueFlow(record, with: input, .sample(now: now))
        }
        #expect(said == [["Which order?"], [], ["Found kettle", "Refund or exchange?"], [], [], ["Parcel P7"]])
        #expect(waits == ["ask order", "call shop.order", "choose how", "sleep pause", "event parcel", "-"])
        #expect(last.ending == .done(csat: true))
        #expect(last.intents.last?.action == .openTicket(TicketDraft(subject: "return SO-2026110001")))
    }

    @Test("a restart at every wait changes nothing: each step on a new state, the record read back from its bytes")
    func restarts() throws {
        let set = try ruleSet(returnGoods)
        let through = try runner(returnGoods)
        func step(_ fresh: Bool) throws -> (said: [[String]], waits: [String], last: FlowOutcome) {
            try walk { record, input, now in
                let runner = fresh ? try set.makeRunner(mode: .counted) : through
                // Whatever has changed in the world meanwhile does not touch a stage that runs.
                let situation = Situation.sample(
                    customer: fresh ? .sample(["vip_level": 9], name: "someone else") : .sample(), now: now, seed: fresh ? 99 : 7)
                guard let record, let input else { return runner.startFlow("return_goods", situation) }
                let stored = try #require(FlowRecord(value: try Value(json: record.value.json)))
                #expect(stored == record)
                return runner.continueFlow(stored, with: input, situation)
            }
        }
        let (a, b) = (try step(false), try step(true))
        #expect(a.said == b.said)
        #expect(a.waits == b.waits)
        #expect(a.last == b.last)
    }

    @Test("an answer that does not fit is asked again, as often as allowed") func retries() throws {
        let runner = try runner(returnGoods)
        var outcome = runner.startFlow("return_goods", .sample())
        let until = outcome.record?.wait?.until
        #expect(until == noon + .seconds(600))
        for again in 1...2 {
            outcome = runner.continueFlow(
                try #require(outcome.record), with: text("hm"), .sample(now: noon + .seconds(Int64(again) * 10)))
            #expect(outcome.said == ["A number, please"])
            #expect(outcome.record?.wait?.label == "order")
            #expect(outcome.record?.wait?.until == until)
            #expect(outcome.record?.wait?.detail["tries"] == .int(Int64(again)))
        }
        outcome = runner.continueFlow(try #require(outcome.record), with: text("hm"), .sample(now: noon + .seconds(30)))
        #expect(outcome.ending == .handOff(team: "after_sales", note: "no order number"))
        #expect(outcome.said == [])
    }

    @Test("a sign is no answer to a question, but ends the wait for it") func signs() throws {
        let runner = try runner(
            """
            flow "f" { start = intent("x"), stages = { one = function(chat, s)
              chat:ask("a", { text = "?" }) local paid = chat:wait_event("pay", { name = "paid" }) chat:say("paid " .. paid.amount) return chat:done()
            end } }
            """)
        func sign(_ name: String) -> FlowInput {
            .message(MessageContent(kind: .event, fields: ["name": .string(name), "amount": 5]))
        }
        var outcome = runner.startFlow("f", .sample())
        outcome = runner.continueFlow(try #require(outcome.record), with: sign("paid"), .sample())
        #expect(outcome.record?.wait?.label == "a" && outcome.said == [])
        outcome = runner.continueFlow(try #require(outcome.record), with: text("yes"), .sample())
        outcome = runner.continueFlow(try #require(outcome.record), with: sign("paid"), .sample())
        #expect(outcome.said == ["paid 5"])
    }

    @Test("a wait that times out gives nil and the reason") func timeouts() throws {
        let runner = try runner(
            """
            flow "f" { start = intent("x"), stages = { one = function(chat, s)
              local answer, why = chat:ask("a", { text = "?", timeout = "5m" })
              chat:say(tostring(answer) .. " " .. why .. " " .. chat.now.hour .. ":" .. chat.now.minute)
              local result, problem = chat:call("shop.order", {}, { timeout = "9s" })
              chat:say(tostring(result) .. " " .. problem)
              return chat:done()
            end } }
            """)
        var outcome = runner.startFlow("f", .sample())
        outcome = runner.continueFlow(try #require(outcome.record), with: .timeout, .sample(now: noon + .seconds(300)))
        #expect(outcome.said == ["nil timeout 12:5"])
        #expect(outcome.record?.wait?.until == noon + .seconds(309))
        #expect(outcome.record?.wait?.detail == ["name": "shop.order", "args": .object(.init()), "tries": 0])
        outcome = runner.continueFlow(
            try #require(outcome.record), with: .callFailed("the shop is closed"), .sample(now: noon + .seconds(301)))
        #expect(outcome.said == ["nil the shop is closed"])
        #expect(outcome.ending == .done(csat: false))
    }

    @Test(
        "input that a wait has no use for leaves it waiting, silently",
        arguments: [
            FlowInput.event("other", .null), .called("early"), .message(.text("hello")),
            .message(MessageContent(kind: .event, fields: ["name": "enter"])),
        ])
    func uselessInput(input: FlowInput) throws {
        let runner = try runner(
            """
            flow "f" { start = intent("x"), stages = { one = function(chat, s)
              chat:sleep("pause", "1h") chat:say("awake") return chat:done()
            end } }
            """)
        let first = runner.startFlow("f", .sample())
        let outcome = runner.continueFlow(try #require(first.record), with: input, .sample(now: noon + .seconds(60)))
        #expect(outcome.said == [])
        #expect(outcome.record?.wait?.until == noon + .seconds(3600))
        let end = runner.continueFlow(try #require(outcome.record), with: .timeout, .sample(now: noon + .seconds(3600)))
        #expect(end.said == ["awake"])
    }

    @Test("a stage that asks something else than its journal says has diverged: file, line, expected, found")
    func divergence() throws {
        func flow(_ second: String) -> String {
            """
            flow "f" { start = intent("x"), stages = { one = function(chat, s)
              chat:ask("name", { text = "Name?" })
              \(second)
              return chat:done()
            end } }
            """
        }
        let old = try runner(flow("chat:ask(\"town\", { text = \"Town?\" })"))
        var outcome = old.startFlow("f", .sample())
        outcome = old.continueFlow(try #require(outcome.record), with: text("Lin"), .sample())
        let record = try #require(outcome.record)
        #expect(record.wait?.label == "town")
        for (change, found) in [
            ("chat:ask(\"city\", { text = \"Town?\" })", "found ask \"city\""),
            ("chat:ask(\"town\", { text = \"Which town?\" })", "found ask \"town\" with other arguments"),
            ("pcall(function() chat:ask(\"city\", { text = \"Town?\" }) end)", "found ask \"city\""),
            ("chat:say(\"bye\")", "found the end of the stage"),
        ] {
            let new = try runner(flow(change))
            let end = new.continueFlow(record, with: text("Hangzhou"), .sample())
            guard case .diverged(let failure) = end.ending else { Issue.record("\(end)"); continue }
            #expect(failure.message.contains("expected \"town\""), "\(failure.message)")
            #expect(failure.message.contains(found), "\(failure.message)")
            #expect(failure.file == "rules/main.lua")
            #expect(failure.line == (found.contains("end") || change.contains("pcall") ? failure.line : 3))
            #expect(end.intents == [] && end.record == nil)
        }
    }

    private func versions(_ version: Int, _ more: String, second: String = "two") -> String {
        """
        flow "f" { version = \(version), start = intent("x"), \(more) stages = {
          one = function(chat, s) s.a = chat:ask("a", { text = "a?" }) return "\(second)" end,
          \(second) = function(chat, s) chat:say("v\(version) " .. tostring(s.a) .. tostring(s.b)) return chat:done() end,
        } }
        """
    }

    @Test("at the next stage a flow moves to the newest rules, through on_upgrade") func upgrade() throws {
        let old = try runner(versions(1, ""))
        let start = old.startFlow("f", .sample())
        let record = try #require(start.record)
        #expect(old.continueFlow(record, with: text("x"), .sample()).said == ["v1 xnil"])
        let newer = try runner(
            versions(3, "on_upgrade = { [1] = function(s) s.b = 1 return s end, [2] = function(s) s.b = s.b + 1 return s end },"))
        #expect(old.continueFlow(record, with: text("x"), .sample(), newest: newer).said == ["v3 x2"])
        let same = try runner(versions(1, "") + "\n-- another set, the same version")
        #expect(old.continueFlow(record, with: text("x"), .sample(), newest: same).said == ["v1 xnil"])
    }

    @Test(
        "without a way up a person takes over",
        arguments: [
            ("version = 2", "no on_upgrade from version 1"), ("second", "no stage 'two'"), ("gone", "no flow 'f'"),
            ("bad", "must return the state"), ("raises", "attempt to"),
        ])
    func noWay(change: String, message: String) throws {
        let newer =
            switch change {
            case "second": versions(1, "", second: "deux")
            case "gone": "reply \"x\" { text = \"y\" }"
            case "bad": versions(2, "on_upgrade = { [1] = function(s) end },")
            case "raises": versions(2, "on_upgrade = { [1] = function(s) return s.x.y end },")
            default: versions(2, "")
            }
        let record = try #require(try runner(versions(1, "")).startFlow("f", .sample()).record)
        let outcome = try runner(versions(1, "")).continueFlow(record, with: text("x"), .sample(), newest: try runner(newer))
        guard case .failed(let failure) = outcome.ending else { Issue.record("\(outcome)"); return }
        #expect(failure.message.contains(message), "\(failure.message)")
    }

    @Test(
        "what goes wrong inside a stage ends the flow and says where",
        arguments: [
            ("error(\"boom\")", "boom"), ("return \"nowhere\"", "no stage"), ("return nil", "without saying what follows"),
            ("return \"one\"", "round in a circle"), ("while true do end", "used up"),
            ("s.f = print_it return \"two\"", "undefined global"),
            ("s.f = function() end return \"two\"", "only data survives"), ("s.zzz = 1 return \"two\"", "undeclared state field"),
            ("s.n = \"1\" return \"two\"", "must be number"), ("chat:sey(\"x\")", "did you mean 'say'"),
            ("chat:ask(\"x\", { txt = \"?\" })", "did you mean 'text'"),
            ("chat:done{} chat:say(\"more\")", "has ended"), ("for i = 1, 100 do chat:say(\"x\") end return \"two\"", "too much"),
            ("chat:sleep(\"x\", 10)", "duration"), ("coroutine.yield(1)", "coroutine"),
        ])
    func failures(body: String, message: String) throws {
        let source = """
            flow "f" { start = intent("x"), state = { f = "any?", n = "number?" }, stages = {
              one = function(chat, s)
                \(body)
              end,
              two = function(chat, s) return chat:done() end,
            } }
            """
        // Some of these are found by the check already; here they shall be found when they run.
        var draft = RuleDraft(RuleSource(name: "t", texts: ["main.lua": source]), names: .init())
        draft.read()
        let outcome = try RuleSet(draft).makeRunner(mode: .counted).startFlow("f", .sample())
        guard case .failed(let failure) = outcome.ending else { Issue.record("\(outcome)"); return }
        #expect(failure.message.contains(message), "\(failure.message)")
        #expect(failure.file == "rules/main.lua")
        #expect((1...3).contains(failure.line ?? 0))
    }

    @Test("random numbers and the time are those of the stage's journal") func determinism() throws {
        let source = """
            flow "f" { start = intent("x"), stages = { one = function(chat, s)
              local n = math.random(1, 1000000)
              chat:ask("a", { text = "a? " .. n .. " " .. chat.now.at })
              chat:say(n .. " " .. math.random(1, 1000000))
              return chat:done()
            end } }
            """
        let set = try ruleSet(source)
        func run(_ seed: UInt64) throws -> [String] {
            let first = try set.makeRunner(mode: .counted).startFlow("f", .sample(seed: seed))
            let second = try set.makeRunner(mode: .counted).continueFlow(
                try #require(first.record), with: text("x"), .sample(now: noon + .seconds(9), seed: 1))
            return first.said + second.said
        }
        #expect(try run(5) == run(5))
        #expect(try run(5) != run(6))
    }

    @Test("waits in a loop may share their label") func loops() throws {
        let runner = try runner(
            """
            flow "f" { start = intent("x"), stages = { one = function(chat, s)
              local words = {}
              for i = 1, 3 do words[i] = chat:ask("word", { text = "word " .. i }) end
              chat:say(table.concat(words, " "))
              return chat:done()
            end } }
            """)
        var outcome = runner.startFlow("f", .sample())
        for word in ["a", "b", "c"] { outcome = runner.continueFlow(try #require(outcome.record), with: text(word), .sample()) }
        #expect(outcome.said == ["a b c"])
    }

    @Test(
        "what may be answered",
        arguments: [
            ("pattern.phone", "call +86 138-0013-8000 please", "+8613800138000"), ("pattern.email", "it's a.b@c.cn.", "a.b@c.cn"),
            ("pattern.number", "大概 １２.5 吧", "12.5"), ("pattern.yes_no", "不用了", "no"), ("pattern.yes_no", "好的", "yes"),
            ("{ \"red\", \"blue\" }", "  BLUE ", "blue"), ("\"^(%d+) pieces\"", "12 pieces", "12"),
            ("function(text) return #text == 3 and text:upper() end", "abc", "ABC"),
            ("pattern.order_no", "订单号是so20261118", "SO20261118"),
        ])
    func expectations(expect: String, answer: String, value: String) throws {
        let runner = try runner(
            """
            flow "f" { start = intent("x"), stages = { one = function(chat, s)
              chat:say(tostring(chat:ask("a", { text = "?", expect = \(expect) }))) return chat:done()
            end } }
            """)
        let record = try #require(runner.startFlow("f", .sample()).record)
        #expect(runner.continueFlow(record, with: text(answer), .sample()).said == [value])
        #expect(runner.continueFlow(record, with: text("????"), .sample()).record != nil)
    }

    @Test("what is wrong in a table of a call is told with the call's line, also after a wait") func callLine() throws {
        let runner = try runner(
            """
            local field = "prio"
            flow "f" { start = keywords "go", state = { a = "string?" }, stages = {
              one = function(chat, s)
                chat:say "hello"
                s.a = chat:ask("a", { text = "a?" })
                log.info "answered"
                chat:ticket { subject = "x", [field] = "high" }
                return chat:done()
              end } }
            flow "g" { start = keywords "ho", stages = {
              one = function(chat, s)
                chat:say "hello"
                chat:ask("a", { text = "" })
                return chat:done()
              end } }
            """)
        let record = try #require(runner.startFlow("f", .sample(text: "go", now: noon)).record)
        let outcome = runner.continueFlow(record, with: text("yes"), .sample(now: noon + .seconds(5)))
        guard case .failed(let failure)? = outcome.ending else { Issue.record("\(outcome)"); return }
        #expect(failure.line == 7)
        #expect(failure.message == "open_ticket: unknown field 'prio'; did you mean 'priority'?")
        #expect(outcome.log.map(\.text) == ["answered"])
        guard case .failed(let empty)? = runner.startFlow("g", .sample(text: "ho", now: noon)).ending else {
            Issue.record("an empty question was asked")
            return
        }
        #expect(empty.line == 13)
    }

    @Test("an answer that goes through the state and a local is not silently nothing when a field of it is asked")
    func answerAsTable() throws {
        let runner = try runner(
            """
            flow "f" { start = keywords "go", state = { a = "string?" }, stages = {
              one = function(chat, s)
                local known = nil
                s.a = known or chat:ask("a", { text = "a?" })
                local a = s.a
                chat:say("it is " .. tostring(a.text))
                return chat:done()
              end } }
            """)
        let record = try #require(runner.startFlow("f", .sample(text: "go", now: noon)).record)
        guard case .failed(let failure)? = runner.continueFlow(record, with: text("yes"), .sample(now: noon)).ending else {
            Issue.record("it went on")
            return
        }
        #expect(failure.line == 6)
        #expect(failure.message == "a text has no 'text'")
    }
}
