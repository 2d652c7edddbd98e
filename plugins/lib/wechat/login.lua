-- SPDX-License-Identifier: Apache-2.0
-- Login of a mini program's own page: the code of wx.login becomes an openid; the session_key stays here.
-- Source: "小程序登录", "获取手机号", state 2026-07.
local api = require "wechat.api"
local user = require "wechat.user"

local M = {}

-- WeChat promises no life of a session_key; one that is gone means a new wx.login.
local SESSION_LIFE = 2 * 86400

local REFUSED = {
  [40029] = "bad_code", [40163] = "bad_code", [41008] = "bad_code", [40226] = "refused", [45011] = "network", [-1] = "network",
}

--- code2Session, which is asked with the secret and not with a token.
---@return table? session, string? message, string? code
function M.session(channel, code)
  local settings = channel.settings
  local answer, reason, why = http.get((settings.api_base:gsub("/+$", "")) .. "/sns/jscode2session", {
    query = { appid = settings.app_id, secret = settings.app_secret, js_code = code, grant_type = "authorization_code" },
    -- A code is good once: a second call with it fails although the first succeeded.
    retries = 0, timeout = "5s",
  })
  -- The reason may name the address, and the secret stands in it.
  if not answer then
    return nil, "the login could not be checked: " .. tostring(why or reason and "network"), why == "forbidden" and "misconfigured" or "network"
  end
  local value = answer.body and json.decode(answer.body)
  if type(value) ~= "table" then return nil, "HTTP " .. answer.status .. " without JSON", "network" end
  local errcode = math.tointeger(tonumber(value.errcode or 0)) or -1
  if errcode ~= 0 then
    local words = errcode .. " " .. text.truncate(tostring(value.errmsg or ""), 200)
    return nil, words, REFUSED[errcode] or "misconfigured"
  end
  if type(value.openid) ~= "string" or value.openid == "" or type(value.session_key) ~= "string" then
    return nil, "the answer holds no openid", "network"
  end
  return value
end

local function optional(value) if type(value) == "string" and value ~= "" then return value end end

--- The telephone number behind the code of the button getPhoneNumber; nil where it cannot be had, which is no reason to refuse.
local function phone_of(channel, code)
  local result = api.call(channel, "/wxa/business/getuserphonenumber", {}, {
    method = "POST", json = { code = code }, timeout = "5s",
  })
  local info = result.class == "ok" and result.json.phone_info
  if type(info) ~= "table" then
    log.info("a telephone number could not be had", { reason = tostring(result.code or result.class) })
    return nil
  end
  return M.number(info)
end

--- `+86138…` of what WeChat tells; foreign numbers bring their country code too.
function M.number(info)
  local pure, country = optional(info.purePhoneNumber), optional(info.countryCode)
  if pure and country then return "+" .. country:gsub("^%+", "") .. pure end
  return optional(info.phoneNumber) or pure
end

--- What the page handed over under the session key: only signed or encrypted data counts.
local function add_open_data(out, request, session, app_id)
  local profile = out.profile
  if optional(request.raw_data) and optional(request.signature)
    and crypto.equal(user.raw_signature(request.raw_data, session.session_key), request.signature) then
    local value = json.decode(request.raw_data)
    if type(value) == "table" then
      profile.name, profile.language = optional(value.nickName), optional(value.language)
    end
  end
  if optional(request.encrypted_data) and optional(request.iv) then
    local opened = user.open(session.session_key, request.iv, request.encrypted_data, app_id)
    local value = opened and opened.value
    if value and (value.openId == nil or value.openId == session.openid) then
      out.union_id = out.union_id or optional(value.unionId)
      profile.name = profile.name or optional(value.nickName)
      profile.language = profile.language or optional(value.language)
      profile.phone = profile.phone or M.number(value)
    end
  end
end

--- `{ code, phone_code?, raw_data?, signature?, encrypted_data?, iv? }` → `{ external_id, union_id?, profile? }`.
function M.login(request, channel)
  local code = optional(request.code)
  if not code or #code > 512 then return nil, "there is no code of wx.login", "bad_code" end
  local session, message, why = M.session(channel, code)
  if not session then return nil, message, why end
  store.set("session:" .. session.openid, session.session_key, SESSION_LIFE)
  local out = { external_id = session.openid, union_id = optional(session.unionid), profile = {} }
  if optional(request.phone_code) then out.profile.phone = phone_of(channel, request.phone_code) end
  add_open_data(out, request, session, channel.settings.app_id)
  if next(out.profile) == nil then out.profile = nil end
  return out
end

--- Whether WeChat still knows the session of a customer; nil, reason where it cannot be told.
---@return boolean?, string?
function M.is_fresh(channel, openid)
  local key = store.get("session:" .. openid)
  if not key then return false end
  local result = api.call(channel, "/wxa/checksession", {
    openid = openid, signature = user.session_signature(key, ""), sig_method = "hmac_sha256",
  }, { method = "GET", timeout = "5s" })
  if result.class == "ok" then return true end
  if result.code == 87009 then
    store.remove("session:" .. openid)
    return false
  end
  return nil, result.reason
end

return M
