-- SPDX-License-Identifier: Apache-2.0
-- Data that a mini program's page hands over under its session key: `rawData` with a signature, and `encryptedData`.
-- CBC is not authenticated: nothing is used unless all of it holds.
local M = {}

--- The signature over `rawData`, byte for byte as it came.
function M.signature(raw_data, session_key) return crypto.digest("sha1", raw_data .. session_key, "hex") end

--- Whether `rawData` is what the platform signed.
function M.is_genuine(raw_data, session_key, signature)
  return type(signature) == "string" and crypto.equal(M.signature(raw_data, session_key), signature:lower())
end

--- Opens `encryptedData`.
---@param options { app_id: string, watermark?: boolean, max_age?: integer } watermark false: the platform sets none; max_age in seconds
---@return table? value, string? reason
function M.open(session_key, iv, data, options)
  local key, vector, cipher = crypto.unbase64(session_key), crypto.unbase64(iv), crypto.unbase64(data)
  if not key or #key ~= 16 or not vector or #vector ~= 16 then return nil, "bad_encoding" end
  if not cipher or cipher == "" or #cipher % 16 ~= 0 then return nil, "bad_encoding" end
  local plain = crypto.decrypt { cipher = "aes-128-cbc", key = key, iv = vector, data = cipher }
  if not plain then return nil, "bad_padding" end
  if not text.is_utf8(plain) then return nil, "bad_encoding" end
  local value = plain:find("^%s*{") and json.decode(plain)
  if type(value) ~= "table" then return nil, "bad_json" end
  if options.watermark == false then return value end
  local mark = value.watermark
  if type(mark) ~= "table" or tostring(mark.appid) ~= options.app_id then return nil, "appid_mismatch" end
  if options.max_age then
    local at = math.tointeger(tonumber(mark.timestamp))
    if not at or math.abs(time.milliseconds() - at * 1000) > options.max_age * 1000 then return nil, "stale_timestamp" end
  end
  return value
end

return M
