-- SPDX-License-Identifier: Apache-2.0
-- `school.progress` is a call of your own plugin (kind "data"): {customer} → {course, done, total, next} or nothing. Without one the
-- class tutor answers.

flow "course_progress" {
  why = "How many lessons are left, when is the next: the school's system knows.",
  version = 1,
  priority = 190,
  start = intent "course_progress",
  examples = {
    { given = { text = "孩子还剩几节课" }, flow = "course_progress" },
    { given = { text = "how many lessons are left", language = "en" }, flow = "course_progress" },
    { given = { text = "学费多少" }, not_matched = true },
  },
  stages = {
    look = function(chat)
      local progress = chat:call("school.progress", { customer = chat.customer.id })
      if not progress then
        chat:tag "teaching"
        chat:say(i18n "progress_people")
        return chat:handoff { note = i18n "note_progress" }
      end
      chat:say(i18n("progress", {
        course = progress.course, done = progress.done, total = progress.total, left = progress.total - progress.done, next = progress.next,
      }))
      return chat:done()
    end,
  },
}
