-- SPDX-License-Identifier: Apache-2.0
-- Calls of Twilio's REST API (2010-04-01) and what its answers mean. Source: twilio.com, Messages resource, error dictionary, 2026-07.
local retry_after = require "retry_after"

local M = {}

-- Codes that a setting of ours causes. Others of 400 are the message's own.
local MISCONFIGURED = {
  [20003] = true, [20404] = true, [20005] = true, [20008] = true, [21212] = true, [21601] = true, [21603] = true, [21606] = true,
  [21659] = true, [21660] = true, [21661] = true, [21701] = true, [21703] = true, [21705] = true, [30002] = true, [21609] = true,
}
local RETRY = { [20429] = true, [14107] = true, [30001] = true, [21611] = true, [20500] = true, [20503] = true }

function M.base(channel) return (channel.settings.api_base:gsub("/+$", "")) end

--- Basic authorisation: an API key pair where there is one, else the account's own.
function M.authorization(channel)
  local s = channel.settings
  local pair = s.api_key and s.api_key_secret and s.api_key .. ":" .. s.api_key_secret or s.account_sid .. ":" .. s.auth_token
  return "Basic " .. crypto.base64(pair)
end

--- What to do with an answer.
---@return { action: "ok"|"retry"|"failed"|"misconfigured"|"lost", reason: string, after?: number, code?: integer, json?: table }
function M.read(answer)
  local value = answer.body and json.decode(answer.body)
  if answer.status >= 200 and answer.status < 300 then
    if type(value) == "table" then return { action = "ok", reason = "", json = value } end
    -- A page of something in between: nobody knows whether Twilio was asked at all.
    return { action = "lost", reason = "HTTP " .. answer.status .. " without JSON" }
  end
  if type(value) ~= "table" then value = {} end
  local code = math.tointeger(value.code)
  local found = { code = code, reason = text.truncate((code or "HTTP " .. answer.status) .. " " .. tostring(value.message or ""), 300) }
  if answer.status == 429 or answer.status >= 500 or answer.status == 408 or RETRY[code] then
    found.action, found.after = "retry", retry_after.seconds(answer.headers["retry-after"])
  elseif answer.status == 401 or answer.status == 403 and not code or MISCONFIGURED[code] then
    found.action = "misconfigured"
  else
    found.action = "failed"
  end
  return found
end

--- One call under the account.
---@param path string after /Accounts/{sid}
function M.call(channel, path, options)
  local request = {
    url = M.base(channel) .. "/2010-04-01/Accounts/" .. url.encode(channel.settings.account_sid) .. path,
    headers = { authorization = M.authorization(channel) },
  }
  for name, value in pairs(options) do request[name] = value end
  local answer, reason, code = http.request(request)
  if not answer then
    if code == "connect" then return { action = "retry", reason = reason } end
    if code == "forbidden" then return { action = "misconfigured", reason = reason } end
    return { action = "lost", reason = reason }
  end
  return M.read(answer)
end

return M
