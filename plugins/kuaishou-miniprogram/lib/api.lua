-- SPDX-License-Identifier: Apache-2.0
-- Kuaishou's mini-program API: code to session, access token, and the signature of payment parameters. Success is `result` 1, not 0.
-- Source: mp.kuaishou.com, "getAccessToken", "code2Session", "epay" signature appendix, state 2026-07.
local calls = require "miniprogram.calls"

local M = {}

local function code_of(value) return value.result end
local function words_of(value) return value.error_msg or value.error end

--- The answers, by operation.
M.READERS = {
  login = calls.reader {
    code = code_of, words = words_of, success = "1", classes = { ["100200101"] = "misconfigured", ["100200100"] = "refused" },
    value = function(value)
      local openid = calls.optional(value.open_id)
      if not openid then return {} end
      return { openid = openid, session_key = calls.optional(value.session_key), unionid = calls.optional(value.union_id) }
    end,
  },
  token = calls.reader {
    code = code_of, words = words_of, success = "1", classes = {}, other = "misconfigured",
    value = function(value)
      return calls.optional(value.access_token) and { access_token = value.access_token, expires_in = value.expires_in } or {}
    end,
  },
}

local function address(channel, path) return calls.base(channel.settings.api_base) .. path end

--- Exchanges the code of `ks.login`, once.
function M.session(channel, code)
  local s = channel.settings
  return calls.call({
    method = "POST", url = address(channel, "/oauth2/mp/code2session"), timeout = "3s",
    form = { app_id = s.app_id, app_secret = s.app_secret, js_code = code },
  }, M.READERS.login)
end

--- Whether a token can be had; nil, reason where not. A new token leaves older ones good.
function M.healthy(channel)
  local access, reason = token.get("access_token", function()
    local s = channel.settings
    return calls.fetched(calls.call({
      method = "POST", url = address(channel, "/oauth2/access_token"), retries = 1, timeout = "5s",
      form = { app_id = s.app_id, app_secret = s.app_secret, grant_type = "client_credentials" },
    }, M.READERS.token))
  end)
  if access then return true end
  return nil, reason
end

--- The signature over payment parameters: sorted, without `sign`, `access_token` and empty values, the secret at the end.
--- Not to be mixed up with `kwaisign`.
---@param params table<string, string|number>
---@return string signature, string sign_string
function M.sign_parameters(params, secret)
  local names, parts = {}, {}
  for name, value in pairs(params) do
    if name ~= "sign" and name ~= "access_token" and tostring(value) ~= "" then names[#names + 1] = name end
  end
  table.sort(names)
  for index, name in ipairs(names) do parts[index] = name .. "=" .. tostring(params[name]) end
  local whole = table.concat(parts, "&") .. secret
  return crypto.digest("md5", whole, "hex"), whole
end

return M
