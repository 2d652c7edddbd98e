-- SPDX-License-Identifier: Apache-2.0
-- The encryption of pushes at Baidu and at Douyin's third-party platform: WeChat's scheme, but for the random prefix, which has 16
-- bytes at Baidu and 32 at Douyin. AES-256-CBC, padded to blocks of 32; plaintext = prefix, length (4 bytes, big endian), text, app id.
local M = {}

local BLOCK = 32

local function key_of(encoding_aes_key)
  local key = crypto.unbase64(encoding_aes_key .. "=", { lenient = true })
  if not key or #key ~= 32 then return nil end
  return key
end

--- Opens an `Encrypt`. Check its signature first: CBC alone protects nothing.
---@param prefix integer bytes of the random prefix
---@return string? text, string? reason bad_key, bad_encoding, bad_padding, bad_ciphertext or appid_mismatch
function M.open(encoding_aes_key, encrypt, app_id, prefix)
  local key = key_of(encoding_aes_key)
  if not key then return nil, "bad_key" end
  local cipher = crypto.unbase64((encrypt:gsub("%s", "")))
  if not cipher or cipher == "" or #cipher % 16 ~= 0 then return nil, "bad_encoding" end
  local plain = crypto.decrypt { cipher = "aes-256-cbc", key = key, iv = key:sub(1, 16), data = cipher, padding = false }
  local pad = plain and plain:byte(-1) or 0
  if pad < 1 or pad > BLOCK or plain:sub(-pad) ~= string.char(pad):rep(pad) then return nil, "bad_padding" end
  plain = plain:sub(1, -pad - 1)
  if #plain < prefix + 4 then return nil, "bad_ciphertext" end
  local a, b, c, d = plain:byte(prefix + 1, prefix + 4)
  local length = ((a * 256 + b) * 256 + c) * 256 + d
  local start = prefix + 5
  if start + length - 1 > #plain then return nil, "bad_ciphertext" end
  if plain:sub(start + length) ~= app_id then return nil, "appid_mismatch" end
  return plain:sub(start, start + length - 1)
end

--- Makes an `Encrypt`.
---@param random? string the prefix; fresh bytes if left out
---@return string? base64, string? reason
function M.seal(encoding_aes_key, words, app_id, prefix, random)
  local key = key_of(encoding_aes_key)
  if not key then return nil, "bad_key" end
  local length = #words
  local head = string.char(length // 16777216 % 256, length // 65536 % 256, length // 256 % 256, length % 256)
  local plain = (random or crypto.random(prefix)) .. head .. words .. app_id
  local pad = BLOCK - #plain % BLOCK
  plain = plain .. string.char(pad):rep(pad)
  local data = crypto.encrypt { cipher = "aes-256-cbc", key = key, iv = key:sub(1, 16), data = plain, padding = false }
  return crypto.base64(data)
end

return M
