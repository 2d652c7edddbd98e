-- SPDX-License-Identifier: Apache-2.0
-- GB18030, which contains GBK and GB2312: Alipay's gateway posts in it. One and two bytes by table, four bytes by ranges.
-- data/gb18030.txt: a line for each first byte 0x81 to 0xFE, in it the characters of the second bytes 0x40 to 0x7E and 0x80 to 0xFE.
-- data/gb18030-ranges.json: [linear number of the first four bytes, its code point] of each run, in order.
-- Source: the mapping of GB 18030-2005.
local M = {}

local BEYOND = 189000 -- linear number of U+10000, at 0x90308130

local lines, rows, ranges, reverse

local function load_tables()
  if lines then return end
  lines, rows = {}, {}
  for line in data.read("gb18030.txt"):gmatch("[^\n]+") do lines[#lines + 1] = line end
  ranges = data.read("gb18030-ranges.json")
end

--- The code points of a first byte.
local function row(lead)
  local found = rows[lead]
  if not found then
    found = { utf8.codepoint(lines[lead - 0x80], 1, -1) }
    rows[lead] = found
  end
  return found
end

local function place(second) return second < 0x7F and second - 0x3F or second - 0x40 end

--- The last run that begins at or before a linear number.
local function run_of(linear)
  local low, high = 1, #ranges
  while low < high do
    local middle = (low + high + 1) // 2
    if ranges[middle][1] <= linear then low = middle else high = middle - 1 end
  end
  return ranges[low]
end

local function four_bytes(a, b, c, d)
  if not d or b < 0x30 or b > 0x39 or c < 0x81 or c > 0xFE or d < 0x30 or d > 0x39 then return nil end
  local linear = (((a - 0x81) * 10 + b - 0x30) * 126 + c - 0x81) * 10 + d - 0x30
  if linear >= BEYOND then
    local point = linear - BEYOND + 0x10000
    return point <= 0x10FFFF and point or nil
  end
  if linear > 39419 then return nil end
  local run = run_of(linear)
  return run[2] + linear - run[1]
end

--- GB18030 as UTF-8; nil where a byte is out of place.
---@param bytes string
---@return string?
function M.decode(bytes)
  if not bytes:find("[\x80-\xff]") then return bytes end
  load_tables()
  local out, index, count = {}, 1, #bytes
  while index <= count do
    local first, plain = bytes:byte(index), bytes:match("^[%z\x01-\x7f]+", index)
    if plain then
      out[#out + 1] = plain
      index = index + #plain
    elseif first < 0x81 or first > 0xFE then
      return nil
    else
      local second = bytes:byte(index + 1)
      if not second then return nil end
      local point
      if second < 0x40 then
        point = four_bytes(first, second, bytes:byte(index + 2, index + 3))
        index = index + 4
      elseif second ~= 0x7F and second <= 0xFE then
        point = row(first)[place(second)]
        index = index + 2
      end
      if not point then return nil end
      out[#out + 1] = utf8.char(point)
    end
  end
  return table.concat(out)
end

--- Code point → two bytes, made when first something is written.
local function table_back()
  if reverse then return reverse end
  load_tables()
  reverse = {}
  for lead = 0x81, 0xFE do
    local points = row(lead)
    for index = 1, 190 do
      local second = index <= 63 and index + 0x3F or index + 0x40
      reverse[points[index]] = string.char(lead, second)
    end
  end
  return reverse
end

local function written(point)
  local two = table_back()[point]
  if two then return two end
  local linear
  if point >= 0x10000 then linear = point - 0x10000 + BEYOND else
    for index, run in ipairs(ranges) do
      local after = ranges[index + 1]
      local length = (after and after[1] or 39420) - run[1]
      if point >= run[2] and point < run[2] + length then
        linear = run[1] + point - run[2]
        break
      end
    end
    if not linear then return "?" end
  end
  local d, rest = linear % 10, linear // 10
  local c, b = rest % 126, rest // 126
  return string.char(0x81 + b // 10, 0x30 + b % 10, 0x81 + c, 0x30 + d)
end

--- UTF-8 as GB18030.
---@param words string
---@return string
function M.encode(words)
  if not words:find("[\x80-\xff]") then return words end
  return (text.clean(words):gsub("[\xc2-\xf4][\x80-\xbf]+", function(character) return written(utf8.codepoint(character)) end))
end

return M
