-- SPDX-License-Identifier: Apache-2.0
-- Callbacks of platforms that sign nothing: whoever knows the token in the address is believed.
local M = {}

--- Whether the request carries the token, once. An empty setting opens nothing.
---@param request Request
---@param expected string
---@return boolean
function M.is_genuine(request, expected)
  local given = request.query.token
  return type(expected) == "string" and #expected >= 16 and type(given) == "string" and crypto.equal(given, expected)
end

--- Seconds since 1970 of `2026-01-31 08:05:00` in China's time.
---@return integer?
function M.beijing(value)
  if type(value) ~= "string" then return nil end
  local day, clock = value:match("^(%d%d%d%d%-%d%d%-%d%d)[ T](%d%d:%d%d:%d%d)")
  return day and (time.parse_rfc3339(day .. "T" .. clock .. "+08:00")) or nil
end

return M
