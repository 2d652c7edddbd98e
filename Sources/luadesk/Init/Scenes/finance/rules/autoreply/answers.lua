-- SPDX-License-Identifier: Apache-2.0
-- Questions that need no person. How they are asked stands in data/intents.json, what we answer in data/knowledge.json: nobody has to
-- touch this file to change an answer.

reply "transfer_fees" {
  why = "Fees are published; we say where, and that the published table counts.",
  match = intent "transfer_fees", knowledge = "transfer_fees",
  examples = {
    { given = { text = "跨行转账要手续费吗" }, knowledge = "transfer_fees" },
    { given = { text = "do you charge a fee for transfers", language = "en" }, knowledge = "transfer_fees" },
  },
}

reply "transfer_time" {
  why = "How long a transfer takes is asked by the sender and by who waits for it.",
  match = intent "transfer_time", knowledge = "transfer_time",
  examples = {
    { given = { text = "转账多久到账" }, knowledge = "transfer_time" },
    { given = { text = "how long does a transfer take", language = "en" }, knowledge = "transfer_time" },
  },
}

reply "transfer_limits" {
  why = "Limits depend on the contract and on how the account was opened.",
  match = intent "transfer_limits", knowledge = "transfer_limits",
  examples = {
    { given = { text = "每天最多可以转多少钱" }, knowledge = "transfer_limits" },
    { given = { text = "what is the daily transfer limit", language = "en" }, knowledge = "transfer_limits" },
  },
}

reply "deposit_rates" {
  why = "A rate is a fact, a recommendation is not: the answer ends with the disclaimer.",
  match = intent "deposit_rates", knowledge = "deposit_rates",
  examples = {
    { given = { text = "一年期存款利率是多少" }, knowledge = "deposit_rates" },
    { given = { text = "what is the interest rate on a fixed deposit", language = "en" }, knowledge = "deposit_rates" },
  },
}

reply "loan_rates" {
  match = intent "loan_rates", knowledge = "loan_rates",
  examples = {
    { given = { text = "消费贷款年化利率是多少" }, knowledge = "loan_rates" },
    { given = { text = "what is the interest rate for a personal loan", language = "en" }, knowledge = "loan_rates" },
  },
}

reply "early_repayment" {
  match = intent "early_repayment", knowledge = "early_repayment",
  examples = {
    { given = { text = "我想提前还清贷款" }, knowledge = "early_repayment" },
    { given = { text = "is there a fee for early repayment", language = "en" }, knowledge = "early_repayment" },
  },
}

reply "repayment_day" {
  match = intent "repayment_day", knowledge = "repayment_day",
  examples = {
    { given = { text = "我的信用卡还款日是哪天" }, knowledge = "repayment_day" },
    { given = { text = "when is my credit card payment due", language = "en" }, knowledge = "repayment_day" },
  },
}

reply "statement" {
  match = intent "statement", knowledge = "statement",
  examples = {
    { given = { text = "怎么导出最近半年的流水" }, knowledge = "statement" },
    { given = { text = "how can I download a bank statement", language = "en" }, knowledge = "statement" },
  },
}

reply "open_account" {
  match = intent "open_account", knowledge = "open_account",
  examples = {
    { given = { text = "办银行卡要带什么证件" }, knowledge = "open_account" },
    { given = { text = "what do I need to open a bank account", language = "en" }, knowledge = "open_account" },
  },
}

reply "change_phone" {
  match = intent "change_phone", knowledge = "change_phone",
  examples = {
    { given = { text = "我换手机号了怎么改预留号码" }, knowledge = "change_phone" },
    { given = { text = "how do I update my mobile number", language = "en" }, knowledge = "change_phone" },
  },
}

reply "forgot_password" {
  match = intent "forgot_password", knowledge = "forgot_password",
  examples = {
    { given = { text = "我把登录密码忘了" }, knowledge = "forgot_password" },
    { given = { text = "I forgot my login password", language = "en" }, knowledge = "forgot_password" },
  },
}

reply "fund_redemption" {
  why = "How long money takes is a fact; whether to sell is advice, and that is another rule.",
  match = intent "fund_redemption", knowledge = "fund_redemption",
  examples = {
    { given = { text = "基金赎回要几天到账" }, knowledge = "fund_redemption" },
    { given = { text = "how many days does a fund redemption take", language = "en" }, knowledge = "fund_redemption" },
  },
}

reply "deposit_insurance" {
  match = intent "deposit_insurance", knowledge = "deposit_insurance",
  examples = {
    { given = { text = "存款有没有保险" }, knowledge = "deposit_insurance" },
    { given = { text = "are my deposits insured", language = "en" }, knowledge = "deposit_insurance" },
  },
}

reply "credit_report" {
  match = intent "credit_report", knowledge = "credit_report",
  examples = {
    { given = { text = "个人征信报告怎么查" }, knowledge = "credit_report" },
    { given = { text = "how can I get my credit report", language = "en" }, knowledge = "credit_report" },
  },
}

reply "fraud_prevention" {
  match = intent "fraud_prevention", knowledge = "fraud_prevention",
  examples = {
    { given = { text = "怎么防范电信诈骗" }, knowledge = "fraud_prevention" },
    { given = { text = "how do I protect myself from scams", language = "en" }, knowledge = "fraud_prevention" },
  },
}

reply "card_delivery" {
  match = intent "card_delivery", knowledge = "card_delivery",
  examples = {
    { given = { text = "我的新卡多久能寄到" }, knowledge = "card_delivery" },
    { given = { text = "when will my new card arrive", language = "en" }, knowledge = "card_delivery" },
  },
}

reply "opening_hours" {
  match = intent "opening_hours", knowledge = "opening_hours",
  examples = {
    { given = { text = "你们网点几点开门" }, knowledge = "opening_hours" },
    { given = { text = "what are your branch opening hours", language = "en" }, knowledge = "opening_hours" },
  },
}

reply "thanks" {
  match = intent "thanks", knowledge = "thanks",
  examples = {
    { given = { text = "谢谢" }, knowledge = "thanks" },
    { given = { text = "thank you", language = "en" }, knowledge = "thanks" },
  },
}
