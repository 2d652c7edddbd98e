-- SPDX-License-Identifier: Apache-2.0
-- A message that a platform takes in several calls: a repeated try goes on after the call that succeeded last, and a call whose
-- answer was lost is repeated once at most.
local M = {}

local DAY = 86400

--- Makes the calls in order. `call(body, index)` gives nil where the platform took it, else an outcome such as retry(…); with
--- `reason, "lost"` instead it says that nobody knows.
---@param message OutboundMessage
---@param bodies table[]
---@param call fun(body: table, index: integer): table?, string?, string?
---@return table? outcome nil where all is sent
function M.send(message, bodies, call)
  local progress = "sent_parts:" .. message.id
  local done = message.attempt > 1 and store.get(progress) or 0
  for index = done + 1, #bodies do
    local outcome, reason, code = call(bodies[index], index)
    if code == "lost" then
      local mark = "lost:" .. message.id
      if store.get(mark) then
        return failed("the answer was lost twice; the customer may have received it: " .. reason)
      end
      store.set(mark, true, DAY)
      return retry("the answer was lost: " .. reason)
    end
    if outcome then return outcome end
    if bodies[2] then store.set(progress, index, DAY) end
  end
  return nil
end

return M
