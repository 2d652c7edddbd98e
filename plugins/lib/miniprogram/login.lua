-- SPDX-License-Identifier: Apache-2.0
-- Login of a mini program's own page, the part that all platforms share: a code is exchanged once, the session key stays here, and what
-- the page hands over beside the code counts only where it is signed or encrypted under that key.
local calls = require "miniprogram.calls"
local user_data = require "miniprogram.user_data"

local M = {}

-- No platform promises how long a session key lasts; without it a new login is needed, which costs the customer nothing.
local SESSION_LIFE = 2 * 86400
local CODE_LIMIT = 1024

--- `+86138…` of what platforms tell about a telephone.
function M.phone(value)
  local pure, country = calls.optional(value.purePhoneNumber), calls.optional(value.countryCode)
  local number = pure or calls.optional(value.phoneNumber) or calls.optional(value.mobile)
  if number and country and number:sub(1, 1) ~= "+" then return "+" .. country:gsub("^%+", "") .. number end
  return number
end

local function add_open_data(out, request, session, options)
  local profile = out.profile
  local raw = calls.optional(request.raw_data)
  if raw and user_data.is_genuine(raw, session.session_key, request.signature) then
    local value = json.decode(raw)
    if type(value) == "table" then
      profile.name, profile.language = calls.optional(value.nickName), calls.optional(value.language)
    end
  end
  local sealed, iv = calls.optional(request.encrypted_data), calls.optional(request.iv)
  if not sealed or not iv then return end
  local value = user_data.open(session.session_key, iv, sealed, options)
  -- Data of another customer of the same app would open too, had they the same key; the openid inside decides.
  if not value or (value.openId ~= nil and value.openId ~= session.openid) then return end
  out.union_id = out.union_id or calls.optional(value.unionId)
  profile.name = profile.name or calls.optional(value.nickName)
  profile.phone = profile.phone or M.phone(value)
end

--- Logs a customer in.
---@param request table<string, string> { code, raw_data?, signature?, encrypted_data?, iv? }
---@param exchange fun(code: string): table a result whose value holds openid, unionid?, session_key?
---@param options { app_id: string, watermark?: boolean }
function M.login(request, exchange, options)
  local code = calls.optional(request.code)
  if (not code and not calls.optional(request.anonymous_code)) or #(code or "") > CODE_LIMIT then
    return nil, "there is no code of the platform's login", "bad_code"
  end
  local result = exchange(code)
  if result.outcome ~= "ok" then return calls.no_login(result) end
  local session = result.value
  local out = { external_id = session.openid, union_id = session.unionid, profile = {} }
  if session.session_key then
    store.set("session:" .. session.openid, session.session_key, SESSION_LIFE)
    add_open_data(out, request, session, options)
  end
  if next(out.profile) == nil then out.profile = nil end
  return out
end

--- The session key of a customer's last login, for data that comes later.
function M.session_key(openid) return store.get("session:" .. openid) end

return M
