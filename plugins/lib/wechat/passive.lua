-- SPDX-License-Identifier: Apache-2.0
-- Passive replies (被动回复): what goes back in the answer to a push, within 5 seconds and without costing a reply. All kinds of the
-- official account; mini programs take transfer_customer_service only. Source: "回复用户消息", state 2026-07.
local M = {}

local function envelope(f, kind)
  return { ToUserName = f.FromUserName, FromUserName = f.ToUserName, CreateTime = time.now(), MsgType = kind }
end

local function encode(fields, format) return format == "json" and json.encode(fields) or xml.encode("xml", fields) end

local BODY = {}

function BODY.text(out, content) out.Content = text.truncate(content.text or "", 2048) end
function BODY.image(out, content) out.Image = { MediaId = content.media_id } end
function BODY.voice(out, content) out.Voice = { MediaId = content.media_id } end

function BODY.video(out, content)
  out.Video = { MediaId = content.media_id, Title = content.title, Description = content.description }
end

function BODY.music(out, content)
  out.Music = {
    Title = content.title, Description = content.description, MusicUrl = content.url, HQMusicUrl = content.hq_url or content.url,
    ThumbMediaId = content.thumb_media_id,
  }
end

function BODY.news(out, content)
  -- One article only, since 2018-10-12.
  out.ArticleCount = 1
  out.Articles = { item = {
    Title = content.title or "", Description = content.description or "", PicUrl = content.thumb_url or "", Url = content.url or "",
  } }
end

--- Hands the customer to the platform's own agents; with an account, to that one.
function BODY.transfer_customer_service(out, content)
  if content.account then out.TransInfo = { KfAccount = content.account } end
end

--- The reply to a push; nil for a kind there is none of.
---@param f table fields of the push
---@param kind string the platform's name
---@param content table
---@param format "xml"|"json"
---@return string?
function M.reply(f, kind, content, format)
  local make = BODY[kind]
  if not make then return nil end
  local out = envelope(f, kind)
  make(out, content or {})
  return encode(out, format)
end

return M
