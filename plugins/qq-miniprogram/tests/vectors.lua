-- SPDX-License-Identifier: Apache-2.0
local api = require "api"
local calls = require "miniprogram.calls"
local user_data = require "miniprogram.user_data"
local vectors = require "miniprogram.vectors"

local function settings(fixture, more)
  local s = { app_id = fixture.app_id, app_secret = fixture.app_secret }
  for name, value in pairs(more or {}) do s[name] = value end
  return s
end

local TOKEN_PATH = "/api/getToken"
local made = 0

local function last(t, place)
  local requests = t.requests()
  local request = requests[made + place]
  made = #requests
  return request
end

local RUN = {}

function RUN.request(t, case, fixtures)
  local g, place = case.given, 1
  if case.scheme == "qq.login" then
    t.call("login", { code = g.code }, t.channel(settings(fixtures[g.config])))
  elseif case.scheme == "qq.token" then
    t.call("health", t.channel(settings(fixtures[g.config])))
  else
    local channel = t.channel(settings(fixtures[g.config], {
      template_id = g.template_id, template_page = g.page, template_data = json.encode(g.data),
    }))
    t.platform({ path = TOKEN_PATH, json = { access_token = g.access_token, expires_in = 7200 } })
    t.advance(60)
    t.send({ recipient = g.to, text = "x" }, channel)
    place = 2
  end
  vectors.request(t, case, last(t, place))
end

function RUN.result(t, case)
  vectors.result(t, case, calls.read(case.given.response, api.READERS[case.scheme:match("%.(.+)$")]))
end

function RUN.verify(t, case)
  local g = case.given
  local genuine = user_data.is_genuine(g.raw_data, g.session_key, g.signature)
  t.equal({ genuine, genuine and "ok" or "bad_signature" }, { case.expect.accept, case.expect.reason }, case.id)
end

function RUN.crypt(t, case)
  local g = case.given
  if g.now_ms then t.at(g.now_ms / 1000) end
  local value, reason = user_data.open(g.session_key, g.iv, g.encrypted_data, { app_id = g.app_id, max_age = g.max_age_s })
  t.equal({ value, value ~= nil }, { case.expect.data, case.expect.accept }, case.id)
  t.equal(vectors.class(reason or "ok"), vectors.class(case.expect.reason), case.id)
end

function RUN.capability(t, case) t.equal(t.call("calls.capability"), case.expect, case.id) end

test("every vector holds, and none is left out", function(t)
  t.equal(vectors.run(t, t.vectors("vectors"), RUN), { request = 3, result = 9, verify = 2, crypt = 5, capability = 1 })
end)
