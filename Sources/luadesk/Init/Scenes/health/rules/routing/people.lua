-- SPDX-License-Identifier: Apache-2.0
-- Which team takes a conversation, when it begins and when a person is asked for. The first route that matches wins:
-- stage "before", then "main" by priority, then "fallback". A conversation that no route matches at its beginning stays with the bot.

route "to_nurse_at_once" {
  why = "An emergency goes before everything and everybody, at any hour.",
  stage = "before", on = "handoff", priority = 990,
  match = has_tag { "emergency", "crisis" },
  assign = { team = "nurses", strategy = "longest_idle", priority = 9 },
  examples = {
    { given = { tags = { "emergency" } }, team = "nurses", priority = 9 },
    { given = { tags = { "crisis", "complaint" }, vip_level = 5 }, team = "nurses" },
    { given = {}, not_matched = true },
  },
}

route "to_patient_relations" {
  why = "Complaints go to people who may decide something and know the law.",
  on = "handoff", priority = 950,
  match = has_tag { "complaint" },
  assign = { team = "complaints", strategy = "least_loaded", priority = 2 },
  examples = { { given = { tags = { "complaint" } }, team = "complaints" }, { given = {}, not_matched = true } },
}

route "to_pharmacist" {
  why = "Medicines are a pharmacist's; the nurses must not answer on doses while one is in.",
  on = "handoff", priority = 930,
  match = all { has_tag "pharmacy", eq("desk.open.pharmacy", true) },
  assign = { team = "pharmacy", skills = { "pharmacist" }, strategy = "round_robin" },
  examples = {
    { given = { tags = { "pharmacy" } }, team = "pharmacy" },
    { given = { tags = { "pharmacy" }, open = { pharmacy = false } }, not_matched = true },
  },
}

route "pharmacy_is_closed" {
  why = "At night the nurse on duty takes it and calls the pharmacist on call if it cannot wait.",
  on = "handoff", priority = 920,
  match = all { has_tag "pharmacy", eq("desk.open.pharmacy", false) },
  assign = { team = "nurses", strategy = "longest_idle" },
  examples = {
    { given = { tags = { "pharmacy" }, open = { pharmacy = false } }, team = "nurses" },
    { given = { tags = { "pharmacy" } }, not_matched = true },
  },
}

route "vip_first" {
  why = "Members of the premium service are answered by it, within 15 s.",
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

route "to_seniors" {
  why = "Whoever is angry gets somebody who has done this for years.",
  on = "handoff", priority = 800,
  match = has_tag "angry",
  assign = { team = "service", skills = { "senior" }, strategy = "least_loaded", priority = 2 },
  examples = { { given = { tags = { "angry" } }, team = "service", priority = 2 }, { given = {}, not_matched = true } },
}

route "to_nurse" {
  why = "Symptoms are judged by nurses, not by the front desk and not by a machine.",
  on = "handoff", priority = 700,
  match = has_tag "triage",
  assign = { team = "nurses", skills = { "triage" }, strategy = "longest_idle", priority = 1 },
  examples = { { given = { tags = { "triage" } }, team = "nurses" }, { given = {}, not_matched = true } },
}

route "to_insurance_office" {
  why = "Settlements are looked up where the insurer's system is.",
  on = "handoff", priority = 600,
  match = has_tag "insurance",
  assign = { team = "insurance", strategy = "round_robin" },
  examples = { { given = { tags = { "insurance" } }, team = "insurance" }, { given = {}, not_matched = true } },
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
