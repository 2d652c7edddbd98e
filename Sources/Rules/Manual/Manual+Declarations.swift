// SPDX-License-Identifier: Apache-2.0

extension Manual {
    static let declarations = Chapter(
        title: "Declarations",
        introduction: """
            A declaration is a kind, a name of your own and a table: `reply "hello" { … }`. Names are unique in a rule set, in small \
            letters, digits, `_`, `-` and `.`. Declarations stand at the top of the files in any folder but `lib/`, `i18n/`, `tests/` \
            and `data/`.
            """,
        entries: [
            .call(
                "", "route", "id: string", "fun(declaration: Route)",
                "Says who takes a conversation when it begins and when a person is asked for; the first that matches wins.",
                in: [.loading],
                .rules(
                    """
                    route "gold" {
                      why = "Gold customers have a team of their own.",
                      match = at_least("customer.vip_level", 4),
                      assign = { team = "premium" },
                      examples = { { given = { vip_level = 5 }, team = "premium" }, { given = { vip_level = 1 }, not_matched = true } },
                    }
                    """, trials: 2)),
            .call(
                "", "reply", "id: string", "fun(declaration: Reply)",
                "Answers while no person has the conversation; of all that match, one speaks.", in: [.loading],
                .rules(
                    """
                    reply "gift_wrap" {
                      match = keywords { "gift wrap*" },
                      text = "Yes, tick it at the checkout.",
                      examples = { { given = { text = "Do you do gift wrapping?" }, reply = "checkout" } },
                    }
                    """)),
            .call(
                "", "escalate", "id: string", "fun(declaration: Escalation)",
                "Acts when something is true, or has been for too long; every one that matches acts.", in: [.loading],
                .rules(
                    """
                    escalate "waits_a_minute" {
                      match = eq("conversation.state", "queued"),
                      after = "60s", of = "waiting",
                      raise_priority = 1,
                      examples = {
                        { given = { state = "queued", waiting = "61s" }, priority = 1 },
                        { given = { state = "queued", waiting = "59s" }, not_matched = true },
                      },
                    }
                    """, trials: 2)),
            .call(
                "", "flow", "id: string", "fun(declaration: Flow)",
                "A dialogue in named stages, which survives a restart and new rules.", in: [.loading],
                .talk(
                    """
                    flow "order_status" {
                      start = keywords "order",
                      state = { no = "string?" },
                      stages = {
                        ask = function(chat, s)
                          s.no = chat:ask("no", { text = "Which order?", expect = pattern.order_no })
                          return "answer"
                        end,
                        answer = function(chat, s)
                          chat:say("Order " .. s.no .. " is on its way.")
                          return chat:done()
                        end,
                      },
                    }
                    """,
                    """
                    customer: where is my order
                    bot: Which order?
                    restart
                    customer: SO-20260101
                    bot: SO-20260101 is on its way
                    expect: ended=done
                    """)),
            .call(
                "", "alert", "id: string", "fun(declaration: Alert)",
                "Warns people about the desk as a whole: a measure beyond a bound.", in: [.loading],
                .alert(
                    """
                    alert "rush" {
                      measure = "arrivals", over = "1m",
                      raise = above(5),
                      notify = { "team:service" },
                    }
                    """,
                    .init(
                        [(0, .arrivals(6))], looks: [0, 120],
                        says: ["0 s: raised (warning) to team:service", "120 s: cleared (warning) to team:service"]))),
        ])
}
