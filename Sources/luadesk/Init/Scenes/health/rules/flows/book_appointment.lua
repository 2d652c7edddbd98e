-- SPDX-License-Identifier: Apache-2.0
-- A visit, asked for step by step. The result is a request (a ticket of the service team), not a booked slot: people or your own system
-- confirm it. To book by itself, give the desk a plugin with a call of your own and ask it in "finish" with chat:call.
local departments = require "lib.departments"

local function unfinished(chat)
  chat:say(i18n "handover")
  return chat:handoff { note = i18n "note_incomplete" }
end

flow "book_appointment" {
  why = "Half of all questions are an appointment: department, patient, day, phone.",
  version = 1,
  priority = 200,
  start = any { intent "book_appointment", eq("message.fields.option", "book") },
  state = { department = "string?", patient = "string?", day = "string?", phone = "string?" },
  examples = {
    { given = { text = "我想预约挂号" }, flow = "book_appointment" },
    { given = { text = "I would like to make an appointment", language = "en" }, flow = "book_appointment" },
    { given = { text = "取消预约" }, not_matched = true },
  },
  stages = {
    department = function(chat, s)
      chat:say(i18n "privacy_note")
      -- Whoever named it, or was just told it, is not asked again.
      local known = departments.find(chat.message.text) or departments.by_id(chat.conversation.attributes.department)
      if known then
        s.department = departments.name(known, chat.language)
        return "patient"
      end
      local options = {}
      for i, id in ipairs { "internal", "paediatrics", "dermatology", "dentistry", "gynaecology" } do
        options[i] = { id = id, text = departments.name(departments.by_id(id), chat.language) }
      end
      options[#options + 1] = { id = "other", text = i18n "department_other" }
      local chosen = chat:choose("department", { text = i18n "ask_department", options = options, timeout = "30m", retries = 1 })
      if not chosen then return unfinished(chat) end
      if chosen == "other" then return "other_department" end
      s.department = departments.name(departments.by_id(chosen), chat.language)
      return "patient"
    end,

    other_department = function(chat, s)
      local named = chat:ask("other", { text = i18n "ask_department_other", timeout = "30m" })
      local known = named and departments.find(named)
      if not known then
        chat:tag "triage"
        chat:say(i18n "guide_unsure")
        return chat:handoff { note = i18n "note_triage" }
      end
      s.department = departments.name(known, chat.language)
      return "patient"
    end,

    patient = function(chat, s)
      s.patient = chat:choose("patient", {
        text = i18n "ask_patient",
        options = {
          { id = "self", text = i18n "patient_self" },
          { id = "child", text = i18n "patient_child" },
          { id = "other", text = i18n "patient_other" },
        },
        timeout = "30m", retries = 1,
      })
      if not s.patient then return unfinished(chat) end
      s.day = chat:ask("day", { text = i18n "ask_when", timeout = "30m" })
      if not s.day then return unfinished(chat) end
      return "phone"
    end,

    phone = function(chat, s)
      s.phone = chat:ask("phone", {
        text = i18n "ask_phone", expect = pattern.phone, timeout = "30m", retries = 1, retry_text = i18n "ask_phone_again",
      })
      if not s.phone then return unfinished(chat) end
      return "finish"
    end,

    finish = function(chat, s)
      chat:ticket {
        subject = i18n("ticket_booking", { department = s.department }), category = "appointment", team = "service",
        fields = { department = s.department, patient = s.patient, day = s.day, phone = s.phone },
      }
      chat:set { department = "" }
      chat:say(i18n("booked", { department = s.department, day = s.day }))
      return chat:done { csat = true }
    end,
  },
}
