-- SPDX-License-Identifier: Apache-2.0
-- Alipay's content encryption (接口内容加密): AES-128-CBC with a zero IV, or in its second form with a random IV in front.
local M = {}

local ZERO = ("\0"):rep(16)

local function key_of(aes_key)
  local key = type(aes_key) == "string" and crypto.unbase64(aes_key)
  return key and #key == 16 and key or nil
end

--- Seals a text.
---@param form? "1"|"2"
---@param iv? string 16 bytes, for the second form; fresh ones if left out
---@return string? base64
function M.seal(aes_key, words, form, iv)
  local key = key_of(aes_key)
  if not key then return nil end
  if form == "2" then iv = iv or crypto.random(16) else iv = ZERO end
  local data = crypto.encrypt { cipher = "aes-128-cbc", key = key, iv = iv, data = words }
  return crypto.base64(form == "2" and iv .. data or data)
end

--- Opens what was sealed. Only after its signature was verified: CBC alone protects nothing.
---@return string?
function M.open(aes_key, sealed, form)
  local key, data = key_of(aes_key), crypto.unbase64(sealed)
  if not key or not data then return nil end
  local iv = ZERO
  if form == "2" then iv, data = data:sub(1, 16), data:sub(17) end
  if #iv ~= 16 or #data == 0 or #data % 16 ~= 0 then return nil end
  return (crypto.decrypt { cipher = "aes-128-cbc", key = key, iv = iv, data = data })
end

return M
