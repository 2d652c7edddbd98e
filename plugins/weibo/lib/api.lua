-- SPDX-License-Identifier: Apache-2.0
-- Calls of Weibo and what their answers mean. Source: open.weibo.com/wiki, Error_code, Oauth2/access_token, 2026-07.
local M = {}

local OUTCOMES = {}
local function list(outcome, codes) for code in codes:gmatch("%d+") do OUTCOMES[code] = outcome end end
list("later", "10001 10002 10003 10009 10010 10022 10023 10024")
list("misconfigured", "10004 10005 10006 10014")
list("token", "21314 21315 21316 21317 21327 21332")

local function base(address) return (address:gsub("/+$", "")) end
M.base = base

--- What an answer means.
---@return { outcome: "ok"|"token"|"later"|"refused"|"misconfigured"|"unknown", code?: string, reason: string, json?: table }
function M.read(answer)
  local value = answer.body and json.decode(answer.body, { scalars = "text" })
  if type(value) ~= "table" or value[1] ~= nil then value = nil end
  local code = value and type(value.error_code) == "string" and value.error_code ~= "" and value.error_code or nil
  if not code and (answer.status >= 500 or answer.status == 429) then return { outcome = "later", reason = "HTTP " .. answer.status } end
  if not value then return { outcome = "unknown", reason = "HTTP " .. answer.status .. " without JSON" } end
  local words = text.truncate(text.trim((code or "") .. " " .. (type(value.error) == "string" and value.error or "")), 300)
  if code then
    local outcome = answer.status >= 500 and "later" or OUTCOMES[code] or "refused"
    return { outcome = outcome, code = code, reason = words }
  end
  if value.result == "false" then return { outcome = "refused", reason = "result is false" } end
  return { outcome = "ok", reason = "", json = value }
end

--- What the answer to a code means: whom it belongs to, and the token.
function M.read_token(answer)
  local found = M.read(answer)
  if found.outcome ~= "ok" then return found end
  local value = found.json
  if (value.uid or "") == "" or (value.access_token or "") == "" then
    return { outcome = "unknown", reason = "the answer names no uid or token" }
  end
  found.value = { openid = value.uid, access_token = value.access_token, expires_in = value.expires_in }
  return found
end

--- The outcome where there was no answer.
function M.unanswered(reason, code)
  if code == "connect" then return { outcome = "later", reason = reason } end
  if code == "forbidden" then return { outcome = "misconfigured", reason = reason } end
  return { outcome = "unknown", reason = reason }
end

--- A code of Weibo's login page for a user and their token.
---@return table read with `value`
function M.exchange(channel, code, redirect_uri)
  local s = channel.settings
  local answer, reason, why = http.post(base(s.oauth_base) .. "/oauth2/access_token", {
    form = {
      client_id = s.app_key or "", client_secret = s.app_secret, grant_type = "authorization_code", code = code,
      redirect_uri = redirect_uri,
    },
    timeout = "10s",
  })
  if not answer then return M.unanswered(reason, why) end
  return M.read_token(answer)
end

--- The account's token: that of the settings, or the one that `authorize` fetched.
function M.token(channel) return channel.settings.access_token or store.get("access_token") end

return M
