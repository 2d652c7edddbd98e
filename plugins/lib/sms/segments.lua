-- SPDX-License-Identifier: Apache-2.0
-- How many messages a text becomes on the network, which is what is paid for.
-- Source: 3GPP TS 23.040 (parts with a header of 6 octets); mainland China's operators count characters, the signature among them.
local gsm7 = require "sms.gsm7"

local M = {}

local LIMITS = { gsm7 = { single = 160, part = 153 }, ucs2 = { single = 70, part = 67 } }

local function units_of(point) return point > 0xffff and 2 or 1 end

local function coding_of(words)
  for _, point in utf8.codes(words) do if not gsm7.cost(point) then return "ucs2", units_of end end
  return "gsm7", gsm7.cost
end

--- The coding of a text, its length in units (septets or UTF-16 units), and how many messages it becomes. An escape pair or surrogate
--- pair is never split, so a part may stay one unit short.
---@param words string
---@return { encoding: "gsm7"|"ucs2", units: integer, segments: integer }
function M.count(words)
  words = text.clean(words)
  local encoding, cost = coding_of(words)
  local limit = LIMITS[encoding]
  local units, segments, used = 0, 1, 0
  for _, point in utf8.codes(words) do
    local size = cost(point)
    units = units + size
    if used + size > limit.part then segments, used = segments + 1, 0 end
    used = used + size
  end
  return { encoding = encoding, units = units, segments = units <= limit.single and 1 or segments }
end

--- What operators in mainland China charge for: 70 characters are one message, more are 67 each.
---@param characters integer with the signature
---@return integer
function M.charged(characters)
  if characters <= LIMITS.ucs2.single then return 1 end
  return (characters + LIMITS.ucs2.part - 1) // LIMITS.ucs2.part
end

return M
