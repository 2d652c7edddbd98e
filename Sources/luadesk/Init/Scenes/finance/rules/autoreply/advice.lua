-- SPDX-License-Identifier: Apache-2.0

reply "investment_advice" {
  why = "The machine never recommends, compares or predicts: suitability rules want a licensed person and a risk profile.",
  priority = 300,
  match = intent "investment_advice", confidence = 0.5,
  tags = "advice",
  text = i18n "advice", hand_off = { note = i18n "note_advice" },
  examples = {
    { given = { text = "推荐一只基金吧" }, hand_off = true, tags = "advice", reply = i18n "advice" },
    { given = { text = "which fund should I buy now", language = "en" }, hand_off = true, reply = i18n "advice" },
    { given = { text = "基金赎回要几天到账" }, not_matched = true },
  },
}
