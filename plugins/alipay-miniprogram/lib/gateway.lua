-- SPDX-License-Identifier: Apache-2.0
-- Calls of Alipay's gateway: parameters signed by RSA2, in certificate mode with its serial numbers, encrypted where that is set.
-- Source: alipay-sdk-php-all `AopClient`, alipay-sdk-java-all `AlipayEncrypt`, state 2026-07.
local answer = require "answer"
local content_crypto = require "content_crypto"
local gb18030 = require "gb18030"
local keys = require "keys"

local M = {}

--- The text that a signature covers: all parameters but `sign` and empty ones, sorted, not encoded.
---@param params table<string, string>
---@param is_theirs? boolean Alipay made it; in requests of ours a value that begins with "@" names a file and is left out
---@return string
function M.sign_string(params, is_theirs)
  local names, parts = {}, {}
  for name, value in pairs(params) do
    if name ~= "sign" and value ~= "" and (is_theirs or value:sub(1, 1) ~= "@") then names[#names + 1] = name end
  end
  table.sort(names)
  for index, name in ipairs(names) do parts[index] = name .. "=" .. params[name] end
  return table.concat(parts, "&")
end

--- The signature over parameters, in the bytes of their charset.
---@return string? base64, string? reason
function M.sign(params, settings)
  local words = M.sign_string(params)
  if params.charset and params.charset:upper():find("^GB") then words = gb18030.encode(words) end
  return keys.sign(settings, words)
end

--- All parameters of a call. `more` are those of the method: `biz_content` as a table, others as texts.
---@return table<string, string>? params, string? reason
function M.params(method, more, settings)
  local here = time.rfc3339(time.now() + 8 * 3600)
  local params = {
    app_id = settings.app_id, method = method, format = "JSON", charset = "utf-8", sign_type = "RSA2", version = "1.0",
    timestamp = here:sub(1, 10) .. " " .. here:sub(12, 19), app_auth_token = settings.app_auth_token,
  }
  for name, value in pairs(more) do params[name] = type(value) == "table" and json.encode(value) or value end
  for name, value in pairs(keys.serials(settings) or {}) do params[name] = value end
  if settings.encrypt and params.biz_content then
    local sealed = content_crypto.seal(settings.aes_key, params.biz_content, settings.aes_form)
    if not sealed then return nil, "aes_key is no key of 16 bytes in Base64" end
    params.biz_content, params.encrypt_type = sealed, "AES"
  end
  local signature, reason = M.sign(params, settings)
  if not signature then return nil, reason end
  params.sign = signature
  return params
end

--- Posts a call; nil, result where there is no answer.
function M.post(method, more, channel, options)
  local params, reason = M.params(method, more, channel.settings)
  if not params then return nil, { outcome = "misconfigured", reason = reason } end
  local request = {
    method = "POST", url = channel.settings.api_base, form = params, content_type = "application/x-www-form-urlencoded;charset=utf-8",
    timeout = "10s",
  }
  for name, value in pairs(options or {}) do request[name] = value end
  local found, _, why = http.request(request)
  if found then return found end
  if why == "connect" then return nil, { outcome = "later", reason = "no connection" } end
  if why == "forbidden" then return nil, { outcome = "misconfigured", reason = "the address is none that this plugin may call" } end
  return nil, { outcome = "unknown", reason = "no answer (" .. tostring(why) .. ")" }
end

--- Fetches the certificate that Alipay now signs with. Its answer cannot be verified yet; its chain is what counts.
local function fetch_certificate(serial, channel)
  local method = "alipay.open.app.alipaycert.download"
  local found = M.post(method, { biz_content = { alipay_cert_sn = serial } }, channel, { timeout = "5s" })
  local members = found and found.body and answer.members(found.body)
  local raw = members and members[method:gsub("%.", "_") .. "_response"]
  local node = raw and json.decode(raw)
  local pem = type(node) == "table" and type(node.alipay_cert_content) == "string" and crypto.unbase64(node.alipay_cert_content)
  if pem and keys.replace(channel.settings, pem) then
    log.info("Alipay signs with a new certificate, which was fetched and checked")
    return true
  end
  log.error("Alipay signs with a certificate that could not be fetched or leads to no root of the settings")
  return false
end

--- One call, and what came of it.
---@return { outcome: string, verified?: boolean, code?: string, sub_code?: string, value?: table, reason: string }
function M.call(method, more, channel)
  local found, problem = M.post(method, more, channel)
  if not found then return problem end
  local result = answer.read(found, method, channel.settings)
  if result.other_certificate and fetch_certificate(result.other_certificate, channel) then
    return answer.read(found, method, channel.settings)
  end
  return result
end

return M
