-- SPDX-License-Identifier: Apache-2.0
-- Baidu's smart-program API: access token, code to session key, customer messages, and what its answers mean.
-- Source: smartprogram.baidu.com "发送客服消息", "getSessionKey", "access_token", state 2026-07; gateway codes are recalled.
local calls = require "miniprogram.calls"

local M = {}

-- The gateway in front of all interfaces answers with error_code, the interfaces themselves with errno.
local CLASSES = {
  ["90001"] = "window", ["90002"] = "misconfigured",
  ["100"] = "token", ["110"] = "token", ["111"] = "token",
  ["2"] = "later", ["4"] = "later", ["17"] = "later", ["18"] = "later", ["19"] = "later",
  ["3"] = "misconfigured", ["6"] = "misconfigured",
}

local function code_of(value) return value.error_code or value.errno end
local function words_of(value) return value.error_msg or value.msg or value.errmsg end

--- The answers, by operation.
M.READERS = {
  send = calls.reader { code = code_of, words = words_of, classes = CLASSES },
  -- A wrong code may be told as OAuth tells it, by a word.
  login = calls.reader {
    code = function(value) return code_of(value) or value.error end,
    words = function(value) return words_of(value) or value.error_description end, classes = CLASSES,
    value = function(value)
      local data = type(value.data) == "table" and value.data or {}
      local openid = calls.optional(data.open_id)
      if not openid then return {} end
      return { openid = openid, session_key = calls.optional(data.session_key), unionid = calls.optional(data.union_id) }
    end,
  },
  -- OAuth: `error` is a word, and no secret is worth trying twice.
  token = calls.reader {
    code = function(value) return value.error end, words = function(value) return value.error_description end, bare = true,
    classes = {}, other = "misconfigured",
    value = function(value)
      return calls.optional(value.access_token) and { access_token = value.access_token, expires_in = value.expires_in } or {}
    end,
  },
}

local function address(channel, path) return calls.base(channel.settings.api_base) .. path end

local function fetch(channel)
  return function()
    local s = channel.settings
    return calls.fetched(calls.call({
      method = "GET", url = address(channel, "/oauth/2.0/token"), retries = 1, timeout = "5s",
      query = {
        grant_type = "client_credentials", client_id = s.app_key, client_secret = s.app_secret, scope = "smartapp_snsapi_base",
      },
    }, M.READERS.token))
  end
end

--- Whether a token can be had; nil, reason where not.
function M.healthy(channel)
  local access, reason = token.get("access_token", fetch(channel))
  if access then return true end
  return nil, reason
end

local function post(channel, path, form, reader, timeout)
  return calls.with_token("access_token", fetch(channel), function(access)
    return calls.call({
      method = "POST", url = address(channel, path), query = { access_token = access }, form = form, timeout = timeout,
    }, reader)
  end)
end

--- Exchanges the code of `swan.getLoginCode`; one with `@` in it comes from another host app and is passed on unchanged.
function M.session(channel, code)
  return post(channel, "/rest/2.0/smartapp/getsessionkey", { code = code }, M.READERS.login, "3s")
end

--- Sends one customer message.
---@param form table<string, string>
function M.send(channel, form)
  local path = channel.settings.third_party and "/rest/2.0/smartapp/message/custom/sendbytp" or "/rest/2.0/smartapp/message/custom/send"
  return post(channel, path, form, M.READERS.send, "10s")
end

return M
