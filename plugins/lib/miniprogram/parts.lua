-- SPDX-License-Identifier: Apache-2.0
-- A message that a platform takes in several calls: a repeated try goes on after the call that succeeded last.
local M = {}

local DAY = 86400

--- Makes the calls in order; `call(body)` gives a result of `miniprogram.calls`.
---@param message OutboundMessage
---@param bodies table[]
---@return table result of the last call made; ok where all were taken, then with all ids under `value.external_ids`
function M.send(message, bodies, call)
  local key = "sent_parts:" .. message.id
  local before = message.attempt > 1 and store.get(key) or nil
  -- Of a version that kept only the count.
  if type(before) == "number" then before = { done = before, ids = array {} } end
  local done, ids = before and before.done or 0, before and before.ids or array {}
  local result = { outcome = "ok", value = {}, reason = "" }
  for index = done + 1, #bodies do
    result = call(bodies[index])
    if result.outcome ~= "ok" then return result end
    ids[#ids + 1] = result.value and result.value.external_id or nil
    if bodies[2] then store.set(key, { done = index, ids = ids }, DAY) end
  end
  result.value = result.value or {}
  result.value.external_ids = ids
  return result
end

return M
