// SPDX-License-Identifier: Apache-2.0

extension Manual {
    /// What `out` and `chat` share: each is played twice.
    private static func shared(
        _ name: String, _ parameters: String, _ summary: String, _ lua: String, _ talk: String
    ) -> (out: ManualEntry, chat: ManualEntry) {
        (
            .call("out", name, parameters, nil, summary, in: [.function], .act("out:\(lua)", talk)),
            .call("chat", name, parameters, nil, summary, in: [.stage], .stage("chat:\(lua)\nreturn chat:done()", talk))
        )
    }

    private static let both = [
        shared(
            "tag", "text: string|string[], ...: string", "Puts tags on the conversation.", #"tag("travel", "north")"#,
            "customer: go\nexpect: tags=travel,north"),
        shared(
            "untag", "text: string|string[], ...: string", "Takes tags off the conversation.", #"untag("old")"#,
            "given: tags=old,kept\ncustomer: go\nexpect: tags=kept no_tags=old"),
        shared(
            "note", "text: string", "A note that only colleagues see.", #"note "Wants to go north.""#,
            "customer: go\nexpect: note=\"go north\""),
        shared(
            "raise_priority", "steps?: integer", "Adds to the conversation's priority, 1 if nothing is said.",
            "raise_priority(2)", "given: priority=3\ncustomer: go\nexpect: priority=5"),
        shared(
            "set_priority", "priority: integer", "Sets the conversation's priority, 0 to 9.", "set_priority(7)",
            "customer: go\nexpect: priority=7"),
        shared(
            "notify", "notice: Notice", "Tells colleagues.", #"notify { team = "service", text = "Somebody goes." }"#,
            "customer: go\nexpect: notified=\"team:service Somebody goes\""),
        shared(
            "set", "attributes: table<string, any>", "Remembers something for the conversation.", #"set { direction = "north" }"#,
            "customer: go\nexpect: attributes.direction=north"),
        shared(
            "set_customer", "attributes: table<string, any>", "Remembers something for the customer.",
            "set_customer { traveller = true }", "customer: go\nexpect: customer.traveller=true"),
        shared(
            "open_ticket", "ticket: Ticket", "Opens a ticket.", #"open_ticket { subject = "A journey", team = "service" }"#,
            "customer: go\nexpect: ticket=journey"),
    ]

    private static func out(
        _ name: String, _ parameters: String, _ summary: String, _ lua: String, _ talk: String
    ) -> ManualEntry {
        .call("out", name, parameters, nil, summary, in: [.function], .act(lua, talk))
    }

    static let outMethods = Chapter(
        title: "What functions do",
        introduction:
            "`out` in `act = function(c, out)`. The examples stand in the `act` of a reply to `go`, and are followed by a conversation with it.",
        entries: both.map(\.out) + [
            out(
                "reply", "message: string|Content", "Says it.",
                #"out:reply { text = "Which way?", options = { { id = "n", text = "North" } } }"#, "customer: go\nbot: Which way?"
            ),
            out(
                "hand_off", "to?: string|HandOff", "A person is wanted; without a team the routes choose.",
                #"out:hand_off { team = "after_sales", note = "wants to go" }"#,
                "customer: go\nexpect: state=queued team=after_sales note=\"wants to go\""),
            out(
                "assign", "assignment: Assignment", "Gives the conversation to a team or person, past the routes.",
                #"out:assign { team = "premium", sla = "vip" }"#, "customer: go\nexpect: state=queued team=premium sla=vip"),
            .call(
                "out", "start_flow", "id: string", nil, "Begins a dialogue.", in: [.function],
                .talk(
                    #"""
                    reply "example" { match = keywords "go", act = function(c, out) out:start_flow("tour") end }
                    flow "tour" { stages = { first = function(chat) chat:say "Follow me." return chat:done() end } }
                    """#, "customer: go\nbot: Follow me.")),
            .call(
                "out", "stop_flow", "", nil, "Ends the dialogue that runs.", in: [.function],
                .talk(
                    #"""
                    flow "tour" {
                      start = keywords "tour",
                      stages = { first = function(chat) chat:ask("where", { text = "Where to?" }) return chat:done() end },
                    }
                    reply "example" { match = keywords "stop", interrupts_flow = true, act = function(c, out) out:stop_flow() end }
                    """#, "customer: tour\nbot: Where to?\ncustomer: stop\nexpect: flow=none")),
            out(
                "resolve", "", "Closes the conversation; a new message opens it again.", "out:resolve()",
                "customer: go\nexpect: state=resolved"),
        ])

    private static func chat(
        _ name: String, _ parameters: String, _ returns: String?, _ summary: String, _ lua: String, _ talk: String
    ) -> ManualEntry {
        .call("chat", name, parameters, returns, summary, in: [.stage], .stage(lua, talk))
    }

    private static func seen(_ name: String, _ type: String, _ summary: String, _ lua: String, _ talk: String) -> ManualEntry {
        .value("chat", name, type, summary, in: [.stage], .stage("chat:say(\(lua))\nreturn chat:done()", talk))
    }

    private static let chatViews = [
        seen(
            "customer", "View.Customer", "The customer.", #""Hello " .. chat.customer.name"#,
            "given: name=Lin\ncustomer: go\nbot: Hello Lin"),
        seen(
            "conversation", "View.Conversation", "The conversation.", #""State: " .. chat.conversation.state"#,
            "customer: go\nbot: State: bot"),
        seen(
            "message", "View.Message?", "The last message; after a wait the one that ended it.",
            #""You said " .. chat.message.text"#, "customer: go\nbot: You said go"),
        seen(
            "now", "View.Now", "The time; after a wait, then.", #""It is " .. chat.now.hour .. " o'clock""#,
            "customer: go\nbot: It is 10 o'clock"),
        seen(
            "desk", "View.Desk", "The desk as a whole.", #"chat.desk.queue_length .. " wait""#,
            "given: queue.service=3\ncustomer: go\nbot: 3 wait"),
        seen("channel", "string", "The channel.", #""Channel " .. chat.channel"#, "customer: go\nbot: Channel live"),
        seen(
            "language", "string?", "The customer's language, else that of the message.", #""Language " .. chat.language"#,
            "given: language=en\ncustomer: go\nbot: Language en"),
    ]

    static let chatMethods = Chapter(
        title: "What stages do",
        introduction: """
            `chat` in the stages of a flow. `ask`, `choose`, `sleep`, `wait_event` and `call` wait, if need be for days; each wait has a name \
            of its own in its stage. The examples are the one stage of a flow that `go` begins, and are followed by a conversation with it.
            """,
        entries: chatViews + both.map(\.chat) + [
            chat(
                "ticket", "ticket: Ticket", nil, "The same as `chat:open_ticket`.",
                "chat:ticket { subject = \"A journey\" }\nreturn chat:done()", "customer: go\nexpect: ticket=journey"),
            chat(
                "say", "message: string|Content", nil, "Says it.", "chat:say \"Off we go.\"\nreturn chat:done()",
                "customer: go\nbot: Off we go."),
            chat(
                "menu", "message: Content", nil, "Says it with lines to tap, and does not wait.",
                "chat:menu { text = \"You may ask about\", options = { \"prices\", \"stock\" } }\nreturn chat:done()",
                "customer: go\nbot: You may ask about"),
            chat(
                "ask", "name: string, question: AskOptions", "string?, string?",
                "Asks and waits for the answer; nil and `timeout` or `no_match` if none comes.",
                "local number, reason = chat:ask(\"no\", { text = \"Which order?\", expect = pattern.order_no, timeout = \"10m\" })\nchat:say(number and \"Order \" .. number or \"No order: \" .. reason)\nreturn chat:done()",
                "customer: go\nbot: Which order?\ncustomer: so-20260101\nbot: Order SO-20260101"),
            chat(
                "choose", "name: string, question: ChooseOptions", "string?, string?",
                "Offers lines to tap and waits for one of them; gives its id.",
                "local way = chat:choose(\"way\", { text = \"Which way?\", options = { { id = \"n\", text = \"North\" }, { id = \"s\", text = \"South\" } } })\nchat:say(\"Way \" .. way)\nreturn chat:done()",
                "customer: go\nbot: Which way?\ncustomer: South\nbot: Way s"),
            chat(
                "sleep", "name: string, duration: Duration", "true", "Waits; what the customer writes meanwhile does not end it.",
                "chat:sleep(\"pause\", \"10m\")\nchat:say \"Still there?\"\nreturn chat:done()",
                "customer: go\nwait: 10m\nbot: Still there?"),
            chat(
                "wait_event", "name: string, event: EventOptions", "any, string?",
                "Waits until something happens outside; gives what is told about it, or nil and `timeout`.",
                "local paid = chat:wait_event(\"payment\", { name = \"paid\", timeout = \"1h\" })\nchat:say(paid and \"Paid \" .. paid.amount or \"Not paid.\")\nreturn chat:done()",
                "customer: go\nevent: paid {\"amount\": 12}\nbot: Paid 12"),
            chat(
                "call", "name: string, arguments?: table, options?: CallOptions", "any, string?",
                "Asks a plugin; gives what it answers, or nil and a reason.",
                "local order, problem = chat:call(\"shop.order\", { no = \"SO-1\" })\nchat:say(order and order.status or problem)\nreturn chat:done()",
                "call: shop.order {\"status\": \"shipped\"}\ncustomer: go\nbot: shipped"),
            chat(
                "done", "options?: DoneOptions", "table", "Ends the dialogue; the stage returns it.",
                "chat:say \"Arrived.\"\nreturn chat:done { csat = true }",
                "customer: go\nbot: Arrived.\nexpect: ended=done flow=none"),
            chat(
                "handoff", "to?: HandOff", "table", "Ends the dialogue and gives it to a person; the stage returns it.",
                #"return chat:handoff { team = "after_sales", note = "is lost" }"#,
                "customer: go\nexpect: ended=hand_off state=queued team=after_sales note=\"is lost\""),
        ])

    private static func option(
        _ owner: String, _ name: String, _ type: String, _ summary: String, _ lua: String, _ talk: String
    ) -> ManualEntry {
        .value(owner, name, type, summary, in: [.stage], .stage(lua + "\nreturn chat:done()", talk))
    }

    private static func question(
        _ method: String, _ name: String, _ type: String, _ summary: String, _ options: String, _ talk: String
    ) -> ManualEntry {
        option(
            "chat:\(method)", name, type, summary,
            "local answer, reason = chat:\(method)(\"way\", { \(options) })\nchat:say(answer or reason)", talk)
    }

    static let chatOptions = Chapter(
        title: "What the calls of stages take",
        introduction:
            "The tables that `chat:ask`, `chat:choose`, `chat:wait_event`, `chat:call`, `chat:done` and `chat:handoff` take.",
        entries: [
            question(
                "ask", "text", "Wording", "The question.", #"text = "Which way?""#,
                "customer: go\nbot: Which way?\ncustomer: north\nbot: north"),
            question(
                "ask", "expect", "Pattern|string|string[]|fun(text: string): any",
                "What the answer must be: one of `pattern`, a Lua pattern, a list of words, or a function that gives what it found; any text if absent.",
                #"text = "Which way?", expect = { "north", "south" }"#,
                "customer: go\nbot: Which way?\ncustomer: NORTH\nbot: north"),
            question(
                "ask", "timeout", "Duration?", "How long to wait; a day if absent.", #"text = "Which way?", timeout = "10m""#,
                "customer: go\nbot: Which way?\nwait: 10m\nbot: timeout"),
            question(
                "ask", "retries", "integer?", "How often to ask again; once if absent.",
                #"text = "Which way?", expect = { "north" }, retries = 0"#,
                "customer: go\nbot: Which way?\ncustomer: up\nbot: no_match"),
            question(
                "ask", "retry_text", "Wording?", "What to ask then; the same if absent.",
                #"text = "Which way?", expect = { "north" }, retry_text = "Pardon?""#,
                "customer: go\nbot: Which way?\ncustomer: up\nbot: Pardon?\ncustomer: north\nbot: north"),
            question(
                "ask", "options", "Option[]?", "Lines to tap; other answers are taken, too.",
                #"text = "Which way?", options = { "north" }"#, "customer: go\nbot: Which way?\ncustomer: up\nbot: up"),
            question(
                "choose", "text", "Wording", "The question.", #"text = "Which way?", options = { "north" }"#,
                "customer: go\nbot: Which way?\ncustomer: north\nbot: north"),
            question(
                "choose", "options", "Option[]", "The lines: texts, or `{ id = …, text = … }`. Their number is an answer, too.",
                #"text = "Which way?", options = { "north", "south" }"#, "customer: go\nbot: Which way?\ncustomer: 2\nbot: south"),
            question(
                "choose", "timeout", "Duration?", "How long to wait; a day if absent.",
                #"text = "Which way?", options = { "north" }, timeout = "10m""#,
                "customer: go\nbot: Which way?\nwait: 10m\nbot: timeout"),
            question(
                "choose", "retries", "integer?", "How often to ask again; once if absent.",
                #"text = "Which way?", options = { "north" }, retries = 0"#,
                "customer: go\nbot: Which way?\ncustomer: up\nbot: no_match"),
            question(
                "choose", "retry_text", "Wording?", "What to ask then; the same if absent.",
                #"text = "Which way?", options = { "north" }, retry_text = "Pardon?""#,
                "customer: go\nbot: Which way?\ncustomer: up\nbot: Pardon?\ncustomer: north\nbot: north"),
            question(
                "wait_event", "name", "string", "The event's name.", #"name = "paid""#,
                "customer: go\nevent: lost {}\nevent: paid {\"text\": \"Thanks.\"}\nbot: Thanks."),
            question(
                "wait_event", "timeout", "Duration?", "How long to wait; a day if absent.", #"name = "paid", timeout = "10m""#,
                "customer: go\nwait: 10m\nbot: timeout"),
            option(
                "chat:call", "timeout", "Duration?", "How long to wait; a minute if absent.",
                "local order = chat:call(\"shop.order\", {}, { timeout = \"5s\" })\nchat:say(order.status)",
                "call: shop.order {\"status\": \"shipped\"}\ncustomer: go\nbot: shipped"),
            .value(
                "chat:done", "csat", "boolean?", "Asks how content the customer is.", in: [.stage],
                .stage("return chat:done { csat = true }", "customer: go\nexpect: ended=done")),
            .value(
                "chat:handoff", "team", "string?", "The team; without it the routes choose.", in: [.stage],
                .stage(#"return chat:handoff { team = "premium" }"#, "customer: go\nexpect: team=premium")),
            .value(
                "chat:handoff", "note", "string?", "What colleagues should know.", in: [.stage],
                .stage(#"return chat:handoff { note = "is lost" }"#, "customer: go\nexpect: note=\"is lost\"")),
        ])
}
