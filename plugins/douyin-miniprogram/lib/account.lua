-- SPDX-License-Identifier: Apache-2.0
-- The Douyin account whose private messages we answer: its owner authorises once, then tokens are refreshed (15 days) and the refresh
-- token renewed (30 days, five times at most). After that the owner must authorise again; health warns in time.
local api = require "api"
local calls = require "miniprogram.calls"

local M = {}

local DAY = 86400
local REFRESH_LIFE = 30 * DAY
local RENEWALS = 5
local WARNING = 7 * DAY

local function key_of(account) return "grant:" .. account end

--- `begun` tells the refresh token of the settings that a grant began with, so that a new one there begins anew.
local function keep(account, refresh_token, renewals, seconds, begun)
  local ends = time.now() + math.max(0, math.tointeger(tonumber(seconds)) or REFRESH_LIFE)
  local grant = { refresh_token = refresh_token, renewals = renewals, ends = ends, begun = begun }
  store.set(key_of(account), grant)
  return grant
end

--- The grant of an account: kept, or begun with the refresh token of the settings.
local function grant_of(channel, account)
  local grant = store.get(key_of(account))
  local given = channel.settings.refresh_token
  if not given or (channel.settings.account and channel.settings.account ~= account) then return grant end
  local mark = crypto.digest("sha256", given, "hex")
  if not grant or grant.ends <= time.now() or (grant.begun and grant.begun ~= mark) then grant = keep(account, given, 0, nil, mark) end
  return grant
end

local function post(channel, path, form)
  return calls.call({ method = "POST", url = api.address(channel, "api_base", path), form = form, timeout = "5s" }, api.READERS.oauth)
end

--- Lengthens the refresh token's life while that is still possible.
local function renew(channel, account, grant)
  if grant.renewals >= RENEWALS or grant.ends - time.now() > WARNING then return grant end
  local answer = http.post(api.address(channel, "api_base", "/oauth/renew_refresh_token/"), {
    form = { client_key = channel.settings.client_key, refresh_token = grant.refresh_token }, timeout = "5s",
  })
  local value = answer and answer.body and json.decode(answer.body)
  local data = type(value) == "table" and type(value.data) == "table" and value.data or {}
  if tostring(data.error_code or 0) ~= "0" or not calls.optional(data.refresh_token) then
    log.warning("the refresh token could not be renewed")
    return grant
  end
  return keep(account, data.refresh_token, grant.renewals + 1, data.expires_in, grant.begun)
end

--- Gives a token fetcher for an account.
function M.token(channel, account)
  return function()
    local grant = grant_of(channel, account)
    if not grant then return nil, "the account has not authorised this application, or no refresh_token is set", "misconfigured" end
    grant = renew(channel, account, grant)
    local result = post(channel, "/oauth/refresh_token/", {
      client_key = channel.settings.client_key, grant_type = "refresh_token", refresh_token = grant.refresh_token,
    })
    if result.outcome == "ok" and result.value.refresh_token and result.value.refresh_token ~= grant.refresh_token then
      keep(account, result.value.refresh_token, grant.renewals, grant.ends - time.now(), grant.begun)
    end
    return calls.fetched(result)
  end
end

--- Makes a call with an account's token.
function M.call(channel, account, make)
  return calls.with_token("account:" .. account, M.token(channel, account), make)
end

--- Takes the owner's authorisation: exchanges the code of the consent page.
---@return table result of `miniprogram.calls`
function M.authorize(channel, code)
  local s = channel.settings
  local result = calls.call({
    method = "POST", url = api.address(channel, "api_base", "/oauth/access_token/"), timeout = "5s",
    json = { client_key = s.client_key, client_secret = s.client_secret, code = code, grant_type = "authorization_code" },
  }, api.READERS.oauth)
  local value = result.value
  if result.outcome == "ok" and value.openid and value.refresh_token then
    keep(value.openid, value.refresh_token, 0, result.json.data.refresh_expires_in)
  end
  return result
end

--- Why the account will soon have to authorise again; nil where it need not.
function M.warning(channel)
  local account = channel.settings.account
  local grant = account and store.get(key_of(account))
  if not grant or grant.renewals < RENEWALS or grant.ends - time.now() > WARNING then return nil end
  return "the account's authorisation ends in " .. math.max(0, (grant.ends - time.now()) // DAY) .. " days; its owner must authorise again"
end

return M
