-- SPDX-License-Identifier: Apache-2.0
-- Temporary media: up, kept three days there; down, from what a message names.
local api = require "wechat.api"
local no_file = require "no_file"

local M = {}

-- The platform keeps an upload three days; ours is thought gone a little earlier.
local UPLOAD_LIFE = 60 * 60 * 24 * 3 - 3600

--- The platform's id for a file: as it is if it is theirs, uploaded if it is one of ours.
---@param kind "image"|"voice"|"video"|"thumb"
---@param again? boolean upload even if there is an id: the platform has called it invalid
---@return string? media_id, table? result what went wrong
function M.upload(channel, kind, id, again)
  local object = media.info(id)
  if not object then return id end
  local key = "upload:" .. kind .. ":" .. id
  local known = not again and store.get(key)
  if known then return known end
  local result = api.call(channel, "/cgi-bin/media/upload", { type = kind }, {
    method = "POST", multipart = { { name = "media", media = id } }, timeout = "30s",
  })
  if result.class ~= "ok" then
    -- An upload can be repeated: nobody sees it.
    if result.class == "lost" then result.class = "retry_later" end
    return nil, result
  end
  local media_id = result.json.media_id or result.json.thumb_media_id
  if type(media_id) ~= "string" then return nil, { class = "retry_later", reason = "media/upload answered without an id" } end
  store.set(key, media_id, UPLOAD_LIFE)
  return media_id
end

--- Downloads what an inbound message names: by media id, else from the platform's own picture address.
---@return table? object, string? message, string? code
function M.download(channel, fields)
  local reason, code
  if type(fields.media_id) == "string" and fields.media_id ~= "" then
    local result = api.call(channel, "/cgi-bin/media/get", { media_id = fields.media_id }, { into = "media", timeout = "30s" })
    if result.answer and result.answer.media then return result.answer.media end
    local video = result.class == "ok" and result.json and result.json.video_url
    if type(video) == "string" then
      local answer = http.get(video, { into = "media", timeout = "30s" })
      if answer and answer.media then return answer.media end
    end
    reason, code = result.reason, result.class
  end
  if type(fields.url) == "string" and fields.url ~= "" and url.parse(fields.url) then
    local answer, message, why = http.get(fields.url, { into = "media", timeout = "20s" })
    if answer and answer.media then return answer.media end
    reason, code = reason or message or no_file(answer), code or why
  end
  return nil, reason or "the message names no file", code or "media"
end

return M
