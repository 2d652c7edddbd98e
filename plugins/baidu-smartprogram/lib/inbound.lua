-- SPDX-License-Identifier: Apache-2.0
-- Baidu's pushes as our messages. All fields come as texts; MsgId is an unsigned 64-bit number and stays text.
local calls = require "miniprogram.calls"
local context = require "miniprogram.context"
local strict = require "miniprogram.strict"
local windows = require "miniprogram.windows"

local M = {}

M.RULE = "baidu_cs"

local optional = calls.optional

local KINDS = {}

function KINDS.text(f) return { kind = "text", text = optional(f.Content) or "", fields = {} } end
function KINDS.image(f) return { kind = "image", fields = { url = optional(f.PicUrl) } } end

local EVENTS = { user_get_coupon = "coupon" }

local function event(f)
  local raw = optional(f.Event) or "unknown"
  local fields = { name = EVENTS[raw] or "other" }
  if fields.name == "coupon" then fields.key = optional(f.CouponId) else fields.raw = raw end
  return { kind = "event", fields = fields }
end

--- Our message; nil, reason where the push is not whole or not ours.
---@param f table<string, any> fields of the push
---@param app_id string
function M.read(f, app_id)
  local missing = strict.missing(f, { "FromUserName", "CreateTime", "MsgType" })
  if missing then return nil, missing end
  local at = strict.milliseconds(f.CreateTime)
  if not at then return nil, "bad_timestamp" end
  if #f.FromUserName > 128 then return nil, "missing_param:FromUserName" end
  if optional(f.ToUserName) and f.ToUserName ~= app_id then return nil, "account_mismatch" end
  local message
  if f.MsgType == "event" then
    message = event(f)
    message.external_id = f.FromUserName .. ":" .. f.CreateTime .. ":" .. text.truncate(optional(f.Event) or "", 200)
  else
    if not optional(f.MsgId) then return nil, "missing_param:MsgId" end
    message = KINDS[f.MsgType] and KINDS[f.MsgType](f) or { kind = "unsupported", fields = { raw = f } }
    message.external_id = text.truncate(f.MsgId, 200)
    message.reply_quota = windows.quota(M.RULE, at)
    context.keep(f.FromUserName, { rule = M.RULE, to_user_id = f.FromUserName }, at, message.external_id)
  end
  message.sender = f.FromUserName
  message.sent_at = at // 1000
  local fields = message.fields
  fields.account, fields.raw_kind, fields.at_ms = optional(f.ToUserName) or app_id, f.MsgType, at
  return message
end

return M
