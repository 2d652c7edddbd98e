-- SPDX-License-Identifier: Apache-2.0
-- Questions that need no person. How they are asked stands in data/intents.json, what we answer in data/knowledge.json: nobody has to
-- touch this file to change an answer.

reply "tuition" {
  match = intent "tuition", knowledge = "tuition",
  examples = {
    { given = { text = "你们的课程怎么收费" }, knowledge = "tuition" },
    { given = { text = "how much are your courses", language = "en" }, knowledge = "tuition" },
  },
}

reply "replay" {
  match = intent "replay", knowledge = "replay",
  examples = {
    { given = { text = "昨天的课在哪看回放" }, knowledge = "replay" },
    { given = { text = "where can I watch the recording of my lesson", language = "en" }, knowledge = "replay" },
  },
}

reply "leave" {
  match = intent "leave", knowledge = "leave",
  examples = {
    { given = { text = "孩子明天请假扣课时吗" }, knowledge = "leave" },
    { given = { text = "how do I ask for leave from class", language = "en" }, knowledge = "leave" },
  },
}

reply "homework_submit" {
  match = intent "homework_submit", knowledge = "homework_submit",
  examples = {
    { given = { text = "作业在哪里提交" }, knowledge = "homework_submit" },
    { given = { text = "where do I upload my homework", language = "en" }, knowledge = "homework_submit" },
  },
}

reply "class_size" {
  match = intent "class_size", knowledge = "class_size",
  examples = {
    { given = { text = "你们小班一个班几个人" }, knowledge = "class_size" },
    { given = { text = "how many students are in one class", language = "en" }, knowledge = "class_size" },
  },
}

reply "teachers" {
  match = intent "teachers", knowledge = "teachers",
  examples = {
    { given = { text = "你们老师有资格证吗" }, knowledge = "teachers" },
    { given = { text = "are your teachers qualified", language = "en" }, knowledge = "teachers" },
  },
}

reply "materials" {
  match = intent "materials", knowledge = "materials",
  examples = {
    { given = { text = "上课的教材怎么领" }, knowledge = "materials" },
    { given = { text = "do I have to buy textbooks", language = "en" }, knowledge = "materials" },
  },
}

reply "certificate" {
  match = intent "certificate", knowledge = "certificate",
  examples = {
    { given = { text = "结课以后有证书吗" }, knowledge = "certificate" },
    { given = { text = "will I get a certificate", language = "en" }, knowledge = "certificate" },
  },
}

reply "invoice" {
  match = intent "invoice", knowledge = "invoice",
  examples = {
    { given = { text = "交的学费怎么开发票" }, knowledge = "invoice" },
    { given = { text = "how can I get an invoice for the fees", language = "en" }, knowledge = "invoice" },
  },
}

reply "online_requirements" {
  match = intent "online_requirements", knowledge = "online_requirements",
  examples = {
    { given = { text = "上网课要准备什么设备" }, knowledge = "online_requirements" },
    { given = { text = "what equipment do I need for online classes", language = "en" }, knowledge = "online_requirements" },
  },
}

reply "transfer_class" {
  match = intent "transfer_class", knowledge = "transfer_class",
  examples = {
    { given = { text = "孩子想转班可以吗" }, knowledge = "transfer_class" },
    { given = { text = "can I switch to another class", language = "en" }, knowledge = "transfer_class" },
  },
}

reply "pickup" {
  match = intent "pickup", knowledge = "pickup",
  examples = {
    { given = { text = "孩子下课怎么接" }, knowledge = "pickup" },
    { given = { text = "what are the pick-up rules for children", language = "en" }, knowledge = "pickup" },
  },
}

reply "minors_privacy" {
  match = intent "minors_privacy", knowledge = "minors_privacy",
  examples = {
    { given = { text = "孩子的个人信息安全吗" }, knowledge = "minors_privacy" },
    { given = { text = "is my child's data safe with you", language = "en" }, knowledge = "minors_privacy" },
  },
}

reply "opening_hours" {
  match = intent "opening_hours", knowledge = "opening_hours",
  examples = {
    { given = { text = "你们校区几点开门" }, knowledge = "opening_hours" },
    { given = { text = "what are your opening hours", language = "en" }, knowledge = "opening_hours" },
  },
}

reply "discount" {
  match = intent "discount", knowledge = "discount",
  examples = {
    { given = { text = "两个孩子一起报名有优惠吗" }, knowledge = "discount" },
    { given = { text = "do you give discounts for siblings", language = "en" }, knowledge = "discount" },
  },
}

reply "thanks" {
  match = intent "thanks", knowledge = "thanks",
  examples = {
    { given = { text = "谢谢" }, knowledge = "thanks" },
    { given = { text = "thank you", language = "en" }, knowledge = "thanks" },
  },
}
