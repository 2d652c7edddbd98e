// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine

/// The shapes of what the API takes and answers, by name.
enum Components {
    static let schemas: [String: Schema] = [
        "Conversation": conversation, "Message": message, "Customer": customer, "Ticket": ticket, "Agent": agent, "Team": team,
        "Channel": channel, "Event": event, "RuleSet": ruleSet, "RuleCheck": ruleCheck, "RuleTest": ruleTest,
        "RuleReplay": ruleReplay, "RuleDiff": ruleDiff, "RuleFolder": ruleFolder, "RuleFile": ruleFile,
        "RuleStatistics": ruleStatistics, "Alert": alert,
        "WebHook": webHook, "DeadLetter": deadLetter, "Token": token,
        "NewToken": newToken, "Me": me, "Health": health, "Report": report, "MeasureHistory": history, "Intake": intake,
        "Session": session, "Ack": ack,
        "Media": media,
        "Frame": frame, "Problem": problem,
    ]

    private static let texts = Schema.array(.text)
    static let kinds = Schema.choice(MessageContent.Kind.allCases.filter { $0 != .unsupported }.map(\.rawValue))

    // MARK: - What comes in

    /// A reply or note of a person.
    static let reply = Schema.object([
        .optional("kind", kinds, "text if not given."), .optional("text", .string(length: 0...20_000)),
        .optional("fields", .anyObject(), "Of the kind: url, title, options, …"),
        .optional("note", .boolean, "Internal: never leaves the desk."),
        .optional("client_id", .string(length: 1...128), "Your own id: the same again gives the message that was made first."),
    ])

    /// A message of a customer, given by an integration.
    static let inbound = Schema.object([
        .needed("channel", .string(length: 1...100)),
        .needed("sender", .string(length: 1...200), "The customer's id on the channel."),
        .needed("external_id", .string(length: 1...200), "Unique within the channel: the same again changes nothing."),
        .optional("kind", kinds, "text if not given."), .optional("text", .string(length: 0...20_000)),
        .optional("fields", .anyObject()),
        .optional(
            "profile", .anyObject(bytes: 8192),
            "name, language, union_id and attributes; verified: which of phone, email were checked to be theirs."),
    ])

    /// The `message` frame as a body.
    static let liveMessage = Schema.object([
        .needed("client_id", .string(length: 1...128), "Unique within the conversation: the same again changes nothing."),
        .optional("kind", kinds, "text if not given."), .optional("text", .string(length: 0...20_000)),
        .optional("fields", .anyObject()),
        .optional("conversation_id", .id("v"), "For agents: in which conversation."), .optional("note", .boolean),
    ])

    // MARK: - What goes out

    private static let conversation = Schema.record([
        .needed("id", .id("v")), .needed("customer_id", .id("c")), .needed("channel", .text),
        .needed("state", .choice(ConversationState.allCases.map(\.rawValue))), .optional("team", .text),
        .optional("agent_id", .id("a")),
        .needed("priority", .integer(0...9)), .needed("tags", texts), .needed("attributes", .anyObject()),
        .needed("mood", .number, "-1 furious to 1 delighted."), .optional("sla", .text), .needed("started_at", .time),
        .needed("updated_at", .time), .optional("waiting_since", .time), .optional("person_wanted_since", .time),
        .optional("queued_at", .time), .optional("assigned_at", .time), .optional("last_customer_message_at", .time),
        .optional("last_reply_at", .time), .optional("resolved_at", .time), .optional("last_agent_id", .id("a")),
        .needed("reopenings", .integer(0...Int64.max)), .needed("strategy", .text), .needed("skills", texts),
        .optional(
            "reply_quota",
            .record([
                .optional("remaining", .integer(0...Int64.max)), .optional("messages", .integer(0...Int64.max)),
                .optional("until", .time),
                .optional(
                    "next", .choice(ReplyOutlook.Way.allCases.map(\.rawValue)), "What becomes of a reply that is written now."),
                .optional("next_channel", .text, "Where it goes, with next elsewhere: the customer agreed to it."),
            ]),
            "Of the platform behind `channel`: replies that remain of so many, until when; after it none. Absent: no limit."),
    ])

    private static let message = Schema.record([
        .needed("id", .id("m")), .needed("conversation_id", .id("v")), .needed("customer_id", .id("c")),
        .needed("channel", .text),
        .needed("direction", .choice(MessageDirection.allCases.map(\.rawValue))), .needed("kind", .text), .needed("text", .text),
        .optional("fields", .anyObject()), .needed("author", .text, "customer:…, agent:…, bot:RULE, token:NAME, system."),
        .optional("external_id", .text), .optional("client_id", .text), .needed("delivery", .text), .optional("failure", .text),
        .optional(
            "waits", .record([.needed("for", .choice(["customer", "platform"])), .optional("reason", .text)]),
            "Why a queued one is not sent yet: the customer has to write again (kept_for_people, …), or the platform is tried again."
        ),
        .needed("at", .time), .optional("seq", .integer(1...Int64.max)),
    ])

    private static let customer = Schema.record([
        .needed("id", .id("c")), .optional("name", .text), .optional("language", .text), .needed("attributes", .anyObject()),
        .needed("tags", texts), .needed("is_test", .boolean), .needed("created_at", .time), .optional("last_seen_at", .time),
        .optional("merged_into", .id("c"), "In lists: the customer who answers for this one now."),
        .optional("merged", .array(.id("c")), "Customers who were found to be this one, the latest last."),
        .optional(
            "identities",
            .array(.record([.needed("channel", .text), .needed("external_id", .text), .needed("customer_id", .id("c"))]))),
    ])

    private static let ticket = Schema.record([
        .needed("id", .id("t")), .optional("number", .integer(1...Int64.max)),
        .needed("status", .choice(TicketStatus.allCases.map(\.rawValue))),
        .needed("subject", .text), .optional("category", .text), .optional("type", .text),
        .needed("priority", .choice(TicketPriority.allCases.map(\.rawValue))), .optional("requester_id", .id("c")),
        .optional("conversation_id", .id("v")), .optional("team", .text), .optional("assignee_id", .id("a")),
        .needed("follower_ids", texts),
        .needed("tags", texts), .needed("fields", .anyObject()), .needed("created_at", .time), .needed("updated_at", .time),
        .optional("first_reply_at", .time), .optional("solved_at", .time), .optional("closed_at", .time),
        .optional("paused_since", .time),
        .needed("paused_ms", .integer(0...Int64.max)), .needed("reopenings", .integer(0...Int64.max)),
        .optional("satisfaction", .integer(1...5)),
    ])

    private static let agent = Schema.record([
        .needed("id", .id("a")), .needed("name", .text), .needed("role", .choice(Role.allCases.map(\.rawValue))),
        .needed("teams", texts),
        .needed("skills", texts), .needed("capacity", .integer(0...1000)),
        .needed("presence", .choice(Agent.Presence.allCases.map(\.rawValue))), .needed("idle_since", .time),
    ])

    private static let team = Schema.record([
        .needed("id", .text), .needed("name", .text), .optional("hours", .anyObject()), .needed("strategy", .text),
    ])

    private static let channel = Schema.record([
        .needed("id", .text), .needed("plugin", .text),
        .needed("waiting", .integer(0...1000), "Messages to be sent, counted up to 1000."),
        .optional("hook", .text, "Where the platform calls."),
        .optional("trouble", .text, "Why the oldest of them was not taken, in the platform's words or ours."),
    ])

    private static let event = Schema.record([
        .needed("seq", .integer(1...Int64.max)), .needed("at", .time), .needed("kind", .text),
        .optional("conversation_id", .id("v")),
        .optional("ticket_id", .id("t")), .optional("customer_id", .id("c")), .optional("channel", .text),
        .needed("actor", .text),
        .optional("cause", .integer(1...Int64.max)), .needed("payload", .anyObject(bytes: 1 << 22)),
    ])

    private static let ruleSet = Schema.record([
        .needed("id", .text, "SHA-256 of its files."), .needed("name", .text), .optional("files", texts),
        .optional("accepted_at", .time),
        .optional("activated_at", .time), .optional("by", .text), .optional("is_active", .boolean),
    ])

    private static let ruleProblems = Schema.array(
        .record([
            .needed("severity", .choice(["error", "warning"])), .needed("code", .text), .optional("file", .text),
            .optional("line", .integer(1...Int64.max)), .needed("message", .text), .optional("hint", .text),
            .optional("event", .anyObject()), .needed("text", .text),
            .optional("see", .text, "Where more is said: rules/README.md#…."),
        ]), limit: 10_000)
    private static let ruleCheck = Schema.record([.needed("ok", .boolean), .needed("problems", ruleProblems)])

    private static let ruleTest = Schema.record([
        .needed("ok", .boolean), .optional("passed", .integer(0...Int64.max)), .optional("failed", .integer(0...Int64.max)),
        .optional("rules", .integer(0...Int64.max)), .optional("covered", .integer(0...Int64.max)), .optional("uncovered", texts),
        .optional(
            "failures",
            .array(
                .record([
                    .needed("test", .text), .needed("file", .text), .needed("line", .integer(0...Int64.max)),
                    .needed("message", .text),
                ]), limit: 10_000)),
        .optional("problems", ruleProblems, "Where the set does not even compile."),
    ])

    private static let ruleReplay = Schema.record([
        .needed("id", .text), .needed("state", .choice(["running", "done", "failed", "cancelled"])), .needed("by", .text),
        .needed("started_at", .time), .needed("decisions", .integer(0...Int64.max), "Settlements that were run again so far."),
        .needed("progress", .number, "0…1"), .optional("reason", .text, "Where it failed."),
        .optional(
            "report",
            .record([
                .needed("rule_set", .text), .needed("decisions", .integer(0...Int64.max)),
                .needed("changed", .integer(0...Int64.max)), .needed("share", .number, "Of those that change, 0…1."),
                .needed("asked", .integer(0...Int64.max), "How often the rules were asked for these decisions."),
                .needed(
                    "reworded", .integer(0...Int64.max), "Of those that change, where only texts read otherwise; gates pass them."
                ),
                .needed("skipped", .integer(0...Int64.max), "Rules rested when these were decided."),
                .needed(
                    "changes", .array(.anyObject()),
                    "`{rule, field, from, to, count, examples: [{seq, message_id, conversation_id, link}]}`, the most frequent first."
                ),
                .needed("new_matches", .array(.anyObject(), limit: 100_000), "`{rule, before, after}`"),
                .needed("lost_matches", .array(.anyObject(), limit: 100_000), "`{rule, before, after}`"),
                .needed("errors", .anyObject(), "`{before, after, rules: [{rule, count, message}]}`"),
                .needed("cost", .anyObject(), "`{us_before, us_after, instructions}`"),
                .needed(
                    "arrivals", .array(.anyObject(), limit: 100_000), "`{team, hour, before, after}`: from the bot to people."),
            ]), "When it is done."),
    ])

    private static let ruleDiff = Schema.record([
        .needed("from", .text), .needed("to", .text),
        .needed("files", .array(.record([.needed("path", .text), .needed("change", changes)]), limit: 100_000)),
        .needed(
            "rules",
            .array(
                .record([.needed("rule", .text), .needed("kind", .text), .needed("change", changes), .optional("file", .text)]),
                limit: 100_000)),
    ])
    private static let changes = Schema.choice(["added", "removed", "changed"])

    private static let ruleFolder = Schema.record([
        .needed("folder", .nullable(.text), "Its name; null where the server has none and the live set is shown."),
        .needed("is_writable", .boolean), .needed("watches", .boolean, "Whether saved files go live by themselves."),
        .needed("live", .text, "Id of the live set."),
        .needed(
            "items",
            .array(
                .record([
                    .needed("path", .text), .needed("byte_count", .integer(0...Int64.max)),
                    .needed("hash", .text, "SHA-256, hex."),
                    .needed("live", .choice(["same", "changed", "added"]), "Beside the live set."),
                ]), limit: 10_000)),
        .needed("removed", .array(.text, limit: 10_000), "Files of the live set that the folder has no more."),
        .needed("problems", texts, "What keeps the folder from being a rule set."), .needed("next_cursor", .nullable(.text)),
    ])

    private static let ruleFile = Schema.record([
        .needed("path", .text), .needed("hash", .text, "SHA-256 of its bytes, hex; the ETag."),
        .optional("text", .string(length: 0...(8 << 20))),
    ])

    private static let ruleStatistics = Schema.record([
        .needed("rule_set", .text), .needed("since", .time, "When the set went live here."),
        .needed(
            "items",
            .array(
                .record([
                    .needed("rule", .text), .needed("kind", .text), .needed("file", .text), .needed("line", count),
                    .needed("candidates", count, "Times the index let it through."),
                    .needed("evaluations", count, "Times its match held."), .needed("matches", count), .needed("errors", count),
                    .needed("set_asides", count), .needed("calls", count, "Of its functions."),
                    .optional("p50_us", count, "Half of the calls took less."), .optional("p99_us", count),
                    .optional("last_match", .time), .optional("resting_until", .time, "While it is set aside."),
                ]), limit: 100_000)), .needed("next_cursor", .nullable(.text)),
    ])
    private static let count = Schema.integer(0...Int64.max)

    private static let alert = Schema.record([
        .needed("id", .text), .needed("state", .choice(["raised", "quiet"])), .needed("labels", .anyObject(), "Of the instance."),
        .needed("severity", .text), .needed("why", .text), .needed("measure", .text), .needed("statistic", .text),
        .needed("notify", texts, "Whom it tells: team:ID, agent:ID or NAME, CHANNEL:ADDRESS."),
        .needed("file", .text), .needed("line", count), .optional("since", .time), .optional("value", .number),
        .optional("acknowledged_by", .text), .optional("acknowledged_at", .time), .optional("silenced_until", .time),
        .optional("silenced_by", .text),
    ])

    private static let webHook = Schema.record([
        .needed("name", .text), .needed("url", .text, "Without its query."), .needed("events", texts),
        .needed("batch", .integer(1...500), "Events in one POST at most."),
        .needed("state", .choice(["waiting", "telling", "failing"])),
        .needed("position", .integer(0...Int64.max), "The seq up to which it has been told."),
        .needed("behind", .integer(0...Int64.max), "Events of the journal after that, wanted or not."),
        .needed("delivered", count, "Since the program started, as the other counts."), .needed("failures", count),
        .needed("refused", count, "Left out, because the receiver called them wrong."), .optional("last_delivered_at", .time),
        .optional("event", .integer(1...Int64.max), "The seq that is being told."), .optional("attempts", count),
        .optional("problem", .text, "Of the last try."), .optional("failing_since", .time), .optional("next_try_at", .time),
    ])

    private static let deadLetter = Schema.record([
        .needed("message_id", .id("m")), .needed("conversation_id", .id("v")), .needed("channel", .text),
        .needed("attempts", .integer(0...Int64.max)), .optional("reason", .text), .needed("queued_at", .time),
    ])

    private static let token = Schema.record([
        .needed("name", .text), .needed("role", .text), .optional("agent_id", .id("a")), .needed("created_at", .time),
    ])
    private static let newToken = Schema.record([
        .needed("token", .text), .needed("name", .text), .needed("role", .text), .optional("agent_id", .id("a")),
    ])
    private static let me = Schema.record([
        .needed("name", .text), .needed("role", .text), .optional("agent_id", .id("a")), .needed("permissions", texts),
        .optional("agent", .reference("Agent")),
    ])
    private static let health = Schema.record([.needed("status", .text), .needed("version", .text)])
    private static let report = Schema.record([
        .needed("at", .time), .needed("seq", .integer(0...Int64.max)), .needed("queue", .anyObject()),
        .needed("measures", .anyObject(bytes: 1 << 22)),
    ])
    private static let history = Schema.record([
        .needed("measure", .text), .needed("step", .text), .needed("since", .time), .needed("until", .time),
        .needed(
            "items", .array(.anyObject()),
            "at, labels, and what the measure has of count, share, mean, p50, p90, p99, max, rate; steps in which nothing ended are left out."
        ),
    ])
    private static let intake = Schema.record([
        .needed("message_id", .id("m")), .needed("conversation_id", .id("v")), .needed("customer_id", .id("c")),
        .needed("seq", .integer(1...Int64.max)), .needed("is_duplicate", .boolean),
    ])
    private static let session = Schema.record([
        .needed("token", .text), .needed("customer_id", .id("c")), .needed("conversation_id", .id("v")),
        .needed("channel", .text),
        .optional("faq", .any, "Common questions, as the channel's settings have them: a list, or lists by language."),
    ])
    private static let ack = Schema.record([
        .needed("type", .text), .needed("client_id", .text), .needed("seq", .integer(1...Int64.max)),
        .needed("message_id", .id("m")),
        .needed("conversation_id", .id("v")),
    ])
    private static let media = Schema.record([
        .needed("media_id", .text, "For a message's fields."), .needed("content_type", .text, "What the bytes say."),
        .needed("byte_count", .integer(1...Int64.max)), .optional("name", .text), .needed("url", .text, "Good for some hours."),
        .optional("playable_type", .text, "url gives this: a version that browsers play."),
        .optional("original_url", .text, "The file as it came, where url gives another version."),
        .optional("withheld", .text, "Why a picture or page is only offered to be saved, or an archive is not to be opened."),
    ])
    private static let frame = Schema.anyObject(bytes: 1 << 22)
    private static let problem = Schema.record([
        .needed("type", .text), .needed("title", .text), .needed("status", .integer(100...599)), .needed("detail", .text),
        .needed("code", .text), .needed("instance", .text), .needed("request_id", .text),
        .optional(
            "errors", .array(.record([.optional("pointer", .text), .optional("parameter", .text), .needed("message", .text)]))),
        .optional("facts", .anyObject()),
    ])
}
