-- SPDX-License-Identifier: Apache-2.0
-- What cannot wait, and what the machine must not do. Emergencies work in the middle of a dialogue and in a queue; the words stand in
-- data/words.json. Better one alarm too many: nobody is harmed by the number 120.
local words = data "words"
local departments = require "lib.departments"

reply "crisis" {
  why = "Somebody speaks of ending their life: the help line, a person at once, no question asked.",
  priority = 1200, interrupts_flow = true, while_queued = true,
  match = keywords(words.crisis),
  tags = "crisis", set_priority = 9,
  text = i18n "crisis", hand_off = { note = i18n "note_crisis" },
  notify = { team = "nurses", text = i18n "note_crisis" },
  examples = {
    { given = { text = "我不想活了" }, reply = i18n "crisis", hand_off = true, tags = "crisis", priority = 9, notify = "team:nurses" },
    { given = { text = "I think about suicide", language = "en" }, reply = i18n "crisis", hand_off = true },
    { given = { text = "生活费" }, not_matched = true },
  },
}

reply "emergency" {
  why = "120 first, then a nurse. No question, no diagnosis, no waiting in a dialogue.",
  priority = 1100, interrupts_flow = true, while_queued = true,
  match = any { keywords(words.emergency), intent "emergency" },
  tags = "emergency", set_priority = 9,
  text = i18n "emergency", hand_off = { note = i18n "note_emergency" },
  notify = { team = "nurses", text = i18n "note_emergency" },
  examples = {
    { given = { text = "我爸胸痛得厉害" }, reply = i18n "emergency", hand_off = true, tags = "emergency", priority = 9, notify = "team:nurses" },
    { given = { text = "孩子误服了药" }, reply = i18n "emergency", tags = "emergency" },
    { given = { text = "My mother can't breathe", language = "en" }, reply = i18n "emergency", hand_off = true },
    { given = { text = "she had a seizure", language = "en" }, tags = "emergency" },
    { given = { text = "皮肤痒挂什么科" }, not_matched = true },
  },
}

reply "dosage" {
  why = "A wrong dose kills. The machine never says one, not even from the leaflet.",
  priority = 400,
  match = intent "dosage", confidence = 0.5,
  tags = "pharmacy",
  text = i18n "no_dosage", hand_off = { note = i18n "note_dosage" },
  examples = {
    { given = { text = "布洛芬一天能吃几片" }, hand_off = true, tags = "pharmacy", reply = i18n "no_dosage" },
    { given = { text = "how many tablets can I take a day", language = "en" }, hand_off = true, reply = i18n "no_dosage" },
    { given = { intent = "renew_prescription" }, not_matched = true },
  },
}

reply "symptom" {
  why = "The machine never says what somebody has or how bad it is; a nurse looks at it.",
  priority = 350,
  match = intent "symptom", confidence = 0.5,
  tags = "triage",
  text = i18n "no_diagnosis", hand_off = { note = i18n "note_triage" },
  examples = {
    { given = { text = "我一直头疼是怎么回事" }, hand_off = true, tags = "triage", reply = i18n "no_diagnosis" },
    { given = { text = "what could cause my stomach pain", language = "en" }, hand_off = true, reply = i18n "no_diagnosis" },
    { given = { intent = "department" }, not_matched = true },
  },
}

reply "department" {
  why = "Which door, not which disease: the usual first department, said as guidance.",
  priority = 360,
  match = intent "department", confidence = 0.5,
  act = function(c, out)
    local department = departments.find(c.message.text)
    if not department then
      out:tag "triage"
      out:reply(i18n "guide_unsure")
      out:hand_off { note = i18n "note_triage" }
      return
    end
    out:set { department = department.id }    -- the booking, if it follows, knows it already
    out:reply {
      text = i18n("guide", { department = departments.name(department, c.language) }),
      options = { { id = "book", text = i18n "option_book" }, { id = "human", text = i18n "option_human" } },
    }
  end,
  examples = {
    { given = { text = "身上长疹子挂什么科" }, reply = i18n("guide", { department = "皮肤科" }) },
    { given = { text = "which department for knee pain", language = "en" }, reply = i18n("guide", { department = "orthopaedics" }) },
    { given = { text = "不知道该挂哪个科" }, hand_off = true, tags = "triage" },
    { given = { intent = "book_appointment" }, not_matched = true },
  },
}

reply "insurance_problem" {
  why = "What an insurer paid or refused is looked up by people.",
  priority = 300,
  match = intent "insurance_problem",
  tags = "insurance",
  text = i18n "insurance_people", hand_off = { note = i18n "note_insurance" },
  examples = {
    { given = { text = "我的医保报销被拒了" }, hand_off = true, tags = "insurance" },
    { given = { text = "my insurance claim was refused, why", language = "en" }, hand_off = true, reply = i18n "insurance_people" },
    { given = { intent = "insurance" }, not_matched = true },
  },
}
