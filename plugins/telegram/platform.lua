-- SPDX-License-Identifier: Apache-2.0
-- The Bot API as the desk sees it.
local stand_in = require "stand_in"

local FAULTS = {
  rate_limit = { 429, "Too Many Requests: retry after 3", { retry_after = 3 } }, busy = { 502, "Bad Gateway" },
  refused = { 403, "Forbidden: bot was blocked by the user" }, unauthorized = { 401, "Unauthorized" },
}

local function bad(code, words, more)
  return { status = code, json = { ok = false, error_code = code, description = words, parameters = more } }
end

return {
  faults = stand_in.faults(FAULTS),
  answer = function(request, channel, fault)
    local method = request.path:match("^/bot" .. channel.settings.bot_token:gsub("%p", "%%%0") .. "/(%a+)$")
    if not method then return bad(401, "Unauthorized") end
    if not method:find("^send") or method == "sendChatAction" then return { json = { ok = true, result = true } } end
    if fault then
      local found = FAULTS[fault.kind] or { math.tointeger(tonumber(fault.code)) or 400, "simulated" }
      local answer = bad(found[1], found[2], found[3])
      answer.fault = true
      return answer
    end
    local body = json.decode(request.body) or {}
    return {
      json = { ok = true, result = { message_id = math.random(1, 1000000000), chat = { id = body.chat_id } } },
      message = { recipient = tostring(body.chat_id), kind = method:sub(5):lower(), text = body.text or body.caption },
    }
  end,
}
