-- SPDX-License-Identifier: Apache-2.0
local api = require "api"
local calls = require "miniprogram.calls"
local user_data = require "miniprogram.user_data"
local vectors = require "miniprogram.vectors"

local function channel_of(t, fixture) return t.channel({ app_id = fixture.app_id, app_secret = fixture.app_secret }) end

local RUN = {}

function RUN.request(t, case, fixtures)
  local channel = channel_of(t, fixtures[case.given.config])
  local before = #t.requests()
  if case.scheme == "kuaishou.login" then
    t.call("login", { code = case.given.code }, channel)
  else
    t.call("health", channel)
  end
  vectors.request(t, case, t.requests()[before + 1])
end

function RUN.result(t, case)
  vectors.result(t, case, calls.read(case.given.response, api.READERS[case.scheme:match("%.(.+)$")]))
end

function RUN.receive(t, case, fixtures) vectors.receive(t, case, channel_of(t, fixtures[case.given.config])) end

function RUN.sign(t, case, fixtures)
  local signature, whole = api.sign_parameters(case.given.params, fixtures[case.given.config].app_secret)
  t.equal({ signature, whole }, { case.expect.signature, case.expect.sign_string }, case.id)
end

function RUN.crypt(t, case)
  local g = case.given
  local value, reason = user_data.open(g.session_key, g.iv, g.encrypted_data, { app_id = g.app_id, watermark = false })
  t.equal({ value, value ~= nil, reason or "ok" }, { case.expect.data, case.expect.accept, case.expect.reason }, case.id)
end

--- A null of JSON is absent in Lua.
function RUN.capability(t, case) t.equal(t.call("calls.capability"), case.expect, case.id) end

test("every vector holds, and none is left out", function(t)
  t.equal(vectors.run(t, t.vectors("vectors"), RUN),
    { request = 2, result = 4, receive = 6, sign = 2, crypt = 2, capability = 1 })
end)
