-- SPDX-License-Identifier: Apache-2.0
-- Questions around buying that have words of their own; so keywords do, and data/intents.json need not learn them.

reply "authentic" {
  why = "Asked before nearly every first order.",
  match = keywords { "正品", "真货吗", "是真的吗", "authentic", "genuine" }, knowledge = "authentic", priority = 8,
  examples = {
    { given = { text = "你们家是正品吗" }, knowledge = "authentic" },
    { given = { text = "are these genuine?", language = "en" }, knowledge = "authentic" },
    { given = { text = "双肩包多少钱" }, not_matched = true },
  },
}

reply "size_guide" {
  why = "A right size is a return less.",
  match = keywords { "尺码表", "怎么选尺码", "选什么码", "穿多大", "偏大吗", "偏小吗", "size chart", "size guide", "run small", "run large" },
  knowledge = "size_guide", priority = 8,
  examples = {
    { given = { text = "跑步鞋尺码表有吗" }, knowledge = "size_guide" },
    { given = { text = "do the shoes run small", language = "en" }, knowledge = "size_guide" },
    { given = { text = "42码有货吗" }, not_matched = true },
  },
}

reply "membership" {
  why = "Points and levels are on the member page; we say where.",
  match = keywords { "积分", "会员等级", "怎么成为会员", "会员权益", "loyalty", "member points", "membership" },
  knowledge = "membership", priority = 8,
  examples = {
    { given = { text = "积分怎么用" }, knowledge = "membership" },
    { given = { text = "how does the membership work", language = "en" }, knowledge = "membership" },
    { given = { text = "会员日有优惠吗" }, not_matched = true },
  },
}

reply "price_protection" {
  why = "The price fell the day after: paid back without an argument.",
  match = keywords { "保价", "价保", "买贵了", "降价了", "退差价", "price protection", "price match", "price dropped", "price drop" },
  knowledge = "price_protection", priority = 8,
  examples = {
    { given = { text = "昨天刚买今天降价了" }, knowledge = "price_protection" },
    { given = { text = "the price dropped after I ordered", language = "en" }, knowledge = "price_protection" },
    { given = { text = "有优惠吗" }, not_matched = true },
  },
}

reply "stores" {
  why = "Some want to see it first.",
  match = keywords { "实体店", "门店", "线下店", "专卖店", "physical store", "store near me", "stores near", "showroom" },
  knowledge = "stores", priority = 8,
  examples = {
    { given = { text = "你们有实体店吗" }, knowledge = "stores" },
    { given = { text = "is there a store near me", language = "en" }, knowledge = "stores" },
    { given = { text = "多久发货" }, not_matched = true },
  },
}

reply "bulk" {
  why = "Companies buy by the hundred; the answer says from how many, and what to send.",
  match = keywords { "批发", "团购", "大批量", "企业采购", "定制logo", "bulk order", "wholesale", "large order" },
  knowledge = "bulk", priority = 8,
  examples = {
    { given = { text = "公司团购有什么政策" }, knowledge = "bulk" },
    { given = { text = "do you take bulk orders, a bulk order of 200", language = "en" }, knowledge = "bulk" },
    { given = { text = "两件包邮吗" }, not_matched = true },
  },
}
