-- SPDX-License-Identifier: Apache-2.0
local school = require "lib.school"

-- For the examples: the first and the last exam that the file has.
local exams = school.coming ""
local first, last = exams[1], exams[#exams]

reply "exam_dates" {
  why = "Dates change in data/exams.json, not here; what is over is not shown.",
  match = any { intent "exam_dates", eq("message.fields.option", "exams") },
  act = function(c, out)
    local coming = school.coming(c.now.date)
    if #coming == 0 then return out:reply(i18n "exams_none") end
    local lines = { i18n "exams_head" }
    for i = 1, math.min(3, #coming) do
      local exam = coming[i]
      lines[#lines + 1] = i18n("exams_line", { name = school.name(exam, c.language), date = exam.date, register = exam.register })
    end
    out:reply(table.concat(lines, "\n"))
  end,
  examples = {
    { given = { at = "2099-01-01", text = "什么时候考试" }, reply = i18n "exams_none" },
    { given = { text = "作业什么时候截止" }, not_matched = true },
    first and { given = { at = first.date, text = "最近有什么考试" }, reply = i18n("exams_line", { name = first.zh, date = first.date }) },
    last and {
      given = { at = last.date, text = "when is the next exam", language = "en" },
      reply = i18n("exams_line", { name = last.en, date = last.date }),
    },
  },
}

reply "homework_help" {
  why = "A machine that does the homework teaches nothing; the tutor explains it.",
  priority = 300,
  match = intent "homework_help",
  tags = "teaching",
  text = i18n "homework_teacher", hand_off = { note = i18n "note_homework" },
  examples = {
    { given = { text = "这道数学题不会做" }, hand_off = true, tags = "teaching", reply = i18n "homework_teacher" },
    { given = { text = "can you help me with my homework", language = "en" }, hand_off = true, reply = i18n "homework_teacher" },
    { given = { text = "作业在哪里提交" }, not_matched = true },
  },
}
