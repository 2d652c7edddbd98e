-- SPDX-License-Identifier: Apache-2.0
-- Files of the desk for platforms that take no uploads and fetch them by address.
local M = {}

--- The address under which the world gets a message's file: the one it came with, else a signed one of the desk's own.
---@param message OutboundMessage
---@param seconds? number how long a signed one is good at least
---@return string? address, string? reason, string? code "no_public_url" where the desk has no public address, "media" where there is no file
function M.address(message, seconds)
  local f = message.fields or {}
  if f.media_id == nil then
    if type(f.url) == "string" and f.url:find("^https?://") then return f.url end
    return nil, "the message names no file with an address", "media"
  end
  return media.url(tostring(f.media_id), seconds)
end

--- The https address of a message's file, where it is of one of these types and no larger; else nil, so that it goes as a link.
---@param message OutboundMessage
---@param types table<string, boolean> content types that the platform shows
---@param limit? integer bytes
---@return string?
function M.shown(message, types, limit)
  local id = (message.fields or {}).media_id
  local known = id and media.info(tostring(id))
  if id and not known then return nil end
  if known and not types[known.content_type:match("^[^;]+")] then return nil end
  if known and limit and known.byte_count > limit then return nil end
  local address = M.address(message)
  return address and #address <= 2000 and address:find("^https://") and address or nil
end

--- The https address of the small picture beside a card or film, given or the desk's own; nil where there is none that fits.
---@param message OutboundMessage
---@param types table<string, boolean>
---@param limit? integer bytes
---@return string?
function M.thumb(message, types, limit)
  local f = message.fields or {}
  if type(f.thumb_url) == "string" and f.thumb_url:find("^https://") and #f.thumb_url <= 2000 then return f.thumb_url end
  if f.thumb_media_id == nil then return nil end
  return M.shown({ fields = { media_id = f.thumb_media_id } }, types, limit)
end

return M
