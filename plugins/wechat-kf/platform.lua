-- SPDX-License-Identifier: Apache-2.0
-- WeCom as the desk sees it. A message whose bell is lost (`luadesk simulate wechat-kf … --lost`) is posted here in place of the desk and
-- waits for sync_msg, as WeCom keeps what customers write.
local kf = require "wechat.kf"
local push = require "wechat.push"
local push_config = require "push_config"
local stand_in = require "wechat.stand_in"

-- A call of the stand-in asks its store once for each item.
local PAGE = 100

local function keep(request, channel)
  local opened, _, code = push.open(request, push_config(channel.settings))
  local page = opened and type(opened.fields.SimulatedPage) == "string" and kf.page(opened.fields.SimulatedPage)
  if not page then return { status = 400, body = "no bell of ours: " .. tostring(code) } end
  local account = opened.fields.OpenKfId
  local known = store.get("accounts") or {}
  known[account] = true
  store.set("accounts", known)
  for _, item in ipairs(page.items) do
    store.set("item:" .. account .. ":" .. store.increment("items:" .. account), item)
  end
  return { body = "success" }
end

local ANSWERS = {}

ANSWERS["/cgi-bin/kf/account/list"] = function()
  local list = array {}
  for account in pairs(store.get("accounts") or {}) do list[#list + 1] = { open_kfid = account, name = account } end
  return { errcode = 0, errmsg = "ok", account_list = list }
end

ANSWERS["/cgi-bin/kf/sync_msg"] = function(body)
  local account = tostring(body.open_kfid)
  local count, first = store.get("items:" .. account) or 0, math.tointeger(tonumber(body.cursor or 0)) or 0
  local last = math.min(count, first + math.min(PAGE, math.tointeger(tonumber(body.limit or PAGE)) or PAGE))
  local items = array {}
  for number = first + 1, last do items[#items + 1] = store.get("item:" .. account .. ":" .. number) end
  return { errcode = 0, errmsg = "ok", next_cursor = tostring(last), has_more = last < count and 1 or 0, msg_list = items }
end

-- Names are nothing but the ids.
ANSWERS["/cgi-bin/kf/customer/batchget"] = function(body)
  local list = array {}
  for _, id in ipairs(type(body.external_userid_list) == "table" and body.external_userid_list or {}) do
    list[#list + 1] = { external_userid = id, nickname = id, unionid = "union-" .. tostring(id) }
  end
  return { errcode = 0, errmsg = "ok", customer_list = list, invalid_external_userid = array {} }
end

local function answer(request, channel, fault)
  if request.path:find("^/hooks/") then return keep(request, channel) end
  local make = ANSWERS[request.path]
  if not make or request.query.access_token ~= stand_in.access_token() then return stand_in.answer(request, channel, fault) end
  local body = json.decode(request.body)
  if type(body) ~= "table" then return { json = { errcode = 47001, errmsg = "data format error" } } end
  return { json = make(body) }
end

return { answer = answer, faults = stand_in.FAULTS }
