-- SPDX-License-Identifier: Apache-2.0
-- The desk of a clinic, hospital or pharmacy, in Chinese and English. Start reading in ../README.md.
return {
  name = "health",
  api = 1,
  language = "zh-CN",       -- for patients whose language is unknown, and where a text is missing
  time_zone = "+08:00",     -- of now.hour, now.weekday, now.date
  attributes = {
    -- What we know about patients: as little as possible, and nothing about illnesses. A rule that asks for anything else has a typing
    -- error, and is told so.
    customer = { "vip_level", "city", "phone" },
  },
  gates = { max_changed = "20%", never_change = { "emergency", "crisis", "complaint" } },
}
