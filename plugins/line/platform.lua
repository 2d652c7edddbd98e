-- SPDX-License-Identifier: Apache-2.0
-- The Messaging API as the desk sees it.
local stand_in = require "stand_in"

local FAULTS = {
  expired = { 401, "Authentication failed" }, rate_limit = { 429, "The API rate limit has been exceeded" }, busy = { 500, "Internal Server Error" },
  refused = { 400, "Failed to send messages" }, unauthorized = { 403, "Access to this API is not available" },
  window = { 429, "You have reached your monthly limit." },
}

local function bad(status, words, fault) return { status = status, json = { message = words }, fault = fault } end

return {
  faults = stand_in.faults(FAULTS),
  answer = function(request, channel, fault)
    if request.path == "/oauth2/v3/token" then return { json = { access_token = stand_in.token(), expires_in = 900 } } end
    if request.headers.authorization ~= "Bearer " .. (channel.settings.access_token or stand_in.token()) then
      return bad(401, "Authentication failed")
    end
    local body = json.decode(request.body) or {}
    if type(body.messages) ~= "table" then return { json = {} } end
    if fault then
      if fault.kind == "expired" then stand_in.expire() end
      local found = FAULTS[fault.kind] or { math.tointeger(tonumber(fault.code)) or 400, "simulated" }
      return bad(found[1], found[2], true)
    end
    local first = body.messages[1] or {}
    return {
      json = { sentMessages = { { id = stand_in.id() } } },
      message = { recipient = body.to or body.replyToken, kind = first.type, text = first.text },
    }
  end,
}
