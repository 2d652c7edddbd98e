-- SPDX-License-Identifier: Apache-2.0
-- API signature mode (接口安全鉴权): requests and answers sealed with AES-256-GCM or SM4-GCM, signed with RSA-PSS or SM2.
-- Source: "服务端 API 签名加密指南".
local M = {}

local CIPHER = { AES256_GCM = "aes-256-gcm", SM4_GCM = "sm4-gcm" }
local SCHEME = { RSAwithSHA256 = "rsa-pss-sha256", SM2withSM3 = "sm2-sm3" }

local function sealing(p)
  local cipher, key, iv = CIPHER[p.alg], crypto.unbase64(p.key), crypto.unbase64(p.iv)
  if not cipher then return nil, "unknown algorithm " .. tostring(p.alg), "bad_key" end
  if not key or not iv then return nil, "key or iv is no base64", "bad_key" end
  return { cipher = cipher, key = key, iv = iv, aad = table.concat({ p.url, p.appid, p.timestamp, p.sn }, "|") }
end

--- Seals the JSON of a request. `p`: alg, key, sn, url (without query), appid, timestamp, iv (12 bytes), all but the timestamp texts.
---@return { iv: string, data: string, authtag: string }?, string? message, string? code
function M.seal(p, plaintext)
  local how, message, code = sealing(p)
  if not how then return nil, message, code end
  how.data = plaintext
  local data, tag, why = crypto.encrypt(how)
  if not data then return nil, tag, why end
  return { iv = p.iv, data = crypto.base64(data), authtag = crypto.base64(tag) }
end

--- Opens a sealed body and checks that it is ours and of its time.
---@return string? plaintext, string? message, string? code
function M.open(p, data, authtag)
  local how, message, code = sealing(p)
  if not how then return nil, message, code end
  how.data, how.tag = crypto.unbase64(data), crypto.unbase64(authtag)
  if not how.data or not how.tag then return nil, "data or authtag is no base64", "bad_tag" end
  local plain, reason, why = crypto.decrypt(how)
  if not plain then return nil, reason, why end
  local value = json.decode(plain)
  if type(value) ~= "table" then return nil, "the plaintext is no JSON object", "bad_json" end
  if value._appid ~= p.appid then return nil, "the body belongs to another app", "wrong_appid" end
  if tostring(value._timestamp) ~= tostring(p.timestamp) then return nil, "the body is of another time", "wrong_timestamp" end
  return plain
end

local function payload(p, body) return table.concat({ p.url, p.appid, p.timestamp, body }, "\n") end

--- Signs a request's body as it is sent. `p`: url, appid, timestamp, scheme (default RSAwithSHA256), key (PEM).
---@return string? base64
function M.sign(p, body)
  return crypto.sign { scheme = SCHEME[p.scheme or "RSAwithSHA256"], key = p.key, data = payload(p, body), form = "base64" }
end

--- Whether the signature over an answer fits.
---@return boolean
function M.verify(p, body, signature)
  local bytes = crypto.unbase64(signature)
  if not bytes then return false end
  local scheme = SCHEME[p.scheme or "RSAwithSHA256"]
  return crypto.verify { scheme = scheme, key = p.key, data = payload(p, body), signature = bytes } == true
end

return M
