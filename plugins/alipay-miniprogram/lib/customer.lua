-- SPDX-License-Identifier: Apache-2.0
-- Login of the mini program's own page: the code of my.getAuthCode becomes a user_id or open_id; the user's tokens stay here.
-- Source: "alipay.system.oauth.token", "alipay.user.info.share", "my.getPhoneNumber", state 2026-07.
local calls = require "miniprogram.calls"
local content_crypto = require "content_crypto"
local gateway = require "gateway"
local keys = require "keys"

local M = {}

local optional = calls.optional
local OAUTH = "alipay.system.oauth.token"

local function keep(id, value)
  local life = tonumber(value.expires_in) or 1296000
  local again = tonumber(value.re_expires_in) or 2592000
  store.set("user:" .. id, { access_token = value.access_token, refresh_token = value.refresh_token, ends = time.now() + life }, again)
end

local function identity(value) return optional(value.user_id) or optional(value.open_id) end

--- Renews a user's tokens.
function M.refresh(channel, refresh_token)
  return gateway.call(OAUTH, { grant_type = "refresh_token", refresh_token = refresh_token }, channel)
end

--- Name and picture of a user who allowed it (auth_user).
local function profile(channel, access_token)
  local result = gateway.call("alipay.user.info.share", { auth_token = access_token }, channel)
  if result.outcome ~= "ok" then return nil, result.reason end
  return { name = optional(result.value.nick_name), avatar = optional(result.value.avatar) }
end

--- What Alipay tells of a customer who allowed it, with tokens renewed where they have ended.
function M.profile(channel, id)
  local kept = store.get("user:" .. id)
  if not kept then return nil, "this customer has not logged in" end
  local access = kept.access_token
  if kept.ends <= time.now() + 60 then
    local result = M.refresh(channel, kept.refresh_token or "")
    if result.outcome ~= "ok" or not optional(result.value.access_token) then return nil, result.reason end
    keep(id, result.value)
    access = result.value.access_token
  end
  return profile(channel, access)
end

--- The telephone number that my.getPhoneNumber gave: signed by Alipay over the quoted text, then encrypted.
local function phone(request, settings)
  local sealed, signature = optional(request.encrypted_data), optional(request.signature)
  if not sealed or not signature or not keys.verify(settings, '"' .. sealed .. '"', signature) then return nil end
  local plain = content_crypto.open(settings.aes_key, sealed)
  local value = plain and json.decode(plain)
  if type(value) ~= "table" or tostring(value.code) ~= "10000" then return nil end
  return optional(value.mobile)
end

-- Codes that are no fault of ours.
local function is_bad_code(result)
  local sub = result.sub_code or ""
  return sub:find("^isv%.code") ~= nil or sub:find("auth%-code") ~= nil
end

--- `{ code, scope?, encrypted_data?, signature? }` → `{ external_id, union_id?, profile? }`; scope "auth_user" asks for name and picture.
function M.login(request, channel)
  local code = optional(request.code)
  if not code or #code > 512 then return nil, "there is no code of my.getAuthCode", "bad_code" end
  local result = gateway.call(OAUTH, { grant_type = "authorization_code", code = code }, channel)
  if is_bad_code(result) then return nil, result.reason, "bad_code" end
  if result.outcome ~= "ok" then
    result.login = "refused"
    return calls.no_login(result)
  end
  local value = result.value
  local id = identity(value)
  if not id then return nil, "the answer holds neither user_id nor open_id", "network" end
  if optional(value.access_token) then keep(id, value) end
  local out = { external_id = id, union_id = optional(value.union_id), profile = {} }
  if request.scope == "auth_user" and optional(value.access_token) then
    for name, item in pairs(profile(channel, value.access_token) or {}) do out.profile[name] = item end
  end
  out.profile.phone = phone(request, channel.settings)
  if out.profile.phone then out.profile.verified = { "phone" } end
  if next(out.profile) == nil then out.profile = nil end
  return out
end

--- Whether Alipay knows us: a code that cannot be good is refused for that, and for nothing else.
---@return boolean?, string?
function M.healthy(channel)
  local problem = keys.problem(channel.settings)
  if problem then return nil, problem end
  local result = gateway.call(OAUTH, { grant_type = "authorization_code", code = "health" }, channel)
  if result.outcome == "ok" or is_bad_code(result) then return true end
  return nil, result.reason
end

return M
