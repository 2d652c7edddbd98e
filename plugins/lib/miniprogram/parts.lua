-- SPDX-License-Identifier: Apache-2.0
-- A message that a platform takes in several calls: a repeated try goes on after the call that succeeded last.
local M = {}

local DAY = 86400

--- Makes the calls in order; `call(body)` gives a result of `miniprogram.calls`.
---@param message OutboundMessage
---@param bodies table[]
---@return table result of the last call made; ok where all were taken
function M.send(message, bodies, call)
  local key = "sent_parts:" .. message.id
  local done = message.attempt > 1 and store.get(key) or 0
  local result = { outcome = "ok", value = {}, reason = "" }
  for index = done + 1, #bodies do
    result = call(bodies[index])
    if result.outcome ~= "ok" then return result end
    if bodies[2] then store.set(key, index, DAY) end
  end
  return result
end

return M
