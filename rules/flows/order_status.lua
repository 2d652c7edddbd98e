-- SPDX-License-Identifier: Apache-2.0
local orders = require "lib.orders"

flow "order_status" {
  why = "Where is my order? The shop's system knows better than any of us.",
  version = 1,
  start = intent "order_status",
  state = { order = "string?" },
  stages = {
    ask = function(chat, s)
      chat:tag("order")
      -- Whoever wrote the number already is not asked for it.
      s.order = orders.number_in(chat.message.text) or chat:ask("order", {
        text = i18n "which_order", expect = pattern.order_no, timeout = "10m", retries = 1, retry_text = i18n "order_again",
      })
      if not s.order then
        chat:say(i18n "handover")
        return chat:handoff { team = "after_sales", note = i18n "note_no_order" }
      end
      return "look"
    end,

    look = function(chat, s)
      local order, problem = chat:call("shop.order", { no = s.order })
      if not order then
        local note = problem and i18n("note_shop_down", { order = s.order }) or i18n("note_unknown_order", { order = s.order })
        chat:say(i18n "handover")
        return chat:handoff { team = "after_sales", note = note }
      end
      chat:say(i18n("status_" .. orders.status(order), { item = order.item, order = s.order }))
      return chat:done { csat = true }
    end,
  },
}
