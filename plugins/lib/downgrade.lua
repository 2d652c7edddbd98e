-- SPDX-License-Identifier: Apache-2.0
-- What a platform cannot show, said in words: a card becomes its title with a link, a menu its numbered options.
local M = {}

--- A message as plain text, never empty where there is anything to say. Text stays as it is.
---@param message OutboundMessage
---@return string
function M.text(message)
  if message.kind == "text" then return message.text end
  local f = message.fields or {}
  local lines = {}
  local function add(value) if type(value) == "string" and value ~= "" then lines[#lines + 1] = value end end
  add(message.text)
  if f.title ~= message.text then add(f.title) end
  add(f.description)
  if f.label ~= message.text then add(f.label) end
  if message.kind == "location" and f.latitude and f.longitude then add(f.latitude .. ", " .. f.longitude) end
  if message.kind == "menu" then
    for index, option in ipairs(f.options or {}) do add(index .. ". " .. tostring(option.text or option.id)) end
    add(f.tail)
  end
  if f.name ~= message.text then add(f.name) end
  add(f.url)
  return table.concat(lines, "\n")
end

return M
