-- SPDX-License-Identifier: Apache-2.0
-- The first and the last word of the bot. One reply speaks for each message: the highest priority that matches.

reply "greeting" {
  why = "Whoever opens the chat sees at once what we can do.",
  on = "enter",
  text = i18n "greeting",
  options = {
    { id = "shipping", text = i18n "option_shipping" },
    { id = "return", text = i18n "option_return" },
    { id = "human", text = i18n "option_human" },
  },
  examples = {
    { given = { event = "enter" }, reply = "您好" },
    { given = { text = "你好" }, not_matched = true },
  },
}

reply "first_hello" {
  why = "A first message that we did not understand is mostly a greeting.",
  on = "first", stage = "fallback", priority = 10,
  text = i18n "hello",
}

reply "queue_position" {
  why = "Waiting is easier with a number.",
  while_queued = true, priority = 10,
  match = eq("conversation.state", "queued"),
  text = function(c)
    local ahead = (c.desk.queue[c.conversation.team or ""] or 1) - 1
    if ahead <= 0 then return i18n "queue_next" end
    return i18n("queue_position", { ahead = ahead })
  end,
  examples = {
    { given = { state = "queued", team = "service", queue = { service = 4 }, text = "在吗" }, reply = "3" },
    { given = { state = "queued", team = "service", queue = { service = 1 }, text = "在吗" }, reply = "下一位" },
    { given = { state = "assigned", text = "在吗" }, not_matched = true },
  },
}

reply "not_understood" {
  why = "We ask once; a customer who is misunderstood twice gets a person.",
  stage = "fallback",
  act = function(c, out)
    local misses = (c.conversation.attributes.misses or 0) + 1
    out:set { misses = misses }
    if misses >= 2 then
      out:reply(i18n "handover")
      out:hand_off { note = i18n "note_misunderstood" }
    else
      out:reply(i18n "not_understood")
    end
  end,
  examples = {
    { given = { text = "嗯哼哼", replied = true }, reply = "没太明白" },
    { given = { text = "嗯哼哼", replied = true, attributes = { misses = 1 } }, reply = "转接" },
  },
}
