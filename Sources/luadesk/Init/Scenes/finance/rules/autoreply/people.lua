-- SPDX-License-Identifier: Apache-2.0
-- When a person is wanted. `hand_off = true` lets routing/people.lua choose the team, by the tags that are set here.
-- `interrupts_flow = true`: also in the middle of a dialogue.
local words = data "words"

local wants_person = all {
  any {
    intent "human",
    keywords(words.human),
    one_of("message.text", words.human_alone),
    eq("message.fields.option", "human"),
  },
  none { keywords(words.not_human) },
}

reply "human_closed" {
  why = "Outside our hours we say when somebody will answer, and keep the place in the queue.",
  priority = 900, interrupts_flow = true,
  match = all { wants_person, eq("desk.open.service", false) },
  text = i18n "closed", hand_off = { note = i18n "note_night" },
  examples = {
    { given = { text = "转人工", open = { service = false } }, reply = i18n "closed" },
    { given = { text = "real person please", language = "en", open = { service = false } }, reply = i18n "closed" },
    { given = { text = "转人工" }, not_matched = true },
  },
}

reply "human" {
  why = "人工 always works, also in the middle of a dialogue.",
  priority = 890, interrupts_flow = true,
  match = wants_person,
  text = i18n "handover", hand_off = true,
  examples = {
    { given = { text = "人工" }, reply = i18n "handover", hand_off = true },
    { given = { text = "AGENT please", language = "en" }, reply = i18n "handover" },
    { given = { text = "人工智能是什么" }, not_matched = true },
  },
}

reply "angry" {
  why = "A machine does not calm an angry customer. One furious message is enough, or several that are merely cross.",
  priority = 880, interrupts_flow = true,
  match = all { any { below("message.mood", -0.7), below("mood", -0.5) }, none { keywords(words.calm) } },
  tags = "angry", raise_priority = 2,
  text = i18n "angry_handover",
  hand_off = { note = i18n "angry_note" },
  examples = {
    { given = { text = "什么垃圾服务，气死我了！！" }, hand_off = true, tags = "angry", reply = i18n "angry_handover" },
    { given = { text = "THIS IS THE WORST SERVICE EVER!!!", language = "en" }, tags = "angry", reply = i18n "angry_handover" },
    { given = { text = "有点慢哦" }, not_matched = true },
    { given = { text = "怎么防范电信诈骗" }, not_matched = true },
  },
}

reply "complaint" {
  why = "We do not argue with a complaint; it gets a number, and somebody who may decide.",
  priority = 860, interrupts_flow = true,
  match = any { intent "complaint", keywords(words.complaint) },
  tags = "complaint", raise_priority = 1,
  act = function(c, out)
    out:open_ticket { subject = i18n "ticket_complaint", category = "complaint", priority = "high", team = "compliance" }
    out:reply(i18n "complaint")
    out:hand_off { note = i18n "note_complaint" }
  end,
  examples = {
    { given = { text = "我要投诉" }, hand_off = true, tags = "complaint", ticket = i18n "ticket_complaint" },
    { given = { text = "I want to make a complaint", language = "en" }, tags = "complaint", reply = i18n "complaint", ticket = i18n "ticket_complaint" },
    { given = { text = "你好" }, not_matched = true },
  },
}

reply "account_matter" {
  why = "A frozen account, an inheritance, money that did not come, a closing: people look it up, and ask for papers.",
  priority = 310,
  match = keywords(words.account_matter),
  raise_priority = 1,
  text = i18n "handover", hand_off = { note = i18n "note_account_matter" },
  examples = {
    { given = { text = "我的账户被冻结了" }, reply = i18n "handover", hand_off = true },
    { given = { text = "我妈去世了，她的存款怎么取" }, hand_off = true },
    { given = { text = "why is my account frozen", language = "en" }, reply = i18n "handover", hand_off = true },
    { given = { text = "帮我把卡冻结一下" }, not_matched = true },
  },
}

reply "vip_speaks" {
  why = "A premium customer who has only opened the chat was not routed yet; the first word does it.",
  priority = 800,
  match = all { at_least("customer.vip_level", 4), eq("desk.open.premium", true) },
  hand_off = true,
  examples = {
    { given = { vip_level = 5, text = "你好" }, hand_off = true },
    { given = { vip_level = 5, open = { premium = false }, text = "你好" }, not_matched = true },
    { given = { vip_level = 2, text = "你好" }, not_matched = true },
  },
}

reply "picture" {
  why = "The bot cannot see or listen; a person can.",
  priority = 280,
  match = one_of("message.kind", { "image", "voice", "video", "file", "location" }),
  text = i18n "handover_picture",
  hand_off = { note = i18n "note_picture" },
  examples = {
    { given = { kind = "image", language = "zh-CN" }, reply = i18n "handover_picture", hand_off = true },
    { given = { text = "x" }, not_matched = true },
  },
}

reply "leave_dialogue" {
  why = "Nobody is kept in a dialogue.",
  priority = 700, interrupts_flow = true,
  match = keywords(words.stop),
  when = function(c) return c.conversation.flow ~= nil end,
  stop_flow = true,
  text = i18n "dialogue_left",
  examples = { { given = { text = "算了" }, not_matched = true } },
}
