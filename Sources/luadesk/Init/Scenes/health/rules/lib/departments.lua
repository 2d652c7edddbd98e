-- SPDX-License-Identifier: Apache-2.0
-- Which department people usually see first, from data/departments.json. Guidance for the way, no diagnosis: the first line that has one
-- of the words wins, so what is special (a child, the skin) stands above what is general.
local departments = {}
local all = data "departments"

for _, department in ipairs(all) do
  department.folded = {}
  for i, word in ipairs(department.words) do department.folded[i] = fold(word) end
end

--- The department that a text speaks of; nil if none.
---@param text string?
---@return table?
function departments.find(text)
  local folded = fold(text or "") .. " "
  for _, department in ipairs(all) do
    for _, word in ipairs(department.folded) do
      if folded:find(word, 1, true) then return department end
    end
  end
  return nil
end

---@param id string?
---@return table?
function departments.by_id(id)
  for _, department in ipairs(all) do
    if department.id == id then return department end
  end
  return nil
end

---@param department table
---@param language string?
---@return string
function departments.name(department, language)
  return (language or ""):sub(1, 2) == "en" and department.en or department.zh
end

return departments
