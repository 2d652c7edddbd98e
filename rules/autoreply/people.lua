-- SPDX-License-Identifier: Apache-2.0
-- When a person is wanted. `hand_off` asks routing for the team, unless it names one.
local words = data "words"

local wants_person = any {
  intent "human", keywords(words.human), one_of("message.text", { "人工", "客服" }), eq("message.fields.option", "human"),
}

reply "human_closed" {
  why = "At night we say when somebody will answer, and keep the place in the queue.",
  priority = 1000, interrupts_flow = true,
  match = all { wants_person, eq("desk.open.service", false) },
  text = i18n "closed", hand_off = true,
  examples = {
    { given = { text = "转人工", open = { service = false } }, reply = "工作时间" },
    { given = { text = "转人工" }, not_matched = true },
  },
}

reply "human" {
  why = "人工 always works, also in the middle of a dialogue.",
  priority = 990, interrupts_flow = true,
  match = wants_person,
  text = i18n "handover", hand_off = true,
  examples = {
    { given = { text = "转人工客服" }, reply = "转接" },
    { given = { text = "AGENT please", language = "en" }, reply = "colleague" },
    { given = { text = "人工智能是什么" }, not_matched = true },
  },
}

reply "complaint" {
  why = "We do not argue with a complaint; somebody who may decide takes it.",
  priority = 900, interrupts_flow = true,
  match = any { intent "complaint", keywords(words.complaint) },
  tags = "complaint",
  text = i18n "complaint", hand_off = { team = "complaints" },
  examples = {
    { given = { text = "我要投诉" }, hand_off = "complaints", tags = "complaint" },
    { given = { intent = "refund" }, not_matched = true },
  },
}

reply "refund" {
  why = "Money is given back by people.",
  priority = 300,
  match = intent "refund",
  tags = "refund",
  text = i18n "refund", hand_off = { team = "after_sales", note = i18n "note_refund" },
  examples = { { given = { intent = "refund" }, hand_off = "after_sales", tags = "refund" } },
}
