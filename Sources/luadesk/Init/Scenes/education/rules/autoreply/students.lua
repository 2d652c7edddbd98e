-- SPDX-License-Identifier: Apache-2.0
-- Who writes: a parent, a student, a child at night, a child in danger. The words stand in data/words.json.
local words = data "words"
local school = require "lib.school"
local is_minor = any { eq("customer.role", "student"), below("customer.age", 18) }

reply "crisis" {
  why = "Self-harm, bullying, violence at home: numbers to call, and a trained person at once, at any hour.",
  priority = 1200, interrupts_flow = true, while_queued = true,
  match = keywords(words.crisis),
  tags = "crisis", set_priority = 9,
  text = i18n "crisis", hand_off = { note = i18n "note_crisis" },
  notify = { team = "care", text = i18n "note_crisis" },
  examples = {
    { given = { text = "我被同学霸凌了" }, reply = i18n "crisis", hand_off = true, tags = "crisis", priority = 9, notify = "team:care" },
    { given = { text = "I want to die", language = "en" }, reply = i18n "crisis", hand_off = true },
    { given = { text = "这道题不会做" }, not_matched = true },
  },
}

reply "impostor" {
  why = "Who asks parents for money in a private chat is not us: the warning at once, and a person who looks into it.",
  priority = 1050, interrupts_flow = true, while_queued = true,
  match = keywords(words.impostor),
  raise_priority = 2,
  text = i18n "impostor", hand_off = { note = i18n "note_impostor" },
  examples = {
    { given = { text = "有人加我微信说是你们老师让我交钱" }, reply = i18n "impostor", hand_off = true },
    { given = { text = "a teacher asked me to pay to a private account", language = "en" }, reply = i18n "impostor", hand_off = true },
    { given = { text = "能用微信交学费吗" }, not_matched = true },
  },
}

reply "quiet_hours" {
  why = "From 22:00 to 7:00 we do not keep minors at the screen; the tutor answers the next day.",
  priority = 1000, interrupts_flow = true,
  match = all { is_minor, between("now.hour", 22, 6), none { keywords(words.crisis) } },
  text = i18n "quiet",
  hand_off = { team = "teaching", note = i18n "note_quiet" },
  examples = {
    { given = { role = "student", at = "22:30", text = "作业在哪里提交" }, reply = i18n "quiet", hand_off = true },
    { given = { age = 13, at = "06:30", text = "homework deadline", language = "en" }, reply = i18n "quiet" },
    { given = { role = "student", at = "21:30", text = "作业在哪里提交" }, not_matched = true },
    { given = { role = "parent", at = "23:00", text = "学费多少" }, not_matched = true },
    { given = { at = "23:00", text = "学费多少" }, not_matched = true },
  },
}

reply "parents_please" {
  why = "A minor cannot sign or cancel a contract, and is not to be sold one.",
  priority = 600,
  match = all { is_minor, intent { "tuition", "book_trial", "refund", "discount" } },
  text = i18n "parents_please",
  examples = {
    { given = { role = "student", text = "我要退费" }, reply = i18n "parents_please" },
    { given = { age = 15, text = "how much is the tuition", language = "en" }, reply = i18n "parents_please" },
    { given = { role = "parent", text = "我要退费" }, not_matched = true },
  },
}

-- These two remember who it is. "I am a parent" and nothing else is answered with a greeting; with a question behind it, the question is
-- answered.
local function remember(role, list)
  return function(c, out)
    out:set_customer { role = role }
    if school.says_only(c.message.text, list) then out:reply(i18n("hello_" .. role)) end
  end
end

reply "is_parent" {
  why = "What a parent may do and a student may not depends on it.",
  priority = 30,
  match = keywords(words.parent),
  act = remember("parent", words.parent),
  examples = {
    { given = { text = "我是家长" }, reply = i18n "hello_parent" },
    { given = { text = "I am a parent.", language = "en" }, reply = i18n "hello_parent" },
    { given = { text = "我是学生" }, not_matched = true },
  },
}

reply "is_student" {
  why = "The same.",
  priority = 30,
  match = keywords(words.student),
  act = remember("student", words.student),
  examples = {
    { given = { text = "我是学生！" }, reply = i18n "hello_student" },
    { given = { text = "I am a student", language = "en" }, reply = i18n "hello_student" },
    { given = { text = "我是家长" }, not_matched = true },
  },
}
