-- SPDX-License-Identifier: Apache-2.0
-- What a platform cannot show, said in words: a card becomes its title with a link, a menu its numbered options.
local public_file = require "public_file"

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
  if message.kind == "location" and f.latitude and f.longitude then add(f.latitude .. ", " .. f.longitude) end
  if message.kind == "menu" then
    for index, option in ipairs(f.options or {}) do add(index .. ". " .. tostring(option.text or option.id)) end
    add(f.tail)
  end
  if f.name ~= message.text then add(f.name) end
  add(f.url)
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
