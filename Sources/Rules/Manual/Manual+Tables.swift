// SPDX-License-Identifier: Apache-2.0

extension Manual {
    private static let all: [ManualEntry.Place] = [.loading, .function]

    private static func route(_ assign: String, _ wanted: String) -> ManualExample {
        .rules(
            """
            route "example" {
              assign = { \(assign) },
              examples = { { given = {}, \(wanted) } },
            }
            """)
    }

    private static func ticket(_ fields: String) -> ManualExample {
        .talk(
            """
            reply "example" {
              match = keywords "broken",
              open_ticket = { subject = "A broken cup", \(fields) },
            }
            """, "customer: it is broken\nexpect: ticket=\"A broken cup\"")
    }

    static let tables = Chapter(
        title: "Tables within",
        introduction: """
            The same tables stand in fields of declarations and in calls: `assign`, `hand_off`, `notify`, `open_ticket`, `option` (one \
            of `options`), `content` (also what `out:reply` and `chat:say` take).
            """,
        entries: assignments + people + tickets + contents)

    private static let assignments: [ManualEntry] = [
        .value("assign", "team", "string?", "The team.", in: all, route(#"team = "service""#, #"team = "service""#)),
        .value("assign", "agent", "string?", "One person, by id.", in: all, route(#"agent = "a1""#, #"agent = "a1""#)),
        .value("assign", "bot", "boolean?", "Leaves it with the bot.", in: all, route("bot = true", "bot = true")),
        .value(
            "assign", "skills", "string[]?", "What the person must be able to do.", in: all,
            route(#"team = "service", skills = { "french" }"#, #"team = "service""#)),
        .value(
            "assign", "sla", "string?", "The promise that holds from now on.", in: all,
            route(#"team = "premium", sla = "vip""#, #"sla = "vip""#)),
        .value(
            "assign", "strategy", #""round_robin"|"least_loaded"|"longest_idle"|"sticky"|nil"#,
            "Who of the team gets it; `sticky` is who had this customer last.", in: all,
            route(#"team = "service", strategy = "least_loaded""#, #"team = "service""#)),
        .value(
            "assign", "priority", "integer?", "At least this priority, 0 to 9.", in: all,
            route(#"team = "service", priority = 4"#, "priority = 4")),
    ]

    private static func handOff(_ fields: String, _ talk: String) -> ManualExample {
        .talk("reply \"example\" { match = keywords \"person\", hand_off = { \(fields) } }", talk)
    }

    private static func notify(_ fields: String, _ wanted: String) -> ManualExample {
        .rules(
            """
            reply "example" {
              match = keywords "fire",
              notify = { \(fields) },
              examples = { { given = { text = "fire" }, notify = "\(wanted)" } },
            }
            """)
    }

    private static let people: [ManualEntry] = [
        .value(
            "hand_off", "team", "string?", "The team; without it the routes choose.", in: all,
            handOff(#"team = "after_sales""#, "customer: person\nexpect: state=queued team=after_sales")),
        .value(
            "hand_off", "note", "Wording?", "What colleagues should know.", in: all,
            handOff(#"note = "Be kind.""#, "customer: person\nexpect: state=queued note=\"Be kind\"")),
        .value(
            "notify", "team", "string?", "A team.", in: all, notify(#"team = "service", text = "Help.""#, "team:service Help.")),
        .value(
            "notify", "agent", "string?", "One person, by id.", in: all,
            notify(#"agent = "a1", text = "Help.""#, "agent:a1 Help.")),
        .value(
            "notify", "to", "string|string[]|nil", "Addresses that a notifier knows, `team:NAME`, `agent:ID`.", in: all,
            notify(#"to = { "wecom:ops", "team:service" }, text = "Help.""#, "wecom:ops team:service Help.")),
        .value(
            "notify", "text", "Wording?", "What they are told.", in: all, notify(#"team = "service", text = "Fire!""#, "Fire!")),
    ]

    private static let tickets: [ManualEntry] = [
        .value(
            "open_ticket", "subject", "string", "What it is about; must be there.", in: all, ticket(#"type = "incident""#)),
        .value("open_ticket", "category", "string?", "Its category.", in: all, ticket(#"category = "goods""#)),
        .value("open_ticket", "type", "string?", "Its type.", in: all, ticket(#"type = "incident""#)),
        .value(
            "open_ticket", "priority", #""low"|"normal"|"high"|"urgent"|nil"#, "`normal` if absent.", in: all,
            ticket(#"priority = "high""#)),
        .value("open_ticket", "team", "string?", "Whose it is.", in: all, ticket(#"team = "after_sales""#)),
        .value("open_ticket", "tags", "string[]?", "Its tags.", in: all, ticket(#"tags = { "cup" }"#)),
        .value(
            "open_ticket", "fields", "table<string, any>?", "Fields of your own.", in: all,
            ticket(#"fields = { colour = "blue" }"#)),
    ]

    private static func content(_ content: String, _ wanted: String) -> ManualExample {
        .rules(
            """
            reply "example" {
              match = keywords "cup",
              content = { \(content) },
              examples = { { given = { text = "cup" }, reply = "\(wanted)" } },
            }
            """)
    }

    private static func option(_ option: String) -> ManualExample {
        .stage(
            """
            local colour = chat:choose("colour", { text = "Which colour?", options = { \(option), "blue" } })
            chat:say("You chose " .. colour)
            return chat:done()
            """, "customer: go\nbot: Which colour?\ncustomer: Deep red\nbot: You chose r")
    }

    private static let contents: [ManualEntry] = [
        .value(
            "option", "id", "string", "What the flow or `message.fields.option` gets.", in: all,
            option(#"{ id = "r", text = "Deep red" }"#)),
        .value("option", "text", "Wording", "What the customer sees.", in: all, option(#"{ id = "r", text = "Deep red" }"#)),
        .value(
            "content", "kind", #""text"|"image"|"voice"|"video"|"file"|"location"|"card"|"menu"|"event""#,
            "What kind of message it is.", in: all,
            content(#"kind = "image", text = "A picture", fields = { url = "https://shop.example/c.jpg" }"#, "A picture")),
        .value("content", "text", "string?", "Its words.", in: all, content(#"kind = "text", text = "Twelve euros""#, "Twelve")),
        .value(
            "content", "fields", "table<string, any>?", "What its kind needs: `url`, `title` and so on.", in: all,
            content(#"kind = "card", text = "Our cup", fields = { url = "https://shop.example/cup" }"#, "Our cup")),
        .value(
            "content", "options", "Option[]?", "Lines to tap, in `out:reply` and `chat:say`; it is a menu then.", in: [.function],
            .act(#"out:reply { text = "Which one?", options = { "red", "blue" } }"#, "customer: go\nbot: Which one?")),
    ]
}
