-- SPDX-License-Identifier: Apache-2.0
-- Message crypto of WeChat's pushes and replies (mini program, official account, WeCom): AES-256-CBC under the EncodingAESKey,
-- padded to blocks of 32, and SHA-1 signatures over sorted parts.
-- Source: developers.weixin.qq.com, "Message encryption and decryption".
local M = {}

local BLOCK = 32

-- The key decoded last: channels are few, pushes are many.
local last_text, last_key

--- The signature over some parts: hex SHA-1 of their concatenation in byte order.
---@param ... string
---@return string
function M.sign(...)
  local parts = { ... }
  table.sort(parts)
  return crypto.digest("sha1", table.concat(parts), "hex")
end

--- The 32 bytes behind an EncodingAESKey of 43 characters. Its last two bits mean nothing and are often not zero.
---@return string? key, string? message, string? code
function M.key(text)
  if text == last_text and last_key then return last_key end
  if type(text) ~= "string" or #text ~= 43 or text:find("=", 1, true) then
    return nil, "the EncodingAESKey must have 43 characters", "bad_key"
  end
  local key = crypto.unbase64(text, { lenient = true })
  if not key or #key ~= 32 then return nil, "the EncodingAESKey holds a character that is no base64", "bad_key" end
  last_text, last_key = text, key
  return key
end

--- Opens an `Encrypt`. Check msg_signature first: CBC alone protects nothing.
---@param encoding_aes_key string
---@param encrypt string base64
---@param receive_id string app id or corp id that must stand inside
---@return { message: string, random: string, receive_id: string, pad: integer }?, string? message, string? code
function M.decrypt(encoding_aes_key, encrypt, receive_id)
  local key, message, code = M.key(encoding_aes_key)
  if not key then return nil, message, code end
  local cipher = crypto.unbase64(encrypt)
  if not cipher then return nil, "Encrypt is no base64", "bad_base64" end
  if #cipher == 0 or #cipher % BLOCK ~= 0 then return nil, "Encrypt has an impossible length", "bad_length" end
  local plain = crypto.decrypt { cipher = "aes-256-cbc", key = key, iv = key:sub(1, 16), data = cipher, padding = false }
  if not plain then return nil, "Encrypt cannot be decrypted", "bad_decrypt" end
  local pad = plain:byte(-1)
  if pad < 1 or pad > BLOCK or plain:sub(-pad) ~= string.char(pad):rep(pad) then
    return nil, "the padding is wrong", "bad_padding"
  end
  plain = plain:sub(1, -pad - 1)
  if #plain < 20 then return nil, "the plaintext is too short", "bad_message_length" end
  local a, b, c, d = plain:byte(17, 20)
  local length = ((a * 256 + b) * 256 + c) * 256 + d
  if length > #plain - 20 then return nil, "the length field does not fit", "bad_message_length" end
  local inner = plain:sub(21 + length)
  if inner ~= receive_id then return nil, "the plaintext belongs to another account", "wrong_receive_id" end
  return { message = plain:sub(21, 20 + length), random = plain:sub(1, 16), receive_id = inner, pad = pad }
end

--- Makes an `Encrypt`.
---@param random? string 16 bytes; fresh ones if left out
---@return string? base64, string? message, string? code
function M.encrypt(encoding_aes_key, text, receive_id, random)
  local key, message, code = M.key(encoding_aes_key)
  if not key then return nil, message, code end
  local length = #text
  local head = string.char(length // 16777216 % 256, length // 65536 % 256, length // 256 % 256, length % 256)
  local plain = (random or crypto.random(16)) .. head .. text .. receive_id
  local pad = BLOCK - #plain % BLOCK
  plain = plain .. string.char(pad):rep(pad)
  local cipher = crypto.encrypt { cipher = "aes-256-cbc", key = key, iv = key:sub(1, 16), data = plain, padding = false }
  return crypto.base64(cipher)
end

return M
