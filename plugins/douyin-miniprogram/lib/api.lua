-- SPDX-License-Identifier: Apache-2.0
-- Douyin's APIs: what their answers mean, and the tokens they want. Three hosts: open.douyin.com (accounts, private messages, notices),
-- developer.toutiao.com (mini programs), minigame.zijieapi.com (mini games).
-- Source: developer.open-douyin.com, im-messaging, oauth, code-2-session, notify-user-v2, state 2026-07.
local calls = require "miniprogram.calls"

local M = {}

local optional = calls.optional

-- IM: extra.error_code counts before data.error_code.
local IM = {
  ["2190002"] = "token", ["2190008"] = "token", ["2190015"] = "misconfigured", ["2190001"] = "later", ["28003018"] = "later",
  ["28003070"] = "window", ["28003080"] = "window", ["28003081"] = "window",
  ["28001003"] = "token", ["28001008"] = "token", ["28001005"] = "later", ["28001014"] = "misconfigured", ["28001018"] = "misconfigured",
  ["28001019"] = "misconfigured",
}
local OAUTH = {
  ["10002"] = "misconfigured", ["10003"] = "misconfigured", ["10013"] = "misconfigured", ["10020"] = "later", ["10008"] = "token",
  ["10010"] = "token", ["2190008"] = "token",
}
local PROGRAM = {
  ["-1"] = "later", ["40015"] = "misconfigured", ["40017"] = "misconfigured", ["40020"] = "misconfigured", ["40002"] = "token",
  ["40018"] = "refused", ["40019"] = "refused",
}

local function part(value, name) return type(value[name]) == "table" and value[name] or {} end
local function im_code(value) return part(value, "extra").error_code or part(value, "data").error_code end
local function im_words(value)
  local extra = part(value, "extra")
  return optional(extra.sub_description) or optional(extra.description) or part(value, "data").description
end
local function program_code(value) return value.err_no or value.errcode or value.error end
local function program_words(value) return value.err_tips or value.err_msg or value.errmsg end

local function token_of(data)
  if not optional(data.access_token) then return {} end
  return {
    access_token = data.access_token, expires_in = data.expires_in, openid = optional(data.open_id),
    refresh_token = optional(data.refresh_token),
  }
end

local function session_of(data)
  local openid = optional(data.openid)
  local guest = optional(data.anonymous_openid)
  if not openid and not guest then return {} end
  return { openid = openid or "anonymous:" .. guest, unionid = optional(data.unionid), session_key = optional(data.session_key) }
end

local function image_of(value)
  local id = optional(value.image_id) or optional(part(value, "data").image_id)
  return id and { image_id = id } or {}
end

--- The answers, by operation.
M.READERS = {
  im_send = calls.reader {
    code = im_code, words = im_words, classes = IM,
    -- The id is good to have; a success without one is a success.
    value = function(value) return { external_id = optional(value.msg_id) or false } end,
  },
  im_call = calls.reader { code = im_code, words = im_words, classes = IM },
  upload = calls.reader { code = im_code, words = im_words, classes = IM, value = image_of },
  oauth = calls.reader {
    code = function(value) return part(value, "data").error_code end, words = function(value) return part(value, "data").description end,
    classes = OAUTH, value = function(value) return token_of(part(value, "data")) end,
  },
  mp_login = calls.reader {
    code = program_code, words = program_words, classes = PROGRAM, value = function(value) return session_of(part(value, "data")) end,
  },
  game_login = calls.reader {
    code = program_code, words = program_words, bare = true, classes = PROGRAM, value = session_of,
  },
  mp_token = calls.reader {
    code = program_code, words = program_words, classes = PROGRAM, other = "misconfigured",
    value = function(value) return token_of(part(value, "data")) end,
  },
  program = calls.reader {
    code = program_code, words = program_words,
    classes = {
      ["-1"] = "later", ["40002"] = "token", ["28001003"] = "token", ["28001008"] = "token", ["1010"] = "later", ["2000"] = "later",
      ["1009"] = "misconfigured", ["100002"] = "later",
    },
  },
  resource = calls.reader {
    code = program_code, words = program_words, classes = IM,
    value = function(value)
      local address = optional(part(value, "data").url)
      return address and { url = address } or {}
    end,
  },
}

--- An address at one of the three hosts: "api_base", "program_base" or "game_base".
function M.address(channel, base, path) return calls.base(channel.settings[base]) .. path end

--- Gives a token fetcher for the client token (application, 2 hours; a new one leaves the old valid for 5 minutes).
function M.client_token(channel)
  return function()
    local s = channel.settings
    return calls.fetched(calls.call({
      method = "POST", url = M.address(channel, "api_base", "/oauth/client_token/"), retries = 1, timeout = "5s",
      json = { client_key = s.client_key or s.app_id, client_secret = s.client_secret or s.app_secret, grant_type = "client_credential" },
    }, M.READERS.oauth))
  end
end

--- Gives a token fetcher for the mini program. Each fetch shortens the life of the others' tokens: one fetcher for all.
function M.program_token(channel)
  return function()
    local s = channel.settings
    return calls.fetched(calls.call({
      method = "POST", url = M.address(channel, "program_base", "/api/apps/v2/token"), retries = 1, timeout = "5s",
      json = { appid = s.app_id, secret = s.app_secret, grant_type = "client_credential" },
    }, M.READERS.mp_token))
  end
end

--- Exchanges the code of `tt.login`, once.
---@param code? string
---@param anonymous? string the anonymous code, for who is not signed in
function M.session(channel, code, anonymous)
  local s = channel.settings
  if s.interface == "minigame" then
    return calls.call({
      method = "GET", url = M.address(channel, "game_base", "/mgplatform/api/apps/jscode2session"), retries = 0, timeout = "3s",
      query = { appid = s.app_id, secret = s.app_secret, code = code, anonymous_code = anonymous },
    }, M.READERS.game_login)
  end
  return calls.call({
    method = "POST", url = M.address(channel, "program_base", "/api/apps/v2/jscode2session"), timeout = "3s",
    json = { appid = s.app_id, secret = s.app_secret, code = code, anonymous_code = anonymous },
  }, M.READERS.mp_login)
end

return M
