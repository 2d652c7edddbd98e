-- SPDX-License-Identifier: Apache-2.0
-- Weibo's replies as the desk sees them.
local stand_in = require "stand_in"

local CODES = { rate_limit = 10023, busy = 10009, refused = 20012, unauthorized = 10014, expired = 21327 }

local function bad(path, code, fault) return { status = 400, json = { request = path, error_code = code, error = "simulated" }, fault = fault } end

return {
  -- The account's token cannot be renewed by us.
  faults = { "busy", "rate_limit", "refused", "unauthorized" },
  answer = function(request, channel, fault)
    if not request.path:find("^/2/messages/reply") then return stand_in.unknown(request) end
    local form = url.parse_query(request.body)
    local access = form.access_token or request.query.access_token or (request.headers.authorization or ""):match("%S+$")
    if access ~= channel.settings.access_token then return bad(request.path, CODES.expired) end
    local code = stand_in.code(fault, CODES)
    if code then return bad(request.path, code, true) end
    local data = json.decode(form.data or "") or {}
    return { json = { result = true }, message = { recipient = form.receiver_id, kind = form.type, text = data.text } }
  end,
}
