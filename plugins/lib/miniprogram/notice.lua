-- SPDX-License-Identifier: Apache-2.0
-- Notices in place of messages: a template of the platform whose fields the operator fills in the settings, such as
-- {"keyword1":"{text}","keyword2":"{time}"}. Nothing else is said to the customer.
local downgrade = require "downgrade"

local M = {}

local LIMIT = 20

--- At most `count` characters, on one line; nothing is cut within a character.
local function cut(words, count)
  words = text.clean(words):gsub("[\r\n\t]+", " ")
  if utf8.len(words) <= count then return words end
  return words:sub(1, utf8.offset(words, count) - 1) .. "…"
end

--- The fields of a template. `{text}`, `{time}` and `{date}` (Beijing) are filled in.
---@param pattern? string JSON of the setting
---@param words string
---@return table<string, string>? data, string? reason
function M.data(pattern, words)
  local value = pattern and json.decode(pattern)
  if type(value) ~= "table" or next(value) == nil then return nil, "template_data is no JSON object with names" end
  local here = time.rfc3339(time.now() + 8 * 3600)
  local known = { text = cut(words, LIMIT), time = here:sub(1, 10) .. " " .. here:sub(12, 16), date = here:sub(1, 10) }
  local data = {}
  for name, template in pairs(value) do
    if type(name) ~= "string" or type(template) == "table" then return nil, "template_data is no JSON object with names" end
    data[name] = tostring(template):gsub("{(%a+)}", known)
  end
  return data
end

--- The fields for a message.
function M.fill(message, settings)
  local words = text.trim(downgrade.words(message))
  if words == "" then words = message.kind end
  return M.data(settings.template_data, words)
end

--- What is wrong with the template's settings; nil where nothing is.
function M.problem(settings)
  if not settings.template_id then return nil end
  local _, reason = M.data(settings.template_data, "x")
  return reason
end

return M
