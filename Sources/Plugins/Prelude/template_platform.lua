-- SPDX-License-Identifier: Apache-2.0
-- The platform's API as the desk sees it: loaded by `luadesk simulate --listen` and the conformance run, never by a server.
local FAULTS = { rate_limit = 429, busy = 503, refused = 400, unauthorized = 401 }

local function answer(request, channel, fault)
  if request.headers.authorization ~= "Bearer " .. channel.settings.api_key then return { status = 401 } end
  if fault then return { status = FAULTS[fault.kind] or tonumber(fault.code) or 500, fault = true } end
  local body = json.decode(request.body)
  return { json = { id = crypto.random(8, "hex") }, message = { recipient = body.to, text = body.text } }
end

return { answer = answer, faults = { "rate_limit", "busy", "refused", "unauthorized" } }
