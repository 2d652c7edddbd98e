-- SPDX-License-Identifier: Apache-2.0
local user = require "wechat.user"

local SETTINGS = { app_id = "wx4f4bc4dec97d474b", app_secret = "secret", token = "token" }
local LOGIN = "/sns/jscode2session"

local function session(extra)
  local value = { openid = "oA", session_key = "tiihtNczf5v6AKRyjwEUhQ==" }
  for name, item in pairs(extra or {}) do value[name] = item end
  return { path = LOGIN, json = value }
end

test("a code becomes an openid; the session key stays here", function(t)
  local channel = t.channel(SETTINGS)
  t.platform(session { unionid = "U1" })
  t.equal(t.call("login", { code = "C1" }, channel), { external_id = "oA", union_id = "U1" })
  t.equal(t.requests()[1].query,
    { appid = "wx4f4bc4dec97d474b", secret = "secret", js_code = "C1", grant_type = "authorization_code" })
  t.equal(store.get("session:oA"), "tiihtNczf5v6AKRyjwEUhQ==")
end)

test("the telephone number comes with its country, and its absence refuses nobody", function(t)
  local channel = t.channel(SETTINGS)
  t.platform(session(), { path = "/cgi-bin/stable_token", json = { access_token = "T", expires_in = 7200 } },
    { path = "/wxa/business/getuserphonenumber", json = { errcode = 0, errmsg = "ok", phone_info = {
      phoneNumber = "13800138000", purePhoneNumber = "13800138000", countryCode = "86" } } },
    session(), { path = "/wxa/business/getuserphonenumber", json = { errcode = 40029, errmsg = "code" } })
  t.equal(t.call("login", { code = "C1", phone_code = "P" }, channel).profile, { phone = "+8613800138000" })
  t.equal(t.call("login", { code = "C2", phone_code = "P" }, channel), { external_id = "oA" })
end)

test("refusals are told apart", function(t)
  local channel = t.channel(SETTINGS)
  for code, why in pairs {
    [40029] = "bad_code", [40163] = "bad_code", [40226] = "refused", [45011] = "network", [-1] = "network", [40125] = "misconfigured",
  } do
    t.platform({ path = LOGIN, json = { errcode = code, errmsg = "e" } })
    local out, _, found = t.call("login", { code = "C" }, channel)
    t.equal(out, nil)
    t.equal(found, why, "errcode " .. code)
  end
  t.platform({ path = LOGIN, lost = true })
  local _, reason, why = t.call("login", { code = "C" }, channel)
  t.equal(why, "network")
  t.truthy(not reason:find("secret=", 1, true))
  local _, _, empty = t.call("login", {}, channel)
  t.equal(empty, "bad_code")
end)

test("signed and encrypted data counts, other people's does not", function(t)
  local channel = t.channel(SETTINGS)
  local case
  for _, item in ipairs(t.vectors("vectors").cases) do if item.id == "user-doc" then case = item end end
  local raw = '{"nickName":"Band","language":"zh_CN"}'
  local signature = user.raw_signature(raw, case.input.session_key)
  local openid = "oGZUI0egBJY1zhBYw2KhdUfwVJJE"
  t.platform(session { openid = openid }, session { openid = openid }, session { openid = "oOther" })
  local out = t.call("login", { code = "C", raw_data = raw, signature = signature }, channel)
  t.equal(out.profile, { name = "Band", language = "zh_CN" })
  t.equal(t.call("login", { code = "C", raw_data = raw, signature = signature:reverse() }, channel).profile, nil)
  local sealed = { code = "C", encrypted_data = case.input.encrypted_data, iv = case.input.iv }
  t.equal(t.call("login", sealed, channel).union_id, nil)
  t.platform(session { openid = openid })
  t.equal(t.call("login", sealed, channel).union_id, "ocMvos6NjeKLIBqg5Mr9QjxrP1FA")
end)

test("a session that WeChat no longer knows is forgotten", function(t)
  local channel = t.channel(SETTINGS)
  t.equal(t.call("calls.session", { openid = "oA" }, channel), { fresh = false })
  store.set("session:oA", "KEY")
  t.platform({ path = "/cgi-bin/stable_token", json = { access_token = "T", expires_in = 7200 } },
    { path = "/wxa/checksession", json = { errcode = 0, errmsg = "ok" } },
    { path = "/wxa/checksession", json = { errcode = 87009, errmsg = "invalid signature" } })
  t.equal(t.call("calls.session", { openid = "oA" }, channel).fresh, true)
  t.equal(t.call("calls.session", { openid = "oA" }, channel).fresh, false)
  t.equal(store.get("session:oA"), nil)
end)
