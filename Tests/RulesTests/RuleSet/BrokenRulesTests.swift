// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Rules

/// A rule file with a mistake, and how a check must say so.
struct BrokenRule: Sendable, CustomTestStringConvertible {
    let source: String
    let line: Int
    let says: String
    var file = "rules/main.lua"
    var severity = RuleProblem.Severity.error
    var more: [String: String] = [:]

    init(
        _ source: String, _ line: Int, _ says: String, file: String = "rules/main.lua", _ severity: RuleProblem.Severity = .error,
        more: [String: String] = [:]
    ) {
        self.source = source
        self.line = line
        self.says = says
        self.file = file
        self.severity = severity
        self.more = more
    }

    var testDescription: String { says }
}

@Suite("What a check says") struct BrokenRulesTests {
    private static let team = "assign = { team = \"service\" }"
    private static let texts = [
        "i18n/zh-CN.lua": "return { hello = \"你好 {name}\" }", "i18n/en.lua": "return { hello = \"hello {name}\" }",
    ]
    private static let intents = ["data/intents.json": #"{"price": {"zh-CN": ["多少钱"], "en": ["how much"]}}"#]
    static let names = KnownNames(teams: ["service", "after_sales"], channels: ["live"], calls: ["shop.order"])

    static let cases: [BrokenRule] = [
        // The language.
        .init("route \"a\" {\n  \(team)\n", 3, "'}' expected"),
        .init("route \"a\" { \(team) }\nlocal x = = 1", 2, "unexpected symbol"),
        .init("\n\nrout \"a\" { \(team) }", 3, "undefined global 'rout'; did you mean 'route'?"),
        .init(
            "reply \"a\" { text = \"x\", when = function(c)\n  return tostrin(c.channel) == \"x\"\nend }", 2,
            "undefined global 'tostrin'; did you mean 'tostring'?"),
        .init(
            "reply \"a\" { text = \"x\", act = function(c, out)\n  log.eror(\"x\")\nend }", 2,
            "log has no 'eror'; did you mean log.error?"),
        .init(
            "escalate \"a\" { match = eq(\"message.text\", \"x\"), act = function(view, o)\n  o:tga(\"x\")\nend }", 2,
            "out has no 'tga'; did you mean out:tag?"),
        .init(
            "reply \"a\" { text = \"x\", when = function(c)\n  return c.conversation.stat == \"bot\"\nend }", 2,
            "c.conversation has no 'stat'; did you mean c.conversation.state?"),
        .init(
            "flow \"f\" { start = intent \"price\", stages = { one = function(talk, s)\n  if s.a then\n    talk:aks(\"a\", { text = \"a?\" })\n  end\n  return talk:done()\nend } }",
            3, "chat has no 'aks'; did you mean chat:ask?", more: intents),
        .init(
            "flow \"f\" { start = intent \"price\", stages = { one = function(chat, s)\n  s.a = chat:ask(\"a\", { text = \"a?\" }).text\n  return chat:done()\nend } }",
            2, "chat:ask gives the answer itself, a text, which has no 'text'; leave .text out", more: intents),
        .init(
            "flow \"f\" { start = intent \"price\", stages = { one = function(chat, s)\n  local a = chat:ask(\"a\", { text = \"a?\", expect = pattern.phone })\n  s.a = a.text\n  return chat:done()\nend } }",
            3, "chat:ask gives the answer itself, a text, which has no 'text'", more: intents),
        .init(
            "flow \"f\" { start = intent \"price\", stages = { one = function(chat, s)\n  s.a = chat:ask(\"a\", { text = \"a?\" })\n  return \"two\"\nend, two = function(talk, kept)\n  talk:say(kept.a.text)\n  return talk:done()\nend } }",
            5, "chat:ask gives the answer itself, a text, which has no 'text'", more: intents),
        // Tables of calls, the state, and what is known about customers.
        .init(
            "reply \"a\" { text = \"x\", act = function(c, out)\n  out:notify { team = \"service\",\n    txt = \"x\" }\nend }", 3,
            "unknown field 'txt' of out:notify; did you mean 'text'?"),
        .init(
            "reply \"a\" { text = \"x\", act = function(c, out) require(\"lib.ticket\")(out) end }", 2,
            "unknown field 'subjct' of out:open_ticket; did you mean 'subject'?", file: "rules/lib/ticket.lua",
            more: ["lib/ticket.lua": "return function(out)\n  out:open_ticket { subjct = \"x\" }\nend"]),
        .init(
            "flow \"f\" { start = intent \"price\", stages = { one = function(chat, s)\n  chat:ask(\"a\", { txt = \"a?\" })\n  return chat:done()\nend } }",
            2, "unknown field 'txt' of chat:ask; did you mean 'text'?", more: intents),
        .init(
            "flow \"f\" { start = intent \"price\", stages = { one = function(chat, s)\n  chat:wait_event(\"a\", { nme = \"paid\" })\n  return chat:done()\nend } }",
            2, "unknown field 'nme' of chat:wait_event; did you mean 'name'?", more: intents),
        .init(
            "flow \"f\" { start = intent \"price\", stages = { one = function(chat, s)\n  return chat:done { csta = true }\nend } }",
            2, "unknown field 'csta' of chat:done; did you mean 'csat'?", more: intents),
        .init(
            "flow \"f\" { start = intent \"price\", stages = { one = function(chat, s)\n  chat:ask(\"a\", { text = \"a?\", timeout = \"10 m\" })\n  return chat:done()\nend } }",
            2, "timeout of chat:ask: \"10 m\" is no duration; write \"90s\"", more: intents),
        .init(
            "flow \"f\" { start = intent \"price\", stages = { one = function(chat, s)\n  chat:sleep(\"a\", \"10 minutes\")\n  return chat:done()\nend } }",
            2, "chat:sleep: \"10 minutes\" is no duration", more: intents),
        .init(
            "flow \"f\" { start = intent \"price\", state = { order = \"string?\" }, stages = { one = function(chat, s)\n  s.ordr = \"1\"\n  return chat:done()\nend } }",
            2, "flow \"f\" remembers no 'ordr'; did you mean 'order'?", more: intents),
        .init(
            "flow \"f\" { start = intent \"price\", state = { order = \"string?\" }, stages = { one = function(chat, s)\n  chat:say(\"x\" .. s.phone)\n  return chat:done()\nend } }",
            2, "flow \"f\" remembers no 'phone'; declare it: state = { phone = \"string?\" }", more: intents),
        .init(
            "reply \"a\" { text = \"x\", when = function(c)\n  return c.customer.vip_lvl == 3\nend }", 2,
            "customers have no attribute 'vip_lvl'; did you mean 'vip_level'?",
            more: ["rules.lua": "return { name = \"t\", api = 1, attributes = { customer = { \"vip_level\" } } }"]),
        .init(
            "flow \"f\" { start = intent \"price\", stages = { one = function(chat, s)\n  chat:say(chat.customer.nme)\n  return chat:done()\nend } }",
            2, "customers have no attribute 'nme'; did you mean 'name'?",
            more: intents.merging(["rules.lua": "return { name = \"t\", api = 1, attributes = { customer = { \"vip_level\" } } }"]
            ) { $1 }),
        .init(
            "reply \"a\" { match = eq(\"message.text\", \"x\"), text = function(c)\n  return c.conversation.stat\nend }", 2,
            "c.conversation has no 'stat'; did you mean c.conversation.state?"),
        .init("reply \"a\" {\n  text = \" \" }", 2, "there are no words in 'text'; leave it out to say nothing"),
        .init("route \"a\" { \(team), priority = 1.5 }", 1, "'priority' must be a whole number, not 1.5"),
        .init(
            "route \"a\" { match = eq(\"custmer.shoe_size\", 40), \(team) }", 1,
            "unknown field 'custmer.shoe_size'; did you mean 'customer.shoe_size'?"),
        .init(
            "local function f(x)\n  return string.uper(x)\nend\nreply \"a\" { text = f }", 2,
            "string has no 'uper'; did you mean string.upper?"),
        .init(
            "reply \"a\" { text = \"x\", act = function(c, out) require(\"lib.ask\")(out) end }", 2,
            "out has no 'nots'; did you mean out:note?", file: "rules/lib/ask.lua",
            more: ["lib/ask.lua": "return function(out)\n  out:nots(\"x\")\nend"]),
        .init("reply \"a\" { text = \"x\", when = function(c)\n  return time.nwo() > 1\nend }", 2, "it is for plugins"),
        .init(
            "reply \"a\" { text = \"x\", act = function(c, out)\n  out:notify { team = \"servise\", text = \"x\" }\nend }", 2,
            "there is no team 'servise'; did you mean 'service'?"),
        .init(
            "reply \"a\" { text = \"x\", act = function(c, out)\n  out:notify { to = { \"wecom:ops\", \"team:servise\" }, text = \"x\" }\nend }",
            2, "there is no team 'servise'; did you mean 'service'?"),
        .init("counter = 0", 1, "the global 'counter' cannot be set; write local counter"),
        .init(
            "reply \"a\" { text = \"x\", when = function(c)\n  seen = true\n  return seen\nend }", 2,
            "the global 'seen' cannot be set"),
        .init("local t = {}\nt.x.y = 1", 2, "attempt to index a nil value"),
        .init("local lib = require \"lib.nothing\"", 1, "lib.nothing"),
        .init("while true do end", 1, "used up; look for a loop that does not end"),
        .init("local t = {} for i = 1, 1e9 do t[i] = (\"x\"):rep(1000) .. i end", 1, "used up"),
        .init("\u{1b}Lua", 1, "compiled code is refused"),
        .init(
            "reply \"a\" { text = \"x\", match = between(\"now.date\", \"2026-02-30\", \"2026-03-01\") }", 1,
            "between needs two days for now.date"),
        .init(
            "reply \"a\" { text = \"x\", match = between(\"now.date\", \"2026-03-02\", \"2026-03-01\") }", 1,
            "2026-03-02 is after 2026-03-01"),
        .init(
            "", 2, "unknown field 'limits.when_instrucions'; did you mean 'when_instructions'?", file: "rules/rules.lua",
            more: ["rules.lua": "return {\n  limits = { when_instrucions = 5000 },\n}"]),
        // Declarations.
        .init("route \"a\"\nlocal x = 1", 1, "route \"a\" has no table; write route \"a\" { … }"),
        .init("route { \(team) }", 1, "route needs an id"),
        .init("route \"Größe\" { \(team) }", 1, "'Größe' cannot be an id"),
        .init("route \"a\" \"b\"", 1, "needs a table with fields"),
        .init(
            "route \"a\" { \(team) }\n\nroute \"a\" { \(team) }", 3, "'a' is declared twice; the first stands at rules/main.lua:1"
        ),
        .init("reply \"a\" { text = \"x\" }\nroute \"a\" { \(team) }", 2, "'a' is declared twice"),
        .init(
            "route \"a\" {\n  assing = { team = \"service\" },\n  \(team) }", 2,
            "unknown field 'assing' of route; did you mean 'assign'?"),
        .init(
            "route \"a\" {\n  assign = {\n    taem = \"service\", team = \"service\" } }", 3,
            "unknown field 'taem' of 'assign'; did you mean 'team'?"),
        .init("route \"a\" { why = \"x\" }", 1, "route \"a\" assigns nothing"),
        .init("route \"a\" { assign = { skills = { \"x\" } } }", 1, "'assign' needs a team, an agent or bot = true"),
        .init("route \"a\" { assign = { team = \"service\", bot = true } }", 1, "names both the bot and a team"),
        .init("route \"a\" {\n  priority = \"high\",\n  \(team) }", 2, "'priority' must be a whole number, not a text"),
        .init("route \"a\" {\n  stage = \"mian\",\n  \(team) }", 2, "'stage' cannot be \"mian\"; did you mean 'main'?"),
        .init("route \"a\" {\n  on = \"handof\", \(team) }", 2, "did you mean 'handoff'?"),
        .init("route \"a\" { assign = { team = \"service\", strategy = \"sticki\" } }", 1, "did you mean 'sticky'?"),
        .init("route \"a\" {\n  match = function(c) return true end, \(team) }", 2, "must be a condition, not a function"),
        .init("route \"a\" {\n  when = eq(\"channel\", \"live\"), \(team) }", 2, "'when' must be a function, not a condition"),
        .init("escalate \"a\" { match = below(\"mood\", 0) }", 1, "does nothing"),
        .init("escalate \"a\" { raise_priority = 1 }", 1, "would act on everything"),
        .init("escalate \"a\" { of = \"waiting\", match = below(\"mood\", 0), raise_priority = 1 }", 1, "there is no 'after'"),
        .init(
            "escalate \"a\" {\n  after = 60, raise_priority = 1 }", 2,
            "'after' must be a duration, not a number; write after = \"90s\""),
        .init("escalate \"a\" { after = \"60s\",\n  of = \"wating\", raise_priority = 1 }", 2, "did you mean 'waiting'?"),
        .init("escalate \"a\" { after = \"60s\", once = \"week\", raise_priority = 1 }", 1, "'once' cannot be \"week\""),
        .init(
            "escalate \"a\" { match = at_least(\"conversation.waiting_s\", 60), raise_priority = 1 }", 1,
            "nobody looks at this rule while time passes", .warning),
        .init("reply \"a\" { match = keywords \"x\" }", 1, "says nothing and does nothing"),
        .init("reply \"a\" {\n  text = 5 }", 2, "'text' must be a text, i18n \"key\" or a function"),
        .init("reply \"a\" { text = \"x\",\n  interrupt_flow = true }", 2, "did you mean 'interrupts_flow'?"),
        .init(
            "reply \"a\" { text = \"x\", notify = { team = \"service\", txt = \"x\" } }", 1,
            "unknown field 'txt' of 'notify'; did you mean 'text'?"),
        .init("reply \"a\" { open_ticket = { priority = \"high\" } }", 1, "needs a subject"),
        // Conditions.
        .init(
            "route \"a\" { \(team),\n  match = eq(\"custmer.name\", \"x\") }", 2,
            "unknown field 'custmer.name'; did you mean 'customer.name'?"),
        .init(
            "route \"a\" { \(team), match = all {\n  eq(\"channel\", \"live\"),\n  eq(\"conversation.stat\", \"bot\") } }", 3,
            "did you mean 'conversation.state'?"),
        .init(
            "route \"a\" { \(team), match = eq(\"conversation.state\", \"asigned\") }", 1,
            "can never be \"asigned\"; did you mean 'assigned'?"),
        .init(
            "route \"a\" { \(team), match = at_least(\"conversation.state\", 4) }", 1,
            "at_least needs a number, but conversation.state is a text"),
        .init(
            "route \"a\" { \(team), match = at_least(\"customer.vip_level\", \"4\") }", 1, "at_least needs a number, not a text"),
        .init(
            "route \"a\" { \(team), match = at_least(\"customer.vip_level\") }", 1,
            "needs a value to compare customer.vip_level with"),
        .init("route \"a\" { \(team), match = below(\"mood\", -3) }", 1, "mood is a number from -1 to 1: -3 is outside"),
        .init("route \"a\" { \(team), match = eq(\"now.weekday\", 8) }", 1, "now.weekday is a number from 1 to 7"),
        .init("route \"a\" { \(team), match = within(\"customer.last_purchase\", 7) }", 1, "within needs a duration"),
        .init("route \"a\" { \(team), match = one_of(\"channel\", \"live\") }", 1, "one_of needs a list"),
        .init("route \"a\" { \(team), match = between(\"customer.vip_level\", 5, 2) }", 1, "5 is more than 2"),
        .init("route \"a\" { \(team), match = all { \"live\" } }", 1, "all takes conditions, not a text"),
        .init("route \"a\" { \(team), match = any {} }", 1, "any needs at least one condition"),
        .init("route \"a\" { \(team), match = above(\"waiting_s\", \"30s\") }", 1, "needs a number, not a duration"),
        .init("route \"a\" { \(team), match = matches(\"message.text\", \"x\") }", 1, "matches needs a pattern"),
        .init(
            "reply \"a\" { text = \"x\", match = intent(\"prise\") }", 1,
            "there is no intent 'prise' in data/intents.json; did you mean 'price'?", more: intents),
        .init("reply \"a\" { text = \"x\", match = intent(\"price\", 60) }", 1, "a confidence is between 0 and 1", more: intents),
        .init("reply \"a\" { text = \"x\", match = channel \"wechat\" }", 1, "there is no channel 'wechat'", .warning),
        .init(
            "reply \"a\" { text = \"x\",\n match = all { eq(\"channel\", \"live\"), channel { \"wechat\", \"web\" } } }", 2,
            "can never match: eq(\"channel\", \"live\") and channel({ \"wechat\", \"web\" }) exclude each other", .warning),
        .init(
            "reply \"a\" { text = \"x\", match = all { at_least(\"customer.vip_level\", 5), below(\"customer.vip_level\", 5) } }",
            1, "can never match", .warning),
        .init(
            "reply \"a\" { text = \"x\", match = all { has_tag \"a\", none { has_tag \"a\" } } }", 1, "is wanted and excluded",
            .warning),
        .init("reply \"a\" { text = \"x\", match = above(\"mood\", 1) }", 1, "mood is never more than 1", .warning),
        .init(
            "route \"a\" { \(team), match = at_least(\"customer.vip_level\", 2) }\nroute \"b\" { \(team), match = at_least(\"customer.vip_level\", 4) }",
            2, "route \"b\" is never reached: \"a\" (rules/main.lua:1) comes first", .warning),
        .init(
            "reply \"a\" { text = \"x\" }\nreply \"b\" { text = \"y\", match = keywords \"z\" }", 2, "is never reached", .warning),
        .init(
            "reply \"a\" { text = \"x\", match = eq(\"customer.langauge\", \"en\") }", 1, "did you mean 'customer.language'?",
            .warning),
        .init(
            "reply \"a\" { text = \"x\", match = eq(\"customer.vip\", 1) }", 1,
            "customers have no attribute 'vip'; did you mean 'vip_level'?",
            more: ["rules.lua": "return { attributes = { customer = { \"vip_level\" } } }"]),
        .init(
            "local t = channel \"live\"\nfor i = 1, 100 do t = all { t } end\nreply \"a\" { text = \"x\", match = t }", 2,
            "at most 2000 parts in 32 levels"),
        .init(
            "local t = channel \"live\"\nfor i = 1, 11 do t = any { t, t } end\nreply \"a\" { text = \"x\", match = t }", 2,
            "at most 2000 parts in 32 levels"),
        .init("for i = 1, 1e9 do\n  reply(\"r\" .. i) { text = \"x\" }\nend", 2, "20000 rules"),
        // Names that live elsewhere.
        .init("route \"a\" {\n  assign = { team = \"servise\" } }", 2, "there is no team 'servise'; did you mean 'service'?"),
        .init("reply \"a\" { text = \"x\",\n  hand_off = { team = \"aftersales\" } }", 2, "did you mean 'after_sales'?"),
        .init(
            "escalate \"a\" { match = below(\"mood\", 0), act = function(c, out)\n  out:hand_off {\n    team = \"nobody\" } end }",
            3, "there is no team 'nobody'"),
        .init("route \"a\" { \(team), match = eq(\"desk.open.servce\", true) }", 1, "there is no team 'servce'"),
        .init(
            "reply \"a\" {\n  knowledge = \"shiping\" }", 2,
            "there is no 'shiping' in data/knowledge.json; did you mean 'shipping'?",
            more: ["data/knowledge.json": #"{"shipping": {"zh-CN": "x"}}"#]),
        .init(
            "reply \"a\" {\n  start_flow = \"retrun\" }\nflow \"return\" { stages = { a = function(chat) return chat:done() end } }",
            2, "there is no flow 'retrun'; did you mean 'return'?"),
        .init(
            "reply \"a\" { text =\n  i18n \"helo\" }", 2, "there is no text 'helo' under i18n/; did you mean 'hello'?",
            more: texts),
        .init(
            "reply \"a\" { text = function(c)\n  return i18n(\"helo\", { name = 1 })\nend }", 2, "did you mean 'hello'?",
            more: texts),
        // Flows.
        .init("flow \"f\" { start = keywords \"x\" }", 1, "has no stages"),
        .init(
            "flow \"f\" { stages = {\n  a = function(chat)\n    return \"chek\"\n  end,\n  check = function(chat) return chat:done() end } }",
            3, "flow \"f\" has no stage 'chek'; did you mean 'check'?"),
        .init("flow \"f\" { first = \"b\", stages = { a = function(chat) return chat:done() end } }", 1, "there is no stage 'b'"),
        .init(
            "flow \"f\" { stages = {\n  a = function(chat)\n    chat:ask(\"x\", { text = \"1\" })\n    chat:ask(\"x\", { text = \"2\" })\n    return chat:done()\n  end } }",
            4, "the label 'x' is used twice in this stage; the first stands in line 3"),
        .init(
            "flow \"f\" { stages = { a = function(chat)\n  chat:call(\"shop.ordr\")\n  return chat:done() end } }", 2,
            "no plugin answers the call 'shop.ordr'; did you mean 'shop.order'?"),
        .init(
            "flow \"f\" { stages = { a = function(chat)\n  chat:call(\"shop.refund\")\n  return chat:done() end } }", 2,
            "no plugin answers the call 'shop.refund'; it may be 'shop.order'"),
        .init(
            "flow \"f\" { stages = { a = function(chat)\n  return chat:handoff { team = \"aftersales\" } end } }", 2,
            "did you mean 'after_sales'?"),
        .init(
            "flow \"f\" { state = { n = \"int\" }, stages = { a = function(chat) return chat:done() end } }", 1,
            "'int' is no type"),
        .init(
            "flow \"f\" { version = 2, on_upgrade = { [2] = function(s) return s end }, stages = { a = function(chat) return chat:done() end } }",
            1, "no way up from version 2 to version 2"),
        .init("flow \"f\" { version = 0, stages = { a = function(chat) return chat:done() end } }", 1, "'version' is from 1"),
        // Alerts.
        .init("alert \"a\" { measure = \"queue_wiat\", over = \"5m\", raise = above(1) }", 1, "did you mean 'queue_wait'?"),
        .init(
            "alert \"a\" { measure = \"queue_wait\", over = \"5m\", raise = above(\"20s\"),\n  clear = below(\"30s\") }", 2,
            "between them it is both"),
        .init("alert \"a\" { measure = \"queue_wait\", raise = above(1) }", 1, "needs a window"),
        .init(
            "alert \"a\" { measure = \"abandonment_rate\",\n  stat = \"p90\", over = \"5m\", raise = above(\"5%\") }", 2,
            "abandonment_rate has no stat \"p90\"; it has \"share\", \"count\""),
        .init(
            "alert \"a\" { measure = \"queue_wait\", stat = \"p95\", over = \"5m\", raise = above(1) }", 1, "did you mean 'p90'?"),
        .init(
            "alert \"a\" { measure = \"satisfaction\", over = \"1d\",\n  raise = below(80) }", 2, "from 0 to 1; it is never 80"),
        .init("alert \"a\" { measure = \"sla_attainment\", over = \"1d\", raise = below(0.9) }", 1, "what the SLA promises"),
        .init(
            "alert \"a\" { measure = \"arrivals\", within = \"5s\", over = \"1d\", raise = above(9) }", 1, "no target to keep"),
        .init("alert \"a\" { measure = \"backlog\", raise = anomaly {} }", 1, "nothing is known of other days"),
        .init(
            "alert \"a\" { measure = \"reopen_and_transfer_rate\", over = \"1d\", raise = above(0.1) }", 1, "it is two"),
        .init(
            "alert \"a\" { measure = \"backlog\", by = { \"team\", \"tag\", \"agent\" }, raise = above(9) }", 1,
            "at most two labels"),
        .init(
            "alert \"a\" { measure = \"backlog\", only = { teem = \"x\" }, raise = above(9) }", 1, "did you mean 'team'?"),
        .init(
            "alert \"a\" {\n  measure = { count = { event = \"ticket.craeted\" } }, over = \"1h\", raise = above(9) }", 2,
            "did you mean 'ticket.created'?"),
        .init(
            "alert \"a\" { measure = { count = { event = \"ticket.created\", mach = {} } }, over = \"1h\", raise = above(9) }", 1,
            "did you mean 'match'?"),
        .init(
            "alert \"a\" { measure = \"arrivals\", over = \"1h\", raise = above(0), clear = below(2) }", 1,
            "between them it is both"),
        .init("alert \"a\" { measure = {}, over = \"1h\", raise = above(9) }", 1, "counts events"),
        .init("alert \"a\" { measure = \"queue_wait\", over = \"5m\" }", 1, "never rises"),
        .init(
            "alert \"a\" { measure = \"rule_errors\", over = \"5m\", by = { \"team\" }, raise = above(1) }", 1,
            "rule_errors has no label 'team'"),
        .init("alert \"a\" { measure = \"arrivals\", over = \"5m\", raise = anomaly { sigma = -1 } }", 1, "sigma above 0"),
        .init("alert \"a\" { measure = \"arrivals\", over = \"5m\", raise = 5 }", 1, "'raise' must be a bound"),
        // Patterns.
        .init(
            "reply \"a\" { text = \"x\", when = function(c)\n  return c.message.text:match(\"(a.-b.-c.-d.-)$\") ~= nil end }", 2,
            "repeats 4 times over", .warning),
        .init(
            "reply \"a\" { text = \"x\", when = function(c)\n  return string.find(c.message.text, \"foo|bar\") ~= nil end }", 2,
            "there are no alternatives", .warning),
        // Other files.
        .init("", 3, "syntax error near", file: "rules/lib/x.lua", more: ["lib/x.lua": "local a = 1\n\nlocal b c"]),
        .init("", 1, "undefined global 'prnt'", file: "rules/lib/x.lua", more: ["lib/x.lua": "return function() prnt(1) end"]),
        .init("", 2, "no valid JSON", file: "rules/data/words.json", more: ["data/words.json": "{\n  \"a\": [1,]\n}"]),
        .init(
            "", 3, "2 fields where the head line has 3", file: "rules/data/words.csv",
            more: ["data/words.csv": "a,b,c\n1,2,3\n4,5\n"]),
        .init(
            "", 1, "the text 'bye' is missing", file: "rules/i18n/en.lua", .warning,
            more: ["i18n/zh-CN.lua": "return { bye = \"再见\" }", "i18n/en.lua": "return {}"]),
        .init(
            "", 2, "differs from the other languages in {nam}, {name}", file: "rules/i18n/en.lua", .warning,
            more: ["i18n/zh-CN.lua": "return { hi = \"{name}\" }", "i18n/en.lua": "return {\n  hi = \"{nam}\" }"]),
        .init("", 1, "must be a text, not a number", file: "rules/i18n/en.lua", more: ["i18n/en.lua": "return { hi = 5 }"]),
        .init(
            "", 1, "unknown field 'nmae'; did you mean 'name'?", file: "rules/rules.lua",
            more: ["rules.lua": "return { nmae = \"x\" }"]),
        .init("", 2, "this program speaks api = 1", file: "rules/rules.lua", more: ["rules.lua": "return {\n  api = 2 }"]),
        .init(
            "", 1, "'time_zone' must be an offset", file: "rules/rules.lua",
            more: ["rules.lua": "return { time_zone = \"Asia/Shanghai\" }"]),
        .init(
            "", 1, "cannot stand here", file: "rules/i18n/en.lua", more: ["i18n/en.lua": "reply \"x\" { text = \"y\" } return {}"]
        ),
    ]

    @Test("names file, line and what to do", arguments: cases)
    func broken(rule: BrokenRule) throws {
        var texts = rule.more
        texts["main.lua"] = rule.source
        let (set, problems) = RuleSet.compile(RuleSource(name: "t", texts: texts), names: Self.names)
        let found = problems.filter { $0.severity == rule.severity && $0.description.contains(rule.says) }
        let shown = problems.map(\.description).joined(separator: "\n")
        #expect(found.count == 1, "\(shown)")
        #expect(found.first?.file == rule.file, "\(shown)")
        #expect((found.first?.line ?? 0) == rule.line, "\(shown)")
        #expect((set == nil) == problems.contains { $0.severity == .error })
        if rule.severity == .error { #expect(set == nil) }
    }

    @Test("names that authors give themselves are nobody's business")
    func ownNames() {
        let source = """
            local chat = { aks = 1 }
            local function collect(out) out.anything = chat.aks return out end
            local function each(out) return out:insertion() end
            reply "a" { match = eq("message.text", "x"), text = "x", when = function(c)
              local log = { eror = function() end }
              log.eror(collect({}).anything)
              return c.customer.shoe_size == 40 or c.conversation.attributes.topic == "x" or each == nil
            end }
            flow "f" { start = eq("message.text", "y"), stages = { one = function(chat, s)
              local where = chat:ask("a", { text = "a?", expect = function(text) return { text = text } end })
              local name = chat:ask("b", { text = "b?" })
              s.a = where.text .. name:upper() .. #name .. name.upper(name)
              name = { text = "c" }
              s.b = name.text
              s.c = chat:ask("c", { text = "c?" })
              s.c = { text = s.c .. s.c.upper(s.c) .. s.c:lower() }
              s.d, s.e = chat:ask("d", { text = "d?" }), { text = s.c.text }
              s.b = s.d .. s.e.text
              local chosen = chat:call("shop.order", {})
              return chosen.text and "one" or chat:done()
            end } }
            """
        let (set, problems) = RuleSet.compile(RuleSource(name: "t", texts: ["main.lua": source]), names: Self.names)
        #expect(problems.filter { $0.code == "member" }.map(\.description) == [])
        #expect(set != nil, "\(problems.map(\.description))")
    }

    @Test("there are enough of them") func count() { #expect(Self.cases.count >= 90) }

    @Test("a rule with a mistake in it hides no others and contradicts none: its match may not be what is meant")
    func brokenHidesNone() {
        let source = """
            route "a" { mach = channel "live", \(Self.team) }
            route "b" { match = channel "live", assign = { team = "after_sales" } }
            route "c" { match = at_least("customer.vip_level", 3), \(Self.team), priority = 1.5 }
            """
        let (_, problems) = RuleSet.compile(RuleSource(name: "t", texts: ["main.lua": source]), names: Self.names)
        #expect(problems.map(\.code) == ["unknown_field", "type"], "\(problems.map(\.description))")
    }

    @Test("what an older version of a flow remembered may be read on the way up, and tables of one's own have names of their own")
    func ownFields() {
        let source = """
            flow "f" { start = eq("message.text", "y"), version = 2, state = { place = "string?" },
              on_upgrade = { [1] = function(s) return { place = s.where } end },
              stages = { one = function(chat, s)
                s.place = chat:ask("a", { text = "a?", options = { { id = "n", text = "North" } }, ["time" .. "out"] = "10m" })
                chat:say { kind = "card", text = "x", fields = { url = "https://shop.example", colour = "red" } }
                chat:set { anything = s.place }
                chat:ticket { subject = "x", fields = { phone = s.place } }
                chat:call("shop.order", { number = s.place }, { timeout = "5s" })
                chat:call("bank.loan", { number = s.place })
                return chat:done()
              end } }
            """
        let (set, problems) = RuleSet.compile(RuleSource(name: "t", texts: ["main.lua": source]), names: Self.names)
        #expect(set != nil, "\(problems.map(\.description))")
    }

    @Test("one mistake hides no other") func allAtOnce() {
        let (_, problems) = RuleSet.compile(
            RuleSource(
                name: "t",
                texts: [
                    "a.lua":
                        "route \"a\" { assing = 1, assign = { team = \"x\" } }\nroute \"b\" { match = eq(\"nope\", 1), assign = { team = \"y\" } }",
                    "b.lua": "local x = = 1", "c.lua": "reply \"c\" { txt = \"x\" }",
                ]), names: Self.names)
        #expect(
            Set(problems.filter { $0.severity == .error }.map(\.code)) == ["unknown_field", "team", "match", "syntax", "value"])
    }

    @Test("problems read like those of a compiler") func style() {
        let (_, problems) = RuleSet.compile(
            RuleSource(name: "t", texts: ["routing/vip.lua": "\nroute \"a\" { assign = { team = \"service\" },\n  assing = 1 }"]))
        #expect(
            problems.map(\.description) == ["rules/routing/vip.lua:3: unknown field 'assing' of route; did you mean 'assign'?"])
    }
}
