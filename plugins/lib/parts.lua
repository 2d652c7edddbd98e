-- SPDX-License-Identifier: Apache-2.0
-- A message that a platform takes in several calls: a repeated try goes on after the call that succeeded last, and a call whose
-- answer was lost is repeated once at most.
local M = {}

local DAY = 86400

--- Makes the calls in order. `call(body, index)` gives nil where the platform took it, and with it the id or the list of ids that it
--- gave; else an outcome such as retry(…); with `reason, "lost"` instead of an id it says that nobody knows.
---@param message OutboundMessage
---@param bodies table[]
---@param call fun(body: table, index: integer): table?, string|string[]?, string?
---@return table? outcome nil where all is sent
---@return string[] ids of all that the platform took, for sent(…); also those of former tries
function M.send(message, bodies, call)
  local progress = "sent_parts:" .. message.id
  local before = message.attempt > 1 and store.get(progress) or nil
  -- Of a version that kept only the count.
  if type(before) == "number" then before = { done = before, ids = array {} } end
  local done, ids = before and before.done or 0, before and before.ids or array {}
  for index = done + 1, #bodies do
    local outcome, more, code = call(bodies[index], index)
    if code == "lost" then
      local mark = "lost:" .. message.id
      if store.get(mark) then
        return failed("the answer was lost twice; the customer may have received it: " .. more), ids
      end
      store.set(mark, true, DAY)
      return retry("the answer was lost: " .. more, outcome and outcome.after), ids
    end
    if outcome then return outcome, ids end
    for _, id in ipairs(type(more) == "table" and more or { more }) do ids[#ids + 1] = id end
    if bodies[2] then store.set(progress, { done = index, ids = ids }, DAY) end
  end
  return nil, ids
end

return M
