-- SPDX-License-Identifier: Apache-2.0
-- Which team takes a conversation, when it begins and when a person is asked for. The first route that matches wins:
-- stage "before", then "main" by priority, then "fallback". A conversation that no route matches at its beginning stays with the bot.
local is_student = any { eq("customer.role", "student"), below("customer.age", 18) }

route "to_care" {
  why = "A student in danger goes before everything, at any hour, to people trained for it.",
  stage = "before", on = "handoff", priority = 990,
  match = has_tag "crisis",
  assign = { team = "care", skills = { "child_protection" }, strategy = "longest_idle", priority = 9 },
  examples = {
    { given = { tags = { "crisis" } }, team = "care", priority = 9 },
    { given = { tags = { "crisis" }, vip_level = 5 }, team = "care" },
    { given = {}, not_matched = true },
  },
}

route "to_principal" {
  why = "A complaint goes to the principal's office, which may decide.",
  on = "handoff", priority = 950,
  match = has_tag { "complaint" },
  assign = { team = "complaints", strategy = "least_loaded", priority = 2 },
  examples = { { given = { tags = { "complaint" } }, team = "complaints" }, { given = {}, not_matched = true } },
}

route "vip_first" {
  why = "Families with a personal adviser get that person, within 15 s.",
  priority = 900,
  match = all {
    at_least("customer.vip_level", 4),
    eq("desk.open.premium", true),
    ne("message.kind", "event"),    -- opening the chat is no question yet
  },
  assign = { team = "premium", sla = "vip", strategy = "sticky", priority = 3 },
  text = i18n "vip_connecting",
  examples = {
    { given = { vip_level = 5, language = "zh-CN" }, team = "premium", sla = "vip", reply = i18n "vip_connecting" },
    { given = { vip_level = 4, language = "en" }, on = "handoff", team = "premium", reply = i18n "vip_connecting" },
    { given = { vip_level = 5, open = { premium = false } }, not_matched = true },
    { given = { vip_level = 1 }, not_matched = true },
  },
}

route "to_tech" {
  why = "A lesson is running and does not work: minutes count, before other questions.",
  on = "handoff", priority = 850,
  match = has_tag "tech",
  assign = { team = "tech", strategy = "longest_idle", priority = 3 },
  examples = { { given = { tags = { "tech" } }, team = "tech", priority = 3 }, { given = {}, not_matched = true } },
}

route "to_seniors" {
  why = "Whoever is angry gets somebody who has done this for years.",
  on = "handoff", priority = 800,
  match = has_tag "angry",
  assign = { team = "service", skills = { "senior" }, strategy = "least_loaded", priority = 2 },
  examples = { { given = { tags = { "angry" } }, team = "service", priority = 2 }, { given = {}, not_matched = true } },
}

route "to_contracts" {
  why = "Money back is a matter of the contract, not of the person who sold it.",
  on = "handoff", priority = 700,
  match = has_tag "refund",
  assign = { team = "contracts", strategy = "round_robin" },
  examples = { { given = { tags = { "refund" } }, team = "contracts" }, { given = {}, not_matched = true } },
}

route "to_tutor" {
  why = "Lessons, homework and progress belong to the class tutor who knows the student.",
  on = "handoff", priority = 600,
  match = has_tag { "teaching" },
  assign = { team = "teaching", strategy = "sticky" },
  examples = { { given = { tags = { "teaching" } }, team = "teaching" }, { given = {}, not_matched = true } },
}

route "students" {
  why = "Students are never sold anything: whatever they ask goes to their tutor.",
  on = "handoff", priority = 550,
  match = is_student,
  assign = { team = "teaching", strategy = "sticky" },
  examples = {
    { given = { role = "student" }, team = "teaching" },
    { given = { age = 12 }, team = "teaching" },
    { given = { role = "parent" }, not_matched = true },
    { given = {}, not_matched = true },
  },
}

route "to_admissions" {
  why = "Trial lessons and enrolment are the course advisers' work.",
  on = "handoff", priority = 500,
  match = has_tag "trial",
  assign = { team = "admissions", strategy = "round_robin" },
  examples = { { given = { tags = { "trial" } }, team = "admissions" }, { given = {}, not_matched = true } },
}

route "english" {
  why = "English is answered by those who speak it.",
  on = "handoff", priority = 200,
  match = language { "en" },
  assign = { team = "service", skills = { "en" }, strategy = "longest_idle" },
  examples = { { given = { language = "en" }, team = "service" }, { given = { language = "zh-CN" }, not_matched = true } },
}

route "everybody_else" {
  why = "Nobody who wants a person is left without a team.",
  stage = "fallback", on = "handoff",
  assign = { team = "service", strategy = "longest_idle" },
  examples = { { given = {}, team = "service" } },
}
