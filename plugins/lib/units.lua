-- SPDX-License-Identifier: Apache-2.0
-- Texts measured in UTF-16 units, as Telegram and LINE count them: a character beyond U+FFFF is two.
local M = {}

--- How many UTF-16 units a text has. The text must be UTF-8.
---@param words string
---@return integer
function M.length(words)
  local count = 0
  for place = 1, #words do
    local byte = words:byte(place)
    if byte < 0x80 or byte >= 0xC0 then count = count + (byte >= 0xF0 and 2 or 1) end
  end
  return count
end

--- Parts of at most `limit` units each, never cut within a character.
---@param words string
---@param limit integer
---@return string[]
function M.split(words, limit)
  words = text.clean(words)
  local parts = {}
  while M.length(words) > limit do
    local bytes = limit * 3
    local part = text.split(words, bytes)[1]
    while M.length(part) > limit do
      bytes = math.max(4, math.min(bytes - 4, bytes * limit // M.length(part)))
      part = text.split(words, bytes)[1]
    end
    parts[#parts + 1] = part
    words = words:sub(#part + 1)
  end
  if words ~= "" or #parts == 0 then parts[#parts + 1] = words end
  return parts
end

--- At most `limit` units, with "…" where something was cut.
---@param words string
---@param limit integer
---@return string
function M.cut(words, limit)
  words = text.clean(words)
  if M.length(words) <= limit then return words end
  return M.split(words, limit - 1)[1] .. "…"
end

return M
