-- SPDX-License-Identifier: Apache-2.0
local SETTINGS = { app_id = "wx0123456789abcdef", app_secret = "secret", token = "token" }

local function token(value) return { path = "/cgi-bin/stable_token", json = { access_token = value, expires_in = 7200 } } end
local function answer(code) return { path = "/cgi-bin/message/custom/send", json = { errcode = code, errmsg = "e" .. code } } end

test("a text is sent with a token that is fetched once", function(t)
  local channel = t.channel(SETTINGS)
  t.platform(token("T1"), answer(0), answer(0))
  t.equal(t.send({ text = "您好" }, channel).outcome, "sent")
  t.equal(t.send({ text = "second" }, channel).outcome, "sent")
  local requests = t.requests()
  t.equal(#requests, 3)
  t.equal(requests[1].json, { grant_type = "client_credential", appid = "wx0123456789abcdef", secret = "secret" })
  t.equal(requests[2].query, { access_token = "T1" })
  t.equal(requests[2].json, { touser = "customer", msgtype = "text", text = { content = "您好" } })
end)

test("a token called invalid is renewed, by force if the platform gives it again", function(t)
  local channel = t.channel(SETTINGS)
  t.platform(token("T1"), answer(40001), token("T1"), token("T2"), answer(0))
  t.equal(t.send({ text = "x" }, channel).outcome, "sent")
  local requests = t.requests()
  t.equal(requests[4].json.force_refresh, true)
  t.equal(requests[5].query.access_token, "T2")
end)

test("what the platform refuses is failed, held, or a matter of configuration", function(t)
  local channel = t.channel(SETTINGS)
  t.platform(token("T1"))
  for code, outcome in pairs { [45015] = "failed", [45047] = "held", [48001] = "misconfigured", [45009] = "retry", [40003] = "failed" } do
    t.platform(answer(code))
    t.equal(t.send({ text = "x" }, channel).outcome, outcome, "errcode " .. code)
  end
end)

test("a lost answer is tried once more, never twice", function(t)
  local channel = t.channel(SETTINGS)
  t.platform(token("T1"), { path = "/cgi-bin/message/custom/send", lost = true }, { path = "/cgi-bin/message/custom/send", lost = true })
  t.equal(t.send({ text = "x" }, channel).outcome, "retry")
  t.equal(t.send({ text = "x", attempt = 2 }, channel).outcome, "failed")
end)

test("a picture of ours is uploaded, and fetched pictures become media", function(t)
  local channel = t.channel(SETTINGS)
  local id = t.file("\x89PNG....", "image/png", "a.png")
  t.platform(token("T1"), { path = "/cgi-bin/media/upload", json = { media_id = "UP1" } }, answer(0))
  t.equal(t.send({ kind = "image", fields = { media_id = id } }, channel).outcome, "sent")
  t.equal(t.requests()[3].json.image, { media_id = "UP1" })
  t.platform({ path = "/cgi-bin/media/get", body = "\xff\xd8\xff123", headers = { ["content-type"] = "image/jpeg" } })
  t.equal(t.call("media", { kind = "image", fields = { media_id = "M1" } }, channel).content_type, "image/jpeg")
end)

test("health says what is wrong with the credentials", function(t)
  local channel = t.channel(SETTINGS)
  t.platform({ path = "/cgi-bin/stable_token", json = { errcode = 40164, errmsg = "invalid ip" } })
  local healthy, reason = t.call("health", channel)
  t.equal(healthy, nil)
  t.equal(reason, "access token: 40164 invalid ip")
end)

test("a session with a sub-merchant is answered under its id", function(t)
  local settings = { mode = "plain" }
  for name, value in pairs(SETTINGS) do settings[name] = value end
  local channel = t.channel(settings)
  t.receive(t.simulate({ text = "hi", sender = "oB", business_id = "7" }, channel)[1], channel)
  t.platform(token("T1"), answer(0), answer(0))
  t.send({ text = "x", recipient = "oB" }, channel)
  t.send({ text = "x", recipient = "oC" }, channel)
  t.equal(t.requests()[2].json.businessid, "7")
  t.equal(t.requests()[3].json.businessid, nil)
end)
