-- SPDX-License-Identifier: Apache-2.0
-- Courses and exams, from data/courses.json and data/exams.json.
local school = {}
local courses, exams = data "courses", data "exams"

local function is_english(language) return (language or ""):sub(1, 2) == "en" end

---@param item table with zh and en
---@param language string?
---@return string
function school.name(item, language) return is_english(language) and item.en or item.zh end

---@param id string?
---@return table?
function school.course(id)
  for _, course in ipairs(courses) do
    if course.id == id then return course end
  end
  return nil
end

--- What somebody of this age can learn, as lines to tap.
---@param age integer years
---@param language string?
---@return table[]
function school.options(age, language)
  local options = {}
  for _, course in ipairs(courses) do
    if age >= course.from and age <= course.to then
      options[#options + 1] = { id = course.id, text = school.name(course, language) }
    end
  end
  return options
end

--- Exams on or after a day, the next one first.
---@param today string 2026-11-28
---@return table[]
function school.coming(today)
  local coming = {}
  for _, exam in ipairs(exams) do
    if exam.date >= today then coming[#coming + 1] = exam end
  end
  table.sort(coming, function(a, b) return a.date < b.date end)
  return coming
end

--- An age within a sentence, 3 to 99; nil if there is none.
---@param text string
---@return integer?
function school.age(text)
  local age = math.tointeger(tonumber(fold(text):match("%d+")))
  if age and age >= 3 and age <= 99 then return age end
  return nil
end

local function bare(text)
  return (fold(text):gsub("[%p%s]", ""):gsub("。", ""):gsub("！", ""):gsub("，", ""))
end

--- Whether a text is one of these words and nothing else; blanks and punctuation do not count.
---@param text string?
---@param list string[]
---@return boolean
function school.says_only(text, list)
  local said = bare(text or "")
  for _, word in ipairs(list) do
    if said == bare(word) then return true end
  end
  return false
end

return school
