-- SPDX-License-Identifier: Apache-2.0
-- The Graph API as the desk sees it, for Messenger and WhatsApp.
local stand_in = require "stand_in"

local M = {}

-- Status, code, subcode.
local FAULTS = {
  rate_limit = { 400, 4 }, busy = { 500, 2 }, refused = { 400, 551 }, unauthorized = { 401, 190 }, window = { 400, 131047 },
}
M.FAULTS = stand_in.faults(FAULTS)

local function bad(status, code, fault)
  return { status = status, json = { error = { message = "simulated", code = code, type = "OAuthException" } }, fault = fault }
end

---@param accepted fun(body: table): table the JSON of a message that was taken
function M.answer(accepted)
  return function(request, channel, fault)
    local access = request.query.access_token or (request.headers.authorization or ""):match("^Bearer (.+)$")
    if access ~= channel.settings.access_token then return bad(401, 190) end
    if not request.path:find("/messages$") then return { json = { id = stand_in.id(), success = true } } end
    local body = json.decode(request.body) or {}
    local words = type(body.text) == "table" and body.text.body or type(body.message) == "table" and body.message.text
    if not words and not body.type and not body.message then return { json = { success = true } } end
    if fault then
      local found = FAULTS[fault.kind] or { 400, math.tointeger(tonumber(fault.code)) or 100 }
      return bad(found[1], found[2], true)
    end
    local to = body.to or type(body.recipient) == "table" and body.recipient.id or body.recipient
    return { json = accepted(body), message = { recipient = to, kind = body.type or "text", text = words or nil } }
  end
end

return M
