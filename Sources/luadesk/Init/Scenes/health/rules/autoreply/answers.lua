-- SPDX-License-Identifier: Apache-2.0
-- Questions that need no person. How they are asked stands in data/intents.json, what we answer in data/knowledge.json: nobody has to
-- touch this file to change an answer.

reply "opening_hours" {
  match = intent "opening_hours", knowledge = "opening_hours",
  examples = {
    { given = { text = "周日门诊几点开始" }, reply = "8:00" },
    { given = { text = "when are you open on sunday", language = "en" }, reply = "8:00" },
  },
}

reply "registration_fee" {
  match = intent "registration_fee", knowledge = "registration_fee",
  examples = {
    { given = { text = "主任医师的挂号费是多少" }, reply = "80 元" },
    { given = { text = "how much does it cost to see a specialist", language = "en" }, reply = "80 CNY" },
  },
}

reply "first_visit" {
  match = intent "first_visit", knowledge = "first_visit",
  examples = {
    { given = { text = "初次就诊需要带什么" }, reply = "身份证" },
    { given = { text = "what do I need to bring for my first visit", language = "en" }, reply = "your ID" },
  },
}

reply "reports" {
  why = "Results are personal: they are never told in a chat, only where the patient is signed in.",
  match = any { intent "reports", eq("message.fields.option", "reports") }, knowledge = "reports",
  examples = {
    { given = { text = "我的检查报告在哪里查" }, reply = "保护隐私" },
    { given = { text = "how can I see my lab results", language = "en" }, reply = "privacy" },
  },
}

reply "insurance" {
  match = intent "insurance", knowledge = "insurance",
  examples = {
    { given = { text = "外地医保在你们这能报销吗" }, reply = "备案" },
    { given = { text = "can I use my health insurance card", language = "en" }, reply = "designated hospital" },
  },
}

reply "checkup" {
  match = intent "checkup", knowledge = "checkup",
  examples = {
    { given = { text = "体检需要空腹吗" }, reply = "空腹 8 小时" },
    { given = { text = "do I need to fast before a health check", language = "en" }, reply = "fasting" },
  },
}

reply "vaccination" {
  match = intent "vaccination", knowledge = "vaccination",
  examples = {
    { given = { text = "流感疫苗怎么预约" }, reply = "预防接种" },
    { given = { text = "can I get a flu vaccine", language = "en" }, reply = "Vaccinations" },
  },
}

reply "visiting" {
  match = intent "visiting", knowledge = "visiting",
  examples = {
    { given = { text = "住院病人什么时候能探视" }, reply = "15:00" },
    { given = { text = "what are the visiting hours", language = "en" }, reply = "15:00" },
  },
}

reply "medical_records" {
  match = intent "medical_records", knowledge = "medical_records",
  examples = {
    { given = { text = "病历怎么复印" }, reply = "病案室" },
    { given = { text = "how do I get a copy of my medical records", language = "en" }, reply = "Records office" },
  },
}

reply "invoice" {
  match = intent "invoice", knowledge = "invoice",
  examples = {
    { given = { text = "看病的发票在哪里打" }, reply = "电子票据" },
    { given = { text = "where can I get my receipt", language = "en" }, reply = "Receipts" },
  },
}

reply "sick_note" {
  match = intent "sick_note", knowledge = "sick_note",
  examples = {
    { given = { text = "请假用的病假条怎么开" }, reply = "接诊医生" },
    { given = { text = "how do I get a sick note", language = "en" }, reply = "doctor who sees you" },
  },
}

reply "online_visit" {
  match = intent "online_visit", knowledge = "online_visit",
  examples = {
    { given = { text = "能在网上复诊吗" }, reply = "线上复诊" },
    { given = { text = "can I see a doctor online", language = "en" }, reply = "Online visit" },
  },
}

reply "address" {
  match = intent "address", knowledge = "address",
  examples = {
    { given = { text = "医院地址在哪里" }, reply = "健康路" },
    { given = { text = "where is the hospital", language = "en" }, reply = "Jiankang Road" },
  },
}

reply "privacy" {
  why = "People ask before they tell; the law (PIPL) and the promise in one answer.",
  match = intent "privacy", knowledge = "privacy",
  examples = {
    { given = { text = "我的隐私会泄露吗" }, reply = "加密保存" },
    { given = { text = "is this chat confidential", language = "en" }, reply = "encrypted" },
  },
}

reply "payment" {
  match = intent "payment", knowledge = "payment",
  examples = {
    { given = { text = "能用微信缴费吗" }, reply = "支持医保、微信" },
    { given = { text = "how can I pay", language = "en" }, reply = "machine" },
  },
}

reply "thanks" {
  match = intent "thanks", knowledge = "thanks",
  examples = {
    { given = { text = "谢谢" }, reply = "不客气" },
    { given = { text = "thank you", language = "en" }, reply = "welcome" },
  },
}
