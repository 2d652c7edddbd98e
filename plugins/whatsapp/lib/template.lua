-- SPDX-License-Identifier: Apache-2.0
-- Approved templates, the only thing that may be sent when the customer has not written for 24 hours.
-- Source: developers.facebook.com, "WhatsApp: message templates", 2026-07.
local M = {}

-- Characters of a parameter; no line breaks, tabs, or more than four blanks in a row.
local LIMIT = 1024

local function parameter(words)
  local line = text.trim(text.clean(words):gsub("[\r\n\t]+", " "):gsub("    +", "   "))
  if utf8.len(line) > LIMIT then line = line:sub(1, utf8.offset(line, LIMIT) - 1) .. "…" end
  return { type = "text", text = line ~= "" and line or "-" }
end

--- A template that a rule or agent chose: `fields.template = { name, language, components }`, as Meta's API has it.
function M.chosen(message)
  local given = message.fields.template
  if type(given) ~= "table" or type(given.name) ~= "string" then return nil end
  local language = type(given.language) == "table" and given.language.code or given.language
  return {
    name = given.name, language = { code = tostring(language or "en_US") },
    components = type(given.components) == "table" and next(given.components) ~= nil and given.components or nil,
  }
end

--- The template of the settings with the words in it.
---@return table? template, string? problem
function M.filled(words, settings)
  local pattern = json.decode(settings.template_parameters)
  if type(pattern) ~= "table" or (next(pattern) ~= nil and pattern[1] == nil) then return nil, "template_parameters is no JSON list" end
  local parameters = array {}
  for index, item in ipairs(pattern) do
    if type(item) == "table" then return nil, "template_parameters holds more than texts" end
    parameters[index] = parameter((tostring(item):gsub("{text}", (words:gsub("%%", "%%%%")))))
  end
  return {
    name = settings.template_name, language = { code = settings.template_language },
    components = parameters[1] and array { { type = "body", parameters = parameters } } or nil,
  }
end

return M
