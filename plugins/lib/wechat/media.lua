-- SPDX-License-Identifier: Apache-2.0
-- Temporary media: up, kept three days there; down, from what a message names.
local api = require "wechat.api"
local no_file = require "no_file"

local M = {}

-- The platform keeps an upload three days; ours is thought gone a little earlier.
local UPLOAD_LIFE = 60 * 60 * 24 * 3 - 3600

local function types(names)
  local set = {}
  for name in names:gmatch("%S+") do set[name] = true end
  return set
end

--- What mini programs and official accounts take of each kind. A thumb that is too large is left out, everything else goes as a link.
--- Source: "新增临时素材", state 2026-07; of pictures the page says both 10 MB and 2 MB.
M.LIMITS = {
  image = { types = types "image/jpeg image/png image/gif", bytes = 10 << 20 },
  voice = { types = types "audio/amr audio/mpeg", bytes = 2 << 20 },
  video = { types = types "video/mp4", bytes = 10 << 20 },
  thumb = { types = types "image/jpeg", bytes = 64 << 10 },
}

--- The same of WeCom's customer service. Source: developer.work.weixin.qq.com/document/path/96484, state 2026-07.
M.WECOM_LIMITS = {
  image = { types = types "image/jpeg image/png", bytes = 10 << 20 },
  voice = { types = types "audio/amr", bytes = 2 << 20 },
  video = { types = types "video/mp4", bytes = 10 << 20 },
  file = { bytes = 20 << 20, least = 6 },
}

--- Whether the platform takes a file as this kind. One that it has already it does.
---@param limits? table those of WeCom; else of mini programs and official accounts
function M.fits(kind, id, limits)
  local object, limit = media.info(id), (limits or M.LIMITS)[kind]
  if not object or not limit then return true end
  local is_of_type = not limit.types or limit.types[object.content_type:lower():match("^[^;%s]*")] == true
  return is_of_type and object.byte_count <= limit.bytes and object.byte_count >= (limit.least or 1)
end

-- Type or size of a file, where the platform knows better than its page.
local UNFIT = { [40004] = true, [40005] = true, [40006] = true, [40009] = true, [45001] = true }

--- Whether an upload was refused for what the file is.
function M.is_unfit(problem) return problem ~= nil and UNFIT[problem.code] == true end

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
      local answer, message = http.get(video, { into = "media", timeout = "30s" })
      if answer and answer.media then return answer.media end
      reason = message or no_file(answer)
    end
    -- An error of the platform's is named by its code; any other answer just holds no file.
    reason = reason or not result.code and result.answer and no_file(result.answer) or result.reason
    code = result.class
  end
  if type(fields.url) == "string" and fields.url ~= "" and url.parse(fields.url) then
    local answer, message, why = http.get(fields.url, { into = "media", timeout = "20s" })
    if answer and answer.media then return answer.media end
    reason, code = reason or message or no_file(answer), code or why
  end
  return nil, reason or "the message names no file", code or "media"
end

return M
