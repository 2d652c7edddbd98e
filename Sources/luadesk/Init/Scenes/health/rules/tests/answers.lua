-- SPDX-License-Identifier: Apache-2.0
-- What is answered without a person. The same steps as in the scripts (*.conv), with Lua around them.

-- Which answer of data/knowledge.json belongs to which question; what it says may change at any time.
local answers = {
  { "周日门诊几点开始", "opening_hours" }, { "when are you open on sunday", "opening_hours" }, { "主任医师的挂号费是多少", "registration_fee" },
  { "how much does it cost to see a specialist", "registration_fee" }, { "初次就诊需要带什么", "first_visit" },
  { "what do I need to bring for my first visit", "first_visit" }, { "我的检查报告在哪里查", "reports" },
  { "how can I see my lab results", "reports" }, { "外地医保在你们这能报销吗", "insurance" },
  { "can I use my health insurance card", "insurance" }, { "体检需要空腹吗", "checkup" },
  { "do I need to fast before a health check", "checkup" }, { "流感疫苗怎么预约", "vaccination" },
  { "can I get a flu vaccine", "vaccination" }, { "住院病人什么时候能探视", "visiting" }, { "what are the visiting hours", "visiting" },
  { "病历怎么复印", "medical_records" }, { "how do I get a copy of my medical records", "medical_records" }, { "看病的发票在哪里打", "invoice" },
  { "where can I get my receipt", "invoice" }, { "请假用的病假条怎么开", "sick_note" },
  { "how do I get a sick note", "sick_note" }, { "能在网上复诊吗", "online_visit" },
  { "can I see a doctor online", "online_visit" }, { "医院地址在哪里", "address" }, { "where is the hospital", "address" },
  { "我的隐私会泄露吗", "privacy" }, { "is this chat confidential", "privacy" }, { "能用微信缴费吗", "payment" },
  { "how can I pay", "payment" }, { "谢谢", "thanks" }, { "thank you", "thanks" },
}

for _, pair in ipairs(answers) do
  test("answers " .. pair[1]) (function(t)
    t:customer(pair[1])
    t:bot { knowledge = pair[2] }
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
