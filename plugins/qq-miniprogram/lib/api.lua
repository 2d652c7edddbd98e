-- SPDX-License-Identifier: Apache-2.0
-- QQ's mini-program API: code to session, access token, subscription message, and what its answers mean.
-- Source: copies of the QQ documentation of 2021 to 2023, state 2026-07.
local calls = require "miniprogram.calls"

local M = {}

local function code_of(value) return value.errcode end
local function words_of(value) return value.errmsg end

local CREDENTIALS = {
  ["-1"] = "later", ["40001"] = "misconfigured", ["40013"] = "misconfigured", ["40125"] = "misconfigured", ["40164"] = "misconfigured",
}

local function with(more)
  local classes = {}
  for name, value in pairs(CREDENTIALS) do classes[name] = value end
  for name, value in pairs(more) do classes[name] = value end
  return classes
end

--- The answers, by operation.
M.READERS = {
  login = calls.reader {
    code = code_of, words = words_of, bare = true, classes = with { ["40029"] = "refused", ["45011"] = "later" },
    value = function(value)
      local openid = calls.optional(value.openid)
      if not openid then return {} end
      return { openid = openid, unionid = calls.optional(value.unionid), session_key = calls.optional(value.session_key) }
    end,
  },
  token = calls.reader {
    code = code_of, words = words_of, bare = true, classes = CREDENTIALS, other = "misconfigured",
    value = function(value)
      return calls.optional(value.access_token) and { access_token = value.access_token, expires_in = value.expires_in } or {}
    end,
  },
  subscribe = calls.reader {
    code = code_of, words = words_of, bare = true,
    classes = with {
      ["40001"] = "token", ["40014"] = "token", ["42001"] = "token", ["41030"] = "later", ["46002"] = "window", ["47001"] = "misconfigured",
    },
  },
}

local function address(channel, path) return calls.base(channel.settings.api_base) .. path end

--- Exchanges the code of `qq.login`. A code is good once, so the call is never repeated.
function M.session(channel, code)
  local s = channel.settings
  return calls.call({
    method = "GET", url = address(channel, "/sns/jscode2session"), retries = 0, timeout = "3s",
    query = { appid = s.app_id, secret = s.app_secret, js_code = code, grant_type = "authorization_code" },
  }, M.READERS.login)
end

local function fetch(channel)
  return function()
    local s = channel.settings
    return calls.fetched(calls.call({
      method = "GET", url = address(channel, "/api/getToken"), retries = 1, timeout = "5s",
      query = { grant_type = "client_credential", appid = s.app_id, secret = s.app_secret },
    }, M.READERS.token))
  end
end

--- Whether a token can be had; nil, reason where not.
function M.healthy(channel)
  local access, reason = token.get("access_token", fetch(channel))
  if access then return true end
  return nil, reason
end

--- Sends a subscription message; `data` are the template's fields by name.
function M.subscribe(channel, recipient, data)
  local s, fields = channel.settings, {}
  for name, value in pairs(data) do fields[name] = { value = value } end
  return calls.with_token("access_token", fetch(channel), function(access)
    return calls.call({
      method = "POST", url = address(channel, "/api/json/subscribe/SendSubscriptionMessage"), query = { access_token = access },
      json = {
        touser = recipient, template_id = s.template_id, page = s.template_page, data = fields,
        emphasis_keyword = s.template_emphasis, oac_appid = s.oac_app_id,
      },
      timeout = "10s",
    }, M.READERS.subscribe)
  end)
end

return M
