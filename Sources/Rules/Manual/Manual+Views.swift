// SPDX-License-Identifier: Apache-2.0

extension Manual {
    private static func view(
        _ owner: String, _ name: String, _ type: String, _ summary: String, _ example: ManualExample
    ) -> ManualEntry {
        .value(owner, name, type, summary, in: [.function], example)
    }

    static let views = Chapter(
        title: "What functions look at",
        introduction: """
            `c` in `when = function(c)`, `act = function(c, out)` and functions that give a text. It is for reading; what is not known is \
            nil, and a name that cannot be there is an error. `chat` has `customer`, `conversation`, `message`, `now`, `desk`, `channel` and \
            `language` as well. Times are texts such as `2026-11-18T02:00:00.000Z`.
            """,
        entries: top + customer + conversation + message + now + desk)

    private static let top = [
        view(
            "c", "customer", "View.Customer", "The customer.",
            .looks(#"c.customer.name == "Lin""#, holds: #"{ name = "Lin" }"#, misses: "{}")),
        view(
            "c", "conversation", "View.Conversation", "The conversation.", .looks(#"c.conversation.state == "bot""#, holds: "{}")),
        view(
            "c", "message", "View.Message?", "The last message.",
            .looks(#"c.message.text == "hi""#, holds: #"{ text = "hi" }"#, misses: #"{ text = "ho" }"#)),
        view(
            "c", "now", "View.Now", "The time.",
            .looks("c.now.hour < 9", holds: #"{ at = "08:30" }"#, misses: #"{ at = "09:30" }"#)),
        view(
            "c", "desk", "View.Desk", "The desk as a whole.",
            .looks("c.desk.queue_length > 2", holds: "{ queue = { service = 3 } }", misses: "{}")),
        view(
            "c", "channel", "string", "The channel.", .looks(#"c.channel == "web""#, holds: #"{ channel = "web" }"#, misses: "{}")
        ),
        view(
            "c", "mood", "number", "From -1, furious, to 1, delighted.",
            .looks("c.mood < -0.5", holds: "{ mood = -0.8 }", misses: "{}")),
        view(
            "c", "intent", "string?", "What the message seems to mean.",
            .looks(#"c.intent == "price""#, holds: #"{ intent = "price" }"#, misses: "{}")),
        view(
            "c", "confidence", "number?", "How sure that is, 0 to 1.",
            .looks("(c.confidence or 0) > 0.8", holds: #"{ intent = "price", confidence = 0.9 }"#, misses: "{}")),
        view(
            "c", "language", "string?", "The customer's language, else that of the message.",
            .looks(#"c.language == "en""#, holds: #"{ language = "en" }"#, misses: #"{ language = "zh-CN" }"#)),
        view(
            "c", "waiting_s", "number", "For how many seconds the customer has waited for an answer.",
            .looks("c.waiting_s > 60", holds: #"{ waiting = "90s" }"#, misses: #"{ waiting = "30s" }"#, in: .escalate)),
        view(
            "c", "queued_s", "number", "For how many seconds it has been in the queue.",
            .looks(
                "c.queued_s > 60", holds: #"{ state = "queued", waiting = "90s" }"#,
                misses: #"{ state = "queued", waiting = "30s" }"#, in: .escalate)),
        view(
            "c", "occasion", "string", "Why the rule is asked: `started`, `message`, `handed_off`, `changed` or `due`.",
            .looks(#"c.occasion == "message""#, holds: "{}")),
    ]

    private static let customer = [
        view(
            "c.customer", "attributes", "table<string, any>", "All that is known, also what has the name of a field here.",
            .looks(#"c.customer.attributes.city == "Shanghai""#, holds: #"{ city = "Shanghai" }"#, misses: "{}")),
        view("c.customer", "id", "string", "The customer's id.", .looks("#c.customer.id > 1", holds: "{}")),
        view(
            "c.customer", "name", "string?", "The name.",
            .looks(#"(c.customer.name or ""):find("Lin")"#, holds: #"{ name = "Lin Wei" }"#, misses: "{}")),
        view(
            "c.customer", "language", "string?", "The language, if known.",
            .looks(#"c.customer.language == "en""#, holds: #"{ language = "en" }"#, misses: "{}")),
        view("c.customer", "tags", "string[]", "Tags of the customer.", .looks("#c.customer.tags == 0", holds: "{}")),
        view(
            "c.customer", "is_test", "boolean", "Whether it is a customer for trying things.",
            .looks("not c.customer.is_test", holds: "{}")),
        view(
            "c.customer", "created_at", "string", "When the customer was first seen.",
            .looks(#"c.customer.created_at < "2026-11-18""#, holds: "{}")),
        view(
            "c.customer", "last_seen_at", "string", "When the customer was last seen.",
            .looks(#"c.customer.last_seen_at >= c.customer.created_at"#, holds: "{}")),
    ]

    private static let conversation = [
        view("c.conversation", "id", "string", "The conversation's id.", .looks("#c.conversation.id > 1", holds: "{}")),
        view(
            "c.conversation", "state", "string", "`bot`, `queued`, `assigned`, `pending` or `resolved`.",
            .looks(#"c.conversation.state == "queued""#, holds: #"{ state = "queued" }"#, misses: "{}", in: .escalate)),
        view(
            "c.conversation", "team", "string?", "The team that has it.",
            .looks(#"c.conversation.team == "premium""#, holds: #"{ team = "premium" }"#, misses: "{}")),
        view(
            "c.conversation", "agent", "string?", "The person who has it, by id.",
            .looks("c.conversation.agent == nil", holds: "{}")),
        view(
            "c.conversation", "channel", "string", "The channel.",
            .looks(#"c.conversation.channel == "web""#, holds: #"{ channel = "web" }"#, misses: "{}")),
        view(
            "c.conversation", "priority", "integer", "0 to 9.",
            .looks("c.conversation.priority > 4", holds: "{ priority = 5 }", misses: "{}")),
        view(
            "c.conversation", "tags", "string[]", "Its tags.",
            .looks(#"c.conversation.tags[1] == "return""#, holds: #"{ tags = { "return" } }"#, misses: "{}")),
        view(
            "c.conversation", "attributes", "table<string, any>", "What rules remembered with `set`.",
            .looks(#"c.conversation.attributes.asked == "price""#, holds: #"{ attributes = { asked = "price" } }"#, misses: "{}")),
        view(
            "c.conversation", "mood", "number", "From -1 to 1.",
            .looks("c.conversation.mood < 0", holds: "{ mood = -0.8 }", misses: "{}")),
        view("c.conversation", "sla", "string?", "The promise that holds.", .looks("c.conversation.sla == nil", holds: "{}")),
        view(
            "c.conversation", "started_at", "string", "When it began.",
            .looks(#"c.conversation.started_at:sub(1, 16) == "2026-11-18T02:00""#, holds: "{}")),
        view(
            "c.conversation", "waiting_since", "string?", "When the oldest message without an answer came.",
            .looks("c.conversation.waiting_since == c.now.at", holds: "{}")),
        view(
            "c.conversation", "queued_at", "string?", "When it entered the present queue.",
            .looks("c.conversation.queued_at", holds: #"{ state = "queued" }"#, misses: "{}", in: .escalate)),
        view(
            "c.conversation", "assigned_at", "string?", "When a person got it.",
            .looks("c.conversation.assigned_at", holds: #"{ state = "assigned" }"#, misses: "{}", in: .escalate)),
        view(
            "c.conversation", "person_wanted_since", "string?", "Since when a person is wanted.",
            .looks("c.conversation.person_wanted_since == c.now.at", holds: "{}", misses: #"{ waiting = "10s" }"#, in: .escalate)),
        view(
            "c.conversation", "last_customer_message_at", "string?", "The customer's last message.",
            .looks("c.conversation.last_customer_message_at == c.now.at", holds: "{}")),
        view(
            "c.conversation", "last_reply_at", "string?", "The last reply, by bot or person.",
            .looks("c.conversation.last_reply_at", holds: "{ replied = true }", misses: "{}")),
        view(
            "c.conversation", "reopenings", "integer", "How often it was opened again.",
            .looks("c.conversation.reopenings == 0", holds: "{}")),
        view(
            "c.conversation", "replies_left", "integer?",
            "How many replies the platform still takes on this channel; 0 after `reply_until`, nil where it counts none.",
            .looks(
                "(c.conversation.replies_left or 9) < 2", holds: #"{ ["conversation.replies_left"] = 1 }"#, misses: "{}")),
        view(
            "c.conversation", "reply_until", "string?", "Until when the platform takes replies on this channel.",
            .looks(
                #"c.conversation.reply_until == "2026-11-18T04:00:00.000Z""#,
                holds: #"{ ["conversation.reply_until"] = "2026-11-18T04:00:00Z" }"#, misses: "{}")),
        view(
            "c.conversation", "flow", "string?", "The dialogue that runs, by id.",
            .looks("c.conversation.flow == nil", holds: "{}")),
    ]

    private static let message = [
        view(
            "c.message", "kind", "string", "`text`, `image`, `voice`, `video`, `file`, `location`, `card`, `menu` or `event`.",
            .looks(#"c.message.kind == "image""#, holds: #"{ kind = "image" }"#, misses: "{}")),
        view(
            "c.message", "text", "string", "What was written.",
            .looks(#"c.message.text:match("^%d+$")"#, holds: #"{ text = "42" }"#, misses: #"{ text = "many" }"#)),
        view(
            "c.message", "fields", "table<string, any>", "Fields of its kind; `option` is what was tapped in a menu.",
            .looks("c.message.fields.option == nil", holds: #"{ text = "hi" }"#)),
        view(
            "c.message", "event", "string?", "The event's name.", .looks(#"c.message.event == nil"#, holds: #"{ text = "hi" }"#)),
        view(
            "c.message", "mood", "number", "The mood of this message alone.",
            .looks("c.message.mood < -0.5", holds: #"{ text = "垃圾！气死我了" }"#, misses: #"{ text = "谢谢" }"#)),
    ]

    private static let now = [
        view("c.now", "at", "string", "The time in UTC.", .looks(#"c.now.at:sub(1, 16) == "2026-11-18T02:00""#, holds: "{}")),
        view(
            "c.now", "hour", "integer", "0 to 23, on the clock of `time_zone` in rules.lua; so are the others.",
            .looks("c.now.hour == 10", holds: "{}")),
        view("c.now", "minute", "integer", "0 to 59.", .looks("c.now.minute == 30", holds: #"{ at = "08:30" }"#, misses: "{}")),
        view(
            "c.now", "weekday", "integer", "1, Monday, to 7, Sunday.",
            .looks("c.now.weekday > 5", holds: #"{ at = "2026-11-21 10:00" }"#, misses: "{}")),
        view("c.now", "date", "string", "The day.", .looks(#"c.now.date == "2026-11-18""#, holds: "{}")),
        view("c.now", "year", "integer", "The year.", .looks("c.now.year == 2026", holds: "{}")),
        view("c.now", "month", "integer", "1 to 12.", .looks("c.now.month == 11", holds: "{}")),
        view("c.now", "day", "integer", "1 to 31.", .looks("c.now.day == 18", holds: "{}")),
    ]

    private static let desk = [
        view(
            "c.desk", "queue_length", "integer", "How many wait for a person, in all teams.",
            .looks("c.desk.queue_length == 3", holds: "{ queue = { service = 2, premium = 1 } }", misses: "{}")),
        view(
            "c.desk", "queue", "table<string, integer>", "By team: how many wait.",
            .looks("(c.desk.queue.service or 0) > 1", holds: "{ queue = { service = 2 } }", misses: "{}")),
        view(
            "c.desk", "online", "table<string, integer>", "By team: how many are there.",
            .looks("(c.desk.online.service or 0) > 0", holds: "{ online = { service = 1 } }", misses: "{}")),
        view(
            "c.desk", "open", "table<string, boolean>",
            "By team: whether it is within its opening hours; a team without hours is not named.",
            .looks("c.desk.open.service == false", holds: "{ open = { service = false } }", misses: "{}")),
    ]
}
