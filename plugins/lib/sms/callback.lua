-- SPDX-License-Identifier: Apache-2.0
-- Callbacks of platforms that sign nothing: whoever knows the token in the address is believed.
local in_force = require "in_force"

local M = {}

--- Whether the request carries the token, once. An empty or short setting opens nothing.
---@param request Request
---@param settings { callback_token: string, previous_callback_token?: string, previous_until?: string }
---@return boolean
function M.is_genuine(request, settings)
  local given, good = request.query.token, false
  if type(given) ~= "string" then return false end
  for _, expected in ipairs(in_force(settings, "callback_token")) do
    if #expected >= 16 and crypto.equal(given, expected) then good = true end
  end
  return good
end

--- Seconds since 1970 of `2026-01-31 08:05:00` in China's time.
---@return integer?
function M.beijing(value)
  if type(value) ~= "string" then return nil end
  local day, clock = value:match("^(%d%d%d%d%-%d%d%-%d%d)[ T](%d%d:%d%d:%d%d)")
  return day and (time.parse_rfc3339(day .. "T" .. clock .. "+08:00")) or nil
end

return M
