-- SPDX-License-Identifier: Apache-2.0
-- What arrives from WeChat, as our messages: every type of the mini program and of the official account.
-- Fields come as texts, from XML and JSON alike. Unknown types are kept raw, never refused.
local passive = require "wechat.passive"

local M = {}

-- What a customer's action allows us: messages, and within how long. Each action sets it anew.
local MESSAGE_QUOTA = { messages = 5, window = "48h" }
local ENTER_QUOTA = { messages = 2, window = "60s" }
local TAP_QUOTA = { messages = 3, window = "60s" }

local function clean(value) return type(value) == "string" and value or "" end
local function optional(value) if type(value) == "string" and value ~= "" then return value end end

--- One or many: platforms write a list of one as a single object.
local function list(value)
  if type(value) ~= "table" then return {} end
  if value[1] ~= nil then return value end
  return next(value) and { value } or {}
end

--- `SubscribeStatusString` → `subscribe_status_string`.
local function snake(name)
  return (name:gsub("(%l)(%u)", "%1_%2"):gsub("(%u)(%u%l)", "%1_%2"):lower())
end

local function snake_all(fields)
  local out = {}
  for name, value in pairs(fields) do
    if type(name) ~= "string" then
      out[name] = type(value) == "table" and snake_all(value) or value
    else
      out[snake(name)] = type(value) == "table" and snake_all(value) or value
    end
  end
  return out
end

-- Messages: MsgType → our content.
local KINDS = {}

function KINDS.text(f)
  local fields = { menu_id = optional(f.bizmsgmenuid) }
  -- What the platform sends instead of a sticker, a voice message or a video.
  if clean(f.Content):find("收到不支持的消息类型", 1, true) then fields.placeholder = true end
  return { kind = "text", text = clean(f.Content), fields = fields }
end

function KINDS.image(f)
  return { kind = "image", fields = { url = optional(f.PicUrl), media_id = optional(f.MediaId) } }
end

function KINDS.voice(f)
  return {
    kind = "voice", text = clean(f.Recognition),
    fields = { media_id = optional(f.MediaId), media_id_16k = optional(f.MediaId16K), format = optional(f.Format) },
  }
end

function KINDS.video(f)
  return { kind = "video", fields = { media_id = optional(f.MediaId), thumb_media_id = optional(f.ThumbMediaId) } }
end
KINDS.shortvideo = KINDS.video

function KINDS.location(f)
  return {
    kind = "location", text = clean(f.Label),
    fields = {
      latitude = tonumber(f.Location_X), longitude = tonumber(f.Location_Y), label = optional(f.Label),
      scale = tonumber(f.Scale),
    },
  }
end

function KINDS.link(f)
  return {
    kind = "card", text = clean(f.Title),
    fields = { type = "link", title = clean(f.Title), description = optional(f.Description), url = optional(f.Url) },
  }
end

function KINDS.file(f)
  return {
    kind = "file", text = clean(f.Title),
    fields = {
      name = optional(f.Title), description = optional(f.Description), file_key = optional(f.FileKey),
      md5 = optional(f.FileMd5), byte_count = math.tointeger(tonumber(f.FileTotalLen)),
    },
  }
end

function KINDS.miniprogrampage(f)
  return {
    kind = "card", text = clean(f.Title),
    fields = {
      type = "mini_program", title = clean(f.Title), app_id = optional(f.AppId), page_path = optional(f.PagePath),
      thumb_url = optional(f.ThumbUrl), thumb_media_id = optional(f.ThumbMediaId),
    },
  }
end

-- Events: name in lower case → our name, and the quota they open.
local EVENTS = {
  user_enter_tempsession = { name = "enter", quota = ENTER_QUOTA },
  subscribe = { name = "follow", quota = TAP_QUOTA },
  unsubscribe = { name = "unfollow" },
  scan = { name = "scan", quota = TAP_QUOTA },
  click = { name = "menu_click", quota = TAP_QUOTA },
  view = { name = "menu_view" },
  view_miniprogram = { name = "menu_view" },
  scancode_push = { name = "menu_scan", quota = TAP_QUOTA },
  scancode_waitmsg = { name = "menu_scan", quota = TAP_QUOTA },
  pic_sysphoto = { name = "menu_photo" },
  pic_photo_or_album = { name = "menu_photo" },
  pic_weixin = { name = "menu_photo" },
  location_select = { name = "menu_location" },
  kf_create_session = { name = "platform_agent_joined" },
  kf_close_session = { name = "platform_agent_left" },
  kf_switch_session = { name = "platform_agent_switched" },
  subscribe_msg_popup_event = { name = "subscribe_message_answered", list = "SubscribeMsgPopupEvent" },
  subscribe_msg_change_event = { name = "subscribe_message_changed", list = "SubscribeMsgChangeEvent" },
  subscribe_msg_sent_event = { name = "subscribe_message_sent", list = "SubscribeMsgSentEvent" },
  templatesendjobfinish = { name = "template_message_sent" },
}

-- Events that are not about a customer, or come every few seconds: acknowledged and not kept.
local NOT_KEPT = { wxa_media_check = true, location = true, masssendjobfinish = true, publishjobfinish = true }

local COMMON = { ToUserName = true, FromUserName = true, CreateTime = true, MsgType = true, Event = true }

local function event(f)
  local raw = clean(f.Event):lower()
  local known = EVENTS[raw] or { name = raw }
  local fields = { name = known.name, event = clean(f.Event) }
  local rest = {}
  for name, value in pairs(f) do
    if not COMMON[name] and name ~= "List" and name ~= known.list then rest[name] = value end
  end
  for name, value in pairs(snake_all(rest)) do
    if fields[name] == nil then fields[name] = value end
  end
  if known.list then
    local nested = type(f[known.list]) == "table" and f[known.list] or f
    local items = {}
    for index, item in ipairs(list(nested.List)) do items[index] = snake_all(item) end
    fields.items = items
  end
  -- The scene of a QR code; in front of it "qrscene_" where the customer follows by scanning.
  if raw == "subscribe" or raw == "scan" then
    local scene = clean(f.EventKey):gsub("^qrscene_", "")
    if scene ~= "" then fields.scene = scene end
  end
  return { kind = "event", fields = fields, reply_quota = known.quota }
end

--- The key that tells a repeated push from a new one.
---
--- Messages by account and MsgId, which stays text: it is larger than a double can hold. Events have no id: by everything that
--- tells them apart, as two different events of one person in one second do occur.
---@param f table
---@param account? string the channel's own account: its ids need no account in front
---@return string
function M.dedupe_key(f, account)
  local to = clean(f.ToUserName)
  local id = optional(f.MsgId)
  if f.MsgType ~= "event" and id then
    if to == account then return id end
    return to .. ":" .. id
  end
  local parts = { to, clean(f.FromUserName), clean(f.CreateTime), clean(f.MsgType), clean(f.Event):lower(), clean(f.EventKey) }
  local key = table.concat(parts, "|")
  if f.MsgType ~= "event" then
    -- A test push of the console has no MsgId: its content decides.
    key = key .. "|" .. crypto.digest("sha256", json.encode(f), "hex")
  end
  if #key > 200 then key = crypto.digest("sha256", key, "hex") end
  return "event:" .. key
end

--- Whether a push says who it is from, for whom, and what it is.
function M.is_complete(f)
  return optional(f.ToUserName) ~= nil and optional(f.FromUserName) ~= nil and optional(f.MsgType) ~= nil and type(f.CreateTime) ~= "table"
    and type(f.MsgId) ~= "table" and type(f.Content) ~= "table"
    and type(f.Event) ~= "table" and #f.FromUserName <= 128
end

--- Our message for a push; nil for what is acknowledged and not kept.
---@param f table fields of the push
---@param account? string
function M.inbound(f, account)
  local kind = f.MsgType
  local message
  if kind == "event" then
    if NOT_KEPT[clean(f.Event):lower()] then return nil end
    message = event(f)
  elseif KINDS[kind] then
    message = KINDS[kind](f)
    message.reply_quota = MESSAGE_QUOTA
  else
    message = { kind = "unsupported", fields = { raw_kind = kind, raw = f }, reply_quota = MESSAGE_QUOTA }
  end
  message.fields.business_id = optional(f.BusinessId)
  message.sender = f.FromUserName
  message.external_id = M.dedupe_key(f, account)
  message.sent_at = math.tointeger(tonumber(clean(f.CreateTime)))
  return message
end

--- The passive reply that hands the customer to the platform's own agent tool; with an account, to that agent.
function M.hand_over(f, format, account)
  return passive.reply(f, "transfer_customer_service", { account = account }, format)
end

return M
