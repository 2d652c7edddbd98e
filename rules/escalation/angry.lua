-- SPDX-License-Identifier: Apache-2.0
-- Angry customers. mood goes from -1 (furious) to 1 (delighted): `mood` is that of the conversation, `message.mood` of the last message.
-- While the bot has the conversation, reply "angry" (autoreply/people.lua) hands it over at once; here is what follows with people.
local with_people = one_of("conversation.state", { "queued", "assigned" })

escalate "angry_in_queue" {
  why = "An angry customer does not get calmer in a queue.",
  priority = 85,
  match = all { eq("conversation.state", "queued"), any { below("mood", -0.6), below("message.mood", -0.7) } },
  once = "conversation",
  tags = "angry",
  raise_priority = 2,
  note = i18n "angry_note",
  examples = {
    { given = { state = "queued", mood = -0.7 }, tags = "angry", priority = 2 },
    { given = { state = "queued", text = "垃圾！气死我了，到底有没有人管！" }, tags = "angry" },
    { given = { state = "queued", mood = -0.3 }, not_matched = true },
    { given = { state = "bot", mood = -0.7 }, not_matched = true },
  },
}

escalate "angry_and_waiting" {
  why = "An angry customer who waits becomes a lost one.",
  priority = 80,
  match = all { with_people, below("mood", -0.6) },
  after = "60s", of = "waiting", once = "conversation",
  tags = "angry",
  act = function(c, out)
    out:raise_priority(2)
    out:notify { team = "complaints", text = i18n("angry_customer", { name = c.customer.name or i18n "somebody" }) }
  end,
  examples = {
    { given = { state = "assigned", mood = -0.8, waiting = "61s" }, priority = 2, tags = "angry", notify = "team:complaints" },
    { given = { state = "assigned", mood = -0.8, waiting = "61s", name = "王芳" }, notify = i18n("angry_customer", { name = "王芳" }) },
    { given = { state = "assigned", mood = -0.2, waiting = "61s" }, not_matched = true },
    { given = { state = "bot", mood = -0.8, waiting = "61s" }, not_matched = true },
  },
}
