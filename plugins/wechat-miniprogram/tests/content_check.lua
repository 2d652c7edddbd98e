-- SPDX-License-Identifier: Apache-2.0
local SEND, CHECK, MEDIA = "/cgi-bin/message/custom/send", "/wxa/msg_sec_check", "/wxa/media_check_async"

local function opened(t, what)
  t.platform({ path = "/cgi-bin/stable_token", json = { access_token = "T1", expires_in = 7200 } })
  return t.channel({ app_id = "wx0123456789abcdef", app_secret = "s", token = "token", mode = "plain", content_check = what })
end

local function verdict(suggest, label, detail)
  return { path = CHECK, json = {
    errcode = 0, errmsg = "ok", result = { suggest = suggest, label = label }, trace_id = "TR", detail = detail,
  } }
end

local function event(t, channel, fields)
  return t.receive(t.simulate({ kind = "event", event = "wxa_media_check", format = "json", fields = fields, sender = "platform" }, channel)[1], channel)
end

test("what agents send goes out if the check lets it, and not if it is risky", function(t)
  local channel = opened(t, "agents")
  t.platform(verdict("pass", 100), { path = SEND, json = { errcode = 0, errmsg = "ok" } })
  t.equal(t.send({ text = "您好", recipient = "oA" }, channel).outcome, "sent")
  local body = t.requests()[2].json
  t.equal(body, { content = "您好\n\n", version = 2, scene = 2, openid = "oA" })
  t.platform(verdict("risky", 20002))
  t.equal(t.send({ text = "bad" }, channel), { outcome = "failed", reason = "the platform's content check finds it risky: porn" })
  t.equal(#t.requests(), 4)
end)

test("a detail counts only if it worked", function(t)
  local channel = opened(t, "agents")
  t.platform(verdict("pass", 100, { { errcode = -1, suggest = "risky", label = 20001 } }), { path = SEND, json = { errcode = 0 } })
  t.equal(t.send({ text = "a" }, channel).outcome, "sent")
  t.platform(verdict("pass", 100, { { errcode = 0, suggest = "risky", label = 20001 } }))
  t.equal(t.send({ text = "a" }, channel).outcome, "failed")
end)

test("a check that cannot be made holds nothing up", function(t)
  local channel = opened(t, "all")
  t.platform({ path = CHECK, json = { errcode = 61010, errmsg = "code is expired" } }, { path = SEND, json = { errcode = 0 } })
  t.equal(t.send({ text = "a" }, channel).outcome, "sent")
  t.platform({ path = CHECK, lost = true })
  t.equal(t.receive(t.simulate({ text = "hi" }, channel)[1], channel).messages[1].fields.content_check, nil)
end)

test("what customers send is marked, never withheld", function(t)
  local channel = opened(t, "customers")
  t.platform(verdict("review", 20003))
  local message = t.receive(t.simulate({ text = "hi" }, channel)[1], channel).messages[1]
  t.equal(message.fields.content_check, { suggest = "review", label = "abuse", trace_id = "TR" })
end)

test("a picture's result comes later, as an event in its customer's conversation", function(t)
  local channel = opened(t, "customers")
  t.platform({ path = MEDIA, json = { errcode = 0, errmsg = "ok", trace_id = "TR9" } })
  local picture = t.receive(t.simulate({ kind = "image", sender = "oA", message_id = "5" }, channel)[1], channel).messages[1]
  t.equal(picture.fields.content_check, { suggest = "pending", trace_id = "TR9" })
  t.equal(t.requests()[2].json.media_type, 2)
  local result = { appid = "wx", trace_id = "TR9", version = 2, errcode = 0, result = { suggest = "risky", label = 20002 } }
  local message = event(t, channel, result).messages[1]
  t.equal({ message.sender, message.external_id, message.kind }, { "oA", "check:TR9", "event" })
  t.equal({ message.fields.suggest, message.fields.label, message.fields.about_external_id }, { "risky", "porn", "5" })
  t.equal(event(t, channel, result).messages[1].external_id, "check:TR9")
  result.errcode = -1008
  t.equal(event(t, channel, result).messages[1].fields.suggest, "unknown")
end)

test("the result of a check that nobody asked for is acknowledged", function(t)
  local channel = opened(t, "all")
  local answer = event(t, channel, { trace_id = "OTHER", errcode = 0, result = { suggest = "risky", label = 20002 } })
  t.equal(answer.status, 200)
  t.equal(#answer.messages, 0)
end)

test("without the setting nothing is asked", function(t)
  local channel = opened(t, nil)
  t.receive(t.simulate({ text = "hi" }, channel)[1], channel)
  t.equal(#t.requests(), 0)
end)
