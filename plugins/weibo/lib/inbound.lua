-- SPDX-License-Identifier: Apache-2.0
-- Weibo's messages and events as ours. Source: open.weibo.com/wiki, 接收普通消息, 接收事件推送, 2026-07.
local windows = require "windows"

local M = {}

local MONTHS = { Jan = 1, Feb = 2, Mar = 3, Apr = 4, May = 5, Jun = 6, Jul = 7, Aug = 8, Sep = 9, Oct = 10, Nov = 11, Dec = 12 }

--- Seconds since 1970 of `Mon Jul 16 18:09:20 +0800 2012`.
---@return integer?
function M.date(value)
  local month, day, clock, sign, hours, minutes, year = value:match("^%a%a%a (%a%a%a) +(%d+) (%d%d:%d%d:%d%d) ([+-])(%d%d)(%d%d) (%d%d%d%d)$")
  if not MONTHS[month] then return nil end
  return (time.parse_rfc3339(string.format("%s-%02d-%02dT%s%s%s:%s", year, MONTHS[month], tonumber(day), clock, sign, hours, minutes)))
end

local NAMES = {
  follow = "follow", unfollow = "unfollow", subscribe = "subscribe", unsubscribe = "unsubscribe", scan = "scan",
  scan_follow = "scan_follow", click = "menu_click", view = "menu_view", mention = "mention",
}
-- These take the right to answer away.
local ENDS = { unfollow = true, unsubscribe = true }

local function given(value) if type(value) == "string" and value ~= "" then return value end end

local MAKE = {}

function MAKE.text(f) return { kind = "text", text = given(f.text) or "", fields = {} }, "weibo_cs" end

function MAKE.position(f, data)
  return { kind = "location", text = given(f.text) or "", fields = { latitude = given(data.latitude), longitude = given(data.longitude) } }, "weibo_cs"
end

--- `tovfid` is the account's copy, which it may fetch; `vfid` the sender's.
local function file(f, data)
  return { kind = f.type, text = given(f.text) or "", fields = { media_id = given(data.tovfid), sender_media_id = given(data.vfid) } }, "weibo_cs"
end
MAKE.image, MAKE.voice = file, file

--- The words of an event are the platform's and say nothing.
function MAKE.event(_, data)
  local subtype = given(data.subtype) or ""
  local name = NAMES[subtype]
  local content = { kind = "event", text = "", fields = {
    name = name or "other", key = given(data.key), ticket = given(data.ticket), raw_name = not name and subtype or nil,
  } }
  if not name or ENDS[name] then return content, nil end
  return content, name == "mention" and "weibo_mention" or "weibo_cs"
end

--- The message of a push. There is no message id, and times have one second: the body itself makes the difference.
---@param f table fields as texts
---@param body string as it came
---@return InboundMessage message, string? rule, boolean ends
function M.message(f, body)
  local make = MAKE[f.type]
  local data = type(f.data) == "table" and f.data or {}
  local content, rule
  if make then content, rule = make(f, data) else
    content, rule = { kind = "unsupported", text = given(f.text) or "", fields = { raw_kind = f.type, raw = f } }, "weibo_cs"
  end
  local at = M.date(f.created_at)
  content.fields.account, content.fields.raw_kind = given(f.receiver_id), f.type
  return {
    sender = f.sender_id, external_id = f.sender_id .. ":" .. (at or 0) .. ":" .. crypto.digest("sha1", body, "hex"):sub(1, 16),
    kind = content.kind, text = content.text, fields = content.fields, sent_at = at, reply_quota = windows.quota(rule),
  }, rule, ENDS[content.fields.name] == true
end

return M
