-- SPDX-License-Identifier: Apache-2.0

flow "cancel_appointment" {
  why = "A visit that is cancelled in time is one for somebody else.",
  version = 1,
  priority = 210,
  start = intent "cancel_appointment",
  state = { no = "string?" },
  examples = {
    { given = { text = "我想取消预约" }, flow = "cancel_appointment" },
    { given = { text = "I need to reschedule my appointment", language = "en" }, flow = "cancel_appointment" },
    { given = { text = "我要挂号" }, not_matched = true },
  },
  stages = {
    number = function(chat, s)
      s.no = (chat.message.text or ""):upper():match("YY%d+") or chat:ask("number", {
        text = i18n "ask_booking", expect = pattern.order_no, timeout = "30m", retries = 1, retry_text = i18n "ask_booking_again",
      })
      if not s.no then
        chat:say(i18n "handover")
        return chat:handoff { note = i18n "note_incomplete" }
      end
      return "what"
    end,

    what = function(chat, s)
      local what = chat:choose("what", {
        text = i18n("ask_cancel", { no = s.no }),
        options = {
          { id = "drop", text = i18n "cancel_drop" },
          { id = "move", text = i18n "cancel_move" },
          { id = "keep", text = i18n "cancel_keep" },
        },
        timeout = "30m", retries = 1,
      })
      if what == "move" then return "move" end
      if what == "drop" then
        chat:ticket { subject = i18n("ticket_cancel", { no = s.no }), category = "appointment", team = "service", fields = { no = s.no } }
        chat:say(i18n("cancelled", { no = s.no }))
      else
        chat:say(i18n("kept", { no = s.no }))
      end
      return chat:done()
    end,

    move = function(chat, s)
      local day = chat:ask("day", { text = i18n "ask_new_time", timeout = "30m" })
      if not day then
        chat:say(i18n("kept", { no = s.no }))
        return chat:done()
      end
      chat:ticket {
        subject = i18n("ticket_move", { no = s.no }), category = "appointment", team = "service", fields = { no = s.no, day = day },
      }
      chat:say(i18n("moved", { no = s.no, day = day }))
      return chat:done()
    end,
  },
}
