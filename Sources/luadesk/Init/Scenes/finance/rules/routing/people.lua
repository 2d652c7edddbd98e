-- SPDX-License-Identifier: Apache-2.0
-- Which team takes a conversation, when it begins and when a person is asked for. The first route that matches wins:
-- stage "before", then "main" by priority, then "fallback". A conversation that no route matches at its beginning stays with the bot.

route "to_fraud_desk" {
  why = "Money that is on its way can still be stopped; this goes before everything, at any hour.",
  stage = "before", on = "handoff", priority = 990,
  match = has_tag { "fraud", "crisis" },
  assign = { team = "fraud", strategy = "longest_idle", priority = 9 },
  examples = {
    { given = { tags = { "fraud" } }, team = "fraud", priority = 9 },
    { given = { tags = { "fraud" }, vip_level = 5 }, team = "fraud" },
    { given = {}, not_matched = true },
  },
}

route "to_cards" {
  why = "The card team works around the clock.",
  stage = "before", on = "handoff", priority = 980,
  match = has_tag "lost_card",
  assign = { team = "cards", strategy = "longest_idle", priority = 9 },
  examples = { { given = { tags = { "lost_card" } }, team = "cards", priority = 9 }, { given = {}, not_matched = true } },
}

route "to_compliance" {
  why = "A complaint must be answered in time and in writing; sensitive subjects are not for the counter.",
  on = "handoff", priority = 950,
  match = has_tag { "complaint", "sensitive" },
  assign = { team = "compliance", strategy = "least_loaded", priority = 2 },
  examples = {
    { given = { tags = { "complaint" } }, team = "compliance" },
    { given = { tags = { "sensitive" }, vip_level = 5 }, team = "compliance" },
    { given = { tags = { "angry" } }, not_matched = true },
  },
}

route "vip_first" {
  why = "Premium customers are answered by their relationship manager, within 15 s.",
  priority = 900,
  match = all {
    at_least("customer.vip_level", 4),
    eq("desk.open.premium", true),
    ne("message.kind", "event"),    -- opening the chat is no question yet
  },
  assign = { team = "premium", sla = "vip", strategy = "sticky", priority = 3 },
  text = i18n "vip_connecting",
  examples = {
    { given = { vip_level = 5, language = "zh-CN" }, team = "premium", sla = "vip", reply = i18n "vip_connecting" },
    { given = { vip_level = 4, language = "en" }, on = "handoff", team = "premium", reply = i18n "vip_connecting" },
    { given = { vip_level = 5, open = { premium = false } }, not_matched = true },
    { given = { vip_level = 1 }, not_matched = true },
  },
}

route "to_seniors" {
  why = "Whoever is angry gets somebody who has done this for years.",
  on = "handoff", priority = 800,
  match = has_tag "angry",
  assign = { team = "service", skills = { "senior" }, strategy = "least_loaded", priority = 2 },
  examples = { { given = { tags = { "angry" } }, team = "service", priority = 2 }, { given = {}, not_matched = true } },
}

route "to_advisers" {
  why = "Only licensed people may advise on investments.",
  on = "handoff", priority = 700,
  match = has_tag "advice",
  assign = { team = "advisers", skills = { "licensed" }, strategy = "sticky" },
  examples = { { given = { tags = { "advice" } }, team = "advisers" }, { given = {}, not_matched = true } },
}

route "to_loans" {
  why = "Loan officers answer on applications while they are in.",
  on = "handoff", priority = 600,
  match = all { has_tag "loan", eq("desk.open.loans", true) },
  assign = { team = "loans", strategy = "round_robin" },
  examples = {
    { given = { tags = { "loan" } }, team = "loans" },
    { given = { tags = { "loan" }, open = { loans = false } }, not_matched = true },
  },
}

route "loans_in_the_evening" {
  why = "Until 22:00 somebody of the service team who knows loans covers for them.",
  on = "handoff", priority = 590,
  match = all { has_tag "loan", eq("desk.open.loans", false) },
  assign = { team = "service", skills = { "loans" }, strategy = "least_loaded" },
  examples = {
    { given = { tags = { "loan" }, open = { loans = false } }, team = "service" },
    { given = { tags = { "loan" } }, not_matched = true },
  },
}

route "english" {
  why = "English is answered by those who speak it.",
  on = "handoff", priority = 200,
  match = language { "en" },
  assign = { team = "service", skills = { "en" }, strategy = "longest_idle" },
  examples = { { given = { language = "en" }, team = "service" }, { given = { language = "zh-CN" }, not_matched = true } },
}

route "everybody_else" {
  why = "Nobody who wants a person is left without a team.",
  stage = "fallback", on = "handoff",
  assign = { team = "service", strategy = "longest_idle" },
  examples = { { given = {}, team = "service" } },
}
