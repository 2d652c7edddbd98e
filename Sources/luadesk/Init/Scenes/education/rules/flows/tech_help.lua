-- SPDX-License-Identifier: Apache-2.0

flow "tech_help" {
  why = "Most trouble is one of four and goes away with one tip; the rest must reach the technical team while the lesson runs.",
  version = 1,
  priority = 210,
  start = any { intent "tech_help", eq("message.fields.option", "tech") },
  state = { trouble = "string?" },
  examples = {
    { given = { text = "直播课没有声音" }, flow = "tech_help" },
    { given = { text = "I cannot enter the classroom", language = "en" }, flow = "tech_help" },
    { given = { text = "怎么看回放" }, not_matched = true },
  },
  stages = {
    trouble = function(chat, s)
      chat:tag "tech"
      s.trouble = chat:choose("trouble", {
        text = i18n "ask_trouble",
        options = {
          { id = "enter", text = i18n "trouble_enter" },
          { id = "sound", text = i18n "trouble_sound" },
          { id = "picture", text = i18n "trouble_picture" },
          { id = "replay", text = i18n "trouble_replay" },
        },
        timeout = "10m", retries = 0,
      })
      if not s.trouble then return "people" end
      chat:say(i18n("tip_" .. s.trouble))
      local solved = chat:ask("solved", { text = i18n "ask_solved", expect = pattern.yes_no, timeout = "10m", retries = 1 })
      if solved == "yes" then
        chat:untag "tech"
        chat:say(i18n "solved")
        return chat:done { csat = true }
      end
      return "people"
    end,

    people = function(chat, s)
      chat:say(i18n "tech_people")
      return chat:handoff { note = i18n("note_tech", { trouble = s.trouble and i18n("trouble_" .. s.trouble) or i18n "unknown" }) }
    end,
  },
}
