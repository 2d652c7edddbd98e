-- SPDX-License-Identifier: Apache-2.0
-- Acts as Alipay: the forms it would post, signed with `simulation_key`, whose public half stands in alipay_public_key.
local gateway = require "gateway"
local gb18030 = require "gb18030"
local keys = require "keys"

local M = {}

local function encoded(form)
  local parts = {}
  for _, pair in ipairs(form) do parts[#parts + 1] = pair[1] .. "=" .. url.encode(pair[2]) end
  return table.concat(parts, "&")
end

--- A form as Alipay signs it. `covers_type`: the gateway's signature covers sign_type, a notice's does not.
local function signed(pairs_in_order, covers_type, key)
  local values = {}
  for _, pair in ipairs(pairs_in_order) do
    if pair[1] ~= "sign_type" or covers_type then values[pair[1]] = pair[2] end
  end
  local signature = crypto.sign { scheme = "rsa-sha256", key = keys.normal(key), data = gateway.sign_string(values, true), form = "base64" }
  if not signature then error("simulation_key is no private key") end
  pairs_in_order[#pairs_in_order + 1] = { "sign", signature }
  return encoded(pairs_in_order)
end

local function fields_of(o, app_id)
  local kind = o.kind or "text"
  local f = {
    FromAlipayUserId = o.sender or "2088000000000001", AppId = app_id, CreateTime = tostring(time.milliseconds()),
    UserInfo = '{"logon_id":"138****0000","user_name":"张*"}',
  }
  if kind == "enter" or kind == "event" then
    f.MsgType, f.EventType, f.ActionParam = "event", kind == "enter" and "enter" or o.event or "follow", o.key
    return f
  end
  f.MsgType, f.MsgId = kind, o.message_id or tostring(time.milliseconds() * 1000 + math.random(0, 999))
  if kind == "text" then f.Text = { Content = o.text or "" } end
  if kind == "image" then f.Image = { MediaId = o.media_id or "FILE-simulated", Format = "jpg" } end
  return f
end

--- The requests for an occasion: `{ kind = "text"|"image"|"enter"|"event"|"notice", text, event, key, sender, charset, copies, check }`.
function M.requests(o, channel)
  local s = channel.settings
  if not s.simulation_key then error("to simulate, set simulation_key, and its public half as alipay_public_key") end
  local body
  local charset = o.charset or "GBK"
  if o.kind == "notice" then
    body = signed({
      { "notify_id", o.message_id or crypto.random(16, "hex") }, { "utc_timestamp", tostring(time.milliseconds()) },
      { "msg_method", o.event or "alipay.open.auth.userauth.cancelled" }, { "app_id", s.app_id }, { "version", "1.1" },
      { "charset", "UTF-8" }, { "biz_content", o.text or "{}" }, { "sign_type", "RSA2" },
    }, false, s.simulation_key)
  else
    local fields = fields_of(o, s.app_id)
    if o.check then fields.MsgType, fields.EventType = "event", "verifygw" end
    local words = xml.encode("XML", fields)
    body = signed({
      { "service", o.check and "alipay.service.check" or "alipay.mobile.public.message.notify" }, { "sign_type", "RSA2" },
      { "charset", charset }, { "biz_content", charset:upper():find("^GB") and gb18030.encode(words) or words },
    }, true, s.simulation_key)
  end
  local requests = {}
  for copy = 1, o.copies or 1 do
    local headers = { ["content-type"] = "application/x-www-form-urlencoded;charset=" .. charset }
    requests[copy] = { method = "POST", query = "", headers = headers, body = body }
  end
  return requests
end

return M
