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

-- "my password is …", "密码：…": what comes behind one of these is the secret itself.
local links = { " is ", " are ", " was ", "'s ", ":", "=", "是", "为" }

local spoken = {}
for word in ("zero oh one two three four five six seven eight nine"):gmatch("%a+") do spoken[word] = true end

--- Digits said in words, three or more one behind the other: "four two seven one", "一二三四".
local function is_spoken(text)
  local count = 0
  for word in text:gmatch("[%a]+") do
    if not spoken[word] then break end
    count = count + 1
  end
  if count >= 3 then return true end
  local digits = 0
  for _, code in utf8.codes(text) do
    if not ("零一二三四五六七八九幺"):find(utf8.char(code), 1, true) then break end
    digits = digits + 1
  end
  return digits >= 4
end

--- Whether words right behind a link are a secret: letters with a digit among them, or digits said in words.
local function is_secret(text)
  text = text:gsub("^[%s\"']+", "")
  local token = text:match("^[%w!@#$%%^&*_%-+.]+")
  if token and #token >= 4 and #token <= 64 and token:find("%d") and token:find("%a") then return true end
  return is_spoken(text)
end

--- Whether a text tells a password or a code: the word for it, and three to eight digits right behind it; or a link such as "is", and
--- what can only be a secret behind that.
---@param text string?
---@return boolean
function cards.tells_secret(text)
  local folded = fold(text or "")
  for _, word in ipairs(secrets) do
    local _, last = folded:find(word, 1, true)
    if last then
      local digits = folded:sub(last + 1, last + 24):match("^[^%d]*(%d+)")
      if digits and #digits >= 3 and #digits <= 8 then return true end
      local rest = folded:sub(last + 1, last + 80):match("^[^?\n]*")
      for _, link in ipairs(links) do
        local _, stop = rest:find(link, 1, true)
        if stop and is_secret(rest:sub(stop + 1)) then return true end
      end
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
