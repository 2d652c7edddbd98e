-- SPDX-License-Identifier: Apache-2.0
-- Calls of WeChat's API with a shared access token: renewed once when the platform calls it invalid, and the call repeated once.
local errors = require "wechat.errors"

local M = {}

local function base(channel) return (channel.settings.api_base:gsub("/+$", "")) end

--- A token of the stable family: several of our processes do not knock out each other's.
local function request_token(channel, force)
  local answer, message, code = http.post(base(channel) .. "/cgi-bin/stable_token", {
    json = {
      grant_type = "client_credential", appid = channel.settings.app_id, secret = channel.settings.app_secret,
      force_refresh = force or nil,
    },
    retries = 1, timeout = "5s",
  })
  if not answer then return nil, message, "retry_later", code end
  local result = errors.read(answer)
  if result.class ~= "ok" then
    local class = result.class == "refresh_token_and_retry_once" and "configuration" or result.class
    return nil, "access token: " .. result.reason, class
  end
  local value = result.json
  if type(value.access_token) ~= "string" or value.access_token == "" then
    return nil, "access token: the answer holds none", "retry_later"
  end
  return value.access_token, tonumber(value.expires_in) or 7200
end

--- WeCom's token: the same one while it is valid, one per corporation and application.
local function request_corp_token(channel)
  local answer, message, code = http.get(base(channel) .. "/cgi-bin/gettoken", {
    query = { corpid = channel.settings.corp_id, corpsecret = channel.settings.corp_secret }, retries = 1, timeout = "3s",
  })
  -- The message may name the address, and the secret stands in it.
  if not answer then return nil, "access token: no answer (" .. tostring(code or message and "network") .. ")", "retry_later" end
  local result = errors.read(answer)
  if result.class ~= "ok" then
    local class = result.class == "refresh_token_and_retry_once" and "configuration" or result.class
    return nil, "access token: " .. result.reason, class
  end
  local value = result.json
  if type(value.access_token) ~= "string" or value.access_token == "" then
    return nil, "access token: the answer holds none", "retry_later"
  end
  return value.access_token, tonumber(value.expires_in) or 7200
end

--- The channel's access token.
---@return string?, string? message, string? class
function M.token(channel)
  if channel.settings.corp_id then
    return token.get("access_token", function() return request_corp_token(channel) end)
  end
  return token.get("access_token", function(stale)
    local value, seconds, class = request_token(channel, false)
    -- The platform still hands out the token it just refused: insist, which ends the old one at once.
    if value and value == stale then value, seconds, class = request_token(channel, true) end
    return value, seconds, class
  end)
end

--- One call. `options` are those of http.request without url and query; `query` holds further parameters.
---@return { class: string, code?: integer, reason: string, json?: table, answer?: table }
function M.call(channel, path, query, options)
  local result
  for _ = 1, 2 do
    local access, message, class = M.token(channel)
    if not access then return { class = class or "retry_later", reason = message } end
    local request = { url = base(channel) .. path, query = { access_token = access } }
    for name, value in pairs(query) do request.query[name] = value end
    for name, value in pairs(options) do request[name] = value end
    local answer, reason, code = http.request(request)
    if not answer then
      -- Nothing was sent if there was no connection; otherwise the platform may have acted.
      return { class = code == "connect" and "retry_later" or code == "forbidden" and "configuration" or "lost", reason = reason }
    end
    if answer.media then return { class = "ok", reason = "", answer = answer } end
    result = errors.read(answer)
    result.answer = answer
    if result.class ~= "refresh_token_and_retry_once" then return result end
    token.drop("access_token", access)
  end
  result.class = "configuration"
  return result
end

--- A call that shows the customer something: only an answer that says 0 is a success, everything else may or may not have been shown.
function M.act(channel, path, query, options)
  local result = M.call(channel, path, query, options)
  if result.class ~= "ok" or result.code then return result end
  return { class = "lost", reason = "the answer holds no errcode" }
end

return M
