-- SPDX-License-Identifier: Apache-2.0
local SETTINGS = { app_id = "wx0123456789abcdef", app_secret = "secret", token = "token", mode = "plain" }
local TOKEN = { path = "/cgi-bin/stable_token", json = { access_token = "T1", expires_in = 7200 } }
local INFO = "/cgi-bin/user/info"

local number = 0

local function profile(t, channel, occasion)
  number = number + 1
  occasion.sender, occasion.message_id = occasion.sender or "oA", tostring(24000000000001000 + number)
  local answer = t.receive(t.simulate(occasion, channel)[1], channel)
  t.equal(answer.status, 200)
  return answer.messages[1].profile
end

test("a follower's union id comes with what they write, asked for once", function(t)
  local channel = t.channel(SETTINGS)
  t.platform(TOKEN, { path = INFO, json = { subscribe = 1, openid = "oA", unionid = "oU1" } })
  t.equal(profile(t, channel, { text = "hi" }), { union_id = "oU1" })
  t.equal(t.requests()[2].query.openid, "oA")
  t.equal(profile(t, channel, { text = "again" }), { union_id = "oU1" })
  t.equal(#t.requests(), 2)
  t.platform { path = INFO, json = { subscribe = 1, openid = "oB", unionid = "oU2" } }
  t.equal(profile(t, channel, { text = "hi", sender = "oB" }), { union_id = "oU2" })
end)

test("an account without union ids, or without the right to ask, is asked once a day; others a minute later", function(t)
  local channel, start = t.channel(SETTINGS), 1767225600
  for index, case in ipairs {
    { json = { subscribe = 1, openid = "oA" }, rest = 86400 }, { json = { errcode = 48001, errmsg = "unauthorized" }, rest = 86400 },
    { json = { errcode = -1, errmsg = "busy" }, rest = 60 }, { json = { errcode = 0, errmsg = "ok" }, rest = 60 },
  } do
    start = start + 3 * 86400
    t.at(start)
    local before = #t.requests()
    t.platform(TOKEN, { path = INFO, json = case.json })
    t.equal(profile(t, channel, { text = "hi" }), nil)
    local asked = #t.requests()
    t.truthy(asked > before)
    t.at(start + case.rest - 1)
    t.equal(profile(t, channel, { text = "hi", sender = "oB" }), nil)
    t.equal(#t.requests(), asked)
    t.platform(TOKEN, { path = INFO, json = { subscribe = 1, openid = "oC", unionid = "oU3" } })
    t.at(start + case.rest)
    t.equal(profile(t, channel, { text = "hi", sender = "oC" .. index }), { union_id = "oU3" })
  end
end)

test("who unfollows is not asked for", function(t)
  local channel = t.channel(SETTINGS)
  t.equal(profile(t, channel, { kind = "event", event = "unsubscribe" }), nil)
  t.equal(#t.requests(), 0)
end)
