-- SPDX-License-Identifier: Apache-2.0
-- The little of DER that keys and certificates need. Positions are those of the whole text; nothing is read beyond its end.
local M = {}

--- One element.
---@param der string
---@param at integer
---@return { tag: integer, first: integer, last: integer, start: integer }? element content lies in first..last, the element begins at start
function M.element(der, at)
  local tag, length = der:byte(at, at + 1)
  if not length then return nil end
  local first = at + 2
  if length >= 0x80 then
    local count = length - 0x80
    if count < 1 or count > 3 then return nil end
    length = 0
    for index = first, first + count - 1 do
      local byte = der:byte(index)
      if not byte then return nil end
      length = length * 256 + byte
    end
    first = first + count
  end
  local last = first + length - 1
  if last > #der then return nil end
  return { tag = tag, first = first, last = last, start = at }
end

--- The elements within an element, 64 at most.
---@return table[]
function M.children(der, parent)
  local list, at = {}, parent.first
  while at <= parent.last and #list < 64 do
    local child = M.element(der, at)
    if not child or child.last > parent.last then break end
    list[#list + 1] = child
    at = child.last + 1
  end
  return list
end

function M.content(der, element) return der:sub(element.first, element.last) end

--- An element with its tag and length, as it stands.
function M.whole(der, element) return der:sub(element.start, element.last) end

--- Writes an element.
function M.make(tag, content)
  local length = #content
  local head
  if length < 0x80 then head = string.char(length)
  elseif length < 0x100 then head = string.char(0x81, length)
  else head = string.char(0x82, length // 256, length % 256) end
  return string.char(tag) .. head .. content
end

--- `1.2.840.113549.1.1.11` of an object identifier's content.
function M.oid(content)
  local numbers, value = {}, 0
  for index = 1, #content do
    local byte = content:byte(index)
    value = value * 128 + byte % 128
    if byte < 128 then
      if #numbers == 0 then
        local head = math.min(2, value // 40)
        numbers[1], numbers[2] = head, value - head * 40
      else
        numbers[#numbers + 1] = value
      end
      value = 0
    end
  end
  return table.concat(numbers, ".")
end

--- The decimal digits of an integer's content, of any length. Negative ones do not occur in serial numbers.
function M.decimal(content)
  local digits = { 0 }
  for index = 1, #content do
    local carry = content:byte(index)
    for place = 1, #digits do
      local value = digits[place] * 256 + carry
      digits[place], carry = value % 10000000, value // 10000000
    end
    while carry > 0 do
      digits[#digits + 1], carry = carry % 10000000, carry // 10000000
    end
  end
  local parts = { tostring(digits[#digits]) }
  for place = #digits - 1, 1, -1 do parts[#parts + 1] = string.format("%07d", digits[place]) end
  return table.concat(parts)
end

return M
