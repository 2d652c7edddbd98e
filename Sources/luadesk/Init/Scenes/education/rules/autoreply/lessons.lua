-- SPDX-License-Identifier: Apache-2.0
local school = require "lib.school"

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
    { given = { at = "2026-11-28 10:30", text = "最近有什么考试" }, reply = "编程等级测评（冬季）：2026-12-19" },
    { given = { at = "2027-01-20", text = "when is the next exam", language = "en" }, reply = "End-of-term test: 2027-01-23" },
    { given = { at = "2031-01-01", text = "什么时候考试" }, reply = "没有已公布的考试" },
    { given = { text = "作业什么时候截止" }, not_matched = true },
  },
}

reply "homework_help" {
  why = "A machine that does the homework teaches nothing; the tutor explains it.",
  priority = 300,
  match = intent "homework_help",
  tags = "teaching",
  text = i18n "homework_teacher", hand_off = { note = i18n "note_homework" },
  examples = {
    { given = { text = "这道数学题不会做" }, hand_off = true, tags = "teaching", reply = "班主任" },
    { given = { text = "can you help me with my homework", language = "en" }, hand_off = true, reply = "tutor" },
    { given = { text = "作业在哪里提交" }, not_matched = true },
  },
}
