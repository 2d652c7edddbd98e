// SPDX-License-Identifier: Apache-2.0

extension Manual {
    private static func path(_ name: String, _ type: String, _ summary: String, _ example: ManualExample) -> ManualEntry {
        .value("path", name, type, summary, in: [.loading], example)
    }

    static let paths = Chapter(
        title: "What conditions look at",
        introduction: "The first argument of conditions. Names in capitals are yours.",
        entries: customerPaths + conversationPaths + timePaths + messagePaths + deskPaths)

    private static let customerPaths = [
        path(
            "customer.NAME", "any", "What is known about the customer; `attributes` in rules.lua lists the names.",
            .condition(#"eq("customer.city", "Shanghai")"#, holds: #"{ city = "Shanghai" }"#, misses: "{}")),
        path("customer.id", "string", "The customer's id.", .condition(#"ne("customer.id", "c0")"#, holds: "{}")),
        path(
            "customer.name", "string?", "The customer's name.",
            .condition(#"eq("customer.name", "Lin")"#, holds: #"{ name = "Lin" }"#, misses: "{}")),
        path(
            "customer.language", "string?", "The language, if known.",
            .condition(#"eq("customer.language", "en")"#, holds: #"{ language = "en" }"#, misses: "{}")),
        path(
            "customer.tags", "string[]", "Tags of the customer, in all conversations.",
            .condition(#"ne("customer.tags", "blocked")"#, holds: "{}")),
        path(
            "customer.is_test", "boolean", "Whether it is a customer for trying things.",
            .condition(#"eq("customer.is_test", false)"#, holds: "{}")),
        path(
            "customer.created_at", "time", "When the customer was first seen; in tests a day ago.",
            .condition(#"within("customer.created_at", "2d")"#, holds: "{}", misses: #"{ at = "2026-12-24 10:00" }"#)),
        path(
            "customer.last_seen_at", "time", "When the customer was last seen.",
            .condition(#"within("customer.last_seen_at", "2d")"#, holds: "{}", misses: #"{ at = "2026-12-24 10:00" }"#)),
    ]

    private static let conversationPaths = [
        path("conversation.id", "string", "The conversation's id.", .condition(#"ne("conversation.id", "v0")"#, holds: "{}")),
        path(
            "conversation.state", "string",
            "`bot`, `queued`, `assigned`, `pending` (a person waits for something) or `resolved`.",
            .condition(
                #"eq("conversation.state", "queued")"#, holds: #"{ state = "queued" }"#, misses: #"{ state = "assigned" }"#,
                in: .escalate)),
        path(
            "conversation.team", "string?", "The team that has it.",
            .condition(#"eq("conversation.team", "premium")"#, holds: #"{ team = "premium" }"#, misses: "{}")),
        path(
            "conversation.agent", "string?", "The person who has it, by id.",
            .condition(#"missing("conversation.agent")"#, holds: "{}")),
        path(
            "conversation.channel", "string", "The channel.",
            .condition(#"eq("conversation.channel", "web")"#, holds: #"{ channel = "web" }"#, misses: "{}")),
        path(
            "conversation.priority", "integer", "0 to 9; the highest is served first.",
            .condition(#"at_least("conversation.priority", 5)"#, holds: "{ priority = 5 }", misses: "{ priority = 4 }")),
        path(
            "conversation.tags", "string[]", "Tags of this conversation.",
            .condition(
                #"eq("conversation.tags", "return")"#, holds: #"{ tags = { "return" } }"#, misses: #"{ tags = { "refund" } }"#)),
        path(
            "conversation.mood", "number", "From -1, furious, to 1, delighted, over the conversation.",
            .condition(#"below("conversation.mood", -0.5)"#, holds: "{ mood = -0.8 }", misses: "{ mood = 0 }")),
        path("conversation.sla", "string?", "The promise that holds.", .condition(#"missing("conversation.sla")"#, holds: "{}")),
        path(
            "conversation.reopenings", "integer", "How often it was opened again.",
            .condition(#"below("conversation.reopenings", 1)"#, holds: "{}")),
        path(
            "conversation.replies_left", "integer?",
            "How many replies the platform still takes here; 0 after `conversation.reply_until`, nothing where it does not count.",
            .condition(
                #"at_most("conversation.replies_left", 1)"#, holds: #"{ ["conversation.replies_left"] = 1 }"#,
                misses: #"{ ["conversation.replies_left"] = 2 }"#)),
        path(
            "conversation.attributes.NAME", "any", "What rules remembered with `set`.",
            .condition(
                #"eq("conversation.attributes.asked", "price")"#, holds: #"{ attributes = { asked = "price" } }"#, misses: "{}")),
    ]

    private static func waits(_ name: String, _ type: String, _ summary: String, _ lua: String) -> ManualEntry {
        path(
            name, type, summary,
            .rules(
                """
                escalate "example" {
                  match = \(lua),
                  after = "1s", of = "queued", tags = "yes",
                  examples = {
                    { given = { state = "queued", waiting = "90s" } },
                    { given = { state = "queued", waiting = "30s" }, not_matched = true },
                  },
                }
                """, trials: 2))
    }

    private static let timePaths = [
        path(
            "conversation.started_at", "time", "When it began.",
            .condition(
                #"within("conversation.started_at", "1m")"#, holds: #"{ waiting = "30s" }"#, misses: #"{ waiting = "2m" }"#,
                in: .escalate)),
        path(
            "conversation.waiting_since", "time?", "When the oldest message without an answer came.",
            .condition(
                #"within("conversation.waiting_since", "1m")"#, holds: #"{ waiting = "30s" }"#, misses: #"{ waiting = "2m" }"#,
                in: .escalate)),
        path(
            "conversation.queued_at", "time?", "When it entered the present queue.",
            .condition(
                #"exists("conversation.queued_at")"#, holds: #"{ state = "queued" }"#, misses: #"{ state = "assigned" }"#,
                in: .escalate)),
        path(
            "conversation.assigned_at", "time?", "When a person got it.",
            .condition(
                #"exists("conversation.assigned_at")"#, holds: #"{ state = "assigned" }"#, misses: #"{ state = "queued" }"#,
                in: .escalate)),
        path(
            "conversation.person_wanted_since", "time?", "Since when a person is wanted and has not answered.",
            .condition(
                #"within("conversation.person_wanted_since", "1m")"#, holds: #"{ waiting = "30s" }"#,
                misses: #"{ waiting = "2m" }"#, in: .escalate)),
        path(
            "conversation.last_customer_message_at", "time?", "The customer's last message.",
            .condition(
                #"within("conversation.last_customer_message_at", "1m")"#, holds: #"{ waiting = "30s" }"#,
                misses: #"{ waiting = "2m" }"#, in: .escalate)),
        path(
            "conversation.last_reply_at", "time?", "The last reply, by bot or person.",
            .condition(#"exists("conversation.last_reply_at")"#, holds: "{ replied = true }", misses: "{}")),
        path(
            "conversation.reply_until", "time?",
            "Until when the platform takes replies on this channel; nothing where that has no end.",
            .condition(
                #"exists("conversation.reply_until")"#, holds: #"{ ["conversation.reply_until"] = "2026-11-18T04:00:00Z" }"#,
                misses: "{}")),
        waits(
            "conversation.waiting_s", "number",
            "For how many seconds the customer has waited for an answer, after a hand-off for a person's.",
            #"above("conversation.waiting_s", 60)"#),
        waits(
            "conversation.queued_s", "number", "For how many seconds it has been in the present queue.",
            #"above("conversation.queued_s", 60)"#),
        waits("waiting_s", "number", "The same as `conversation.waiting_s`.", #"above("waiting_s", 60)"#),
        path(
            "now.hour", "integer", "0 to 23, on the clock of `time_zone` in rules.lua; so are the next three.",
            .condition(#"below("now.hour", 9)"#, holds: #"{ at = "08:30" }"#, misses: #"{ at = "09:30" }"#)),
        path(
            "now.minute", "integer", "0 to 59.",
            .condition(#"eq("now.minute", 30)"#, holds: #"{ at = "08:30" }"#, misses: #"{ at = "08:31" }"#)),
        path(
            "now.weekday", "integer", "1, Monday, to 7, Sunday.",
            .condition(
                #"one_of("now.weekday", { 6, 7 })"#, holds: #"{ at = "2026-11-21 10:00" }"#,
                misses: #"{ at = "2026-11-20 10:00" }"#)),
        path(
            "now.date", "string", "The day, `2026-11-18`.",
            .condition(#"eq("now.date", "2026-12-24")"#, holds: #"{ at = "2026-12-24 10:00" }"#, misses: "{}")),
    ]

    private static let messagePaths = [
        path(
            "message.kind", "string", "`text`, `image`, `voice`, `video`, `file`, `location`, `card`, `menu` or `event`.",
            .condition(#"eq("message.kind", "image")"#, holds: #"{ kind = "image" }"#, misses: #"{ text = "hi" }"#)),
        path(
            "message.text", "string", "What was written last.",
            .condition(#"eq("message.text", "hi")"#, holds: #"{ text = "hi" }"#, misses: #"{ text = "ho" }"#)),
        path(
            "message.event", "string?", "The event's name.",
            .condition(#"eq("message.event", "enter")"#, holds: #"{ event = "enter" }"#, misses: #"{ text = "enter" }"#)),
        path(
            "message.mood", "number", "The mood of this message alone.",
            .condition(#"below("message.mood", -0.5)"#, holds: #"{ text = "垃圾！气死我了" }"#, misses: #"{ text = "谢谢" }"#)),
        path(
            "message.fields.NAME", "any", "A field of the message; `option` is what was tapped in a menu.",
            .talk(
                #"reply "example" { match = all { event { "rated" }, eq("message.fields.name", "rated") }, text = "Thank you!" }"#,
                "customer: [event rated]\nbot: Thank you!")),
        path(
            "channel", "string", "The channel.",
            .condition(#"eq("channel", "live")"#, holds: "{}", misses: #"{ channel = "web" }"#)),
        path(
            "mood", "number", "The same as `conversation.mood`.",
            .condition(#"below("mood", -0.5)"#, holds: "{ mood = -0.8 }", misses: "{}")),
        path(
            "intent", "string?", "What the message seems to mean.",
            .condition(#"eq("intent", "price")"#, holds: #"{ intent = "price" }"#, misses: #"{ intent = "stock" }"#)),
        path(
            "confidence", "number", "How sure that is, 0 to 1.",
            .condition(
                #"above("confidence", 0.8)"#, holds: #"{ intent = "price", confidence = 0.9 }"#,
                misses: #"{ intent = "price", confidence = 0.7 }"#)),
        path(
            "language", "string?", "The customer's language, else that of the message.",
            .condition(#"eq("language", "en")"#, holds: #"{ language = "en" }"#, misses: #"{ language = "zh-CN" }"#)),
    ]

    private static let deskPaths = [
        path(
            "desk.queue", "integer", "How many wait for a person, in all teams.",
            .condition(
                #"at_least("desk.queue", 3)"#, holds: "{ queue = { service = 2, premium = 1 } }",
                misses: "{ queue = { service = 2 } }")),
        path(
            "desk.queue.TEAM", "integer", "How many wait for this team.",
            .condition(
                #"at_least("desk.queue.service", 3)"#, holds: "{ queue = { service = 3 } }", misses: "{ queue = { premium = 3 } }"
            )),
        path(
            "desk.online.TEAM", "integer", "How many of the team are there.",
            .condition(#"eq("desk.online.service", 0)"#, holds: "{}", misses: "{ online = { service = 1 } }")),
        path(
            "desk.open.TEAM", "boolean", "Whether the team is within its opening hours.",
            .condition(#"eq("desk.open.service", false)"#, holds: "{ open = { service = false } }", misses: "{}")),
    ]
}
