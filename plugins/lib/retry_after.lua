-- SPDX-License-Identifier: Apache-2.0
-- The header Retry-After, in seconds or as a date (RFC 9110, section 10.2.3).
local M = {}

-- No platform makes us wait longer than this, in seconds.
M.CAP = 3600

local MONTHS = {
  Jan = 1, Feb = 2, Mar = 3, Apr = 4, May = 5, Jun = 6, Jul = 7, Aug = 8, Sep = 9, Oct = 10, Nov = 11, Dec = 12,
}

--- Seconds since 1970 of an IMF-fixdate; nil if it is none.
---@param value string
---@return integer?
function M.date(value)
  local day, month, year, clock = value:match("^%a%a%a, (%d%d) (%a%a%a) (%d%d%d%d) (%d%d:%d%d:%d%d) GMT$")
  local number = MONTHS[month]
  if not number then return nil end
  return (time.parse_rfc3339(string.format("%s-%02d-%sT%sZ", year, number, day, clock)))
end

--- How long to wait; nil where the header says nothing that can be understood.
---@param value any
---@param now? integer seconds since 1970
---@return integer?
function M.seconds(value, now)
  if type(value) ~= "string" then return nil end
  local seconds
  if value:find("^%d+$") then
    seconds = math.tointeger(tonumber(value)) or M.CAP
  else
    local date = M.date(value)
    seconds = date and math.max(0, date - (now or time.now()))
  end
  return seconds and math.min(seconds, M.CAP)
end

return M
