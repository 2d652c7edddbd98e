-- SPDX-License-Identifier: Apache-2.0
-- The other system as the desk sees it: it checks the signature and takes each key once.
local signature = require "signature"
local stand_in = require "stand_in"

local FAULTS = {
  rate_limit = { 429, { error = "too fast" } }, busy = { 503, { error = "busy" } }, refused = { 422, { reason = "no such customer" } },
  unauthorized = { 401, { error = "bad signature" } }, window = { 200, { outcome = "held", reason = "the customer must write first" } },
}

return {
  faults = stand_in.faults(FAULTS),
  answer = function(request, channel, fault)
    if not signature.check(request, channel.settings) then return { status = 401, json = { error = "bad signature" } } end
    local body = json.decode(request.body)
    if type(body) ~= "table" or body.type ~= "message" then return { json = {} } end
    if fault then
      local found = FAULTS[fault.kind] or { math.tointeger(tonumber(fault.code)) or 400, { error = "simulated" } }
      return { status = found[1], json = found[2], fault = true }
    end
    local key = request.headers["idempotency-key"]
    if key and store.get("stand_in:key:" .. key) then return { status = 409, json = { error = "taken before" } } end
    if key then store.set("stand_in:key:" .. key, true, 86400) end
    return { json = { id = "x-" .. stand_in.id() }, message = { recipient = body.to, kind = body.kind, text = body.text } }
  end,
}
