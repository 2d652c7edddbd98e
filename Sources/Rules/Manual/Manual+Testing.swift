// SPDX-License-Identifier: Apache-2.0

extension Manual {
    private static func given(_ name: String, _ type: String, _ summary: String, _ example: ManualExample) -> ManualEntry {
        .value("given", name, type, summary, in: [.loading, .test], example)
    }

    private static func wanted(_ name: String, _ type: String, _ summary: String, _ rule: String, _ wanted: String) -> ManualEntry
    {
        .value(
            "example", name, type, summary, in: [.loading],
            .rules(
                """
                \(rule)
                  examples = { { \(wanted) } },
                }
                """))
    }

    static let inlineExamples = Chapter(
        title: "Examples in rules",
        introduction: """
            `examples = { { given = { … }, reply = "…" } }`: one situation, and what the rule makes of it. Any other name in `given` is known \
            about the customer; texts such as `"-2d"` are times so long ago. Everything begins on Wednesday, 2026-11-18, at 10:00. \
            `given:` in conversation scripts and `t:given` take the names from `name` to `replied`.
            """,
        entries: givens + results)

    private static let givens = [
        given(
            "name", "string", "The customer's name.",
            .condition(#"eq("customer.name", "Lin")"#, holds: #"{ name = "Lin" }"#, misses: "{}")),
        given(
            "customer", "table<string, any>", "What is known about the customer, for names that mean something else here.",
            .condition(#"eq("customer.mood", "fine")"#, holds: #"{ customer = { mood = "fine" } }"#, misses: "{}")),
        given(
            "language", "string", "The customer's language.",
            .condition(#"language "en""#, holds: #"{ language = "en" }"#, misses: #"{ language = "zh-CN" }"#)),
        given(
            "channel", "string", "The channel; `live` if absent.",
            .condition(#"channel "web""#, holds: #"{ channel = "web" }"#, misses: "{}")),
        given(
            "tags", "string|string[]", "Tags of the conversation.",
            .condition(#"has_tag "vip""#, holds: #"{ tags = "vip" }"#, misses: "{}")),
        given(
            "state", "string", "The conversation's state; `bot` if absent.",
            .condition(#"eq("conversation.state", "queued")"#, holds: #"{ state = "queued" }"#, misses: "{}", in: .escalate)),
        given(
            "team", "string", "The team that has it.",
            .condition(#"eq("conversation.team", "service")"#, holds: #"{ team = "service" }"#, misses: "{}")),
        given(
            "priority", "integer", "The conversation's priority.",
            .condition(#"above("conversation.priority", 3)"#, holds: "{ priority = 4 }", misses: "{}")),
        given(
            "mood", "number", "The conversation's mood, -1 to 1.",
            .condition(#"below("mood", 0)"#, holds: "{ mood = -0.1 }", misses: "{}")),
        given(
            "attributes", "table<string, any>", "What rules remembered for the conversation.",
            .condition(#"exists("conversation.attributes.asked")"#, holds: "{ attributes = { asked = true } }", misses: "{}")),
        given(
            "queue", "integer|table<string, integer>", "Who waits: a number, in the team `service`, or by team.",
            .condition(#"above("desk.queue.service", 3)"#, holds: "{ queue = 4 }", misses: "{ queue = { premium = 4 } }")),
        given(
            "online", "integer|table<string, integer>", "Who is there, likewise.",
            .condition(#"above("desk.online.service", 0)"#, holds: "{ online = 1 }", misses: "{}")),
        given(
            "open", "table<string, boolean>", "Which teams are within their opening hours; all, if absent.",
            .condition(#"eq("desk.open.service", true)"#, holds: "{}", misses: "{ open = { service = false } }")),
        given(
            "at", "string", "The time: `10:30`, `2026-11-21` or both.",
            .condition(#"eq("now.hour", 23)"#, holds: #"{ at = "23:10" }"#, misses: "{}")),
        given(
            "replied", "boolean", "Whether somebody has answered, a minute ago.",
            .condition(#"exists("conversation.last_reply_at")"#, holds: "{ replied = true }", misses: "{}")),
        given(
            "text", "string", "What the customer writes.", .condition(#"keywords "hi""#, holds: #"{ text = "hi" }"#, misses: "{}")
        ),
        given(
            "kind", "string", "The kind of message; `text` if absent.",
            .condition(#"eq("message.kind", "image")"#, holds: #"{ kind = "image" }"#, misses: "{}")),
        given(
            "event", "string", "An event rather than a message.",
            .condition(#"event "enter""#, holds: #"{ event = "enter" }"#, misses: #"{ event = "leave" }"#)),
        given(
            "intent", "string", "What the message means, whatever it says.",
            .condition(#"intent "stock""#, holds: #"{ intent = "stock" }"#, misses: #"{ intent = "price" }"#)),
        given(
            "confidence", "number", "How sure that is; 0.9 if absent.",
            .condition(
                #"intent "stock""#, holds: #"{ intent = "stock", confidence = 0.6 }"#,
                misses: #"{ intent = "stock", confidence = 0.5 }"#)),
        given(
            "waiting", "Duration", "For how long it has been so, for an escalation; what its `after` says, if absent.",
            .condition(
                #"within("conversation.waiting_since", "1m")"#, holds: #"{ waiting = "59s" }"#, misses: #"{ waiting = "61s" }"#,
                in: .escalate)),
    ]

    private static let greeting =
        "reply \"example\" {\n  match = keywords \"hi\", text = \"Hello!\", tags = { \"a\", \"b\" }, raise_priority = 1,"
    private static let named =
        "reply \"example\" {\n  match = keywords \"here\", text = i18n \"hello\","
    private static let person =
        "reply \"example\" {\n  match = keywords \"person\", hand_off = { team = \"service\" }, notify = { team = \"premium\", text = \"Look.\" },\n  open_ticket = { subject = \"A wish\" },"
    private static let vip =
        "route \"example\" {\n  match = at_least(\"customer.vip_level\", 4), assign = { team = \"premium\", agent = \"a1\", sla = \"vip\" },"

    private static let results = [
        wanted("given", "Given", "The situation.", greeting, #"given = { text = "hi" }"#),
        wanted(
            "matched", "true", "The rule matches; it is so without being said.", greeting,
            #"given = { text = "hi" }, matched = true"#),
        wanted("not_matched", "true", "The rule does not match.", greeting, #"given = { text = "ho" }, not_matched = true"#),
        wanted(
            "on", "\"handoff\"", "Of a route: asked because a person is wanted, not because the conversation begins.",
            "route \"example\" {\n  when = function(c) return c.occasion == \"handed_off\" end, assign = { team = \"service\" },",
            #"given = {}, on = "handoff", team = "service""#),
        wanted(
            "reply", "string|string[]",
            "It says something with this in it: words, or a text by name, `i18n \"key\"`, whatever it reads like.",
            named, #"given = { text = "Lin here", name = "Lin" }, reply = i18n("hello", { name = "Lin" })"#),
        wanted(
            "knowledge", "string", "It says this answer of `data/knowledge.json`, whatever it reads like.",
            "reply \"example\" { match = keywords \"ship*\", knowledge = \"shipping\",",
            #"given = { text = "shipping" }, knowledge = "shipping""#),
        wanted("tags", "string|string[]", "It puts these tags.", greeting, #"given = { text = "hi" }, tags = { "a", "b" }"#),
        wanted(
            "priority", "integer", "It sets, raises or assigns this priority.", greeting,
            #"given = { text = "hi" }, priority = 1"#),
        wanted(
            "hand_off", "true|string", "It hands off, to this team.", person,
            #"given = { text = "person" }, hand_off = "service""#),
        wanted(
            "notify", "string|string[]", "It tells somebody something with this in it.", person,
            #"given = { text = "person" }, notify = "team:premium Look""#),
        wanted(
            "ticket", "string|string[]", "It opens a ticket with this in its subject.", person,
            #"given = { text = "person" }, ticket = "wish""#),
        wanted("team", "string", "It assigns or hands off to this team.", vip, #"given = { vip_level = 5 }, team = "premium""#),
        wanted("agent", "string", "It assigns to this person.", vip, #"given = { vip_level = 5 }, agent = "a1""#),
        wanted("sla", "string", "It sets this promise.", vip, #"given = { vip_level = 5 }, sla = "vip""#),
        wanted(
            "bot", "true", "It leaves the conversation with the bot.",
            "route \"example\" {\n  match = eq(\"customer.is_test\", false), assign = { bot = true },", "given = {}, bot = true"),
        wanted(
            "flow", "string", "It begins this dialogue.",
            "flow \"tour\" { stages = { first = function(chat) return chat:done() end } }\nreply \"example\" {\n  match = keywords \"go\", start_flow = \"tour\",",
            #"given = { text = "go" }, flow = "tour""#),
    ]

    private static func step(_ name: String, _ parameters: String, _ summary: String, _ lua: String) -> ManualEntry {
        .call("t", name, parameters, nil, summary, in: [.test], .test(lua))
    }

    static let testSteps = Chapter(
        title: "Tests",
        introduction: """
            The steps of a conversation: lines of `tests/*.conv`, and methods of `t` in `tests/*.lua`. In a script everything the bot says \
            must be looked for with `bot`, in a test in Lua only what you ask for. The examples are bodies of `test "…" (function(t) … end)` \
            and stand beside these rules:

            ```lua
            \(ManualExample.testedRules)
            ```
            """,
        entries: [
            .call(
                "", "test", "name: string", "fun(body: fun(t: Test))", "Declares a test, in a file of `tests/`.", in: [.test],
                .test("t:customer \"hi\"\nt:bot \"Hello\"")),
            .call(
                "", "property", "name: string, body: fun(g: table, t: table), options?: { runs?: integer, seed?: integer }", nil,
                "Declares what must hold for everything: run a hundred times, with `g` that makes random things and `t:decide` that asks the rules.",
                in: [.test],
                .property("assert(not t:decide(g:event { state = \"assigned\" }, \"message\").reply)")),
            step(
                "given", "given: Given", "What is known before anything happens; see *Examples in rules*.",
                "t:given { name = \"Lin\", state = \"queued\" }\nt:expect { state = \"queued\" }"),
            step(
                "customer", "message: string|Content", "The customer writes; in a script also `[event enter]` and `[image]`.",
                "t:customer \"hi\"\nt:expect { tags = { \"greeted\" } }"),
            step(
                "bot", "text: string|table",
                "The next thing the bot says has this in it: words; `*` for anything; or a text by name, see *Texts by name*.",
                "t:customer \"hi\"\nt:bot \"Hello\""),
            step(
                "agent", "text: string", "A person answers.",
                "t:customer \"a person\"\nt:bot \"*\"\nt:agent \"Hello, Lin here.\"\nt:expect { state = \"assigned\" }"),
            step(
                "wait", "duration: Duration", "Turns the clock; what becomes due happens.",
                "t:customer \"a person\"\nt:wait \"60s\"\nt:expect { priority = 2 }"),
            step(
                "at", "time: string", "Turns the clock to a time: `23:30`, `2026-11-21 10:30`.",
                "t:customer \"a person\"\nt:at \"10:01\"\nt:expect { priority = 2 }"),
            step(
                "call", "name: string, answer: any", "What a plugin shall answer from now on.",
                "t:call(\"shop.order\", { status = \"shipped\" })\nt:customer \"order\"\nt:bot \"Which order?\"\nt:customer \"SO-2026\"\nt:bot \"shipped\""
            ),
            step(
                "fail", "name: string, reason: string", "That the plugin shall fail.",
                "t:fail(\"shop.order\", \"closed\")\nt:customer \"order\"\nt:bot \"*\"\nt:customer \"SO-2026\"\nt:bot \"closed\""),
            step(
                "event", "name: string, fields?: table", "What a flow waits for with `chat:wait_event` happens.",
                "t:customer \"pay\"\nt:bot \"Please pay\"\nt:event(\"paid\", { amount = 12 })\nt:bot \"Thank you!\""),
            step(
                "expect", "expected: Expected", "How things stand; see *What tests expect*.",
                "t:customer \"hi\"\nt:expect { state = \"bot\", matched = \"greeting\" }"),
            step(
                "reload", "", "A newer rule set goes live that differs in nothing.",
                "t:customer \"pay\"\nt:bot \"*\"\nt:reload()\nt:event \"paid\"\nt:bot \"Thank you!\""),
            step(
                "restart", "", "The server ends and starts again.",
                "t:customer \"pay\"\nt:bot \"*\"\nt:restart()\nt:event \"paid\"\nt:bot \"Thank you!\""),
            step(
                "resolve", "", "The conversation is closed.", "t:customer \"hi\"\nt:resolve()\nt:expect { state = \"resolved\" }"),
        ])

    private static func expects(_ name: String, _ type: String, _ summary: String, _ lua: String) -> ManualEntry {
        .value("expect", name, type, summary, in: [.test], .test(lua))
    }

    private static let asked = "t:customer \"a person\"\nt:bot \"*\"\n"

    static let expectations = Chapter(
        title: "What tests expect",
        introduction: """
            `expect:` in scripts, `t:expect { … }` in Lua. `none` stands for nothing.

            **Texts by name.** Where a text is expected (`bot`, `note`, `notified`, `ticket`), `@greeting` is the text `greeting` of `i18n/` and \
            `@knowledge.shipping` the answer `shipping` of `data/knowledge.json`, in the customer's language and whatever they read like \
            today: the test asks whether the rules took that text, not whether these words appear. `@queue_position ahead=3` also wants what \
            was filled in. In Lua, `i18n "greeting"`, `i18n("queue_position", { ahead = 3 })` and `{ knowledge = "shipping" }` are the same. \
            Words that begin with an @ are written `@@`.
            """,
        entries: [
            expects("state", "string", "The conversation's state.", asked + #"t:expect { state = "queued" }"#),
            expects("team", "string", "The team.", asked + #"t:expect { team = "service" }"#),
            expects("sla", "string", "The promise.", asked + #"t:expect { sla = "standard" }"#),
            expects(
                "note", "string|string[]", "There is a note with this in it.", asked + #"t:expect { note = "wants a person" }"#),
            expects(
                "language", "string", "The customer's language, if it is known.",
                "t:given { language = \"en\" }\nt:customer \"hi\"\nt:expect { language = \"en\" }"),
            expects("priority", "integer", "The priority.", asked + "t:wait \"1m\"\nt:expect { priority = 2 }"),
            expects(
                "notified", "string|string[]", "Somebody was told something with this in it.",
                asked + "t:wait \"1m\"\nt:expect { notified = \"team:service Somebody waits\" }"),
            expects(
                "ticket", "string|string[]", "A ticket was opened with this in its subject.",
                asked + "t:wait \"1m\"\nt:expect { ticket = \"Late\" }"),
            expects("tags", "string|string[]", "These tags are there.", "t:customer \"hi\"\nt:expect { tags = \"greeted\" }"),
            expects("no_tags", "string|string[]", "These are not.", "t:customer \"ho\"\nt:expect { no_tags = { \"greeted\" } }"),
            expects(
                "matched", "string|string[]", "These rules matched the last message.",
                "t:customer \"hi\"\nt:expect { matched = { \"greeting\" } }"),
            expects(
                "not_matched", "string|string[]", "These did not.", "t:customer \"hi\"\nt:expect { not_matched = \"person\" }"),
            expects(
                "attributes", "table<string, any>", "What is remembered for the conversation.",
                "t:customer \"hi\"\nt:expect { attributes = { greeted = true } }"),
            expects(
                "customer", "table<string, any>", "What is known about the customer.",
                "t:call(\"shop.order\", {})\nt:customer \"order\"\nt:customer \"SO-2026\"\nt:expect { customer = { last_order = \"SO-2026\" } }"
            ),
            expects("flow", "string", "The dialogue that runs.", "t:customer \"order\"\nt:expect { flow = \"order\" }"),
            expects(
                "waits_for", "string", "The name of the wait that is open.",
                "t:customer \"order\"\nt:expect { waits_for = \"no\" }"),
            expects(
                "ended", "string", "How the last dialogue ended: `done`, `hand_off` or `failed`.",
                "t:customer \"pay\"\nt:wait \"1h\"\nt:expect { ended = \"done\" }"),
            expects(
                "silent", "true", "The bot has said nothing that was not looked for.",
                "t:customer \"hi\"\nt:bot \"Hello!\"\nt:expect { silent = true }"),
        ])
}
