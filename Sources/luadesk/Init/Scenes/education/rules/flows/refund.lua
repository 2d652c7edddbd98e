-- SPDX-License-Identifier: Apache-2.0

flow "refund" {
  why = "By the contract, in writing, with a number: the family knows what happens, the regulator can see it.",
  version = 1,
  priority = 220,
  start = intent "refund",
  state = { no = "string?", reason = "string?" },
  examples = {
    { given = { text = "孩子不想学了，我要退费" }, flow = "refund" },
    { given = { text = "I want a refund for the remaining lessons", language = "en" }, flow = "refund" },
    { given = { text = "怎么请假" }, not_matched = true },
  },
  stages = {
    contract = function(chat, s)
      chat:tag "refund"
      s.no = (chat.message.text or ""):upper():match("HT%d+") or chat:ask("contract", {
        text = i18n "ask_contract", expect = pattern.order_no, timeout = "30m", retries = 1, retry_text = i18n "ask_contract_again",
      })
      if not s.no then
        chat:say(i18n "handover")
        return chat:handoff { note = i18n("note_refund", { no = i18n "unknown", reason = i18n "unknown" }) }
      end
      return "reason"
    end,

    reason = function(chat, s)
      s.reason = chat:choose("reason", {
        text = i18n "ask_reason",
        options = {
          { id = "time", text = i18n "reason_time" },
          { id = "teacher", text = i18n "reason_teacher" },
          { id = "move", text = i18n "reason_move" },
          { id = "other", text = i18n "reason_other" },
        },
        timeout = "30m", retries = 1,
      })
      chat:ticket {
        subject = i18n("ticket_refund", { no = s.no }), category = "refund", priority = "high", team = "contracts",
        fields = { contract = s.no, reason = s.reason or "other" },
      }
      -- Who is unhappy with the teaching is talked to, not only paid.
      if s.reason == "teacher" then
        chat:say(i18n "refund_people")
        return chat:handoff { note = i18n("note_refund", { no = s.no, reason = i18n "reason_teacher" }) }
      end
      chat:say(i18n("refund_noted", { no = s.no }))
      return chat:done { csat = true }
    end,
  },
}
