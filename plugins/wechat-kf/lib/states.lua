-- SPDX-License-Identifier: Apache-2.0
-- Who has a session: 0 new, 1 ours (the API's), 2 pool, 3 an agent in WeCom, 4 ended. Only in 0 and 1 can we send.
-- Source: developer.work.weixin.qq.com/document/path/94698, state 2026-07.
local api = require "wechat.api"

local M = {}

M.NAMES = { [0] = "new", [1] = "bot", [2] = "pool", [3] = "agent", [4] = "ended" }
local NUMBERS = { bot = 1, pool = 2, agent = 3, ended = 4 }

--- The account that a customer wrote to last, or the channel's first.
---@param customer? string
function M.account(channel, customer)
  return customer and store.get("account:" .. customer) or (channel.settings.open_kfid or ""):match("[^,%s]+")
end

---@return integer? state, table? result what went wrong, string? servicer
function M.get(channel, account, customer)
  local result = api.call(channel, "/cgi-bin/kf/service_state/get", {}, {
    method = "POST", json = { open_kfid = account, external_userid = customer }, timeout = "5s",
  })
  if result.class ~= "ok" then return nil, result end
  return math.tointeger(tonumber(result.json.service_state)), nil, result.json.servicer_userid
end

--- Moves a session. The msg_code that comes back allows one text.
---@param state integer
---@return table result
function M.transfer(channel, account, customer, state, servicer)
  return api.call(channel, "/cgi-bin/kf/service_state/trans", {}, {
    method = "POST", timeout = "5s",
    json = { open_kfid = account, external_userid = customer, service_state = state, servicer_userid = servicer },
  })
end

--- One text or menu under a code that an event or a transfer gave.
function M.say(channel, code, body)
  body.code, body.touser, body.open_kfid = code, nil, nil
  return api.call(channel, "/cgi-bin/kf/send_msg_on_event", {}, { method = "POST", json = body, timeout = "5s" })
end

--- For flows: `{ customer, state = "bot"|"pool"|"agent"|"ended", servicer?, text? }` moves the session, without a state it is told.
function M.session(arguments, channel)
  local customer = tostring(arguments.customer or "")
  local account = M.account(channel, customer)
  if customer == "" or not account then return { ok = false, reason = "customer or account unknown" } end
  if not arguments.state then
    local state, problem, servicer = M.get(channel, account, customer)
    if not state then return { ok = false, reason = problem and problem.reason or "no state told" } end
    return { ok = true, state = M.NAMES[state], servicer = servicer ~= "" and servicer or nil }
  end
  local state = NUMBERS[arguments.state]
  if not state then return { ok = false, reason = "state is bot, pool, agent or ended" } end
  if state == 3 and not arguments.servicer then return { ok = false, reason = "an agent needs servicer" } end
  local result = M.transfer(channel, account, customer, state, arguments.servicer)
  if result.class ~= "ok" then return { ok = false, reason = result.reason } end
  local code = result.json.msg_code
  if type(code) == "string" and code ~= "" and type(arguments.text) == "string" and arguments.text ~= "" then
    local said = M.say(channel, code, { msgtype = "text", text = { content = text.truncate(arguments.text, 2048) } })
    if said.class ~= "ok" then return { ok = true, said = false, reason = said.reason } end
  end
  return { ok = true, said = code ~= nil and arguments.text ~= nil }
end

return M
