-- SPDX-License-Identifier: Apache-2.0
local REPLY = "/2/messages/reply.json"
local NOW, TO = 1767225600, "3178678446"
local function opened(t, extra)
  local settings = { app_secret = "s", account = "8458558095", access_token = "T" }
  for name, value in pairs(extra or {}) do settings[name] = value end
  local channel = t.channel(settings)
  t.receive(t.simulate({ text = "hi", sender = TO }, channel)[1], channel)
  return channel
end
local function ok() return { path = REPLY, json = { result = true } } end
local function bad(code, status) return { path = REPLY, status = status or 400, json = { request = REPLY, error_code = code, error = "e" } } end
local function last(t)
  local requests = t.requests()
  local form = url.parse_query(requests[#requests].body)
  return form.type, json.decode(form.data), requests[#requests]
end

test("a text, a place and articles go out; what Weibo cannot show becomes words", function(t)
  local channel = opened(t)
  local number = 0
  local function first(message)
    t.platform(ok())
    number = number + 1
    message.recipient, message.id = TO, "k" .. number
    t.equal(t.send(message, channel).outcome, "sent")
    return { last(t) }
  end
  t.equal(first({ text = "亲，已发货 📦" })[2], { text = "亲，已发货 📦" })
  t.equal(first({ kind = "location", fields = { latitude = 31.5, longitude = 121.5 } })[2], { longitude = "121.5", latitude = "31.5" })
  local card = first { kind = "card", fields = { title = "退货", description = "三步", url = "https://a.example", thumb_url = "https://a.example/t.png" } }
  t.equal(card[2].articles[1], { display_name = "退货", summary = "三步", image = "https://a.example/t.png", url = "https://a.example" })
  t.equal(first({ kind = "card", fields = { title = "退货", url = "https://a.example" } })[2].text, "退货\nhttps://a.example")
  t.equal(first({ kind = "menu", text = "?", fields = { options = { { id = "a", text = "是" } } } })[2].text, "?\n1. 是")
  t.equal(first({ kind = "file", fields = { name = "a.pdf", url = "https://a.example/a.pdf" } })[2].text, "a.pdf\nhttps://a.example/a.pdf")
end)

test("the commercial interface has its own host and path", function(t)
  local channel = opened(t, { commercial = true, save_sender_box = false })
  t.platform { json = { result = true } }
  t.equal(t.send({ recipient = TO, text = "x" }, channel).outcome, "sent")
  t.equal((t.requests()[1].url:gsub("%?.*", "")), "https://c.api.weibo.com/2/messages/reply/biz.json")
  t.equal(url.parse_query(t.requests()[1].body).save_sender_box, "0")
end)

test("answers are for 48 hours, a mention's for one, and none after an unfollow", function(t)
  local channel = opened(t)
  t.at(NOW + 48 * 3600)
  t.equal(t.send({ recipient = TO, text = "x" }, channel).reason:sub(1, 13), "window_closed")
  t.equal(t.send({ recipient = "999", text = "x" }, channel).reason:sub(1, 10), "no_trigger")
  t.receive(t.simulate({ kind = "event", event = "mention", sender = TO }, channel)[1], channel)
  t.platform(ok())
  t.equal(t.send({ recipient = TO, text = "x", id = "m2" }, channel).outcome, "sent")
  t.equal(t.send({ recipient = TO, text = "x", id = "m3" }, channel).reason:sub(1, 15), "quota_exhausted")
  t.receive(t.simulate({ text = "again", sender = TO }, channel)[1], channel)
  t.receive(t.simulate({ kind = "event", event = "mention", sender = TO }, channel)[1], channel)
  t.platform(ok(), ok())
  t.equal(t.send({ recipient = TO, text = "x", id = "m4" }, channel).outcome, "sent")
  t.equal(t.send({ recipient = TO, text = "x", id = "m5" }, channel).outcome, "sent")
  t.receive(t.simulate({ kind = "event", event = "unfollow", sender = TO }, channel)[1], channel)
  t.equal(t.send({ recipient = TO, text = "x", id = "m6" }, channel).outcome, "failed")
  t.equal(#t.requests(), 3)
end)

test("codes have their outcomes, and an unknown outcome is not repeated", function(t)
  local channel = opened(t)
  local cases = {
    [10001] = "retry", [10002] = "retry", [10009] = "retry", [10010] = "retry", [10022] = "retry", [10024] = "retry", [10004] = "misconfigured",
    [10005] = "misconfigured", [10014] = "misconfigured", [21327] = "misconfigured", [21332] = "misconfigured", [10008] = "failed",
    [10017] = "failed", [20000] = "failed",
  }
  for code, outcome in pairs(cases) do
    t.platform(bad(code))
    t.equal(t.send({ recipient = TO, text = "x", id = "e" .. code }, channel).outcome, outcome, tostring(code))
  end
  t.platform(bad(10023))
  t.equal(t.send({ recipient = TO, text = "x", id = "rate" }, channel).after, 600)
  local answers = { { path = REPLY, lost = true }, { path = REPLY, body = "ok" }, { path = REPLY, json = { result = false } } }
  for index, answer in ipairs(answers) do
    t.platform(answer)
    t.equal(t.send({ recipient = TO, text = "x", id = "u" .. index }, channel).outcome, "failed")
  end
  for index, answer in ipairs { { path = REPLY, refused = true }, { path = REPLY, status = 502, body = "" } } do
    t.platform(answer)
    t.equal(t.send({ recipient = TO, text = "x", id = "r" .. index }, channel).outcome, "retry")
  end
end)

test("a long text takes several calls and goes on where it stopped", function(t)
  local channel = opened(t)
  local long = ("长"):rep(700)
  t.platform(ok(), bad(10001))
  t.equal(t.send({ recipient = TO, text = long }, channel).outcome, "retry")
  t.platform(ok(), ok())
  t.equal(t.send({ recipient = TO, text = long, attempt = 2 }, channel).outcome, "sent")
  local _, data = last(t)
  t.equal({ #t.requests(), data.text }, { 4, ("长"):rep(700 - 2 * 299) })
end)

test("an account is authorised by its code; another's code is not taken", function(t)
  local channel = t.channel { app_secret = "s", account = "8458558095", app_key = "K", redirect_uri = "https://desk.example.com/cb" }
  t.receive(t.simulate({ text = "hi", sender = TO }, channel)[1], channel)
  t.equal(t.send({ recipient = TO, text = "x" }, channel).outcome, "misconfigured")
  t.platform({ path = "/oauth2/access_token", json = { access_token = "A", expires_in = 157679999, uid = "1" } }, { path = "/oauth2/access_token", json = { access_token = "B", expires_in = 157679999, uid = "8458558095" } })
  t.equal(t.call("calls.authorize", { code = "c" }, channel).ok, false)
  t.equal(t.call("calls.authorize", { code = "c" }, channel), { ok = true, uid = "8458558095" })
  t.platform(ok())
  t.equal(t.send({ recipient = TO, text = "x", id = "m2" }, channel).outcome, "sent")
  local _, _, request = last(t)
  t.equal(request.query.access_token, "B")
end)

test("a customer signs in by a code; what goes wrong has its name", function(t)
  local channel = t.channel { app_secret = "s", app_key = "K", redirect_uri = "https://desk.example.com/cb" }
  t.platform { json = { access_token = "A", expires_in = 1, uid = "8345759267" } }
  t.equal(t.call("login", { code = "c" }, channel), { external_id = "8345759267" })
  local function code_of(answer, given)
    if answer then t.platform(answer) end
    return select(3, t.call("login", { code = given or "c" }, channel))
  end
  t.equal(code_of({ status = 400, json = { error = "invalid_grant", error_code = 21325 } }), "bad_code")
  t.equal(code_of({ status = 503, body = "" }), "network")
  t.equal(code_of({ json = { access_token = "A" } }), "network")
  t.equal(code_of({ status = 403, json = { error = "e", error_code = 10006 } }), "misconfigured")
  t.equal(code_of(nil, ""), "bad_code")
  t.equal(select(3, t.call("login", { code = "c" }, t.channel { app_secret = "s" })), "misconfigured")
end)

test("files come from Weibo's file host by their id", function(t)
  local channel = opened(t)
  t.platform { path = "/2/mss/msget", body = "\xff\xd8\xff1", headers = { ["content-type"] = "image/jpeg" } }
  t.equal(t.call("media", { fields = { media_id = "6834447113" } }, channel).content_type, "image/jpeg")
  t.equal(t.requests()[1].query, { access_token = "T", fid = "6834447113" })
  t.equal(t.call("media", { fields = { media_id = "https://evil.example" } }, channel), nil)
end)

test("health tells of a token that is wrong or near its end", function(t)
  local channel = opened(t)
  local path = "/oauth2/get_token_info"
  t.platform({ path = path, json = { uid = 1, expire_in = 999999 } }, { path = path, json = { uid = 1, expire_in = 100 } }, { path = path, status = 400, json = { error_code = 21332, error = "invalid_access_token" } })
  t.equal(t.call("health", channel), true)
  t.equal(select(2, t.call("health", channel)), "access_token ends within a day")
  t.equal(select(2, t.call("health", channel)), "21332 invalid_access_token")
end)

test("what is said beside a card's title is its summary where it has none", function(t)
  local outbound = require "outbound"
  local fields = { title = "A", url = "https://a.example", thumb_url = "https://a.example/t.png" }
  t.equal(outbound.bodies({ kind = "card", text = "look", fields = fields })[1].data.articles[1].summary, "look")
  t.equal(outbound.bodies({ kind = "card", text = "A", fields = fields })[1].data.articles[1].summary, "")
end)

test("what a place or article does not show is said after it", function(t)
  local channel = opened(t)
  t.platform(ok(), ok(), ok(), ok())
  local fields = { latitude = 1, longitude = 2, label = "Gate 4", address = "Quay 9" }
  t.equal(t.send({ recipient = TO, kind = "location", text = "meet here", fields = fields }, channel).outcome, "sent")
  local _, place = last(t)
  t.equal(place.text, "meet here\nGate 4\nQuay 9")
  fields = { title = "Bag", description = "Red", url = "https://a.example", thumb_url = "https://a.example/p.png" }
  t.equal(t.send({ recipient = TO, id = "m2", kind = "card", text = "for you", fields = fields }, channel).outcome, "sent")
  local _, card = last(t)
  t.equal(card.text, "for you")
end)
