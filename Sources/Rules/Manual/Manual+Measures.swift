// SPDX-License-Identifier: Apache-2.0

/// What alerts can measure.
extension Manual {
    static let measures = Chapter(
        title: "Measures",
        introduction: """
            What stands in `measure` of an alert. Each is computed from the journal alone. Times have the `stat` `"count"`, `"mean"`, \
            `"p50"`, `"p90"` (the usual one), `"p99"`, `"max"` and `"rate"` (how many a minute); shares, from 0 to 1, have `"share"` and \
            `"count"` (of how many); levels have `"mean"`; \
            everything else has `"count"` and `"rate"`. With `time = "business"` times count only while the team works. What an automation writes is no reply, and customers \
            marked as tests are left out. A conversation that changes team counts for each team while it was there, and once in all.
            """,
        entries: times + shares + counts + ownMeasures)

    private static func measure(
        _ name: String, _ type: String, _ labels: String, _ summary: String, _ fields: String, _ story: AlertStory
    ) -> ManualEntry {
        .value(
            "measure", name, type, "\(summary) By: \(labels).", in: [.loading],
            .alert("alert \"example\" {\n  measure = \"\(name)\", \(fields),\n}", story))
    }

    private static let everywhere = "`channel`, `team`, `agent`, `tag`"
    private static let queues = "`channel`, `team`, `tag`"

    private static let times: [ManualEntry] = [
        measure(
            "first_response_time", "time", everywhere,
            "From the beginning of the present wait for a person (hand-off, reopening) to the first reply by a person; once for each wait.",
            #"stat = "max", over = "5m", raise = above("30s")"#,
            .init([(0, .queued(team: "service")), (40, .answered)], looks: [30, 41], says: ["41 s: raised (warning)"])),
        measure(
            "response_time", "time", everywhere,
            "For each turn of a customer, from the first message that nobody has answered to the first reply by a person.",
            #"stat = "max", over = "5m", raise = above("1m")"#,
            .init(
                [(0, .queued(team: "service")), (10, .answered), (20, .asked), (60, .asked), (90, .replied)], looks: [11, 91],
                says: ["91 s: raised (warning)"])),
        measure(
            "handling_time", "time", everywhere,
            "The spans in which something happened while a person had it, to the end; gaps of more than four minutes do not count.",
            #"stat = "max", over = "2h", raise = above("3m")"#,
            .init(
                [
                    (0, .queued(team: "service")), (5, .answered), (100, .asked), (3600, .replied), (3660, .resolved),
                    (3701, .queued(team: "service")), (3705, .answered), (3800, .asked), (3900, .replied), (3930, .resolved),
                ], looks: [3660, 3930], says: ["3930 s: raised (warning)"])),
        measure(
            "queue_wait", "time", queues,
            "From entering the queue to acceptance; `max`, the usual stat, also knows who waits now.",
            #"over = "5m", by = { "team" }, raise = above("2m")"#,
            .init([(0, .queued(team: "service"))], looks: [60, 121], says: ["121 s: raised (warning) service"])),
        measure(
            "queue_abandoned", "time", queues, "From entering the queue to leaving it unserved; `count` is the usual stat.",
            #"over = "10m", raise = above(0)"#,
            .init([(0, .queued(team: "service")), (50, .resolved)], looks: [49, 50], says: ["50 s: raised (warning)"])),
        measure(
            "resolution_time", "time", everywhere, "From creation or reopening to the end, for each cycle.",
            #"stat = "max", over = "1h", raise = above("5m")"#,
            .init([(0, .started), (400, .resolved)], looks: [350, 400], says: ["400 s: raised (warning)"])),
        measure(
            "backlog", "time", everywhere,
            "What is with people now and not resolved; `count` is the usual stat, times are ages since people were wanted. Needs no `over`.",
            #"by = { "team" }, raise = above(0)"#,
            .init(
                [(0, .queued(team: "service")), (10, .answered), (20, .resolved)], looks: [0, 20],
                says: ["0 s: raised (warning) service", "20 s: cleared (warning) service"])),
        measure(
            "ticket_backlog", "time", everywhere,
            "Tickets that are neither solved nor closed now; `count` is the usual stat, times are ages since they were opened or reopened. Needs no `over`.",
            #"stat = "max", raise = above("1h")"#,
            .init(
                [(0, .ticket(category: "refund")), (3700, .solvedTicket)], looks: [3600, 3601, 3700],
                says: ["3601 s: raised (warning)", "3700 s: cleared (warning)"])),
    ]

    private static let shares: [ManualEntry] = [
        measure(
            "timely_response_rate", "share", everywhere,
            "Turns answered within `within` (30 s if absent) of all that wanted a person's answer, also those that got none or still wait.",
            #"within = "20s", over = "10m", raise = below("90%")"#,
            .init([(0, .queued(team: "service"))], looks: [10, 21], says: ["21 s: raised (warning)"])),
        measure(
            "abandonment_rate", "share", queues, "Left the queue before acceptance, of all that left it.",
            #"over = "10m", raise = above("20%")"#,
            .init([(0, .queued(team: "service")), (50, .resolved)], looks: [49, 50], says: ["50 s: raised (warning)"])),
        measure(
            "first_contact_resolution", "share", everywhere,
            "Resolved with at most one stint with people, without a reopening or a new conversation on the same `topic` (an attribute of conversations) within 72 h; it counts when they are over.",
            #"over = "1d", raise = below("70%")"#,
            .init(
                [(0, .started), (60, .resolved), (7200, .reopened)], looks: [7200, 259_300],
                says: ["259300 s: raised (warning)"])),
        measure(
            "satisfaction", "share", everywhere,
            "Ratings of 4 and 5, of all: of tickets, and the attribute `satisfaction` (1 to 5) of conversations.",
            #"over = "1d", raise = below("80%")"#,
            .init([(0, .started), (9, .rated(5)), (10, .rated(2))], looks: [9, 10], says: ["10 s: raised (warning)"])),
        measure(
            "net_promoter_score", "level", everywhere,
            "Ratings of 9 and 10 less those of 0 to 6, of all, from -100 to 100: the attribute `nps` (0 to 10) of conversations. `mean` is the score, `count` says of how many.",
            #"over = "1d", raise = below(0)"#,
            .init(
                [(0, .started), (9, .recommended(9)), (10, .recommended(5)), (11, .recommended(3))], looks: [9, 10, 11],
                says: ["11 s: raised (warning)"])),
        measure(
            "satisfaction_response_rate", "share", "`channel`, `tag`",
            "Who has rated within 72 h, of those whom a flow asked with `chat:done { csat = true }`.",
            #"over = "7d", raise = below("20%")"#,
            .init([(0, .started), (10, .askedToRate)], looks: [10, 259_300], says: ["259300 s: raised (warning)"])),
        measure(
            "sla_attainment", "share", "`channel`, `team`, `sla`, `tag`",
            "Targets met, of those met and breached, of conversations to which a route gave an `sla`; what is open and overdue is breached.",
            #"within = "60s", over = "1h", by = { "sla" }, raise = below("95%")"#,
            .init([(0, .queued(team: "premium", sla: "vip"))], looks: [60, 61], says: ["61 s: raised (warning) vip"])),
        measure(
            "bot_containment", "share", "`channel`, `tag`",
            "Resolved without a person, of those in which the bot spoke; who gave up, wanted a person or came back within 72 h was not contained. It counts when they are over.",
            #"over = "1d", raise = below("50%")"#,
            .init(
                [(0, .started), (1, .botSpoke), (60, .queued(team: "service"))], looks: [60, 259_300],
                says: ["259300 s: raised (warning)"])),
        measure(
            "false_containment", "share", "`channel`, `tag`",
            "Of what looked contained by the bot at its end, the part whose customer came back within 72 h; it counts when they are over.",
            #"over = "1d", raise = above("20%")"#,
            .init(
                [(0, .started), (1, .botSpoke), (60, .resolved), (7200, .reopened)], looks: [7200, 259_300],
                says: ["259300 s: raised (warning)"])),
        measure(
            "knowledge_hit_rate", "share", "`channel`",
            "Of the messages that customers wrote to the bot outside a dialogue, the part that was answered from `data/knowledge.json`.",
            #"over = "1d", raise = below("40%")"#,
            .init(
                [(0, .started), (1, .lookedUp("shipping")), (2, .lookedUp(nil)), (3, .lookedUp(nil))], looks: [1, 2, 3],
                says: ["3 s: raised (warning)"])),
        measure(
            "occupancy", "share", "`team`, `agent`",
            "Of the time in which agents were signed in (online or busy), the part in which they had a conversation that was not pending.",
            #"over = "10m", raise = above("90%")"#,
            .init(
                [(0, .signedIn(true)), (60, .queued(team: "service")), (70, .answered)], looks: [69, 770],
                says: ["770 s: raised (warning)"])),
        measure(
            "reopen_rate", "share", everywhere,
            "Reopened within 7 days, of all that were resolved; it counts when they are over.",
            #"over = "1d", raise = above("10%")"#,
            .init(
                [(0, .started), (60, .resolved), (7200, .reopened)], looks: [7200, 604_900],
                says: ["604900 s: raised (warning)"])),
        measure(
            "transfer_rate", "share", everywhere, "Transfers to another agent or team, for each conversation with people.",
            #"over = "1d", raise = above("50%")"#,
            .init(
                [(0, .queued(team: "service")), (5, .answered), (10, .transferred(team: "after_sales")), (30, .resolved)],
                looks: [10, 30], says: ["30 s: raised (warning)"])),
    ]

    private static let counts: [ManualEntry] = [
        measure(
            "arrivals", "count", "`channel`, `team`",
            "Conversations that began or were reopened; of a team, those that came to it.",
            #"over = "1m", by = "channel", raise = above(5)"#,
            .init(
                [(0, .arrivals(6, channel: "web")), (0, .arrivals(2))], looks: [0], says: ["0 s: raised (warning) web"])),
        measure(
            "bot_handoffs", "count", "`channel`, `team`, `tag`",
            "Conversations that the bot had spoken in and that then wanted a person.",
            #"over = "1h", raise = above(0)"#,
            .init(
                [(0, .started), (1, .botSpoke), (60, .queued(team: "service"))], looks: [59, 60],
                says: ["60 s: raised (warning)"])),
        measure(
            "concurrency", "level", "`team`, `agent`",
            "How many conversations that are not pending an agent who is signed in has at once, on the average of the time with at least one.",
            #"over = "10m", raise = above(0.5)"#,
            .init(
                [(0, .signedIn(true)), (60, .queued(team: "service")), (70, .answered)], looks: [69, 80],
                says: ["80 s: raised (warning)"])),
        measure(
            "messages", "count", "`channel`, `team`, `direction` (`in`, `out`)", "Messages that came in and went out.",
            #"stat = "rate", over = "1m", only = { direction = "in" }, raise = above(1)"#,
            .init([(0, .started), (1, .asked), (2, .botSpoke), (3, .asked)], looks: [2, 3], says: ["3 s: raised (warning)"])),
        measure(
            "delivery_failures", "count", "`channel`", "Messages that a platform did not take or did not deliver.",
            #"over = "5m", by = { "channel" }, raise = above(2)"#,
            .init([(0, .undelivered(3))], looks: [0], says: ["0 s: raised (warning) live"])),
        measure(
            "rule_errors", "count", "`channel`, `rule`", "Failures of rules.",
            #"over = "10m", by = { "rule" }, raise = above(4)"#,
            .init(
                [(0, .failures(5, rule: "hello")), (0, .failures(2, rule: "bye"))], looks: [1],
                says: ["1 s: raised (warning) hello"])),
    ]

    private static let refunds = ManualExample.alert(
        """
        alert "example" {
          measure = { count = { event = "ticket.created", match = { category = { "refund", "return" } } } },
          over = "1h", raise = above(1),
        }
        """,
        .init(
            [(0, .ticket(category: "refund")), (1, .ticket(category: "invoice")), (2, .ticket(category: "return"))],
            looks: [1, 2], says: ["2 s: raised (warning)"]))

    private static let ownMeasures: [ManualEntry] = [
        .value(
            "measure", "count", "EventCount",
            "A measure of your own, in a table instead of a name: how many events of the journal match. By: `channel`, `team`, `agent`, `tag`.",
            in: [.loading], refunds),
        .value("count", "event", "string", "The kind of event, as `/v1/events` names it.", in: [.loading], refunds),
        .value(
            "count", "match", "table<string, any>",
            "What must stand in the event: fields of its payload (`a.b` for one within another), `channel` or `actor`, each with a value or a list of which one is enough.",
            in: [.loading], refunds),
    ]
}
