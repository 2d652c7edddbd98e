-- SPDX-License-Identifier: Apache-2.0
-- Data that a mini program's own page hands over under its session_key.
-- Source: developers.weixin.qq.com, "Signature verification and decryption of open data".
local M = {}

--- Opens `encryptedData`.
---@return { plaintext: string, value: table }?, string? message, string? code
function M.open(session_key, iv, encrypted_data, app_id)
  local key, vector = crypto.unbase64(session_key), crypto.unbase64(iv)
  if not key or #key ~= 16 or not vector or #vector ~= 16 then
    return nil, "session_key or iv has the wrong length", "bad_key"
  end
  local data = crypto.unbase64(encrypted_data)
  if not data then return nil, "the data is no base64", "bad_base64" end
  local plain, message, code = crypto.decrypt { cipher = "aes-128-cbc", key = key, iv = vector, data = data }
  if not plain then return nil, message, code end
  local value = json.decode(plain)
  if type(value) ~= "table" then return nil, "the plaintext is no JSON object", "bad_json" end
  local mark = value.watermark
  if type(mark) ~= "table" or mark.appid ~= app_id then return nil, "the data belongs to another app", "wrong_appid" end
  return { plaintext = plain, value = value }
end

--- The signature over `rawData`.
function M.raw_signature(raw_data, session_key) return crypto.digest("sha1", raw_data .. session_key, "hex") end

--- The signature that checksession wants.
function M.session_signature(session_key, data) return crypto.hmac("sha256", session_key, data, "hex") end

return M
