-- SPDX-License-Identifier: Apache-2.0
-- What else of the account a flow or an operator may want: its menu, QR codes with a scene, what it knows of a follower.
-- Source: "自定义菜单", "生成带参数的二维码", "获取用户基本信息", state 2026-07.
local api = require "wechat.api"

local M = {}

local function answer(result, value)
  if result.class ~= "ok" then return { ok = false, reason = result.reason } end
  value.ok = true
  return value
end

--- `{ button = { … } }` sets the menu, `{ remove = true }` takes it away, nothing reads it.
function M.menu(arguments, channel)
  if arguments.button then
    return answer(api.call(channel, "/cgi-bin/menu/create", {}, { method = "POST", json = { button = arguments.button } }), {})
  end
  if arguments.remove then return answer(api.call(channel, "/cgi-bin/menu/delete", {}, { method = "GET" }), {}) end
  local result = api.call(channel, "/cgi-bin/get_current_selfmenu_info", {}, { method = "GET" })
  return answer(result, { menu = result.json and result.json.selfmenu_info })
end

--- A QR code that brings its scene along: `{ scene, seconds? }`. Without seconds (at most 30 days) it is for ever; of those an
--- account has 100 000.
function M.qr_code(arguments, channel)
  local scene = tostring(arguments.scene or "")
  if #scene < 1 or #scene > 64 then return { ok = false, reason = "a scene has 1 to 64 characters" } end
  local seconds = math.tointeger(tonumber(arguments.seconds))
  local body = { action_name = seconds and "QR_STR_SCENE" or "QR_LIMIT_STR_SCENE", action_info = { scene = { scene_str = scene } } }
  body.expire_seconds = seconds and math.max(60, math.min(seconds, 2592000))
  local result = api.call(channel, "/cgi-bin/qrcode/create", {}, { method = "POST", json = body })
  local value = result.json or {}
  return answer(result, {
    ticket = value.ticket, url = value.url, expires_in = value.expire_seconds,
    image = type(value.ticket) == "string" and "https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket=" .. url.encode(value.ticket) or nil,
  })
end

--- What WeChat tells of a customer: `{ openid }`. Names and pictures are empty since 2021-12-27.
function M.user(arguments, channel)
  local result = api.call(channel, "/cgi-bin/user/info", { openid = tostring(arguments.openid), lang = "zh_CN" }, { method = "GET" })
  local value = result.json or {}
  return answer(result, {
    follows = value.subscribe == 1, union_id = value.unionid, language = value.language, followed_at = value.subscribe_time,
    remark = value.remark, tags = value.tagid_list, source = value.subscribe_scene, scene = value.qr_scene_str,
  })
end

return M
