-- SPDX-License-Identifier: Apache-2.0
-- What is answered without a person. The same steps as in the scripts (*.conv), with Lua around them.

local answers = {
  { "跨行转账要手续费吗", "免手续费" }, { "do you charge a fee for transfers", "free" }, { "每天最多可以转多少钱", "20 万" },
  { "what is the daily transfer limit", "200,000" }, { "一年期存款利率是多少", "不构成投资建议" },
  { "what is the interest rate on a fixed deposit", "no investment advice" }, { "消费贷款年化利率是多少", "以合同为准" },
  { "what is the interest rate for a personal loan", "contract counts" }, { "我想提前还清贷款", "提前还款" },
  { "is there a fee for early repayment", "penalty" }, { "我的信用卡还款日是哪天", "还款日" },
  { "when is my credit card payment due", "due date" }, { "怎么导出最近半年的流水", "导出流水" },
  { "how can I download a bank statement", "stamped statement" }, { "办银行卡要带什么证件", "身份证" },
  { "what do I need to open a bank account", "valid ID" }, { "我换手机号了怎么改预留号码", "预留手机号" },
  { "how do I update my mobile number", "face check" }, { "我把登录密码忘了", "刷脸重置" },
  { "I forgot my login password", "face check" }, { "基金赎回要几天到账", "T+1" },
  { "how many days does a fund redemption take", "T+1" }, { "存款有没有保险", "50 万" },
  { "are my deposits insured", "500,000" }, { "个人征信报告怎么查", "免费查询" },
  { "how can I get my credit report", "twice a year" }, { "怎么防范电信诈骗", "96110" },
  { "how do I protect myself from scams", "safe account" }, { "我的新卡多久能寄到", "工作日" },
  { "when will my new card arrive", "working days" }, { "你们网点几点开门", "9:00" },
  { "what are your branch opening hours", "9:00" }, { "谢谢", "不客气" }, { "thank you", "welcome" },
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
