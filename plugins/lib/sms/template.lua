-- SPDX-License-Identifier: Apache-2.0
-- Platforms in mainland China send approved templates only: a text of ours goes into their variables.
local downgrade = require "downgrade"
local units = require "units"

local M = {}

local FILES = { image = true, voice = true, video = true, file = true }

--- The words of a message in one line, as variables take them. Carriers let no link of ours through in one, so a file cannot be told.
---@param message OutboundMessage
---@return string? words, string? reason
function M.words(message)
  if FILES[message.kind] and message.fields.media_id then return nil, "the file cannot be sent here: a template takes words only" end
  return (text.trim(text.clean(downgrade.words(message)):gsub("%s+", " ")))
end

--- A pattern of the settings, such as `{"content":"{text}"}` or `["{text}"]`, filled. Values become texts.
---@param pattern string JSON
---@param words string
---@param index integer which part of how many
---@param count integer
---@return table? values, string? problem
function M.fill(pattern, words, index, count)
  local value = json.decode(pattern)
  if type(value) ~= "table" then return nil, "is no JSON object or list" end
  local known = { text = words, part = tostring(index), parts = tostring(count) }
  local out = (value[1] ~= nil or pattern:find("^%s*%[")) and array {} or {}
  for name, template in pairs(value) do
    if type(template) == "table" then return nil, "holds more than texts" end
    out[name] = (tostring(template):gsub("{(%a+)}", known))
  end
  return out
end

--- The texts that go into the variable, one for each message: at most `limit` characters, at most `most` of them. A template that does
--- not say the text goes out once, however long that is.
---@param pattern string JSON of the template's variables
---@return string[]? parts, string? problem
function M.parts(words, pattern, limit, most)
  if not pattern:find("{text}", 1, true) then return { words } end
  local parts = units.split(words, math.max(2, limit))
  if #parts > most then return nil, "the text needs " .. #parts .. " messages, max_parts allows " .. most end
  return parts
end

return M
