-- SPDX-License-Identifier: Apache-2.0
-- QQ's subscription messages as the desk sees them.
local stand_in = require "stand_in"

local CODES = { expired = 40014, rate_limit = 46002, busy = -1, refused = 46001, unauthorized = 40013 }

return {
  -- Its one limit is that of the day, which is no matter of waiting: the message is held.
  faults = { "busy", "expired", "refused", "unauthorized" },
  answer = function(request, _, fault)
    if request.path == "/api/getToken" then return { json = { access_token = stand_in.token(), expires_in = 7200, errcode = 0 } } end
    if request.path ~= "/api/json/subscribe/SendSubscriptionMessage" then return stand_in.unknown(request) end
    if request.query.access_token ~= stand_in.token() then return { json = { errcode = 40014, errmsg = "invalid access_token" } } end
    local code = stand_in.code(fault, CODES)
    if code then return { json = { errcode = code, errmsg = "simulated" }, fault = true } end
    local body = json.decode(request.body) or {}
    return { json = { errcode = 0, errmsg = "ok" }, message = { recipient = body.touser, kind = "text", text = json.encode(body.data or {}) } }
  end,
}
