-- SPDX-License-Identifier: Apache-2.0
-- Returning something, step by step. Each stage is written straight through; at chat:ask and chat:choose the dialogue waits, for
-- minutes or days, and survives restarts and new rules. In between 人工 always works (autoreply/people.lua).
local orders = require "lib.orders"

flow "return_goods" {
  why = "Most returns need no person: order, reason, address.",
  version = 1,
  priority = 100,
  start = any { intent "return_goods", eq("message.fields.option", "return") },
  state = { order = "string?", item = "string?", reason = "string?", tries = "number?" },
  stages = {
    ask = function(chat, s)
      chat:tag("return")    -- whoever asks for a person from here on gets after-sales: routing/people.lua
      -- Whoever wrote the number already is not asked for it.
      if not s.order then s.order = orders.number_in(chat.message.text) end
      if not s.order then
        s.order = chat:ask("order", {
          text = i18n "which_order", expect = pattern.order_no, timeout = "10m", retries = 2, retry_text = i18n "order_again",
        })
      end
      if not s.order then
        chat:say(i18n "handover")
        return chat:handoff { team = "after_sales", note = i18n "note_no_order" }
      end
      return "check"
    end,

    again = function(chat, s)
      s.order = chat:ask("order", {
        text = i18n("order_unknown", { order = s.order }), expect = pattern.order_no, timeout = "10m", retries = 1,
        retry_text = i18n "order_again",
      })
      if not s.order then
        chat:say(i18n "handover")
        return chat:handoff { team = "after_sales", note = i18n "note_no_order" }
      end
      return "check"
    end,

    check = function(chat, s)
      local order, problem = chat:call("shop.order", { no = s.order })
      if problem then
        chat:say(i18n "handover")
        return chat:handoff { team = "after_sales", note = i18n("note_shop_down", { order = s.order }) }
      end
      if not order then
        s.tries = (s.tries or 0) + 1
        if s.tries < 2 then return "again" end
        chat:say(i18n "handover")
        return chat:handoff { team = "after_sales", note = i18n("note_unknown_order", { order = s.order }) }
      end
      s.item = order.item
      local reason = orders.why_not(order)
      if reason then
        chat:say(i18n(reason, { item = order.item }))
        return chat:done()
      end
      return "reason"
    end,

    reason = function(chat, s)
      s.reason = chat:choose("reason", {
        text = i18n("return_reason", { item = s.item }),
        options = {
          { id = "size", text = i18n "reason_size" },
          { id = "broken", text = i18n "reason_broken" },
          { id = "dislike", text = i18n "reason_dislike" },
          { id = "other", text = i18n "reason_other" },
        },
        timeout = "1h",
      })
      -- Broken goods are looked at by a person, and so is what we did not understand.
      if s.reason == nil or s.reason == "broken" then
        chat:say(i18n "handover")
        return chat:handoff { team = "after_sales", note = i18n("note_return", { item = s.item, order = s.order }) }
      end
      return "finish"
    end,

    finish = function(chat, s)
      chat:ticket {
        subject = i18n("ticket_return", { order = s.order }), category = "return", team = "after_sales",
        fields = { order = s.order, item = s.item, reason = s.reason },
      }
      chat:say(i18n("return_ok", { item = s.item, order = s.order }))
      return chat:done { csat = true }
    end,
  },
}
