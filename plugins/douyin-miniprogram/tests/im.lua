-- SPDX-License-Identifier: Apache-2.0
-- The requests under fixtures/im-* were signed with this channel's secret.
local SETTINGS = { client_key = "awkey", client_secret = "secret", app_id = "tt01", app_secret = "s", refresh_token = "rft.1" }
local ACCOUNT = "67ac92c3-eb2a-4080-9a4d-db77f6601dc0"
local SEND = "/im/send/msg/"

local function with(more)
  local s = {}
  for name, value in pairs(SETTINGS) do s[name] = value end
  for name, value in pairs(more) do s[name] = value end
  return s
end

local function signed(body, secret)
  return { body = body, headers = { ["x-douyin-signature"] = crypto.digest("sha1", (secret or "secret") .. body, "hex"), ["msg-id"] = "m1" } }
end
local function token(value, more)
  local data = { access_token = value, expires_in = 1296000, error_code = 0 }
  for name, item in pairs(more or {}) do data[name] = item end
  return { path = "/oauth/refresh_token/", json = { data = data } }
end
local function answer(code, id) return { path = SEND, json = { msg_id = id, extra = { error_code = code }, data = { error_code = code } } } end
local function take(t, channel, occasion)
  occasion.sender = occasion.sender or "customer"
  return t.receive(t.simulate(occasion, channel)[1], channel)
end

test("a text becomes a message with the customer's name", function(t)
  local message = t.receive(t.fixture("im-text.http"), t.channel(SETTINGS)).messages[1]
  t.equal({ message.kind, message.text, message.sender, message.external_id, message.profile.name },
    { "text", "请问落地价多少", "8d5ef208-eccd-44c2-9e6d-b07257b8e967", "@msg1", "小鹿" })
  t.equal(message.reply_quota, { messages = 6, window = 86400 })
end)

test("a simulated customer writes to the account of the settings, which can answer", function(t)
  local channel = t.channel(with { account = "my-account" })
  local message = take(t, channel, { text = "hi" }).messages[1]
  t.equal(message.fields.account, "my-account")
  t.platform(token "t1", answer(0, "@s1"))
  t.equal(t.send({ recipient = "customer", text = "hello" }, channel).outcome, "sent")
end)

test("pushes endure repetition and refuse all damage", function(t)
  t.endures(t.fixture("im-text.http"), t.channel(SETTINGS), { signed = true })
  t.endures(t.fixture("im-image.http"), t.channel(SETTINGS), { signed = true })
end)

test("a message signed the wrong way is refused", function(t)
  local channel = t.channel(SETTINGS)
  t.equal(t.receive(t.fixture("attack-hmac.http"), channel).reason, "bad_signature")
  local unsigned = t.fixture("im-text.http")
  unsigned.headers["x-douyin-signature"] = nil
  t.equal(t.receive(unsigned, channel).reason, "missing_param:x-douyin-signature")
end)

test("the old secret is taken until its end", function(t)
  local push = signed('{"event":"x"}')
  local channel = t.channel(with { client_secret = "new", previous_client_secret = "secret", previous_until = "2026-01-02T00:00:00Z" })
  t.equal(t.receive(push, channel).status, 200)
  t.advance(2 * 86400)
  t.equal(t.receive(push, channel).status, 403)
end)

test("a challenge comes back as it was written", function(t)
  local channel = t.channel(SETTINGS)
  for _, number in ipairs { "0", "12345", "9007199254740993", "18446744073709551615" } do
    local body = '{"event":"verify_webhook","content":{"challenge": ' .. number .. "}}"
    t.equal(t.receive(signed(body), channel).body, '{"challenge":' .. number .. "}")
    local inner = '{"event":"verify_webhook","content":"{\\"challenge\\":' .. number .. '}"}'
    t.equal(t.receive(signed(inner), channel).body, '{"challenge":' .. number .. "}")
  end
  t.equal(t.receive(signed('{"event":"verify_webhook","content":{"challenge":"12"}}'), channel).body, '{"challenge":"12"}')
  t.equal(t.receive(signed('{"event":"verify_webhook"}'), channel).reason, "missing_param:challenge")
end)

test("kinds and events; unknown ones are kept or passed over", function(t)
  local channel = t.channel(SETTINGS)
  for raw, kind in pairs { emoji = "image", video = "video", user_local_video = "video", retain_consult_card = "card", hologram = "unsupported" } do
    local message = take(t, channel, { kind = raw }).messages[1]
    t.equal({ message.kind, message.fields.raw_kind }, { kind, raw })
  end
  local enter = take(t, channel, { kind = "enter", fields = { objectId = 7, ad_info = '{"adv_id":"1"}', ["data-im-extra"] = "x" } }).messages[1]
  t.equal({ enter.fields.name, enter.fields.ad, enter.fields.extra, enter.fields.objectId, enter.reply_quota },
    { "enter", { adv_id = "1" }, "x", 7, { messages = 3, window = 30 } })
  t.equal(#take(t, channel, { kind = "event", event = "im_group_receive_msg" }).messages, 0)
  t.equal(#take(t, channel, { text = "x", fields = { conversation_type = 2 } }).messages, 0)
  local answered = take(t, channel, { kind = "event", event = "user_subscribe_action", fields = { msg_id = "T1", subscribe_action = 1 } })
  t.equal({ answered.messages[1].fields.name, answered.messages[1].fields.answer }, { "subscribe_message_answered", "accept_once" })
end)

test("what the account sent is a receipt or an event, and opens no window", function(t)
  local channel = t.channel(SETTINGS)
  local function echo(source)
    return t.receive(signed(json.encode {
      event = "im_send_msg", client_key = "awkey", from_user_id = ACCOUNT, to_user_id = "customer",
      content = { server_message_id = "@e1", conversation_short_id = "@c", message_type = "text", text = "您好", source = source },
    }), channel)
  end
  local api, app = echo("awkey"), echo("")
  t.equal({ #api.messages, api.receipts[1].external_id }, { 0, "@e1" })
  t.equal({ app.messages[1].kind, app.messages[1].sender, app.messages[1].reply_quota }, { "event", "customer", nil })
  t.equal(t.send({ text = "x" }, channel).outcome, "held")
end)

test("other applications and events without a customer are refused", function(t)
  local channel = t.channel(SETTINGS)
  t.equal(t.receive(signed('{"event":"im_receive_msg","client_key":"other","from_user_id":"a","content":{}}'), channel).reason, "account_mismatch")
  for _, content in ipairs { "null", "1", '"x"', "[]", "{}", '{"server_message_id":1}' } do
    local body = '{"event":"im_receive_msg","from_user_id":"a","to_user_id":"b","content":' .. content .. "}"
    t.equal(t.receive(signed(body), channel).status, 400, body)
  end
  t.equal(t.receive(signed('{"event":"im_receive_msg","content":{}}'), channel).reason, "missing_param:from_user_id")
end)

test("an answer names the customer's message, under the account's token", function(t)
  local channel = t.channel(SETTINGS)
  take(t, channel, { text = "hi", message_id = "@m1" })
  t.platform(token("act.1"), answer(0, "@x1"))
  t.equal(t.send({ text = "您好" }, channel), { outcome = "sent", external_id = "@x1" })
  local request = t.requests()[2]
  t.equal({ request.query.open_id, request.headers["access-token"], request.json.msg_id, request.json.scene, request.json.content },
    { ACCOUNT, "act.1", "@m1", "im_reply_msg", { msg_type = 1, text = { text = "您好" } } })
end)

test("six answers in a day, three on entering; then none until the customer does something", function(t)
  local channel = t.channel(SETTINGS)
  take(t, channel, { kind = "enter" })
  t.platform(token("act.1"))
  for _ = 1, 3 do
    t.platform(answer(0))
    t.equal(t.send({ text = "x" }, channel).outcome, "sent")
  end
  t.equal(t.send({ text = "x" }, channel).outcome, "held")
  t.advance(1)
  take(t, channel, { text = "hi" })
  for _ = 1, 6 do
    t.platform(answer(0))
    t.equal(t.send({ text = "x" }, channel).outcome, "sent")
  end
  t.equal(t.send({ text = "x" }, channel).outcome, "held")
  t.advance(86401)
  t.equal(t.send({ text = "x" }, channel).outcome, "failed")
end)

test("with the customer's grant three messages a day go out of any window", function(t)
  local channel = t.channel(SETTINGS)
  take(t, channel, { kind = "event", event = "im_authorize", fields = { auth_status = 1, expire_time = 1769817600 } })
  t.platform(token("act.1"), answer(0), answer(0), answer(0), answer(0))
  for _ = 1, 3 do t.equal(t.send({ text = "x" }, channel).outcome, "sent") end
  t.equal(t.requests()[2].json.scene, "im_authorize_message")
  t.equal(t.send({ text = "x" }, channel).outcome, "held")
  t.advance(86400)
  t.equal(t.send({ text = "x" }, channel).outcome, "sent")
  take(t, channel, { kind = "event", event = "im_authorize", message_id = "@2", fields = { auth_status = 2 } })
  t.equal(t.send({ text = "x" }, channel).outcome, "held")
end)

test("what Douyin refuses is held, failed, tried again, or a matter of configuration", function(t)
  local channel = t.channel(SETTINGS)
  take(t, channel, { text = "hi" })
  t.platform(token("act.1"))
  for code, outcome in pairs {
    [28003070] = "held", [28003080] = "failed", [28001038] = "failed", [28003101] = "failed", [28003018] = "retry", [2190001] = "retry",
    [2190015] = "misconfigured",
  } do
    t.platform(answer(code))
    t.equal(t.send({ text = "x" }, channel).outcome, outcome, "code " .. code)
  end
  t.platform({ path = SEND, body = "{}" }, { path = SEND, lost = true }, { path = SEND, status = 504 })
  t.equal(t.send({ text = "x" }, channel).outcome, "failed")
  t.equal(t.send({ text = "x" }, channel).outcome, "failed")
  t.equal(t.send({ text = "x" }, channel).outcome, "retry")
  t.platform(answer(2190008), token("act.2", { refresh_token = "rft.2" }), answer(0))
  t.equal(t.send({ text = "x" }, channel).outcome, "sent")
  local requests = t.requests()
  t.equal(requests[#requests].headers["access-token"], "act.2")
end)

test("a long text is counted in characters and goes in parts", function(t)
  local channel = t.channel(SETTINGS)
  take(t, channel, { text = "hi" })
  local words = ("退款"):rep(500) .. "完"
  t.platform(token("act.1"), answer(0), { path = SEND, refused = true }, answer(0))
  t.equal(t.send({ text = words }, channel).outcome, "retry")
  t.equal(t.send({ text = words, attempt = 2 }, channel).outcome, "sent")
  local requests = t.requests()
  t.equal(#requests, 4)
  t.equal(requests[2].json.content.text.text .. requests[4].json.content.text.text, words)
  t.equal(utf8.len(requests[2].json.content.text.text), 1000)
end)

test("pictures are uploaded, cards and menus are Douyin's own where they fit, else words", function(t)
  local channel = t.channel(SETTINGS)
  take(t, channel, { text = "hi" })
  local id = t.file("\x89PNG\r\n\x1a\n....", "image/png", "a.png")
  t.platform(
    { path = "/oauth/client_token/", json = { data = { access_token = "clt.1", expires_in = 7200, error_code = 0 } } },
    { path = "/tool/imagex/client_upload/", json = { image_id = "@img", extra = { error_code = 0 } } }, token("act.1"), answer(0), answer(0),
    answer(0), answer(0), answer(0), answer(0))
  local function content(message)
    t.equal(t.send(message, channel).outcome, "sent")
    local requests = t.requests()
    return requests[#requests].json.content
  end
  t.equal(content({ kind = "image", fields = { media_id = id } }), { msg_type = 2, image = { media_id = "@img" } })
  t.equal(content({ kind = "card", fields = { type = "mini_program", card_template_id = "T", app_id = "tt1", page_path = "p" } }),
    { msg_type = 10, applet_card = { card_template_id = "T", app_id = "tt1", path = "p" } })
  t.equal(content({ kind = "card", fields = { title = "Bag", url = "https://a.example" } }).text.text, "Bag\nhttps://a.example")
  local many = {}
  for index = 1, 7 do many[index] = { id = tostring(index), text = "选项" } end
  t.equal(content({ kind = "menu", text = "?", fields = { options = many } }).msg_type, 1)
  t.equal(content({ kind = "menu", text = "?", fields = { options = { many[1] } } }).msg_type, 204)
  local site = content { kind = "menu", text = "?", fields = { options = { { text = "Site", url = "https://a.example" } } } }
  t.equal(site.text.text, "?\n1. Site https://a.example")
end)

test("the owner's authorisation is taken, kept and renewed in time", function(t)
  local channel = t.channel(with { account = ACCOUNT })
  t.platform({ path = "/oauth/access_token/", json = { data = {
    access_token = "act.0", open_id = ACCOUNT, expires_in = 1296000, refresh_token = "rft.9", refresh_expires_in = 2592000, error_code = 0,
  } } })
  t.equal(t.call("calls.authorize", { code = "C" }, channel), { ok = true, account = ACCOUNT })
  t.platform(token("act.1"))
  t.equal(t.call("health", channel), true)
  t.equal(url.parse_query(t.requests()[2].body).refresh_token, "rft.9")
  t.advance(25 * 86400)
  t.platform({ path = "/oauth/renew_refresh_token/", json = { data = { refresh_token = "rft.10", expires_in = 2592000, error_code = 0 } } }, token("act.2"))
  t.equal(t.call("health", channel), true)
  local requests = t.requests()
  t.equal(url.parse_query(requests[#requests].body).refresh_token, "rft.10")
  store.set("grant:" .. ACCOUNT, { refresh_token = "rft.10", renewals = 5, ends = time.now() + 86400 })
  local healthy, reason = t.call("health", channel)
  t.equal(healthy, nil)
  t.truthy(reason:find("authorise again", 1, true))
end)

test("without an authorisation answers are a matter of configuration", function(t)
  local channel = t.channel({ client_key = "awkey", client_secret = "secret" })
  take(t, channel, { text = "hi" })
  t.equal(t.send({ text = "x" }, channel).outcome, "misconfigured")
end)

test("a file is asked for with the account's token, and fetched from Douyin's hosts only", function(t)
  local channel = t.channel(SETTINGS)
  local message = take(t, channel, { kind = "image", url = "" }).messages[1]
  local function resource(address) return { path = "/api/im/message/resources/", json = { err_no = 0, data = { media_type = "image", url = address } } } end
  t.platform(token("act.1"), resource("https://p3.douyinpic.com/a.jpeg"),
    { path = "/a.jpeg", body = "\xff\xd8\xff123", headers = { ["content-type"] = "image/jpeg" } }, resource("https://10.0.0.1/a.jpeg"))
  t.equal(t.call("media", message, channel).content_type, "image/jpeg")
  local _, _, code = t.call("media", message, channel)
  t.equal(code, "forbidden")
end)

test("who cannot be answered is told by a subscription message, where there is one", function(t)
  local channel = t.channel(with { template_id = "MSG1", template_data = '{"提醒内容":"{text}"}', template_page = "pages/chat" })
  t.platform({ path = "/oauth/client_token/", json = { data = { access_token = "clt.1", expires_in = 7200, error_code = 0 } } },
    { path = "/api/notification/v2/subscription/notify_user/", json = { err_no = 0, err_msg = "" } })
  t.equal(t.send({ recipient = "O1", text = "已回复" }, channel).outcome, "sent")
  t.equal(t.requests()[2].json, { msg_id = "MSG1", open_id = "O1", data = { ["提醒内容"] = "已回复" }, page = "pages/chat" })
end)

test("copies of a push have one id", function(t)
  local channel = t.channel(SETTINGS)
  local copies = t.simulate({ text = "a", copies = 2 }, channel)
  t.equal(t.receive(copies[1], channel).messages[1].external_id, t.receive(copies[2], channel).messages[1].external_id)
end)

test("what is said beside a card of Douyin's goes before it", function(t)
  local im_send = require "im_send"
  local contents = im_send.contents({ kind = "card", text = "please fill in", fields = { type = "retain_consult_card", card_id = "c1" } })
  t.equal({ contents[1].text.text, contents[2].retain_consult_card.card_id }, { "please fill in", "c1" })
  t.equal(#im_send.contents({ kind = "card", text = "A", fields = { type = "coupon", title = "A", activity_id = 1 } }), 1)
end)
