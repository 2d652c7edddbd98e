-- SPDX-License-Identifier: Apache-2.0
-- Messages of a life account (生活号) and asynchronous notices, as our messages.
local calls = require "miniprogram.calls"
local context = require "miniprogram.context"
local strict = require "miniprogram.strict"
local windows = require "miniprogram.windows"

local M = {}

local optional = calls.optional

-- What can be answered, the better window first.
M.RULES = { "alipay_chat", "alipay_enter", "alipay_follow", "alipay_click" }

local function inner(f, name) return type(f[name]) == "table" and f[name] or {} end

local KINDS = {}
function KINDS.text(f) return { kind = "text", text = optional(inner(f, "Text").Content) or "", fields = {} } end
function KINDS.image(f)
  return { kind = "image", fields = { media_id = optional(inner(f, "Image").MediaId), format = optional(inner(f, "Image").Format) } }
end

--- `{"scene":{"sceneId":"1001"}}` of a code that was scanned.
local function scene_of(param)
  local value = optional(param) and json.decode(param)
  local scene = type(value) == "table" and value.scene
  local id = type(scene) == "table" and scene.sceneId
  return id ~= nil and id ~= false and tostring(id) or nil
end

local EVENTS = {
  follow = { rule = "alipay_follow", event_type = "follow" }, click = { rule = "alipay_click", event_type = "click" },
  enter = { rule = "alipay_enter", event_type = "enter_ppchat" }, unfollow = {},
}

local function event(f)
  local raw = optional(f.EventType) or "unknown"
  if raw == "click" then return { kind = "event", fields = { name = "menu_click", key = optional(f.ActionParam) } } end
  if raw == "unfollow" then return { kind = "event", fields = { name = "unfollow" } } end
  if EVENTS[raw] then return { kind = "event", fields = { name = raw, scene = scene_of(f.ActionParam) } } end
  return { kind = "event", fields = { name = "other", raw = raw, key = optional(f.ActionParam) } }
end

local function profile_of(f)
  local value = optional(f.UserInfo) and json.decode(f.UserInfo)
  if type(value) ~= "table" then return nil end
  local profile = { name = optional(value.user_name), logon_id = optional(value.logon_id) }
  return next(profile) and profile or nil
end

--- Who wrote; `FromAlipayUserId` replaced `FromUserId`.
function M.sender_of(f) return optional(f.FromAlipayUserId) or optional(f.FromUserId) end

--- Our message; nil, reason where the push is not whole.
---@param f table<string, any> fields of the XML
---@param app_id string
function M.message(f, app_id)
  local sender = M.sender_of(f)
  if not sender or #sender > 128 then return nil, "missing_param:FromAlipayUserId" end
  local missing = strict.missing(f, { "CreateTime", "MsgType" })
  if missing then return nil, missing end
  local at = strict.milliseconds(f.CreateTime)
  if not at then return nil, "bad_timestamp" end
  local message, kept
  if f.MsgType == "event" then
    message = event(f)
    kept = EVENTS[optional(f.EventType) or ""]
    if kept and kept.rule then kept = { rule = kept.rule, to_user_id = sender, chat = "0", event_type = kept.event_type } else kept = nil end
  else
    message = KINDS[f.MsgType] and KINDS[f.MsgType](f) or { kind = "unsupported", fields = { raw = f } }
    kept = { rule = "alipay_chat", to_user_id = sender, chat = "1" }
  end
  if kept then
    message.reply_quota = windows.quota(kept.rule, at)
    context.keep(sender, kept, at)
  end
  message.sender, message.sent_at, message.profile = sender, at // 1000, profile_of(f)
  message.external_id = optional(f.MsgId) or sender .. ":" .. f.CreateTime .. ":" .. (optional(f.EventType) or f.MsgType)
  message.external_id = text.truncate(message.external_id, 300)
  local fields = message.fields
  fields.account, fields.at_ms = app_id, at
  fields.raw_kind = f.MsgType == "event" and "event:" .. (optional(f.EventType) or "unknown") or f.MsgType
  return message
end

-- What every notice has; the rest is its data.
local ENVELOPE = {}
for _, name in ipairs {
  "sign", "sign_type", "charset", "version", "notify_id", "notify_time", "notify_type", "app_id", "utc_timestamp", "msg_method",
} do ENVELOPE[name] = true end

--- Milliseconds of `2025-08-12 19:59:57`, which is Beijing's time.
local function notified_at(values)
  local at = values.utc_timestamp and strict.milliseconds(values.utc_timestamp)
  if at then return at end
  local day, clock = (values.notify_time or ""):match("^(%d%d%d%d%-%d%d%-%d%d) (%d%d:%d%d:%d%d)$")
  local seconds = day and time.parse_rfc3339(day .. "T" .. clock .. "+08:00")
  return seconds and seconds * 1000 or time.milliseconds()
end

--- An asynchronous notice (payment, authorisation, audit, message service) as an event of the platform.
---@param values table<string, string>
function M.notice(values, app_id)
  local key = optional(values.msg_method) or optional(values.notify_type) or "unknown"
  local data = {}
  for name, value in pairs(values) do if not ENVELOPE[name] then data[name] = value end end
  local at = notified_at(values)
  return {
    kind = "event", sender = "platform:" .. app_id, external_id = text.truncate(values.notify_id, 300), sent_at = at // 1000,
    fields = { name = "platform", key = key, data = data, raw_kind = key, at_ms = at, account = app_id },
  }
end

return M
