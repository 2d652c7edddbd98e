-- SPDX-License-Identifier: Apache-2.0
-- WeChat's API as the desk sees it: tokens, files, messages to customers.
local stand_in = require "stand_in"

local M = {}

M.CODES = {
  expired = 42001, rate_limit = 45011, busy = -1, refused = 40003, unauthorized = 48001, window = 45015,
}
M.FAULTS = stand_in.faults(M.CODES)

local TOKENS = { ["/cgi-bin/token"] = true, ["/cgi-bin/stable_token"] = true, ["/cgi-bin/gettoken"] = true }
local SENDS = {
  ["/cgi-bin/message/custom/send"] = true, ["/cgi-bin/kf/send_msg"] = true, ["/cgi-bin/kf/send_msg_on_event"] = true,
  ["/cgi-bin/message/subscribe/send"] = true, ["/cgi-bin/message/template/send"] = true,
}

--- The access token that counts now.
M.access_token = stand_in.token

local function answer(code, more)
  local value = { errcode = code, errmsg = code == 0 and "ok" or "refused rid: simulated" }
  for name, item in pairs(more or {}) do value[name] = item end
  return { json = value }
end

function M.answer(request, _, fault)
  if TOKENS[request.path] then return answer(0, { access_token = stand_in.token(), expires_in = 7200 }) end
  if request.query.access_token ~= stand_in.token() then return answer(40001) end
  if request.path == "/cgi-bin/media/upload" then return answer(0, { type = "image", media_id = "simulated-" .. stand_in.id() }) end
  if not SENDS[request.path] then return answer(0) end
  local code = stand_in.code(fault, M.CODES)
  if code then
    local refusal = answer(code)
    refusal.fault = true
    return refusal
  end
  local body = json.decode(request.body)
  if type(body) ~= "table" or type(body.touser or body.code) ~= "string" then return answer(47001) end
  local out = answer(0, { msgid = body.msgid })
  out.message = { recipient = body.touser, kind = body.msgtype, text = type(body.text) == "table" and body.text.content or nil }
  return out
end

return M
