-- SPDX-License-Identifier: Apache-2.0
-- What cannot wait: fraud, despair, and secrets that customers write by mistake. All of it works in the middle of a dialogue, and the
-- first two also in a queue. The words stand in data/words.json.
local words = data "words"
local cards = require "lib.cards"

reply "crisis" {
  why = "Debts drive people to despair. The help line's number first, a person at once, no question asked.",
  priority = 1200, interrupts_flow = true, while_queued = true,
  match = keywords(words.crisis),
  tags = "crisis", set_priority = 9,
  text = i18n "crisis", hand_off = { note = i18n "note_crisis" },
  notify = { team = "fraud", text = i18n "note_crisis" },
  examples = {
    { given = { text = "还不上钱，我不想活了" }, reply = i18n "crisis", hand_off = true, tags = "crisis", priority = 9 },
    { given = { text = "I want to kill myself", language = "en" }, reply = i18n "crisis", notify = "team:fraud" },
    { given = { text = "生活费怎么贷款" }, not_matched = true },
  },
}

reply "fraud" {
  why = "Within the first minutes a transfer can be stopped: advice at once, a person at once, before everybody else.",
  priority = 1100, interrupts_flow = true, while_queued = true,
  match = all { any { intent "fraud", keywords(words.fraud) }, none { keywords(words.calm) }, none { has_tag "fraud" } },
  tags = "fraud", set_priority = 9,
  text = i18n "fraud_help", hand_off = { note = i18n "note_fraud" },
  notify = { team = "fraud", text = i18n "note_fraud" },
  examples = {
    { given = { text = "我被骗了，刚转了三万" }, reply = i18n "fraud_help", hand_off = true, tags = "fraud", priority = 9, notify = "team:fraud" },
    { given = { text = "I think I was scammed", language = "en" }, reply = i18n "fraud_help", hand_off = true },
    { given = { text = "怎么防范诈骗" }, not_matched = true },
    { given = { text = "how do I avoid fraud", language = "en" }, not_matched = true },
    { given = { text = "骗子又打来了", tags = { "fraud" } }, not_matched = true },
  },
}

reply "card_number" {
  why = "A full card number does not belong into a chat. We say so, show it masked, and colleagues see only the masked one from us.",
  priority = 1000, interrupts_flow = true, while_queued = true,
  match = eq("message.kind", "text"),
  when = function(c) return cards.number_in(c.message.text) ~= nil end,
  tags = "card_data",
  act = function(c, out)
    local card = cards.number_in(c.message.text)
    out:reply(i18n("card_warning", { card = card }))
    out:note(i18n("note_card_number", { card = card }))
  end,
  examples = {
    { given = { text = "卡号 6222 0212 3456 7890 128" }, reply = i18n("card_warning", { card = "****0128" }), tags = "card_data" },
    { given = { text = "my card is 4111-1111-1111-1111", language = "en" }, reply = i18n("card_warning", { card = "****1111" }) },
    { given = { text = "我的手机号是 13800138000" }, not_matched = true },
    { given = { text = "申请编号 DK20261101" }, not_matched = true },
  },
}

reply "secret_written" {
  why = "Nobody of us asks for a code. Who writes one may be in the hands of a fraudster right now.",
  priority = 990, interrupts_flow = true, while_queued = true,
  match = eq("message.kind", "text"),
  when = function(c) return cards.tells_secret(c.message.text) end,
  tags = "card_data",
  text = i18n "code_warning", note = i18n "note_code",
  examples = {
    { given = { text = "验证码是 482913" }, reply = i18n "code_warning", tags = "card_data" },
    { given = { text = "my password: 12345678", language = "en" }, reply = i18n "code_warning" },
    { given = { text = "my password is hunter2", language = "en" }, reply = i18n "code_warning" },
    { given = { text = "my pin is four two seven one", language = "en" }, reply = i18n "code_warning" },
    { given = { text = "收不到验证码怎么办" }, not_matched = true },
    { given = { text = "what is the password policy?", language = "en" }, not_matched = true },
    { given = { text = "网点邮编是多少" }, not_matched = true },
  },
}

reply "sensitive" {
  why = "Words of the compliance office's list: no answer of the machine, a person with training.",
  priority = 870, interrupts_flow = true,
  match = keywords(words.sensitive),
  tags = "sensitive", raise_priority = 1,
  text = i18n "sensitive", hand_off = { note = i18n "note_sensitive" },
  examples = {
    { given = { text = "信用卡怎么套现" }, hand_off = true, tags = "sensitive", reply = i18n "sensitive" },
    { given = { text = "can I rent my account to a friend", language = "en" }, tags = "sensitive" },
    { given = { text = "信用卡怎么还款" }, not_matched = true },
  },
}

reply "wrong_transfer" {
  why = "Money that went to the wrong account may still be on its way; only people can look.",
  priority = 320, interrupts_flow = true,
  match = keywords { "转错账", "转错了", "转错人", "转错户", "汇错", "打错款", "打错账户", "to the wrong account", "to the wrong person" },
  raise_priority = 2,
  text = i18n "handover", hand_off = { note = i18n "note_wrong_transfer" },
  examples = {
    { given = { text = "转错账了怎么办" }, reply = i18n "handover", hand_off = true },
    { given = { text = "I sent it to the wrong account", language = "en" }, reply = i18n "handover", hand_off = true },
    { given = { text = "转账手续费多少" }, not_matched = true },
  },
}
