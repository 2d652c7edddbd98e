-- SPDX-License-Identifier: Apache-2.0
-- Questions that need no person. How they are asked stands in data/intents.json, what we answer in data/knowledge.json: nobody has to
-- touch this file to change an answer.

reply "tuition" {
  match = intent "tuition", knowledge = "tuition",
  examples = {
    { given = { text = "你们的课程怎么收费" }, reply = "120 元" },
    { given = { text = "how much are your courses", language = "en" }, reply = "120 CNY" },
  },
}

reply "replay" {
  match = intent "replay", knowledge = "replay",
  examples = {
    { given = { text = "昨天的课在哪看回放" }, reply = "180 天" },
    { given = { text = "where can I watch the recording of my lesson", language = "en" }, reply = "Replay" },
  },
}

reply "leave" {
  match = intent "leave", knowledge = "leave",
  examples = {
    { given = { text = "孩子明天请假扣课时吗" }, reply = "4 小时" },
    { given = { text = "how do I ask for leave from class", language = "en" }, reply = "Leave" },
  },
}

reply "homework_submit" {
  match = intent "homework_submit", knowledge = "homework_submit",
  examples = {
    { given = { text = "作业在哪里提交" }, reply = "拍照" },
    { given = { text = "where do I upload my homework", language = "en" }, reply = "photo" },
  },
}

reply "class_size" {
  match = intent "class_size", knowledge = "class_size",
  examples = {
    { given = { text = "你们小班一个班几个人" }, reply = "6–10 人" },
    { given = { text = "how many students are in one class", language = "en" }, reply = "6 to 10" },
  },
}

reply "teachers" {
  match = intent "teachers", knowledge = "teachers",
  examples = {
    { given = { text = "你们老师有资格证吗" }, reply = "教师资格证" },
    { given = { text = "are your teachers qualified", language = "en" }, reply = "licence" },
  },
}

reply "materials" {
  match = intent "materials", knowledge = "materials",
  examples = {
    { given = { text = "上课的教材怎么领" }, reply = "开课前 7 天" },
    { given = { text = "do I have to buy textbooks", language = "en" }, reply = "included" },
  },
}

reply "certificate" {
  match = intent "certificate", knowledge = "certificate",
  examples = {
    { given = { text = "结课以后有证书吗" }, reply = "结业证书" },
    { given = { text = "will I get a certificate", language = "en" }, reply = "80 %" },
  },
}

reply "invoice" {
  match = intent "invoice", knowledge = "invoice",
  examples = {
    { given = { text = "交的学费怎么开发票" }, reply = "申请开票" },
    { given = { text = "how can I get an invoice for the fees", language = "en" }, reply = "e-mail" },
  },
}

reply "online_requirements" {
  match = intent "online_requirements", knowledge = "online_requirements",
  examples = {
    { given = { text = "上网课要准备什么设备" }, reply = "耳麦" },
    { given = { text = "what equipment do I need for online classes", language = "en" }, reply = "headset" },
  },
}

reply "transfer_class" {
  match = intent "transfer_class", knowledge = "transfer_class",
  examples = {
    { given = { text = "孩子想转班可以吗" }, reply = "免费转班" },
    { given = { text = "can I switch to another class", language = "en" }, reply = "free" },
  },
}

reply "pickup" {
  match = intent "pickup", knowledge = "pickup",
  examples = {
    { given = { text = "孩子下课怎么接" }, reply = "接送卡" },
    { given = { text = "what are the pick-up rules for children", language = "en" }, reply = "pick-up card" },
  },
}

reply "minors_privacy" {
  match = intent "minors_privacy", knowledge = "minors_privacy",
  examples = {
    { given = { text = "孩子的个人信息安全吗" }, reply = "监护人" },
    { given = { text = "is my child's data safe with you", language = "en" }, reply = "guardian" },
  },
}

reply "opening_hours" {
  match = intent "opening_hours", knowledge = "opening_hours",
  examples = {
    { given = { text = "你们校区几点开门" }, reply = "8:30" },
    { given = { text = "what are your opening hours", language = "en" }, reply = "8:30" },
  },
}

reply "discount" {
  match = intent "discount", knowledge = "discount",
  examples = {
    { given = { text = "两个孩子一起报名有优惠吗" }, reply = "9 折" },
    { given = { text = "do you give discounts for siblings", language = "en" }, reply = "90 %" },
  },
}

reply "thanks" {
  match = intent "thanks", knowledge = "thanks",
  examples = {
    { given = { text = "谢谢" }, reply = "不客气" },
    { given = { text = "thank you", language = "en" }, reply = "welcome" },
  },
}
