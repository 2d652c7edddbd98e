-- SPDX-License-Identifier: Apache-2.0
-- What is answered without a person. The same steps as in the scripts (*.conv), with Lua around them.

local answers = {
  { "你们的课程怎么收费", "120 元" }, { "how much are your courses", "120 CNY" }, { "昨天的课在哪看回放", "180 天" },
  { "where can I watch the recording of my lesson", "Replay" }, { "孩子明天请假扣课时吗", "4 小时" },
  { "how do I ask for leave from class", "Leave" }, { "作业在哪里提交", "拍照" }, { "where do I upload my homework", "photo" },
  { "你们小班一个班几个人", "6–10 人" }, { "how many students are in one class", "6 to 10" }, { "你们老师有资格证吗", "教师资格证" },
  { "are your teachers qualified", "licence" }, { "上课的教材怎么领", "开课前 7 天" }, { "do I have to buy textbooks", "included" },
  { "结课以后有证书吗", "结业证书" }, { "will I get a certificate", "80 %" }, { "交的学费怎么开发票", "申请开票" },
  { "how can I get an invoice for the fees", "e-mail" }, { "上网课要准备什么设备", "耳麦" },
  { "what equipment do I need for online classes", "headset" }, { "孩子想转班可以吗", "免费转班" },
  { "can I switch to another class", "free" }, { "孩子下课怎么接", "接送卡" },
  { "what are the pick-up rules for children", "pick-up card" }, { "孩子的个人信息安全吗", "监护人" },
  { "is my child's data safe with you", "guardian" }, { "你们校区几点开门", "8:30" }, { "what are your opening hours", "8:30" },
  { "两个孩子一起报名有优惠吗", "9 折" }, { "do you give discounts for siblings", "90 %" }, { "谢谢", "不客气" },
  { "thank you", "welcome" },
}

for _, pair in ipairs(answers) do
  test("answers " .. pair[1]) (function(t)
    t:customer(pair[1])
    t:bot(pair[2])
    t:expect { state = "bot", silent = true }
  end)
end

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
