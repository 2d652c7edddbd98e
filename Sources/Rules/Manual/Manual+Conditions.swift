// SPDX-License-Identifier: Apache-2.0

extension Manual {
    private static func condition(
        _ name: String, _ parameters: String, _ summary: String, _ example: ManualExample
    ) -> ManualEntry {
        .call("", name, parameters, "Condition", summary, in: [.loading], example)
    }

    static let conditions = Chapter(
        title: "Conditions",
        introduction: """
            For `match` and `start`. A condition is data: it stands in a declaration or in a `local` above it, never in a function. \
            `path` is a name of *What conditions look at*.
            """,
        entries: logic + comparisons + messages + [
            .call(
                "", "anomaly", #"options?: { sigma?: number; season?: "day"|"week" }"#, "Bound",
                "A bound of alerts: more than `sigma` standard deviations (4) from the same hour of other days or weeks (`week`).",
                in: [.loading],
                .alert(
                    """
                    alert "unusual" {
                      measure = "arrivals", over = "1h", raise = anomaly { sigma = 4, season = "week" },
                    }
                    """,
                    .init([(0, .usual(5)), (0, .arrivals(40))], looks: [0], says: ["0 s: raised (warning)"])))
        ])

    private static let logic = [
        condition(
            "all", "conditions: Condition[]", "All of them hold.",
            .condition(
                #"all { channel { "live" }, at_least("customer.vip_level", 4) }"#, holds: "{ vip_level = 5 }",
                misses: #"{ vip_level = 5, channel = "web" }"#)),
        condition(
            "any", "conditions: Condition[]", "At least one of them holds.",
            .condition(
                #"any { channel { "web" }, at_least("customer.vip_level", 4) }"#, holds: "{ vip_level = 5 }",
                misses: "{ vip_level = 1 }")),
        condition(
            "none", "conditions: Condition[]", "None of them holds.",
            .condition(
                #"none { has_tag "blocked", channel { "web" } }"#, holds: #"{ tags = { "vip" } }"#,
                misses: #"{ tags = { "blocked" } }"#)),
    ]

    private static let comparisons = [
        condition(
            "eq", "path: Path, value: string|number|boolean", "Equal; a list of texts has the value.",
            .condition(#"eq("customer.city", "Shanghai")"#, holds: #"{ city = "Shanghai" }"#, misses: #"{ city = "Beijing" }"#)),
        condition(
            "ne", "path: Path, value: string|number|boolean", "Not equal; holds also for what is not known.",
            .condition(#"ne("customer.city", "Shanghai")"#, holds: #"{ city = "Beijing" }"#, misses: #"{ city = "Shanghai" }"#)),
        condition(
            "at_least", "path: Path, value: number", "So much or more.",
            .condition(#"at_least("customer.vip_level", 4)"#, holds: "{ vip_level = 4 }", misses: "{ vip_level = 3 }")),
        condition(
            "at_most", "path: Path, value: number", "So much or less.",
            .condition(#"at_most("customer.vip_level", 4)"#, holds: "{ vip_level = 4 }", misses: "{ vip_level = 5 }")),
        condition(
            "above", "path: Path|number|Duration, value?: number",
            #"More. With one value it is a bound of an alert: `raise = above("30s")`."#,
            .condition(#"above("customer.vip_level", 4)"#, holds: "{ vip_level = 5 }", misses: "{ vip_level = 4 }")),
        condition(
            "below", "path: Path|number|Duration, value?: number",
            "Less. With one value it is a bound of an alert: `clear = below(5)`.",
            .condition(#"below("conversation.mood", -0.6)"#, holds: "{ mood = -0.7 }", misses: "{ mood = -0.6 }")),
        condition(
            "between", "path: Path, low: number|string, high: number|string",
            "From one to the other, both included; hours also over midnight. Of `now.date`, two days such as `\"2026-02-10\"`.",
            .condition(#"between("now.hour", 22, 6)"#, holds: #"{ at = "23:30" }"#, misses: #"{ at = "12:00" }"#)),
        condition(
            "one_of", "path: Path, values: (string|number|boolean)[]", "One of a list.",
            .condition(#"one_of("channel", { "live", "web" })"#, holds: #"{ channel = "web" }"#, misses: #"{ channel = "app" }"#)),
        condition(
            "within", "path: Path, duration: Duration", "A time at most so long ago.",
            .condition(
                #"within("customer.last_purchase", "7d")"#, holds: #"{ last_purchase = "-2d" }"#,
                misses: #"{ last_purchase = "-9d" }"#)),
        condition(
            "exists", "path: Path", "Is known.",
            .condition(#"exists("customer.phone")"#, holds: #"{ phone = "13800138000" }"#, misses: "{}")),
        condition(
            "missing", "path: Path", "Is not known.",
            .condition(#"missing("customer.phone")"#, holds: "{}", misses: #"{ phone = "13800138000" }"#)),
        condition(
            "has_tag", "tags: string|string[]", "The conversation or the customer has one of the tags.",
            .condition(#"has_tag { "vip", "gold" }"#, holds: #"{ tags = { "gold" } }"#, misses: #"{ tags = { "silver" } }"#)),
    ]

    private static let messages = [
        condition(
            "keywords", "words: string|string[]",
            "The message has one of them: English ones as whole words, `*` for any ending; case and width do not matter.",
            .condition(
                #"keywords { "人工", "complain*" }"#, holds: #"{ text = "I have to COMPLAIN" }"#,
                misses: #"{ text = "a compliment" }"#)),
        condition(
            "contains", "path: Path, texts: string|string[]", "The text has one of them anywhere.",
            .condition(
                #"contains("message.text", { "fund" })"#, holds: #"{ text = "a refund" }"#, misses: #"{ text = "a return" }"#)),
        condition(
            "prefix", "path: Path, texts: string|string[]", "The text begins with one of them.",
            .condition(
                #"prefix("message.text", "order ")"#, holds: #"{ text = "Order 12" }"#, misses: #"{ text = "my order 12" }"#)),
        condition(
            "matches", "path: Path, pattern: Pattern", "The text has something of that form; see *Patterns*.",
            .condition(
                #"matches("message.text", pattern.order_no)"#, holds: #"{ text = "it is SO-20260101" }"#,
                misses: #"{ text = "it is blue" }"#)),
        condition(
            "intent", "names: string|string[], confidence?: number",
            "The message means one of them, with this confidence, else the rule's `confidence`, else 0.6.",
            .condition(
                #"intent { "price", "stock" }"#, holds: #"{ intent = "price" }"#,
                misses: #"{ intent = "price", confidence = 0.5 }"#)),
        condition(
            "channel", "ids: string|string[]", "Came in through one of these channels.",
            .condition(#"channel { "live" }"#, holds: #"{ channel = "live" }"#, misses: #"{ channel = "web" }"#)),
        condition(
            "language", "tags: string|string[]", "The customer's language, if known, else that of the message.",
            .condition(#"language { "en" }"#, holds: #"{ language = "en" }"#, misses: #"{ language = "zh-CN" }"#)),
        condition(
            "event", "names: string|string[]", "Something happened rather than was written: `enter`, or what a channel reports.",
            .condition(#"event { "enter" }"#, holds: #"{ event = "enter" }"#, misses: #"{ text = "enter" }"#)),
    ]

    private static func pattern(_ name: NamedPattern, _ summary: String, _ text: String, _ none: String) -> ManualEntry {
        .value(
            "pattern", name.rawValue, "Pattern", summary, in: [.loading, .function, .stage],
            .condition(
                "matches(\"message.text\", pattern.\(name.rawValue))", holds: "{ text = \"\(text)\" }",
                misses: "{ text = \"\(none)\" }"))
    }

    static let patterns = Chapter(
        title: "Patterns",
        introduction: "For `matches`, and for `expect` in `chat:ask`, which gets what was found.",
        entries: [
            pattern(
                .orderNo, "At least six letters, digits and dashes, four of them digits; in upper case.", "no. so-20260101",
                "no idea"),
            pattern(.phone, "7 to 15 digits, `+` in front allowed; without blanks and dashes.", "138-0013-8000", "call me"),
            pattern(.email, "An e-mail address.", "lin@shop.example", "lin at shop"),
            pattern(.number, "A number.", "about -3.5 degrees", "a few"),
            pattern(.yesNo, "`yes` or `no`, in Chinese and English.", "好的", "maybe"),
            pattern(.text, "Any text that is not blank.", "anything", "  "),
        ])
}
