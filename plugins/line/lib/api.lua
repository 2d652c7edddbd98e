-- SPDX-License-Identifier: Apache-2.0
-- Calls of the LINE Messaging API, and what its answers mean. Source: developers.line.biz, Messaging API reference, state 2026-07.
local retry_after = require "retry_after"

local M = {}

local function trimmed(address) return (address:gsub("/+$", "")) end

--- The channel's access token: the long-lived one of the settings, or one fetched with id and secret (good for 15 minutes).
local function access(channel)
  local s = channel.settings
  if s.access_token then return s.access_token end
  return token.get("access_token", function()
    local answer, reason = http.post(trimmed(s.api_base) .. "/oauth2/v3/token", {
      form = { grant_type = "client_credentials", client_id = s.channel_id or "", client_secret = s.channel_secret },
      timeout = "5s", retries = 1,
    })
    if not answer then return nil, "access token: " .. reason, "retry" end
    local value = answer.body and json.decode(answer.body)
    if answer.status >= 500 or answer.status == 429 then return nil, "access token: HTTP " .. answer.status, "retry" end
    if answer.status ~= 200 then return nil, "access token: HTTP " .. answer.status, "misconfigured" end
    if type(value) ~= "table" or type(value.access_token) ~= "string" then return nil, "access token: the answer holds none", "retry" end
    return value.access_token, tonumber(value.expires_in) or 900
  end)
end

--- What to do with an answer. `accepted`: a request with this retry key was taken before.
---@return { action: "ok"|"retry"|"held"|"failed"|"misconfigured"|"unauthorized", reason: string, wait?: integer, json?: table }
function M.read(answer)
  local value = answer.body and json.decode(answer.body)
  local status = answer.status
  -- A page of something in between: nobody knows whether LINE was asked at all.
  if type(value) ~= "table" and status >= 200 and status < 300 then
    return { action = "lost", reason = "HTTP " .. status .. " without JSON" }
  end
  if type(value) ~= "table" then value = {} end
  if status >= 200 and status < 300 then return { action = "ok", reason = "", json = value } end
  local words = status .. " " .. text.truncate(tostring(value.message or ""), 300)
  if status == 409 and answer.headers["x-line-accepted-request-id"] then return { action = "ok", reason = "", json = value } end
  if status == 429 then
    -- One status for too fast and for the month's messages used up; the words tell.
    if tostring(value.message):lower():find("monthly", 1, true) then return { action = "held", reason = words } end
    return { action = "retry", reason = words, wait = retry_after.seconds(answer.headers["retry-after"]) }
  end
  if status == 401 then return { action = "unauthorized", reason = words } end
  if status == 403 then return { action = "misconfigured", reason = words } end
  if status >= 500 or status == 408 or status == 409 then return { action = "retry", reason = words } end
  return { action = "failed", reason = words }
end

--- One call; a token called invalid is fetched anew once, where it can be.
---@param options table of http.request; `base` for another host
---@return table read `action` may also be "lost": nobody knows whether LINE acted
function M.call(channel, path, options)
  local base = trimmed(options.base or channel.settings.api_base)
  local found
  for _ = 1, 2 do
    local value, message, code = access(channel)
    if not value then return { action = code == "misconfigured" and "misconfigured" or "retry", reason = message } end
    local request = { url = base .. path, headers = { authorization = "Bearer " .. value } }
    for name, item in pairs(options.headers or {}) do request.headers[name] = item end
    for name, item in pairs(options) do if name ~= "base" and name ~= "headers" then request[name] = item end end
    local answer, reason, why = http.request(request)
    if not answer then
      return { action = why == "connect" and "retry" or why == "forbidden" and "misconfigured" or "lost", reason = reason }
    end
    if answer.media and answer.status == 200 then return { action = "ok", reason = "", media = answer.media } end
    found = M.read(answer)
    found.status = answer.status
    if found.action ~= "unauthorized" then return found end
    if channel.settings.access_token then break end
    token.drop("access_token", value)
  end
  found.action = "misconfigured"
  return found
end

return M
