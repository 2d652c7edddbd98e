-- SPDX-License-Identifier: Apache-2.0
-- The default alphabet of short messages. Source: 3GPP TS 23.038, section 6.2.1.
local M = {}

local BASIC = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
  .. "¿abcdefghijklmnopqrstuvwxyzäöñüà"
local ESCAPE = 0x1b
local EXTENSION = {
  ["\f"] = 0x0a, ["^"] = 0x14, ["{"] = 0x28, ["}"] = 0x29, ["\\"] = 0x2f, ["["] = 0x3c, ["~"] = 0x3d, ["]"] = 0x3e,
  ["|"] = 0x40, ["€"] = 0x65,
}

local CODES = {}
do
  local code = 0
  for _, point in utf8.codes(BASIC) do
    if code ~= ESCAPE then CODES[point] = code end
    code = code + 1
  end
end
local ESCAPED = {}
for letter, code in pairs(EXTENSION) do ESCAPED[utf8.codepoint(letter)] = code end

--- How many septets a code point takes; nil if the alphabet has none for it.
---@param point integer
---@return integer?
function M.cost(point)
  if CODES[point] then return 1 end
  return ESCAPED[point] and 2 or nil
end

--- One septet in each octet; nil if a character is not in the alphabet.
---@param words string UTF-8
---@return string?
function M.octets(words)
  local out = {}
  for _, point in utf8.codes(words) do
    if CODES[point] then
      out[#out + 1] = string.char(CODES[point])
    elseif ESCAPED[point] then
      out[#out + 1] = string.char(ESCAPE, ESCAPED[point])
    else
      return nil
    end
  end
  return table.concat(out)
end

--- Eight septets in seven octets, the first in the lowest bits.
---@param octets string as `octets` gives them
---@return string
function M.pack(octets)
  local out, bits, held = {}, 0, 0
  for place = 1, #octets do
    held = held | octets:byte(place) << bits
    bits = bits + 7
    if bits >= 8 then
      out[#out + 1] = string.char(held & 0xff)
      held, bits = held >> 8, bits - 8
    end
  end
  if bits > 0 then out[#out + 1] = string.char(held) end
  return table.concat(out)
end

return M
