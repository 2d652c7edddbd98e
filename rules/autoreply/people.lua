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

reply "danger" {
  why = "Fire, smoke, shock, burns, something that made somebody ill: first what to do, then a person at once, at any hour.",
  priority = 1100, interrupts_flow = true, while_queued = true,
  match = all { keywords(words.safety), none { keywords(words.safe) }, none { has_tag "danger" } },
  tags = "danger", set_priority = 9,
  text = i18n "danger", hand_off = { note = i18n "note_danger" },
  notify = { team = "complaints", text = i18n "note_danger" },
  examples = {
    { given = { text = "充电宝电池鼓包了还冒烟" }, reply = i18n "danger", hand_off = true, tags = "danger", priority = 9, notify = "team:complaints" },
    { given = { text = "手机电池着火了", open = { service = false } }, reply = i18n "danger", hand_off = true },
    { given = { text = "The battery caught fire and burned my hand", language = "en" }, reply = i18n "danger", tags = "danger" },
    { given = { text = "my son had an allergic reaction to the cream", language = "en" }, reply = i18n "danger" },
    { given = { text = "这个面霜会过敏吗" }, not_matched = true },
    { given = { text = "还在冒烟", tags = { "danger" } }, not_matched = true },
  },
}

reply "human_closed" {
  why = "At night we say when somebody will answer, and keep the place in the queue.",
  priority = 1000, interrupts_flow = true,
  match = all { wants_person, eq("desk.open.service", false) },
  text = i18n "closed", hand_off = true,
  examples = {
    { given = { text = "转人工", open = { service = false } }, reply = i18n "closed" },
    { given = { text = "real person please", language = "en", open = { service = false } }, reply = i18n "closed" },
    { given = { text = "转人工" }, not_matched = true },
  },
}

reply "human" {
  why = "人工 always works, also in the middle of a dialogue.",
  priority = 990, interrupts_flow = true,
  match = wants_person,
  text = i18n "handover", hand_off = true,
  examples = {
    { given = { text = "人工" }, reply = i18n "handover", hand_off = true },
    { given = { text = "转人工客服" }, reply = i18n "handover" },
    { given = { text = "我要和真人说话！！" }, reply = i18n "handover" },
    { given = { text = "AGENT please", language = "en" }, reply = i18n "handover" },
    { given = { text = "can I speak to someone", language = "en" }, reply = i18n "handover" },
    { given = { text = "人工智能是什么" }, not_matched = true },
    { given = { text = "不用人工，你告诉我多久发货就行" }, not_matched = true },
  },
}

reply "angry" {
  why = "A machine does not calm an angry customer. One furious message is enough, or several that are merely cross.",
  priority = 950, interrupts_flow = true,
  match = any { below("message.mood", -0.7), below("mood", -0.5) },
  tags = "angry", raise_priority = 2,
  text = i18n "angry_handover",
  hand_off = { note = i18n "angry_note" },
  examples = {
    { given = { text = "你们这什么垃圾店，气死我了！！" }, hand_off = true, tags = "angry", reply = i18n "angry_handover" },
    { given = { text = "THIS IS THE WORST SERVICE EVER!!!", language = "en" }, tags = "angry", reply = i18n "angry_handover" },
    { given = { text = "怎么还没到", mood = -0.6 }, tags = "angry" },
    { given = { text = "有点慢哦" }, not_matched = true },
    { given = { text = "我要退货" }, not_matched = true },
  },
}

reply "complaint" {
  why = "We do not argue with a complaint; somebody who may decide takes it.",
  priority = 900, interrupts_flow = true,
  match = any { intent "complaint", keywords(words.complaint) },
  tags = "complaint", raise_priority = 1,
  text = i18n "complaint", hand_off = { note = i18n "note_complaint" },
  examples = {
    { given = { text = "我要投诉" }, hand_off = true, tags = "complaint" },
    { given = { text = "I want to complain about your courier", language = "en" }, tags = "complaint", reply = i18n "complaint" },
    { given = { intent = "refund" }, not_matched = true },
  },
}

reply "vip_speaks" {
  why = "A gold customer who has only opened the chat was not routed yet; the first word does it.",
  priority = 800,
  match = all { at_least("customer.vip_level", 4), eq("desk.open.premium", true) },
  hand_off = true,
  examples = {
    { given = { vip_level = 5, text = "多久发货" }, hand_off = true },
    { given = { vip_level = 5, open = { premium = false }, text = "多久发货" }, not_matched = true },
    { given = { vip_level = 2, text = "多久发货" }, not_matched = true },
  },
}

reply "refund" {
  why = "Money is given back by people.",
  priority = 300,
  match = intent "refund",
  tags = "refund",
  text = i18n "refund", hand_off = { note = i18n "note_refund" },
  examples = {
    { given = { text = "退款什么时候到账" }, hand_off = true, tags = "refund", reply = i18n "refund" },
    { given = { text = "where is my refund", language = "en" }, hand_off = true, reply = i18n "refund" },
    { given = { intent = "price" }, not_matched = true },
  },
}

reply "order_change" {
  why = "A new address or a cancelled order has to reach the warehouse before the parcel leaves it.",
  priority = 290,
  match = intent "order_change",
  tags = "order", raise_priority = 1,
  text = i18n "order_change", hand_off = { note = i18n "note_order_change" },
  examples = {
    { given = { text = "地址填错了能改吗" }, hand_off = true, tags = "order" },
    { given = { text = "please cancel my order", language = "en" }, hand_off = true, reply = i18n "order_change" },
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
