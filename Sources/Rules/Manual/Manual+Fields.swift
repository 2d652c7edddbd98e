// SPDX-License-Identifier: Apache-2.0

extension Manual {
    private static let conditional: [RuleKind] = [.route, .escalate, .reply, .flow]

    static let commonFields = Chapter(
        title: "Fields of every rule",
        introduction: "What declarations have in common. In brackets stands which of them have the field.",
        entries: [
            .field(
                "why", "string", of: RuleKind.allCases, "The reason, for colleagues and for `explain`.",
                .rules(
                    """
                    reply "example" {
                      why = "Asked about twenty times a day.",
                      match = keywords "warranty", text = "One year.",
                      examples = { { given = { text = "what about warranty" }, reply = "One year" } },
                    }
                    """)),
            .field(
                "priority", "integer", of: conditional,
                "Which comes first: the higher number; -10000 to 10000, 0 if absent. Equal ones come in the order of files and lines.",
                .rules(
                    """
                    reply "usual" { match = keywords "hi", text = "Hello." }
                    reply "example" {
                      match = keywords "hi", text = "Hello, early bird!",
                      when = function(c) return c.now.hour < 9 end,
                      priority = 10,
                      examples = { { given = { text = "hi", at = "08:00" }, reply = "early bird" } },
                    }
                    """)),
            .field(
                "match", "Condition", of: [.route, .escalate, .reply], "The condition, as data; without one, always.",
                .rules(
                    """
                    reply "example" {
                      match = all { channel { "live" }, keywords "hi" }, text = "Hello!",
                      examples = { { given = { text = "hi" } }, { given = { text = "hi", channel = "web" }, not_matched = true } },
                    }
                    """, trials: 2)),
            .field(
                "when", "fun(c: View): any", of: conditional,
                "A function that is asked after `match`, for what data cannot say; anything but false and nil is yes.",
                .rules(
                    """
                    reply "example" {
                      match = exists("customer.name"),
                      when = function(c) return #c.customer.name > 8 end,
                      text = "What a long name!",
                      examples = { { given = { name = "Bartholomew" } }, { given = { name = "Lin" }, not_matched = true } },
                    }
                    """, trials: 2)),
            .field(
                "confidence", "number", of: conditional,
                "How sure `intent` must be in this rule, 0 to 1; 0.6 if absent.",
                .rules(
                    """
                    reply "example" {
                      match = intent "price", confidence = 0.9, text = "It costs 12.",
                      examples = {
                        { given = { intent = "price", confidence = 0.95 } },
                        { given = { intent = "price", confidence = 0.7 }, not_matched = true },
                      },
                    }
                    """, trials: 2)),
            .field(
                "examples", "Example[]", of: conditional, "Small tests that run with every change; see *Examples in rules*.",
                .rules(
                    """
                    reply "example" {
                      match = keywords "hi", text = "Hello!",
                      examples = { { given = { text = "hi" }, reply = "Hello" }, { given = { text = "bye" }, not_matched = true } },
                    }
                    """, trials: 2)),
        ])

    private static let acting: [RuleKind] = [.reply, .escalate, .route]
    private static let doing: [RuleKind] = [.reply, .escalate]

    private static func reply(_ fields: String, _ wanted: String) -> ManualExample {
        .rules(
            """
            reply "example" {
              match = keywords "go",
              \(fields),
              examples = { { given = { text = "go" }, \(wanted) } },
            }
            """)
    }

    private static func replyTalk(_ fields: String, _ talk: String, more: [String: String] = [:]) -> ManualExample {
        .talk(
            """
            reply "example" {
              match = keywords "go",
              \(fields),
            }
            """, talk, more: more)
    }

    static let actionFields = Chapter(
        title: "What rules do, as fields",
        introduction: """
            A route has them as well, as far as it makes sense: it assigns, and does these things with it. What they do is done together \
            with the message, or not at all.
            """,
        entries: [
            .field(
                "text", "Wording", of: acting,
                #"Says it: a text, `i18n "key"`, a table by language, or a function that gives a text. `{name}` and `{queue}` are filled in."#,
                .rules(
                    """
                    reply "example" {
                      match = keywords "go",
                      text = { en = "Off we go.", ["zh-CN"] = "走吧。" },
                      examples = {
                        { given = { text = "go", language = "en" }, reply = "Off we go" },
                        { given = { text = "go", language = "zh-CN" }, reply = "走吧" },
                      },
                    }
                    """, trials: 2)),
            .field(
                "options", "Option|Option[]", of: acting, "Lines to tap below the text.",
                reply(
                    #"text = "Which one?", options = { { id = "a", text = "This" }, { id = "b", text = "That" } }"#,
                    #"reply = "Which one?""#)),
            .field(
                "content", "Content", of: acting, "A message of another kind: a card, an image.",
                reply(
                    #"content = { kind = "card", text = "Our cup", fields = { url = "https://shop.example/cup" } }"#,
                    #"reply = "Our cup""#)),
            .field(
                "knowledge", "string", of: acting,
                "Says the answer of that key in `data/knowledge.json`, in the customer's language.",
                reply(#"knowledge = "shipping""#, #"reply = "48 hours""#)),
            .field(
                "tags", "string|string[]", of: acting, "Puts tags on the conversation.",
                reply(#"tags = { "wants_to_go" }"#, #"tags = { "wants_to_go" }"#)),
            .field(
                "untags", "string|string[]", of: acting, "Takes tags off the conversation.",
                replyTalk(#"untags = "old""#, "given: tags=old,kept\ncustomer: go\nexpect: tags=kept no_tags=old")),
            .field(
                "note", "Wording", of: acting, "A note that only colleagues see.",
                replyTalk(#"note = "Wants to go.""#, "customer: go\nexpect: note=\"Wants to go\" silent=true")),
            .field(
                "hand_off", "true|HandOff", of: doing, "A person is wanted; without a team the routes choose.",
                reply(#"hand_off = { team = "service", note = "wants to go" }"#, #"hand_off = "service""#)),
            .field(
                "start_flow", "string", of: acting, "Begins a dialogue.",
                .talk(
                    """
                    reply "example" { match = keywords "go", start_flow = "tour" }
                    flow "tour" {
                      stages = { first = function(chat) chat:say "Follow me." return chat:done() end },
                    }
                    """, "customer: go\nbot: Follow me.\nexpect: ended=done")),
            .field(
                "stop_flow", "boolean", of: acting, "Ends the dialogue that runs.",
                .talk(
                    """
                    flow "tour" {
                      start = keywords "tour",
                      stages = { first = function(chat) chat:ask("where", { text = "Where to?" }) return chat:done() end },
                    }
                    reply "example" { match = keywords "stop", interrupts_flow = true, stop_flow = true, text = "Stopped." }
                    """, "customer: tour\nbot: Where to?\ncustomer: stop\nbot: Stopped.\nexpect: flow=none")),
            .field(
                "notify", "Notice|Notice[]", of: acting, "Tells colleagues.",
                reply(#"notify = { team = "service", text = "Somebody goes." }"#, #"notify = "team:service Somebody goes""#)),
            .field(
                "raise_priority", "integer", of: acting, "Adds to the conversation's priority, which is 0 to 9; -9 to 9.",
                reply("raise_priority = 2", "priority = 2")),
            .field(
                "set_priority", "integer", of: acting, "Sets the conversation's priority, 0 to 9; the highest is served first.",
                reply("set_priority = 7", "priority = 7")),
            .field(
                "open_ticket", "Ticket", of: acting, "Opens a ticket.",
                reply(#"open_ticket = { subject = "Wants to go", team = "service" }"#, #"ticket = "Wants to go""#)),
            .field(
                "resolve", "boolean", of: acting, "Closes the conversation; a new message opens it again.",
                replyTalk(#"text = "Goodbye.", resolve = true"#, "customer: go\nbot: Goodbye.\nexpect: state=resolved")),
            .field(
                "set", "table<string, any>", of: acting, "Remembers something for the conversation.",
                replyTalk(#"set = { direction = "north" }"#, "customer: go\nexpect: attributes.direction=north")),
            .field(
                "set_customer", "table<string, any>", of: acting, "Remembers something for the customer.",
                replyTalk("set_customer = { traveller = true }", "customer: go\nexpect: customer.traveller=true")),
            .field(
                "act", "fun(c: View, out: Out)", of: doing, "A function that does things, for what data cannot say.",
                replyTalk(
                    #"act = function(c, out) out:reply("Go, " .. c.customer.name .. "!") end"#,
                    "given: name=Lin\ncustomer: go\nbot: Go, Lin!")),
        ])
}
