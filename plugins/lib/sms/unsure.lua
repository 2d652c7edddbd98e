-- SPDX-License-Identifier: Apache-2.0
-- A send whose answer was lost is not repeated blindly, since each one is shown and paid for: first the platform is asked whether it
-- has it.
local parts = require "parts"

local M = {}

local DAY = 86400
-- Seconds until a platform's records surely show what it took.
local SETTLING = 60

--- Sends the bodies of a message in order. `call(body, name)` gives `{ action = "ok", id }`, `{ action = "lost", reason }` or
--- `{ action = "stop", outcome }`; `find(body, name, since)` gives the id of a former try, false where there is none, or nil, reason,
--- final where that cannot be told.
---@param message OutboundMessage
---@param bodies table[]
---@return table outcome
function M.send(message, bodies, call, find)
  local outcome, ids = parts.send(message, bodies, function(body, index)
    local name = message.id .. "-" .. index
    local mark = "unsure:" .. name
    local since = message.attempt > 1 and store.get(mark) or nil
    if since then
      local id, reason, final = find(body, name, since)
      if id == nil and final then return failed("the answer was lost, the customer may have received it: " .. tostring(reason)) end
      if id == nil then return retry(tostring(reason)) end
      if id then return nil, id end
    end
    local result = call(body, name)
    if result.action == "ok" then return nil, result.id end
    if result.action == "lost" then
      if not since then store.set(mark, time.now(), DAY) end
      return retry(result.reason, SETTLING), result.reason, "lost"
    end
    return result.outcome
  end)
  return outcome or sent(ids)
end

return M
