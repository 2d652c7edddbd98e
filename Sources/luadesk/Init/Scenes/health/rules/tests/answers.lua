-- SPDX-License-Identifier: Apache-2.0
-- What is answered without a person. The same steps as in the scripts (*.conv), with Lua around them.

local answers = {
  { "周日门诊几点开始", "8:00" }, { "when are you open on sunday", "8:00" }, { "主任医师的挂号费是多少", "80 元" },
  { "how much does it cost to see a specialist", "80 CNY" }, { "初次就诊需要带什么", "身份证" },
  { "what do I need to bring for my first visit", "your ID" }, { "我的检查报告在哪里查", "保护隐私" },
  { "how can I see my lab results", "privacy" }, { "外地医保在你们这能报销吗", "备案" },
  { "can I use my health insurance card", "designated hospital" }, { "体检需要空腹吗", "空腹 8 小时" },
  { "do I need to fast before a health check", "fasting" }, { "流感疫苗怎么预约", "预防接种" },
  { "can I get a flu vaccine", "Vaccinations" }, { "住院病人什么时候能探视", "15:00" }, { "what are the visiting hours", "15:00" },
  { "病历怎么复印", "病案室" }, { "how do I get a copy of my medical records", "Records office" }, { "看病的发票在哪里打", "电子票据" },
  { "where can I get my receipt", "Receipts" }, { "请假用的病假条怎么开", "接诊医生" },
  { "how do I get a sick note", "doctor who sees you" }, { "能在网上复诊吗", "线上复诊" },
  { "can I see a doctor online", "Online visit" }, { "医院地址在哪里", "健康路" }, { "where is the hospital", "Jiankang Road" },
  { "我的隐私会泄露吗", "加密保存" }, { "is this chat confidential", "encrypted" }, { "能用微信缴费吗", "支持医保、微信" },
  { "how can I pay", "machine" }, { "谢谢", "不客气" }, { "thank you", "welcome" },
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
