-- SPDX-License-Identifier: Apache-2.0
-- Questions that need no person. How they are asked stands in data/intents.json, what we answer in data/knowledge.json: nobody has to
-- touch this file to change an answer.

reply "transfer_fees" {
  why = "Fees are published; we say where, and that the published table counts.",
  match = intent "transfer_fees", knowledge = "transfer_fees",
  examples = {
    { given = { text = "跨行转账要手续费吗" }, reply = "免手续费" },
    { given = { text = "do you charge a fee for transfers", language = "en" }, reply = "free" },
  },
}

reply "transfer_limits" {
  why = "Limits depend on the contract and on how the account was opened.",
  match = intent "transfer_limits", knowledge = "transfer_limits",
  examples = {
    { given = { text = "每天最多可以转多少钱" }, reply = "20 万" },
    { given = { text = "what is the daily transfer limit", language = "en" }, reply = "200,000" },
  },
}

reply "deposit_rates" {
  why = "A rate is a fact, a recommendation is not: the answer ends with the disclaimer.",
  match = intent "deposit_rates", knowledge = "deposit_rates",
  examples = {
    { given = { text = "一年期存款利率是多少" }, reply = "不构成投资建议" },
    { given = { text = "what is the interest rate on a fixed deposit", language = "en" }, reply = "no investment advice" },
  },
}

reply "loan_rates" {
  match = intent "loan_rates", knowledge = "loan_rates",
  examples = {
    { given = { text = "消费贷款年化利率是多少" }, reply = "以合同为准" },
    { given = { text = "what is the interest rate for a personal loan", language = "en" }, reply = "contract counts" },
  },
}

reply "early_repayment" {
  match = intent "early_repayment", knowledge = "early_repayment",
  examples = {
    { given = { text = "我想提前还清贷款" }, reply = "提前还款" },
    { given = { text = "is there a fee for early repayment", language = "en" }, reply = "penalty" },
  },
}

reply "repayment_day" {
  match = intent "repayment_day", knowledge = "repayment_day",
  examples = {
    { given = { text = "我的信用卡还款日是哪天" }, reply = "还款日" },
    { given = { text = "when is my credit card payment due", language = "en" }, reply = "due date" },
  },
}

reply "statement" {
  match = intent "statement", knowledge = "statement",
  examples = {
    { given = { text = "怎么导出最近半年的流水" }, reply = "导出流水" },
    { given = { text = "how can I download a bank statement", language = "en" }, reply = "stamped statement" },
  },
}

reply "open_account" {
  match = intent "open_account", knowledge = "open_account",
  examples = {
    { given = { text = "办银行卡要带什么证件" }, reply = "身份证" },
    { given = { text = "what do I need to open a bank account", language = "en" }, reply = "valid ID" },
  },
}

reply "change_phone" {
  match = intent "change_phone", knowledge = "change_phone",
  examples = {
    { given = { text = "我换手机号了怎么改预留号码" }, reply = "预留手机号" },
    { given = { text = "how do I update my mobile number", language = "en" }, reply = "face check" },
  },
}

reply "forgot_password" {
  match = intent "forgot_password", knowledge = "forgot_password",
  examples = {
    { given = { text = "我把登录密码忘了" }, reply = "刷脸重置" },
    { given = { text = "I forgot my login password", language = "en" }, reply = "face check" },
  },
}

reply "fund_redemption" {
  why = "How long money takes is a fact; whether to sell is advice, and that is another rule.",
  match = intent "fund_redemption", knowledge = "fund_redemption",
  examples = {
    { given = { text = "基金赎回要几天到账" }, reply = "T+1" },
    { given = { text = "how many days does a fund redemption take", language = "en" }, reply = "T+1" },
  },
}

reply "deposit_insurance" {
  match = intent "deposit_insurance", knowledge = "deposit_insurance",
  examples = {
    { given = { text = "存款有没有保险" }, reply = "50 万" },
    { given = { text = "are my deposits insured", language = "en" }, reply = "500,000" },
  },
}

reply "credit_report" {
  match = intent "credit_report", knowledge = "credit_report",
  examples = {
    { given = { text = "个人征信报告怎么查" }, reply = "免费查询" },
    { given = { text = "how can I get my credit report", language = "en" }, reply = "twice a year" },
  },
}

reply "fraud_prevention" {
  match = intent "fraud_prevention", knowledge = "fraud_prevention",
  examples = {
    { given = { text = "怎么防范电信诈骗" }, reply = "96110" },
    { given = { text = "how do I protect myself from scams", language = "en" }, reply = "safe account" },
  },
}

reply "card_delivery" {
  match = intent "card_delivery", knowledge = "card_delivery",
  examples = {
    { given = { text = "我的新卡多久能寄到" }, reply = "工作日" },
    { given = { text = "when will my new card arrive", language = "en" }, reply = "working days" },
  },
}

reply "opening_hours" {
  match = intent "opening_hours", knowledge = "opening_hours",
  examples = {
    { given = { text = "你们网点几点开门" }, reply = "9:00" },
    { given = { text = "what are your branch opening hours", language = "en" }, reply = "9:00" },
  },
}

reply "thanks" {
  match = intent "thanks", knowledge = "thanks",
  examples = {
    { given = { text = "谢谢" }, reply = "不客气" },
    { given = { text = "thank you", language = "en" }, reply = "welcome" },
  },
}
