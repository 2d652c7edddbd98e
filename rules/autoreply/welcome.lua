-- SPDX-License-Identifier: Apache-2.0
-- The first and the last word of the bot. One reply speaks for each message: the highest priority that matches; replies of
-- stage "fallback" speak only if no other does.
local words = data "words"

local menu = {
  { id = "shipping", text = i18n "option_shipping" },
  { id = "return", text = i18n "option_return" },
  { id = "human", text = i18n "option_human" },
}

reply "greeting" {
  why = "Whoever opens the chat sees at once what we can do.",
  on = "enter",
  text = i18n "greeting", options = menu,
  examples = {
    { given = { event = "enter", language = "zh-CN" }, reply = i18n "greeting" },
    { given = { event = "user_enter_tempsession", language = "en" }, reply = i18n "greeting" },
    { given = { text = "你好" }, not_matched = true },
  },
}

reply "hello" {
  why = "A greeting is answered with one, and with what we can do.",
  match = intent "hello",
  text = i18n "hello", options = menu,
  examples = {
    { given = { text = "你好" }, reply = i18n "hello" },
    { given = { text = "hi there", language = "en" }, reply = i18n "hello" },
    { given = { text = "多久发货" }, not_matched = true },
  },
}

reply "queue_position" {
  why = "Waiting is easier with a number. We say it to those who ask, once they are in the queue.",
  while_queued = true, priority = 10,
  match = all { eq("conversation.state", "queued"), eq("desk.open.service", true), keywords(words.queue) },
  text = function(c)
    local ahead = (c.desk.queue[c.conversation.team or ""] or 1) - 1
    if ahead <= 0 then return i18n "queue_next" end
    return i18n("queue_position", { ahead = ahead })
  end,
  examples = {
    { given = { state = "queued", team = "service", queue = { service = 4 }, text = "还要等多久" }, reply = i18n("queue_position", { ahead = 3 }) },
    { given = { state = "queued", team = "service", queue = { service = 1 }, text = "在吗" }, reply = i18n "queue_next" },
    { given = { state = "queued", team = "service", queue = { service = 3 }, text = "how much longer?", language = "en" }, reply = i18n("queue_position", { ahead = 2 }) },
    { given = { state = "queued", team = "service", queue = { service = 3 }, text = "我的订单号是 20251101001" }, not_matched = true },
    { given = { state = "assigned", text = "在吗" }, not_matched = true },
  },
}

reply "closed" {
  why = "What the bot cannot answer at night waits for the morning, and the customer knows it.",
  stage = "fallback", priority = 20,
  match = all { eq("desk.open.service", false), ne("message.kind", "event") },
  text = i18n "closed", hand_off = { note = i18n "note_night" },
  examples = {
    { given = { text = "咕噜咕噜", open = { service = false } }, reply = i18n "closed", hand_off = true },
    { given = { text = "咕噜咕噜" }, not_matched = true },
  },
}

reply "first_hello" {
  why = "A first message that we did not understand: we say what we can do.",
  on = "first", stage = "fallback", priority = 10,
  text = i18n "hello", options = menu,
}

reply "not_understood" {
  why = "We ask once; a customer who is misunderstood twice gets a person.",
  stage = "fallback",
  act = function(c, out)
    local misses = (c.conversation.attributes.misses or 0) + 1
    if misses >= 2 then
      out:set { misses = 0 }
      out:reply(i18n "handover")
      out:hand_off { note = i18n "note_misunderstood" }
    else
      out:set { misses = misses }
      out:reply(i18n "not_understood")
    end
  end,
  examples = {
    { given = { text = "嗯哼哼", replied = true }, reply = i18n "not_understood" },
    { given = { text = "嗯哼哼", replied = true, attributes = { misses = 1 } }, reply = i18n "handover", hand_off = true },
  },
}
