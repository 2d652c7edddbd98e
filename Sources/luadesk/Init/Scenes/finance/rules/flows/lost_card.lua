-- SPDX-License-Identifier: Apache-2.0
-- A lost card, frozen for now. A temporary freeze harms nobody and is undone at any time, so four digits of the card and four of the
-- phone are enough; a full number, a password or a code is never asked for (and refused by autoreply/safety.lua).
-- `bank.freeze_card` is a call of your own plugin (kind "data"): {customer, kind, card_tail, phone_tail} → {frozen = true}. Without
-- one, or if it refuses, the 24-hour card team gets the answers at top priority.
local cards = require "lib.cards"

local function to_people(chat, s)
  local function given(text) return text and text ~= "" and text or i18n "unknown" end
  chat:say(i18n "freeze_by_people")
  return chat:handoff {    -- the tag leads to the card team: routing/people.lua
    note = i18n("note_lost_card", {
      kind = i18n("kind_" .. (s.kind or "unknown")), tail = given(s.tail), phone = given(s.phone), last = given(s.last_use),
    }),
  }
end

flow "lost_card" {
  why = "Every minute counts, and most of it is the same four questions.",
  version = 1,
  priority = 500,
  start = any { intent "lost_card", eq("message.fields.option", "lost_card") },
  state = { kind = "string?", tail = "string?", phone = "string?", last_use = "string?" },
  examples = {
    { given = { text = "我的银行卡丢了" }, flow = "lost_card" },
    { given = { text = "please freeze my card", language = "en" }, flow = "lost_card" },
    { given = { text = "信用卡年费多少" }, not_matched = true },
  },
  stages = {
    kind = function(chat, s)
      chat:tag("lost_card")    -- whoever asks for a person from here on gets the card team: routing/people.lua
      chat:set_priority(8)
      s.kind = chat:choose("kind", {
        text = i18n "lost_intro",
        options = {
          { id = "debit", text = i18n "kind_debit" },
          { id = "credit", text = i18n "kind_credit" },
          { id = "unknown", text = i18n "kind_unknown" },
        },
        timeout = "5m", retries = 1,
      })
      if not s.kind then return to_people(chat, s) end
      return "identity"
    end,

    identity = function(chat, s)
      s.tail = chat:ask("tail", {
        text = i18n "ask_tail", expect = cards.tail_or_unknown, timeout = "5m", retries = 1, retry_text = i18n "ask_tail_again",
      })
      if not s.tail then return to_people(chat, s) end
      s.phone = chat:ask("phone", {
        text = i18n "ask_phone", expect = cards.tail_or_unknown, timeout = "5m", retries = 1, retry_text = i18n "ask_phone_again",
      })
      if not s.phone then return to_people(chat, s) end
      return "last_use"
    end,

    last_use = function(chat, s)
      s.last_use = chat:ask("last_use", { text = i18n "ask_last_use", timeout = "5m" })
      -- Whoever remembers too little is asked by a person.
      if s.tail == "" or s.phone == "" then return to_people(chat, s) end
      return "freeze"
    end,

    freeze = function(chat, s)
      local result = chat:call("bank.freeze_card", {
        customer = chat.customer.id, kind = s.kind, card_tail = s.tail, phone_tail = s.phone,
      })
      if not result or not result.frozen then return to_people(chat, s) end
      chat:ticket {
        subject = i18n("ticket_frozen", { tail = s.tail }), category = "lost_card", priority = "high", team = "cards",
        fields = { kind = s.kind, card_tail = s.tail, last_use = s.last_use },
      }
      chat:untag("lost_card")
      chat:set_priority(0)
      chat:say(i18n("frozen", { tail = s.tail }))
      return chat:done { csat = true }
    end,
  },
}
