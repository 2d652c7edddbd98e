-- SPDX-License-Identifier: Apache-2.0
-- Phone numbers as people and platforms write them, in E.164: "+" and 7 to 15 digits. One form, so that the identities of one customer
-- on several channels meet.
local M = {}

-- Countries whose national numbers keep a leading 0 after the country code.
local KEEPS_ZERO = { ["39"] = true, ["225"] = true, ["242"] = true, ["241"] = true, ["378"] = true }

--- Plain digits for full-width ones; no blanks, hyphens, dots, brackets or invisible marks.
local function bare(value)
  local out = {}
  for _, point in utf8.codes(text.clean(value)) do
    if point >= 0xff10 and point <= 0xff19 then point = point - 0xff10 + 0x30 end
    if point == 0xff0b then point = 0x2b end
    local letter = utf8.char(point)
    local skipped = letter:find("^[%s%-%.%(%)/]$") or point == 0xa0 or point == 0x3000 or (point >= 0x2010 and point <= 0x2015)
      or (point >= 0x200b and point <= 0x200f) or (point >= 0x202a and point <= 0x202e) or point == 0xff08 or point == 0xff09
      or point == 0xff0d or point == 0x2060 or point == 0xfeff
    if not skipped then out[#out + 1] = letter end
  end
  return table.concat(out)
end

local function checked(digits)
  if #digits < 7 or #digits > 15 or digits:find("%D") or digits:sub(1, 1) == "0" then return nil end
  return "+" .. digits
end

--- A number in E.164; nil where it is none (a short code, a name, too few digits).
---@param value any
---@param country? string country code such as "86", for numbers without one
---@return string?
function M.e164(value, country)
  if type(value) ~= "string" or #value > 100 then return nil end
  -- "+44 (0) 20…" means +4420…
  local number = bare((value:gsub("^(%s*%+.-)%(0%)", "%1")))
  if number:sub(1, 1) == "+" then return checked(number:sub(2)) end
  if number:find("%D") or number == "" then return nil end
  if number:sub(1, 2) == "00" then return checked(number:sub(3)) end
  if not country then return checked(number) end
  if country == "86" then
    if #number == 11 and number:find("^1[3-9]") then return "+86" .. number end
    if #number == 13 and number:find("^861[3-9]") then return "+" .. number end
  elseif country == "1" and #number == 11 and number:sub(1, 1) == "1" then
    return "+" .. number
  end
  if #number < 7 then return nil end
  if number:sub(1, 1) == "0" and not KEEPS_ZERO[country] then number = number:sub(2) end
  return checked(country .. number)
end

--- The number as somebody in that country dials it: without the country code, or with it and without "+" for another country.
---@param e164 string
---@param country string
---@return string
function M.national(e164, country)
  local digits = e164:gsub("^%+", "")
  if digits:sub(1, #country) == country then return (digits:sub(#country + 1)) end
  return digits
end

return M
