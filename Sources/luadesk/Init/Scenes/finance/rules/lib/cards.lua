-- SPDX-License-Identifier: Apache-2.0
-- Card numbers and secrets within a sentence. Pure functions; nothing here keeps or repeats a whole number.
local cards = {}

-- ISO/IEC 7812: the check digit makes the sum a multiple of ten.
local function is_luhn(digits)
  local sum, double = 0, false
  for i = #digits, 1, -1 do
    local n = tonumber(digits:sub(i, i))
    if double then n = n * 2 > 9 and n * 2 - 9 or n * 2 end
    sum, double = sum + n, not double
  end
  return sum % 10 == 0
end

--- A full card number within a text, masked: "****6789"; nil if there is none. 13 to 19 digits, blanks and dashes between them
--- allowed; what begins like a UnionPay card counts even with a slip of the finger.
---@param text string?
---@return string?
function cards.number_in(text)
  for run in fold(text or ""):gmatch("%d[%d %-]+%d") do
    local digits = run:gsub("[ %-]", "")
    if #digits >= 13 and #digits <= 19 and (is_luhn(digits) or (#digits >= 16 and digits:sub(1, 2) == "62")) then
      return "****" .. digits:sub(-4)
    end
  end
  return nil
end

local secrets = { "验证码", "校验码", "动态码", "密码", "安全码", "cvv", "cvc", "code", "password", "passcode", "pin" }

--- Whether a text tells a password or a code: the word for it, and three to eight digits right behind it.
---@param text string?
---@return boolean
function cards.tells_secret(text)
  local folded = fold(text or "")
  for _, word in ipairs(secrets) do
    local _, last = folded:find(word, 1, true)
    if last then
      local digits = folded:sub(last + 1, last + 24):match("^[^%d]*(%d+)")
      if digits and #digits >= 3 and #digits <= 8 then return true end
    end
  end
  return false
end

--- Exactly four digits that stand alone: the end of a card or phone number. Nothing longer is taken.
---@param text string
---@return string?
function cards.tail(text)
  return (" " .. fold(text) .. " "):match("[^%d](%d%d%d%d)[^%d]")
end

local forgotten = { "不记得", "不知道", "忘了", "don't know", "dont know", "not sure", "no idea", "forgot" }

--- The same, or "" for who does not remember.
---@param text string
---@return string?
function cards.tail_or_unknown(text)
  local tail = cards.tail(text)
  if tail then return tail end
  local folded = fold(text)
  for _, word in ipairs(forgotten) do
    if folded:find(word, 1, true) then return "" end
  end
  return nil
end

return cards
