-- SPDX-License-Identifier: Apache-2.0
-- What happens when a customer waits too long. Every rule that matches acts; all but the urgent one rest while we are closed.
local with_people = one_of("conversation.state", { "queued", "assigned" })
local is_open = eq("desk.open.service", true)

escalate "urgent_waiting" {
  why = "A lost card or a fraud: every minute costs the customer money.",
  priority = 100,
  match = all { has_tag { "fraud", "lost_card", "crisis" }, with_people },
  after = "15s", of = "person_wanted", cooldown = "1m",
  set_priority = 9,
  notify = { { team = "fraud", text = i18n "urgent_waiting" }, { team = "service", text = i18n "urgent_waiting" } },
  examples = {
    { given = { tags = { "fraud" }, state = "queued", waiting = "16s" }, priority = 9, notify = "team:fraud" },
    { given = { tags = { "fraud" }, state = "queued", waiting = "14s" }, not_matched = true },
    { given = { state = "queued", waiting = "16s" }, not_matched = true },
  },
}

escalate "vip_waiting" {
  why = "Our promise to premium customers: a person within 15 s.",
  priority = 90,
  match = all { at_least("customer.vip_level", 4), with_people, eq("desk.open.premium", true) },
  after = "15s", of = "waiting",
  raise_priority = 3,
  notify = { team = "premium", text = i18n "vip_waiting" },
  examples = {
    { given = { vip_level = 5, state = "queued", waiting = "16s" }, priority = 3, notify = "team:premium" },
    { given = { vip_level = 5, state = "queued", waiting = "14s" }, not_matched = true },
    { given = { vip_level = 0, state = "queued", waiting = "16s" }, not_matched = true },
  },
}

escalate "unanswered" {
  why = "60 s without an answer is our limit for everybody.",
  priority = 50,
  match = all { with_people, is_open },
  after = "60s", of = "waiting",
  raise_priority = 1,
  act = function(c, out)
    out:notify { team = c.conversation.team or "service", text = i18n "unanswered" }
  end,
  examples = {
    { given = { state = "assigned", waiting = "60s" }, priority = 1, notify = "team:service" },
    { given = { state = "queued", waiting = "60s", open = { service = false } }, not_matched = true },
    { given = { state = "pending", waiting = "60s" }, not_matched = true },
  },
}

escalate "long_queue" {
  why = "Who waits three minutes for a person wants to know that nobody has forgotten.",
  match = all { eq("conversation.state", "queued"), is_open },
  after = "3m", of = "queued", once = "conversation",
  text = i18n "still_waiting",
  examples = {
    { given = { state = "queued", waiting = "3m", language = "zh-CN" }, reply = i18n "still_waiting" },
    { given = { state = "queued", waiting = "3m", open = { service = false } }, not_matched = true },
  },
}

escalate "gone_quiet" {
  why = "A chat that the bot answered and nobody came back to is over after a day; a new message opens it again.",
  match = eq("conversation.state", "bot"),
  after = "24h", of = "last_message",
  resolve = true,
  examples = {
    { given = { state = "bot", waiting = "24h" } },
    { given = { state = "assigned", waiting = "24h" }, not_matched = true },
  },
}
