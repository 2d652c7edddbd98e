-- SPDX-License-Identifier: Apache-2.0
-- The gateway as the desk sees it: it signs its answers with `simulation_key`, whose public half stands in alipay_public_key.
local keys = require "keys"
local stand_in = require "stand_in"

local SENDS = {
  ["alipay.open.public.message.custom.send"] = true, ["alipay.open.app.mini.templatemessage.send"] = true,
}
local FAULTS = {
  rate_limit = { "40005", "isv.call-limited", "call limited" }, busy = { "20000", "isp.unknow-error", "system busy" },
  refused = { "40004", "USER_NOT_FOLLOW", "refused" }, unauthorized = { "40006", "isv.insufficient-isv-permissions", "no permission" },
  window = { "40004", "MSG_SD_OVER_TIME", "too late" },
}

local function signed(method, node, channel)
  local raw = json.encode(node)
  local key = keys.normal(channel.settings.simulation_key or "")
  local signature = crypto.sign { scheme = "rsa-sha256", key = key, data = raw, form = "base64" }
  return {
    headers = { ["content-type"] = "text/html;charset=utf-8" },
    body = '{"' .. method:gsub("%.", "_") .. '_response":' .. raw .. ',"sign":"' .. tostring(signature) .. '"}',
  }
end

return {
  faults = stand_in.faults(FAULTS),
  answer = function(request, channel, fault)
    local form = url.parse_query(request.body)
    local method = type(form.method) == "string" and form.method or "error"
    if not SENDS[method] then return signed(method, { code = "10000", msg = "Success" }, channel) end
    if fault then
      local found = FAULTS[fault.kind] or { "40004", tostring(fault.code), "simulated" }
      local answer = signed(method, { code = found[1], msg = "Business Failed", sub_code = found[2], sub_msg = found[3] }, channel)
      answer.fault = true
      return answer
    end
    local body = json.decode(form.biz_content or "") or {}
    local answer = signed(method, { code = "10000", msg = "Success" }, channel)
    answer.message = { recipient = body.to_user_id or body.open_id, kind = body.msg_type, text = body.text and body.text.content }
    return answer
  end,
}
