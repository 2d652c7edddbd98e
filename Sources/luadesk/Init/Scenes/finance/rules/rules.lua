-- SPDX-License-Identifier: Apache-2.0
-- The desk of a bank or a company that lends money, in Chinese and English. Start reading in ../README.md.
return {
  name = "finance",
  api = 1,
  language = "zh-CN",       -- for customers whose language is unknown, and where a text is missing
  time_zone = "+08:00",     -- of now.hour, now.weekday, now.date
  attributes = {
    -- What we know about customers. A rule that asks for anything else has a typing error, and is told so.
    customer = { "vip_level", "risk_profile", "has_loan", "city", "phone" },
  },
  gates = { max_changed = "20%", never_change = { "complaint", "fraud", "lost_card" } },
}
