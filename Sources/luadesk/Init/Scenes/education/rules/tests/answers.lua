-- SPDX-License-Identifier: Apache-2.0
-- What is answered without a person. The same steps as in the scripts (*.conv), with Lua around them.

-- Which answer of data/knowledge.json belongs to which question; what it says may change at any time.
local answers = {
  { "你们的课程怎么收费", "tuition" }, { "how much are your courses", "tuition" }, { "昨天的课在哪看回放", "replay" },
  { "where can I watch the recording of my lesson", "replay" }, { "孩子明天请假扣课时吗", "leave" },
  { "how do I ask for leave from class", "leave" }, { "作业在哪里提交", "homework_submit" }, { "where do I upload my homework", "homework_submit" },
  { "你们小班一个班几个人", "class_size" }, { "how many students are in one class", "class_size" }, { "你们老师有资格证吗", "teachers" },
  { "are your teachers qualified", "teachers" }, { "上课的教材怎么领", "materials" }, { "do I have to buy textbooks", "materials" },
  { "结课以后有证书吗", "certificate" }, { "will I get a certificate", "certificate" }, { "交的学费怎么开发票", "invoice" },
  { "how can I get an invoice for the fees", "invoice" }, { "上网课要准备什么设备", "online_requirements" },
  { "what equipment do I need for online classes", "online_requirements" }, { "孩子想转班可以吗", "transfer_class" },
  { "can I switch to another class", "transfer_class" }, { "孩子下课怎么接", "pickup" },
  { "what are the pick-up rules for children", "pickup" }, { "孩子的个人信息安全吗", "minors_privacy" },
  { "is my child's data safe with you", "minors_privacy" }, { "你们校区几点开门", "opening_hours" }, { "what are your opening hours", "opening_hours" },
  { "两个孩子一起报名有优惠吗", "discount" }, { "do you give discounts for siblings", "discount" }, { "谢谢", "thanks" },
  { "thank you", "thanks" },
}

for _, pair in ipairs(answers) do
  test("answers " .. pair[1]) (function(t)
    t:customer(pair[1])
    t:bot { knowledge = pair[2] }
    t:expect { state = "bot", silent = true }
  end)
end

test "what is over is not shown among the exams" (function(t)
  local exams = data "exams"
  table.sort(exams, function(a, b) return a.date < b.date end)
  for _, exam in ipairs { exams[1], exams[#exams] } do
    t:at(exam.date .. " 10:30")
    t:customer "最近有什么考试"
    t:bot(i18n("exams_line", { name = exam.zh, date = exam.date }))
  end
  t:expect { state = "bot" }
end)

-- Customers have many words for a person.
local wanted = {
  "人工", "转人工", "我要人工", "请转人工客服，谢谢", "不要机器人", "我要和客服说话", "agent", "human please", "can I talk to a real person",
}
for _, text in ipairs(wanted) do
  test("a person for: " .. text) (function(t)
    t:customer(text)
    t:bot "*"
    t:expect { state = "queued", team = "service", matched = "human" }
  end)
end
