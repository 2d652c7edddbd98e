-- SPDX-License-Identifier: Apache-2.0
-- Baidu's smart-program API as the desk sees it.
local stand_in = require "stand_in"

local CODES = { expired = 111, rate_limit = 18, busy = 2, refused = 30022, unauthorized = 6, window = 90001 }

return {
  faults = stand_in.faults(CODES),
  answer = function(request, _, fault)
    if request.path == "/oauth/2.0/token" then return { json = { access_token = stand_in.token(), expires_in = 2592000 } } end
    if request.query.access_token ~= stand_in.token() then return { json = { error_code = 110, error_msg = "Access token invalid" } } end
    if not request.path:find("/message/custom/send") then return { json = { errno = 0, msg = "success" } } end
    local code = stand_in.code(fault, CODES)
    if code then return { json = { errno = code, msg = "simulated" }, fault = true } end
    local form = url.parse_query(request.body)
    return { json = { errno = 0, msg = "success" }, message = { recipient = form.open_id, kind = form.msg_type, text = form.content } }
  end,
}
