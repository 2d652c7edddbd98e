-- SPDX-License-Identifier: Apache-2.0
local api = require "api"
local calls = require "miniprogram.calls"
local context = require "miniprogram.context"
local hook = require "hook"
local push_crypto = require "miniprogram.push_crypto"
local vectors = require "miniprogram.vectors"

local function channel_of(t, fixture, more)
  local s = {
    app_id = fixture.app_id, app_key = "K", app_secret = "S", token = fixture.token, mode = fixture.mode,
    encoding_aes_key = fixture.encoding_aes_key, max_age = fixture.max_skew_s, bind_signature = fixture.sig_cache,
  }
  for name, value in pairs(more or {}) do s[name] = value end
  return t.channel(s)
end

local RUN = {}

function RUN.receive(t, case, fixtures)
  store.remove("ticket")
  vectors.receive(t, case, channel_of(t, fixtures[case.given.config]), function(message)
    return message.reply_quota and context.get(message.sender, "baidu_cs") or nil
  end)
  t.equal(store.get("ticket"), case.expect.ticket, case.id)
end

function RUN.crypt(t, case, fixtures)
  local f = fixtures[case.given.config]
  local sealed = push_crypto.seal(f.encoding_aes_key, case.given.plaintext, f.app_id, hook.PREFIX, crypto.unhex(case.given.random_hex))
  t.equal(sealed, case.expect.ciphertext, case.id)
  t.equal(push_crypto.open(f.encoding_aes_key, sealed, f.app_id, hook.PREFIX), case.given.plaintext, case.id)
end

function RUN.request(t, case, fixtures)
  local g, before = case.given, #t.requests()
  -- Far from all other cases, so that no token of theirs is left.
  t.advance(4000000)
  if g.access_token then
    t.platform({ path = "/oauth/2.0/token", json = { access_token = g.access_token, expires_in = 2592000 } })
  end
  local keys = { app_key = g.app_key, app_secret = g.app_secret }
  local channel = channel_of(t, fixtures[g.config or "plain"], keys)
  if case.scheme == "baidu.token" then
    t.call("health", channel)
  elseif case.scheme == "baidu.login" then
    t.call("login", { code = g.code }, channel)
  else
    store.set("user_type:" .. g.to, tostring(g.user_type))
    context.keep(g.to, { rule = "baidu_cs", to_user_id = g.to }, time.milliseconds())
    t.send({ recipient = g.to, kind = g.message.kind, text = g.message.text, fields = { url = g.message.url } }, channel)
  end
  vectors.request(t, case, t.requests()[before + (case.scheme == "baidu.token" and 1 or 2)])
end

function RUN.result(t, case)
  vectors.result(t, case, calls.read(case.given.response, api.READERS[case.scheme:match("%.(.+)$")]))
end

RUN.policy = vectors.policy

test("every vector holds, and none is left out", function(t)
  t.equal(vectors.run(t, t.vectors("vectors"), RUN), { receive = 21, crypt = 1, request = 4, policy = 3, result = 6 })
end)
