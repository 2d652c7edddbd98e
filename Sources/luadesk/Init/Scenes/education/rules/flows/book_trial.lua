-- SPDX-License-Identifier: Apache-2.0
-- A trial lesson: age, course for that age (data/courses.json), time, phone. The course advisers confirm it by the ticket.
local school = require "lib.school"

local function unfinished(chat, s)
  local course = school.course(s.course)
  chat:say(i18n "handover")
  return chat:handoff {
    note = i18n("note_trial", {
      age = s.age or i18n "unknown", course = course and school.name(course, chat.language) or i18n "unknown", day = s.day or i18n "unknown",
    }),
  }
end

flow "book_trial" {
  why = "Nobody enrols without a trial; four questions, and an adviser calls with an answer instead of questions.",
  version = 1,
  priority = 200,
  start = any { intent "book_trial", eq("message.fields.option", "trial") },
  state = { age = "number?", course = "string?", day = "string?", phone = "string?" },
  examples = {
    { given = { text = "想给孩子约一节试听课" }, flow = "book_trial" },
    { given = { text = "can we book a trial lesson", language = "en" }, flow = "book_trial" },
    { given = { text = "学费多少" }, not_matched = true },
  },
  stages = {
    age = function(chat, s)
      chat:tag "trial"
      s.age = chat:ask("age", {
        text = i18n "ask_age", expect = school.age, timeout = "30m", retries = 1, retry_text = i18n "ask_age_again",
      })
      if not s.age then return unfinished(chat, s) end
      return "course"
    end,

    course = function(chat, s)
      local options = school.options(s.age, chat.language)
      if #options == 0 then
        chat:say(i18n "no_course")
        return chat:handoff { note = i18n("note_trial", { age = s.age, course = i18n "unknown", day = i18n "unknown" }) }
      end
      s.course = chat:choose("course", { text = i18n "ask_subject", options = options, timeout = "30m", retries = 1 })
      if not s.course then return unfinished(chat, s) end
      s.day = chat:ask("day", { text = i18n "ask_time", timeout = "30m" })
      if not s.day then return unfinished(chat, s) end
      return "phone"
    end,

    phone = function(chat, s)
      s.phone = chat:ask("phone", {
        text = s.age < 18 and i18n "ask_phone" or i18n "ask_phone_adult", expect = pattern.phone, timeout = "30m", retries = 1,
        retry_text = i18n "ask_phone_again",
      })
      if not s.phone then return unfinished(chat, s) end
      return "finish"
    end,

    finish = function(chat, s)
      local course = school.name(school.course(s.course), chat.language)
      chat:ticket {
        subject = i18n("ticket_trial", { course = course }), category = "trial", team = "admissions",
        fields = { age = s.age, course = s.course, day = s.day, phone = s.phone },
      }
      chat:say(i18n("trial_booked", { course = course, day = s.day }))
      return chat:done { csat = true }
    end,
  },
}
