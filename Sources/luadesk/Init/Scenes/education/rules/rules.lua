-- SPDX-License-Identifier: Apache-2.0
-- The desk of a training school or of online courses, in Chinese and English. Start reading in ../README.md.
return {
  name = "education",
  api = 1,
  language = "zh-CN",       -- for customers whose language is unknown, and where a text is missing
  time_zone = "+08:00",     -- of now.hour, now.weekday, now.date
  attributes = {
    -- What we know about customers: role is "parent" or "student". A rule that asks for anything else has a typing error, and is told so.
    customer = { "vip_level", "role", "age", "grade", "campus", "phone" },
  },
  gates = { max_changed = "20%", never_change = { "crisis", "complaint" } },
}
