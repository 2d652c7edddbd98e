-- SPDX-License-Identifier: Apache-2.0
-- Calls of Dysmsapi (version 2017-05-25) and what its answers mean. Source: help.aliyun.com, SendSms, 错误码, 2026-07.
local acs3 = require "acs3"

local M = {}

local VERSION = "2017-05-25"
local EMPTY = crypto.digest("sha256", "", "hex")

local MISCONFIGURED = {
  "isv.AMOUNT_NOT_ENOUGH", "isv.OUT_OF_SERVICE", "isv.ACCOUNT_NOT_EXISTS", "isv.ACCOUNT_ABNORMAL", "isv.PRODUCT_UN_SUBSCRIPT",
  "isv.PRODUCT_UNSUBSCRIBE", "isv.SMS_TEMPLATE_ILLEGAL", "isv.SMS_SIGNATURE_ILLEGAL", "isv.SMS_SIGN_ILLEGAL", "isv.SIGN_",
  "isv.TEMPLATE_MISSING_PARAMETERS", "isv.TEMPLATE_PARAMS_ILLEGAL", "isv.INVALID_JSON_PARAM", "isv.INVALID_PARAMETERS",
  "isv.DOMESTIC_NUMBER_NOT_SUPPORTED", "isv.SMS_SIGNATURE_SCENE_ILLEGAL", "isp.RAM_PERMISSION_DENY", "InvalidAccessKeyId",
  "SignatureDoesNotMatch", "IncompleteSignature", "InvalidTimeStamp", "SignatureNonceUsed", "Forbidden", "NoPermission",
  "MissingParameter", "InvalidAction", "InvalidVersion",
}

local function begins(code, list)
  for _, start in ipairs(list) do if code:sub(1, #start) == start then return true end end
  return false
end

--- Seconds until the platform's limit for this number is over: it limits by minute, hour and day.
local function pause(words)
  if words:find("天级", 1, true) then return time.until_midnight(8) + 60 end
  if words:find("小时级", 1, true) then return 3600 end
  return 60
end

--- What to do with an answer.
---@return { action: "ok"|"retry"|"failed"|"misconfigured"|"lost", reason: string, after?: number, code?: string, json?: table }
function M.read(answer)
  local value = answer.body and json.decode(answer.body)
  if type(value) ~= "table" or type(value.Code) ~= "string" then
    if answer.status >= 500 or answer.status == 429 then return { action = "retry", reason = "HTTP " .. answer.status } end
    return { action = "lost", reason = "HTTP " .. answer.status .. " without a code" }
  end
  local code, words = value.Code, type(value.Message) == "string" and value.Message or ""
  local found = { code = code, reason = text.truncate(code .. " " .. words, 300), json = value }
  if code == "OK" then
    found.action = "ok"
  elseif code == "isv.BUSINESS_LIMIT_CONTROL" or code == "isv.DAY_LIMIT_CONTROL" or code == "isv.MONTH_LIMIT_CONTROL" then
    found.action, found.after = "retry", code == "isv.BUSINESS_LIMIT_CONTROL" and pause(words) or time.until_midnight(8) + 60
  elseif code == "isp.SYSTEM_ERROR" or code:find("^Throttling") or code:find("^ServiceUnavailable") or answer.status >= 500
    or answer.status == 429 then
    found.action = "retry"
  else
    found.action = begins(code, MISCONFIGURED) and "misconfigured" or "failed"
  end
  return found
end

--- Host with its port, as it stands in the request's Host header.
local function authority(address)
  local usual = address.scheme == "https" and 443 or 80
  local host = address.host:find(":", 1, true) and "[" .. address.host .. "]" or address.host
  return address.port == usual and host or host .. ":" .. address.port
end

--- Query and headers of a call, signed the new way.
local function signed(action, parameters, address, path, s)
  local headers = {
    ["x-acs-action"] = action, ["x-acs-version"] = VERSION, ["x-acs-date"] = time.rfc3339(time.now()):sub(1, 19) .. "Z",
    ["x-acs-signature-nonce"] = crypto.random(16, "hex"), ["x-acs-content-sha256"] = EMPTY,
  }
  local list = { { "host", authority(address) } }
  for name, value in pairs(headers) do list[#list + 1] = { name, value } end
  headers.authorization = acs3.sign({
    method = "POST", path = path, query = parameters, headers = list, payload_sha256 = EMPTY,
  }, s.access_key_id, s.access_key_secret).authorization
  return parameters, headers
end

--- The same, signed the old way: everything stands in the query.
local function signed_rpc(action, parameters, s)
  local query = {
    Action = action, Version = VERSION, Format = "JSON", AccessKeyId = s.access_key_id, SignatureMethod = "HMAC-SHA1",
    SignatureVersion = "1.0", SignatureNonce = crypto.random(16, "hex"), Timestamp = time.rfc3339(time.now()):sub(1, 19) .. "Z",
  }
  for name, value in pairs(parameters) do query[name] = value end
  query.Signature = acs3.sign_rpc("POST", query, s.access_key_secret)
  return query, {}
end

--- One signed call.
---@param parameters table<string, string>
function M.call(channel, action, parameters)
  local s = channel.settings
  local address = url.parse(s.api_base)
  local path = address.path == "" and "/" or address.path
  local query, headers
  if s.signature == "rpc" then
    query, headers = signed_rpc(action, parameters, s)
  else
    query, headers = signed(action, parameters, address, path, s)
  end
  local answer, reason, code = http.post(address.scheme .. "://" .. authority(address) .. path, {
    query = query, headers = headers, timeout = "10s",
  })
  if not answer then
    if code == "connect" then return { action = "retry", reason = reason } end
    if code == "forbidden" then return { action = "misconfigured", reason = reason } end
    return { action = "lost", reason = reason }
  end
  return M.read(answer)
end

return M
