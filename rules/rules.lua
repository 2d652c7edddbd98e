-- SPDX-License-Identifier: Apache-2.0
-- The desk of a shop that sells bags, headphones and tea sets, in Chinese and English. Start reading in README.md.
return {
  name = "shop",
  api = 1,
  language = "zh-CN",       -- for customers whose language is unknown, and where a text is missing
  time_zone = "+08:00",     -- of now.hour, now.weekday, now.date
  attributes = {
    -- What our customers have; anything else in a match is a mistake and is reported.
    customer = { "vip_level", "last_purchase", "company", "phone" },
  },
  gates = { max_changed = "20%", never_change = { "complaint" } },
}
