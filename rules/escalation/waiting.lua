-- SPDX-License-Identifier: Apache-2.0
-- What happens when a customer waits too long or is angry. Every rule that matches acts.

escalate "vip_waiting" {
  why = "Our promise to gold customers: a person within 15 s.",
  priority = 90,
  match = all { at_least("customer.vip_level", 4), one_of("conversation.state", { "queued", "assigned" }) },
  after = "15s", of = "waiting",
  raise_priority = 3,
  notify = { team = "premium", text = i18n "vip_waiting" },
  examples = {
    { given = { vip_level = 5, state = "queued", waiting = "16s" }, priority = 3, notify = "team:premium" },
    { given = { vip_level = 5, state = "queued", waiting = "14s" }, not_matched = true },
    { given = { vip_level = 0, state = "queued", waiting = "16s" }, not_matched = true },
  },
}

escalate "angry_and_waiting" {
  why = "An angry customer who waits becomes a lost one.",
  priority = 80,
  match = all { one_of("conversation.state", { "queued", "assigned" }), below("mood", -0.6) },
  after = "60s", of = "waiting", once = "conversation", cooldown = "1h",
  tags = "angry",
  act = function(c, out)
    out:raise_priority(2)
    out:notify { team = "complaints", text = i18n("angry_customer", { name = c.customer.name or c.customer.id }) }
  end,
  examples = {
    { given = { state = "assigned", mood = -0.8, waiting = "61s" }, priority = 2, tags = "angry", notify = "team:complaints" },
    { given = { state = "assigned", mood = -0.2, waiting = "61s" }, not_matched = true },
    { given = { state = "bot", mood = -0.8, waiting = "61s" }, not_matched = true },
  },
}

escalate "unanswered" {
  why = "60 s without an answer is our limit for everybody.",
  priority = 50,
  match = one_of("conversation.state", { "queued", "assigned" }),
  after = "60s", of = "waiting",
  raise_priority = 1,
  notify = { team = "service", text = i18n "unanswered" },
  examples = {
    { given = { state = "assigned", waiting = "60s" }, priority = 1 },
    { given = { state = "pending", waiting = "60s" }, not_matched = true },
  },
}

escalate "long_queue" {
  why = "Who waits three minutes for a person wants to know that nobody has forgotten.",
  match = eq("conversation.state", "queued"),
  after = "3m", of = "queued", once = "conversation",
  text = i18n "still_waiting",
  examples = { { given = { state = "queued", waiting = "3m" }, reply = "久等" } },
}

escalate "angry_with_the_bot" {
  why = "A machine does not calm an angry customer.",
  priority = 85,
  match = all { eq("conversation.state", "bot"), below("mood", -0.6) },
  once = "conversation",
  tags = "complaint",
  text = i18n "angry_handover",
  hand_off = { team = "complaints", note = i18n "angry_note" },
  examples = {
    { given = { state = "bot", mood = -0.7 }, hand_off = "complaints", tags = "complaint" },
    { given = { state = "bot", mood = -0.3 }, not_matched = true },
  },
}
