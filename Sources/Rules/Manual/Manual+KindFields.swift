// SPDX-License-Identifier: Apache-2.0

extension Manual {
    private static let waiting = #"match = eq("conversation.state", "queued")"#

    private static func escalate(_ fields: String, _ examples: [String]) -> ManualExample {
        .rules(
            """
            escalate "example" {
              match = eq("conversation.state", "queued"),
              \(fields),
              raise_priority = 1,
              examples = {
                \(examples.joined(separator: ",\n    ")),
              },
            }
            """, trials: examples.count)
    }

    private static func alert(_ fields: String, _ story: AlertStory) -> ManualExample {
        .alert(
            """
            alert "example" {
              \(fields),
            }
            """, story)
    }

    static let kindFields = Chapter(
        title: "Fields of one kind",
        introduction: "What only some kinds of declarations have.",
        entries: routeFields + replyFields + escalateFields + flowFields + alertFields)

    private static let routeFields: [ManualEntry] = [
        .field(
            "on", #""start"|"handoff"|"any""#, of: [.route],
            "When the route is asked: a conversation begins, a person is asked for, or both, which is the default.",
            .rules(
                """
                route "example" {
                  on = "handoff",
                  assign = { team = "premium" },
                  examples = { { given = {}, team = "premium" } },
                }
                """)),
        .field(
            "stage", #""before"|"main"|"fallback""#, of: [.route],
            "Routes of one stage are all looked at before those of the next.",
            .rules(
                """
                route "usual" { assign = { team = "service" }, priority = 100, match = exists("customer.name") }
                route "example" {
                  stage = "before",
                  match = at_least("customer.vip_level", 4),
                  assign = { team = "premium" },
                  examples = { { given = { vip_level = 5, name = "Lin" }, team = "premium" } },
                }
                """)),
        .field(
            "assign", "Assignment", of: [.route, .escalate],
            "Who gets the conversation; a route needs it.",
            .rules(
                """
                route "example" {
                  match = has_tag "return",
                  assign = { team = "after_sales", strategy = "sticky" },
                  examples = { { given = { tags = { "return" } }, team = "after_sales" } },
                }
                """)),
    ]

    private static let replyFields: [ManualEntry] = [
        .field(
            "on", #""message"|"enter"|"first""#, of: [.reply],
            "When the reply is asked: a message, the chat is opened, or a message that nobody has answered yet.",
            .rules(
                """
                reply "example" {
                  on = "enter",
                  text = "Welcome!",
                  examples = { { given = { event = "enter" }, reply = "Welcome" }, { given = { text = "hi" }, not_matched = true } },
                }
                """, trials: 2)),
        .field(
            "stage", #""main"|"fallback""#, of: [.reply], "A fallback speaks only if nothing else did.",
            .talk(
                """
                reply "hello" { match = keywords "hi", text = "Hello!" }
                reply "example" { stage = "fallback", text = "I did not get that." }
                """, "customer: hi\nbot: Hello!\ncustomer: blub\nbot: I did not get that.")),
        .field(
            "while_queued", "boolean", of: [.reply], "Speaks also while the customer waits for a person.",
            .rules(
                """
                reply "example" {
                  match = keywords "how long", while_queued = true,
                  text = "There are {queue} before you.",
                  examples = {
                    { given = { text = "how long?", state = "queued", team = "service", queue = { service = 3 } }, reply = "3 before" },
                    { given = { text = "how long?", state = "assigned" }, not_matched = true },
                  },
                }
                """, trials: 2)),
        .field(
            "interrupts_flow", "boolean", of: [.reply, .escalate],
            "Is looked at also in the middle of a dialogue, before the dialogue.",
            .talk(
                """
                flow "tour" {
                  start = keywords "tour",
                  stages = { first = function(chat) chat:ask("where", { text = "Where to?" }) return chat:done() end },
                }
                reply "example" { match = keywords "person", interrupts_flow = true, text = "One moment.", hand_off = true }
                """, "customer: tour\nbot: Where to?\ncustomer: a person please\nbot: One moment.\nexpect: flow=none state=queued"
            )),
    ]

    private static let escalateFields: [ManualEntry] = [
        .field(
            "after", "Duration", of: [.escalate], "For how long it must have been so; without it, at once.",
            escalate(
                #"after = "3m""#,
                [
                    #"{ given = { state = "queued", waiting = "3m" } }"#,
                    #"{ given = { state = "queued", waiting = "2m" }, not_matched = true }"#,
                ])),
        .field(
            "of", #""waiting"|"queued"|"person_wanted"|"assigned"|"started"|"last_message"|"last_reply""#, of: [.escalate],
            "What `after` counts from: the oldest unanswered message (the default), the present queue, the wish for a person, the assignment, the beginning, the customer's last message, the last reply.",
            escalate(
                #"after = "3m", of = "queued""#,
                [
                    #"{ given = { state = "queued", waiting = "3m" } }"#,
                    #"{ given = { state = "queued", waiting = "2m" }, not_matched = true }"#,
                ])),
        .field(
            "once", #""conversation""#, of: [.escalate], "Never again in this conversation.",
            .talk(
                """
                escalate "example" {
                  match = eq("conversation.state", "bot"),
                  after = "1m", of = "last_message", once = "conversation",
                  text = "Are you still there?",
                }
                """, "customer: hi\nwait: 1m\nbot: Are you still there?\ncustomer: yes\nwait: 5m\nexpect: silent=true")),
        .field(
            "cooldown", "Duration", of: [.escalate], "Not again for so long.",
            .talk(
                """
                escalate "example" {
                  match = eq("conversation.state", "queued"),
                  after = "1m", of = "queued", cooldown = "5m",
                  text = "Please be patient.",
                }
                reply "person" { match = keywords "person", hand_off = { team = "service" } }
                """,
                "customer: person\nwait: 1m\nbot: Please be patient.\nwait: 4m\nexpect: silent=true\nwait: 1m\nbot: Please be patient."
            )),
    ]

    private static let flowFields: [ManualEntry] = [
        .field(
            "start", "Condition", of: [.flow], "When it begins by itself; without it, it waits for `start_flow`.",
            .talk(
                """
                flow "example" {
                  start = keywords "tour",
                  stages = { first = function(chat) chat:say "Follow me." return chat:done() end },
                }
                """, "customer: a tour please\nbot: Follow me.")),
        .field(
            "stages", "table<string, fun(chat: Chat, s: table): string|table>", of: [.flow],
            "The parts of the dialogue by name. Each ends with the next one's name, `chat:done()` or `chat:handoff{…}`; `s` is what the flow remembers.",
            .talk(
                """
                flow "example" {
                  start = keywords "tour",
                  stages = {
                    first = function(chat, s)
                      s.steps = 1
                      return "second"
                    end,
                    second = function(chat, s)
                      chat:say("Step " .. s.steps + 1)
                      return chat:done()
                    end,
                  },
                }
                """, "customer: tour\nbot: Step 2")),
        .field(
            "first", "string", of: [.flow], "The stage to begin with; else the one that stands first in the file.",
            .talk(
                """
                flow "example" {
                  start = keywords "tour", first = "hall",
                  stages = {
                    roof = function(chat) chat:say "Here is the roof." return chat:done() end,
                    hall = function(chat) chat:say "Here is the hall." return "roof" end,
                  },
                }
                """, "customer: tour\nbot: Here is the hall.\nbot: Here is the roof.")),
        .field(
            "state", "table<string, string>", of: [.flow],
            "What the flow remembers: names and types (`string`, `number`, `boolean`, `table`, `any`), with `?` if it may be absent.",
            .talk(
                """
                flow "example" {
                  start = keywords "count",
                  state = { number = "number?" },
                  stages = {
                    ask = function(chat, s)
                      s.number = tonumber((chat:ask("number", { text = "Which number?", expect = pattern.number })))
                      return "answer"
                    end,
                    answer = function(chat, s) chat:say("Next: " .. s.number + 1) return chat:done() end,
                  },
                }
                """, "customer: count\nbot: Which number?\nrestart\ncustomer: 41\nbot: Next: 42")),
        .field(
            "version", "integer", of: [.flow],
            "Counted up when `state` changes while customers may be in the dialogue; 1 if absent.",
            upgrade),
        .field(
            "on_upgrade", "table<integer, fun(s: table): table>", of: [.flow],
            "By the version it starts from: how the old state becomes the new. Who cannot be moved gets a person.", upgrade),
    ]

    private static let upgrade = ManualExample.talk(
        """
        flow "example" {
          start = keywords "tour",
          version = 2,
          state = { place = "string?" },
          on_upgrade = { [1] = function(s) return { place = s.where } end },
          stages = {
            first = function(chat, s)
              s.place = chat:ask("where", { text = "Where to?" })
              return "second"
            end,
            second = function(chat, s) chat:say("To " .. s.place) return chat:done() end,
          },
        }
        """, "customer: tour\nbot: Where to?\nreload\ncustomer: the roof\nbot: To the roof")

    private static let alertFields: [ManualEntry] = [
        .field(
            "measure", "Measure|{ count: EventCount }", of: [.alert],
            "What is measured: a name of [Measures](#measures), or `{ count = { … } }` for a measure of your own.",
            alert(
                #"measure = "queue_wait", over = "5m", raise = above("30s"), notify = "team:service""#,
                .init(
                    [(0, .queued(team: "service")), (60, .answered)], looks: [10, 31],
                    says: ["31 s: raised (warning) to team:service"]))),
        .field(
            "within", "Duration", of: [.alert], "The target of `timely_response_rate` (30 s if absent) and `sla_attainment`.",
            alert(
                #"measure = "timely_response_rate", within = "1m", over = "10m", raise = below("90%")"#,
                .init([(0, .queued(team: "service"))], looks: [60, 61], says: ["61 s: raised (warning)"]))),
        .field(
            "target", #""first_response"|"resolution""#, of: [.alert],
            "What `sla_attainment` judges: the first reply by a person (if absent), or the end.",
            alert(
                #"measure = "sla_attainment", target = "resolution", within = "1h", over = "1d", raise = below("95%")"#,
                .init(
                    [(0, .started), (1, .queued(team: "premium", sla: "vip")), (20, .answered)], looks: [3600, 3601],
                    says: ["3601 s: raised (warning)"]))),
        .field(
            "time", #""wall"|"business""#, of: [.alert],
            "By what times are counted: the clock on the wall (if absent), or only while the team that had it works; a team without hours always works.",
            alert(
                #"measure = "queue_wait", time = "business", over = "1h", raise = above("10m")"#,
                .init(
                    [(0, .worksUntil(5, team: "service")), (0, .queued(team: "service"))], looks: [3600, 43_500, 43_501],
                    says: ["43501 s: raised (warning)"]))),
        .field(
            "provisional", "boolean", of: [.alert],
            "Looks at what is known so far of `first_contact_resolution`, `bot_containment` and `reopen_rate`, which are final only after days.",
            alert(
                #"measure = "bot_containment", provisional = true, over = "1h", raise = below("50%")"#,
                .init(
                    [(0, .started), (1, .botSpoke), (60, .queued(team: "service"))], looks: [59, 60],
                    says: ["60 s: raised (warning)"]))),
        .field(
            "only", "table<string, string>", of: [.alert],
            "Only what has these labels; `by` and `only` name at most two together.",
            alert(
                #"measure = "arrivals", over = "1m", only = { channel = "web" }, raise = above(5)"#,
                .init(
                    [(0, .arrivals(9)), (10, .arrivals(6, channel: "web"))], looks: [0, 10], says: ["10 s: raised (warning)"]))),
        .field(
            "over", "Duration", of: [.alert], "The window that is looked at; `backlog` has none.",
            alert(
                #"measure = "arrivals", over = "1m", raise = above(5)"#,
                .init(
                    [(0, .arrivals(4)), (90, .arrivals(4)), (120, .arrivals(4))], looks: [0, 90, 120],
                    says: ["120 s: raised (warning)"]))),
        .field(
            "stat", #""mean"|"p50"|"p90"|"p99"|"max"|"count"|"rate"|"share""#, of: [.alert],
            "What becomes of the values in the window; `max` of `queue_wait` also knows who waits now, `rate` is per minute, `share` a part of all.",
            alert(
                #"measure = "arrivals", stat = "rate", over = "2m", raise = above(5)"#,
                .init([(0, .arrivals(9)), (60, .arrivals(3))], looks: [0, 60], says: ["60 s: raised (warning)"]))),
        .field(
            "by", "string|string[]", of: [.alert],
            "One warning for each `team`, `channel`, `agent` or `tag`, as far as the measure has them; of `rule_errors` for each `rule`.",
            alert(
                #"measure = "rule_errors", over = "10m", by = { "rule" }, raise = above(4)"#,
                .init(
                    [(0, .failures(5, rule: "hello")), (0, .failures(2, rule: "bye"))], looks: [1],
                    says: ["1 s: raised (warning) hello"]))),
        .field(
            "raise", "Bound", of: [.alert], "When it is up: `above(…)`, `below(…)` or `anomaly{…}`.",
            alert(
                #"measure = "arrivals", over = "1m", raise = above(5)"#,
                .init([(0, .arrivals(5)), (10, .arrivals(1))], looks: [0, 10], says: ["10 s: raised (warning)"]))),
        .field(
            "clear", "Bound", of: [.alert], "When it is over; without it, as soon as `raise` does not hold.",
            alert(
                #"measure = "arrivals", over = "1m", raise = above(5), clear = below(3)"#,
                .init(
                    [(0, .arrivals(3)), (30, .arrivals(4))], looks: [30, 70, 100],
                    says: ["30 s: raised (warning)", "100 s: cleared (warning)"]))),
        .field(
            "hold", "Duration", of: [.alert], "For how long `raise` must hold before it is up.",
            alert(
                #"measure = "arrivals", over = "5m", raise = above(5), hold = "20s""#,
                .init([(0, .arrivals(6))], looks: [0, 10, 20], says: ["20 s: raised (warning)"]))),
        .field(
            "severity", #""info"|"warning"|"critical""#, of: [.alert], "How bad it is; `warning` if absent.",
            alert(
                #"measure = "arrivals", over = "1m", raise = above(5), severity = "critical""#,
                .init([(0, .arrivals(6))], looks: [0], says: ["0 s: raised (critical)"]))),
        .field(
            "notify", "string|string[]", of: [.alert],
            "Whom to tell: `team:NAME`, `agent:ID`, or an address that a notifier knows.",
            alert(
                "measure = \"first_response_time\", stat = \"max\", over = \"5m\", raise = above(\"30s\"),\n  notify = { \"team:service\", \"wecom:ops\" }",
                .init(
                    [(0, .queued(team: "service")), (40, .answered)], looks: [41],
                    says: ["41 s: raised (warning) to team:service, wecom:ops"]))),
    ]
}
