-- SPDX-License-Identifier: Apache-2.0
-- What a platform cannot show, said in words: a card becomes its title with a link, a menu its numbered options.
local public_file = require "public_file"
local units = require "units"

local M = {}

local FILES = { image = true, voice = true, video = true, file = true }
-- How long a link in a text opens, in seconds: people read it days later.
local LINK_LIFE = 7 * 86400

--- A message's words, without a link to a file of the desk. Never empty where there is anything to say; text stays as it is.
---@param message OutboundMessage
---@return string
function M.words(message)
  if message.kind == "text" then return message.text end
  local f = message.fields or {}
  local lines = {}
  local function add(value) if type(value) == "string" and value ~= "" then lines[#lines + 1] = value end end
  add(message.text)
  if f.title ~= message.text then add(f.title) end
  add(f.description)
  if f.label ~= message.text then add(f.label) end
  if message.kind == "location" then
    if f.address ~= f.label and f.address ~= message.text then add(f.address) end
    if f.latitude and f.longitude then add(f.latitude .. ", " .. f.longitude) end
  end
  if message.kind == "menu" then
    for index, option in ipairs(f.options or {}) do
      local line = index .. ". " .. tostring(option.text or option.id or option.url)
      add(type(option.url) == "string" and option.text and line .. " " .. option.url or line)
    end
    add(f.tail)
  end
  if f.name ~= message.text then add(f.name) end
  add(f.url)
  return table.concat(lines, "\n")
end

--- What has still to be said beside a card or place that the platform shows: the message's text unless it is shown there, and in
--- whole what the platform has too little room for.
---@param message OutboundMessage
---@param shown { [1]: string, [2]: integer? }[] words that are shown, and how many UTF-16 units of them
---@return string words "" where nothing is left to say
function M.beside(message, shown)
  local said, lines = message.text or "", {}
  for _, item in ipairs(shown) do
    if item[1] == said then said = "" end
    if item[2] and units.length(item[1]) > item[2] then lines[#lines + 1] = item[1] end
  end
  if said ~= "" then lines[#lines + 1] = said end
  return table.concat(lines, "\n")
end

--- A message as plain text; a file of the desk becomes a link that opens for a week.
---@param message OutboundMessage
---@return string? words nil where the message is a file that the customer could neither see nor open
---@return string? reason
function M.text(message)
  local words = M.words(message)
  if not FILES[message.kind] or not message.fields or message.fields.media_id == nil then return words end
  local address, reason = public_file.address(message, LINK_LIFE)
  if not address then return nil, "the file cannot be sent here: " .. reason end
  return words == "" and address or words .. "\n" .. address
end

return M
