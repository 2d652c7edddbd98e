-- SPDX-License-Identifier: Apache-2.0

flow "renew_prescription" {
  why = "The pharmacist asks the same three things each time; who answered them already waits less. Nothing is promised here.",
  version = 1,
  priority = 220,
  start = any { intent "renew_prescription", eq("message.fields.option", "renew") },
  state = { medicine = "string?", changes = "string?", visit = "string?" },
  examples = {
    { given = { text = "高血压的药吃完了想续方" }, flow = "renew_prescription" },
    { given = { text = "please renew my prescription", language = "en" }, flow = "renew_prescription" },
    { given = { text = "布洛芬一次吃几片" }, not_matched = true },
  },
  stages = {
    medicine = function(chat, s)
      chat:tag "pharmacy"
      s.medicine = chat:ask("medicine", { text = i18n "ask_medicine", timeout = "30m" })
      if not s.medicine then return "people" end
      s.changes = chat:choose("changes", {
        text = i18n "ask_changes",
        options = { { id = "none", text = i18n "changes_none" }, { id = "some", text = i18n "changes_some" } },
        timeout = "30m", retries = 1,
      })
      if not s.changes then return "people" end
      s.visit = chat:ask("visit", { text = i18n "ask_visit", timeout = "30m" })
      return "people"
    end,

    people = function(chat, s)
      if s.changes == "some" then chat:raise_priority(1) end
      chat:say(i18n "renew_people")
      return chat:handoff {
        note = i18n("note_renew", {
          medicine = s.medicine or i18n "unknown",
          changes = s.changes and i18n("changes_" .. s.changes) or i18n "unknown",
          visit = s.visit or i18n "unknown",
        }),
      }
    end,
  },
}
