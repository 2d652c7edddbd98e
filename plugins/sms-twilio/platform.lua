-- SPDX-License-Identifier: Apache-2.0
-- The Messages resource as the desk sees it.
local stand_in = require "stand_in"

local FAULTS = {
  rate_limit = { 429, 20429, "Too many requests" }, busy = { 503, 20503, "Service unavailable" },
  refused = { 400, 21614, "'To' number is not a valid mobile number" }, unauthorized = { 401, 20003, "Authenticate" },
}

local function bad(status, code, words) return { status = status, json = { status = status, code = code, message = words } } end

return {
  faults = stand_in.faults(FAULTS),
  answer = function(request, channel, fault)
    local s = channel.settings
    if request.path ~= "/2010-04-01/Accounts/" .. s.account_sid .. "/Messages.json" then return bad(404, 20404, "not found") end
    if request.method == "GET" then return { json = { messages = array {} } } end
    local pair = s.api_key and s.api_key_secret and s.api_key .. ":" .. s.api_key_secret or s.account_sid .. ":" .. s.auth_token
    if request.headers.authorization ~= "Basic " .. crypto.base64(pair) then return bad(401, 20003, "Authenticate") end
    if fault then
      local code = math.tointeger(tonumber(fault.code))
      local found = FAULTS[fault.kind] or { 400, code or 21211, "simulated" }
      local answer = bad(found[1], found[2], found[3])
      answer.fault = true
      return answer
    end
    local form = url.parse_query(request.body)
    return {
      status = 201, json = { sid = "SM" .. crypto.random(16, "hex"), status = "queued", to = form.To, body = form.Body },
      message = { recipient = form.To, kind = "text", text = form.Body },
    }
  end,
}
