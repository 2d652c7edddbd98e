-- SPDX-License-Identifier: Apache-2.0
-- What the simulating halves of plugins share.
local M = {}

--- A number of so many digits after a beginning, for platforms whose ids are numbers: a name such as
--- `customer-7` stands for one of its own, everything else stays as it is.
---@param sender any
---@param start string
---@param digits integer
---@return string
function M.number(sender, start, digits)
  sender = tostring(sender)
  if not sender:find("^%a[%w_-]*$") then return sender end
  local value = tonumber(crypto.digest("sha256", sender, "hex"):sub(1, 12), 16)
  return start .. string.format("%0" .. digits .. "d", value % math.tointeger(10 ^ digits))
end

return M
