-- SPDX-License-Identifier: Apache-2.0
-- How far a loan application is. `bank.loan` is a call of your own plugin: {customer, no} → {no, status} or nothing. What was refused
-- is never said by the machine; a loan officer explains it.
local said = { submitted = true, reviewing = true, documents = true, approved = true, paid_out = true }

flow "loan_status" {
  why = "Where is my application? The loan system knows better than any of us.",
  version = 1,
  priority = 400,
  start = any { intent "loan_status", eq("message.fields.option", "loan_status") },
  state = { no = "string?" },
  examples = {
    { given = { text = "我的贷款审批到哪一步了" }, flow = "loan_status" },
    { given = { text = "what is the status of my loan application", language = "en" }, flow = "loan_status" },
    { given = { text = "贷款利率多少" }, not_matched = true },
  },
  stages = {
    ask = function(chat, s)
      chat:tag("loan")
      -- Whoever wrote the number already is not asked for it.
      s.no = (chat.message.text or ""):upper():match("DK%d+") or chat:ask("application", {
        text = i18n "ask_application", expect = pattern.order_no, timeout = "10m", retries = 1, retry_text = i18n "ask_application_again",
      })
      if not s.no then
        chat:say(i18n "handover")
        return chat:handoff { note = i18n "note_no_application" }
      end
      return "look"
    end,

    look = function(chat, s)
      local loan, problem = chat:call("bank.loan", { customer = chat.customer.id, no = s.no })
      if problem then
        chat:say(i18n "loan_people")
        return chat:handoff { note = i18n("note_loan_down", { no = s.no }) }
      end
      if not loan then
        chat:say(i18n "loan_people")
        return chat:handoff { note = i18n("note_loan_unknown", { no = s.no }) }
      end
      if not said[loan.status] then
        chat:say(i18n "loan_people")
        return chat:handoff { note = i18n("note_loan_other", { no = s.no, status = tostring(loan.status) }) }
      end
      chat:say(i18n("loan_" .. loan.status, { no = s.no }))
      return chat:done { csat = true }
    end,
  },
}
