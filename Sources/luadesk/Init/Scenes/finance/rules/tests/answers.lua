-- SPDX-License-Identifier: Apache-2.0
-- What is answered without a person. The same steps as in the scripts (*.conv), with Lua around them.

-- Which answer of data/knowledge.json belongs to which question; what it says may change at any time.
local answers = {
  { "跨行转账要手续费吗", "transfer_fees" }, { "do you charge a fee for transfers", "transfer_fees" }, { "每天最多可以转多少钱", "transfer_limits" },
  { "what is the daily transfer limit", "transfer_limits" }, { "一年期存款利率是多少", "deposit_rates" },
  { "what is the interest rate on a fixed deposit", "deposit_rates" }, { "消费贷款年化利率是多少", "loan_rates" },
  { "what is the interest rate for a personal loan", "loan_rates" }, { "我想提前还清贷款", "early_repayment" },
  { "is there a fee for early repayment", "early_repayment" }, { "我的信用卡还款日是哪天", "repayment_day" },
  { "when is my credit card payment due", "repayment_day" }, { "怎么导出最近半年的流水", "statement" },
  { "how can I download a bank statement", "statement" }, { "办银行卡要带什么证件", "open_account" },
  { "what do I need to open a bank account", "open_account" }, { "我换手机号了怎么改预留号码", "change_phone" },
  { "how do I update my mobile number", "change_phone" }, { "我把登录密码忘了", "forgot_password" },
  { "I forgot my login password", "forgot_password" }, { "基金赎回要几天到账", "fund_redemption" },
  { "how many days does a fund redemption take", "fund_redemption" }, { "存款有没有保险", "deposit_insurance" },
  { "are my deposits insured", "deposit_insurance" }, { "个人征信报告怎么查", "credit_report" },
  { "how can I get my credit report", "credit_report" }, { "怎么防范电信诈骗", "fraud_prevention" },
  { "how do I protect myself from scams", "fraud_prevention" }, { "我的新卡多久能寄到", "card_delivery" },
  { "when will my new card arrive", "card_delivery" }, { "你们网点几点开门", "opening_hours" },
  { "what are your branch opening hours", "opening_hours" }, { "谢谢", "thanks" }, { "thank you", "thanks" },
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
