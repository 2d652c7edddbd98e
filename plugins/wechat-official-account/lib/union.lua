-- SPDX-License-Identifier: Apache-2.0
-- Who a follower is beyond this account: a push names an openid alone. Their union id joins them with the same person in mini programs,
-- in 微信客服 and in other accounts of one Open Platform account.
-- Source: "获取用户基本信息(UnionID机制)", state 2026-07.
local api = require "wechat.api"

local M = {}

-- How long what is known is taken as it was, and who is unknown left alone; then how long nobody is asked for after a failure, and
-- where the account has no union ids or may not ask. In seconds.
local LIFE, UNKNOWN_LIFE, PAUSE, REST = 7 * 86400, 86400, 60, 86400

-- Until when a channel asks for nobody; in the store for the other lanes.
local rests = {}

local function is_resting(channel)
  local now = time.now()
  if rests[channel.id] == nil then rests[channel.id] = store.get("union_rests") or 0 end
  return now < rests[channel.id]
end

local function rest(channel, seconds)
  rests[channel.id] = time.now() + seconds
  store.set("union_rests", rests[channel.id], seconds)
end

--- The union id of a follower, asked for once a week; nil where there is none, or none can be had now.
local function union_of(channel, openid)
  local key = "union:" .. openid
  local known = store.get(key)
  if known then return known.id end
  local result = api.call(channel, "/cgi-bin/user/info", { openid = openid, lang = "zh_CN" }, { method = "GET", timeout = "1s" })
  if result.class ~= "ok" then
    rest(channel, result.class == "configuration" and REST or PAUSE)
    log.info("union ids could not be asked for", { reason = tostring(result.code or result.class) })
    return nil
  end
  local value = result.json or {}
  if value.subscribe == nil then
    -- No answer of user/info, whatever gave it.
    rest(channel, PAUSE)
    return nil
  end
  local id = type(value.unionid) == "string" and value.unionid ~= "" and value.unionid or nil
  -- Of a follower without one: the account belongs to no Open Platform account, and nobody has one.
  if not id and value.subscribe == 1 then rest(channel, REST) end
  store.set(key, { id = id }, id and LIFE or UNKNOWN_LIFE)
  return id
end

--- Adds the sender's union id to a message. Without an answer the message is as good.
function M.add(message, channel)
  if message.kind == "event" and message.fields and message.fields.name == "unfollow" then return end
  if is_resting(channel) then return end
  local id = union_of(channel, message.sender)
  if not id then return end
  message.profile = message.profile or {}
  message.profile.union_id = message.profile.union_id or id
end

return M
