-- SPDX-License-Identifier: Apache-2.0
-- Questions that need no person. How they are asked stands in data/intents.json, what we answer in data/knowledge.json: nobody has to
-- touch this file to change an answer.

reply "opening_hours" {
  match = intent "opening_hours", knowledge = "opening_hours",
  examples = {
    { given = { text = "周日门诊几点开始" }, knowledge = "opening_hours" },
    { given = { text = "when are you open on sunday", language = "en" }, knowledge = "opening_hours" },
  },
}

reply "registration_fee" {
  match = intent "registration_fee", knowledge = "registration_fee",
  examples = {
    { given = { text = "主任医师的挂号费是多少" }, knowledge = "registration_fee" },
    { given = { text = "how much does it cost to see a specialist", language = "en" }, knowledge = "registration_fee" },
  },
}

reply "first_visit" {
  match = intent "first_visit", knowledge = "first_visit",
  examples = {
    { given = { text = "初次就诊需要带什么" }, knowledge = "first_visit" },
    { given = { text = "what do I need to bring for my first visit", language = "en" }, knowledge = "first_visit" },
  },
}

reply "reports" {
  why = "Results are personal: they are never told in a chat, only where the patient is signed in.",
  match = any { intent "reports", eq("message.fields.option", "reports") }, knowledge = "reports",
  examples = {
    { given = { text = "我的检查报告在哪里查" }, knowledge = "reports" },
    { given = { text = "how can I see my lab results", language = "en" }, knowledge = "reports" },
  },
}

reply "insurance" {
  match = intent "insurance", knowledge = "insurance",
  examples = {
    { given = { text = "外地医保在你们这能报销吗" }, knowledge = "insurance" },
    { given = { text = "can I use my health insurance card", language = "en" }, knowledge = "insurance" },
  },
}

reply "checkup" {
  match = intent "checkup", knowledge = "checkup",
  examples = {
    { given = { text = "体检需要空腹吗" }, knowledge = "checkup" },
    { given = { text = "do I need to fast before a health check", language = "en" }, knowledge = "checkup" },
  },
}

reply "vaccination" {
  match = intent "vaccination", knowledge = "vaccination",
  examples = {
    { given = { text = "流感疫苗怎么预约" }, knowledge = "vaccination" },
    { given = { text = "can I get a flu vaccine", language = "en" }, knowledge = "vaccination" },
  },
}

reply "visiting" {
  match = intent "visiting", knowledge = "visiting",
  examples = {
    { given = { text = "住院病人什么时候能探视" }, knowledge = "visiting" },
    { given = { text = "what are the visiting hours", language = "en" }, knowledge = "visiting" },
  },
}

reply "medical_records" {
  match = intent "medical_records", knowledge = "medical_records",
  examples = {
    { given = { text = "病历怎么复印" }, knowledge = "medical_records" },
    { given = { text = "how do I get a copy of my medical records", language = "en" }, knowledge = "medical_records" },
  },
}

reply "invoice" {
  match = intent "invoice", knowledge = "invoice",
  examples = {
    { given = { text = "看病的发票在哪里打" }, knowledge = "invoice" },
    { given = { text = "where can I get my receipt", language = "en" }, knowledge = "invoice" },
  },
}

reply "sick_note" {
  match = intent "sick_note", knowledge = "sick_note",
  examples = {
    { given = { text = "请假用的病假条怎么开" }, knowledge = "sick_note" },
    { given = { text = "how do I get a sick note", language = "en" }, knowledge = "sick_note" },
  },
}

reply "online_visit" {
  match = intent "online_visit", knowledge = "online_visit",
  examples = {
    { given = { text = "能在网上复诊吗" }, knowledge = "online_visit" },
    { given = { text = "can I see a doctor online", language = "en" }, knowledge = "online_visit" },
  },
}

reply "address" {
  match = intent "address", knowledge = "address",
  examples = {
    { given = { text = "医院地址在哪里" }, knowledge = "address" },
    { given = { text = "where is the hospital", language = "en" }, knowledge = "address" },
  },
}

reply "privacy" {
  why = "People ask before they tell; the law (PIPL) and the promise in one answer.",
  match = intent "privacy", knowledge = "privacy",
  examples = {
    { given = { text = "我的隐私会泄露吗" }, knowledge = "privacy" },
    { given = { text = "is this chat confidential", language = "en" }, knowledge = "privacy" },
  },
}

reply "payment" {
  match = intent "payment", knowledge = "payment",
  examples = {
    { given = { text = "能用微信缴费吗" }, knowledge = "payment" },
    { given = { text = "how can I pay", language = "en" }, knowledge = "payment" },
  },
}

reply "thanks" {
  match = intent "thanks", knowledge = "thanks",
  examples = {
    { given = { text = "谢谢" }, knowledge = "thanks" },
    { given = { text = "thank you", language = "en" }, knowledge = "thanks" },
  },
}
