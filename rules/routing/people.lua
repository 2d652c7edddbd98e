-- SPDX-License-Identifier: Apache-2.0
-- Which team takes a conversation, when it begins and when a person is asked for. The first route that matches wins:
-- stage "before", then "main" by priority, then "fallback". A conversation that no route matches at its beginning stays with the bot.

route "vip_first" {
  why = "Gold customers are answered by a person, within 15 s.",
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
    { given = { vip_level = 5, event = "enter" }, not_matched = true },
    { given = { vip_level = 1 }, not_matched = true },
    { given = {}, not_matched = true },
  },
}

route "complaints" {
  why = "A complaint, danger, and whoever is angry, goes to people who may decide something.",
  on = "handoff", priority = 800,
  match = has_tag { "complaint", "angry", "danger" },
  assign = { team = "complaints", strategy = "least_loaded", priority = 2 },
  examples = {
    { given = { tags = { "complaint" } }, team = "complaints" },
    { given = { tags = { "angry", "refund" } }, team = "complaints" },
    { given = { tags = { "danger" } }, team = "complaints" },
    { given = { tags = { "refund" } }, not_matched = true },
  },
}

route "after_sales" {
  why = "Orders, returns and refunds are after-sales work; so is most of what people ask within a week of a purchase.",
  on = "handoff", priority = 500,
  match = any {
    intent { "refund", "return_goods", "order_status", "order_change" },
    has_tag { "refund", "return", "order" },
    within("customer.last_purchase", "7d"),
  },
  assign = { team = "after_sales", strategy = "round_robin" },
  examples = {
    { given = { intent = "refund" }, team = "after_sales" },
    { given = { tags = { "return" } }, team = "after_sales" },
    { given = { last_purchase = "-2d" }, team = "after_sales" },
    { given = { last_purchase = "-30d" }, not_matched = true },
  },
}

route "everybody_else" {
  why = "Nobody who wants a person is left without a team.",
  stage = "fallback", on = "handoff",
  assign = { team = "service", strategy = "longest_idle" },
  examples = { { given = {}, team = "service" } },
}
