-- SPDX-License-Identifier: Apache-2.0
local user_data = require "miniprogram.user_data"

local SETTINGS = { app_id = "8756644334", app_secret = "secret" }
local LOGIN = "/sns/jscode2session"
local KEY = "0yQ/r2HMAqOgD36x/XlF7g=="

local function session(openid) return { path = LOGIN, json = { openid = openid or "O1", session_key = KEY, unionid = "U1" } } end

test("a code becomes an openid; the session key stays here", function(t)
  local channel = t.channel(SETTINGS)
  t.platform(session())
  t.equal(t.call("login", { code = "C1" }, channel), { external_id = "O1", union_id = "U1" })
  t.equal(store.get("session:O1"), KEY)
  t.equal(#t.requests(), 1)
end)

test("refusals are told apart, and no reason names the secret", function(t)
  local channel = t.channel(SETTINGS)
  for code, why in pairs { [40029] = "bad_code", [45011] = "network", [-1] = "network", [40013] = "misconfigured" } do
    t.platform({ path = LOGIN, json = { errcode = code, errmsg = "e" } })
    local out, _, found = t.call("login", { code = "C" }, channel)
    t.equal({ out, found }, { nil, why }, "errcode " .. code)
  end
  t.platform({ path = LOGIN, json = { errcode = 0, errmsg = "ok" } }, { path = LOGIN, lost = true })
  local _, _, incomplete = t.call("login", { code = "C" }, channel)
  t.equal(incomplete, "network")
  local _, reason, lost = t.call("login", { code = "C" }, channel)
  t.equal(lost, "network")
  t.truthy(not reason:find("secret", 1, true))
  for _, code in ipairs { "", ("x"):rep(2000) } do
    local _, _, why = t.call("login", { code = code }, channel)
    t.equal(why, "bad_code")
  end
end)

test("signed and encrypted data of the customer counts, other data does not", function(t)
  local channel = t.channel(SETTINGS)
  local raw = '{"nickName":"小Q","language":"zh_CN"}'
  local signature = user_data.signature(raw, KEY)
  t.platform(session(), session())
  t.equal(t.call("login", { code = "C", raw_data = raw, signature = signature }, channel).profile, { name = "小Q", language = "zh_CN" })
  t.equal(t.call("login", { code = "C", raw_data = raw .. " ", signature = signature }, channel).profile, nil)
  local case = t.vectors("vectors").vectors[15].given
  t.platform(session("B8B59EE26E5B43E6DB79A2B73AFC9B37"), session("another"))
  local sealed = { code = "C", encrypted_data = case.encrypted_data, iv = case.iv }
  t.equal(t.call("login", sealed, channel).profile, { name = "小Q" })
  t.equal(t.call("login", sealed, channel).profile, nil)
end)
