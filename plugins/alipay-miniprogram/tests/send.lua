-- SPDX-License-Identifier: Apache-2.0
--- What Alipay answers to a method, signed with the platform's test key.
local function signed(t, method, node, key)
  local raw = type(node) == "table" and json.encode(node) or node
  key = key or t.vectors("vectors").fixtures.platform_key_for_tests.alipay_private_key
  local signature = crypto.sign { scheme = "rsa-sha256", key = key, data = raw, form = "base64" }
  return { path = "/gateway.do", body = '{"' .. method:gsub("%.", "_") .. '_response":' .. raw .. ',"sign":"' .. signature .. '"}' }
end

local SEND, OAUTH = "alipay.open.public.message.custom.send", "alipay.system.oauth.token"
local CUSTOMER = "2088000000000001"
local OK = { code = "10000", msg = "Success" }

local function answer_of(t, node) return signed(t, SEND, node) end

local function channel_of(t, more)
  local f = t.vectors("vectors").fixtures
  local s = {
    app_id = f.app.app_id, app_private_key = f.app.app_private_key, alipay_public_key = f.app.alipay_public_key, aes_key = f.app.aes_key,
    simulation_key = f.platform_key_for_tests.alipay_private_key,
  }
  for name, value in pairs(more or {}) do s[name] = value end
  return t.channel(s)
end

local function happens(t, channel, occasion) t.receive(t.simulate(occasion, channel)[1], channel) end
local function biz(request) return json.decode(url.parse_query(request.body).biz_content) end
local function say(t, channel, message)
  message.recipient = message.recipient or CUSTOMER
  return t.send(message, channel)
end

test("an answer goes into the chat that is open, else under the event that allows it", function(t)
  local channel = channel_of(t)
  happens(t, channel, { kind = "event", event = "follow" })
  t.platform(answer_of(t, OK), answer_of(t, OK))
  t.equal(say(t, channel, { text = "欢迎" }).outcome, "sent")
  t.equal(biz(t.requests()[1]), { to_user_id = CUSTOMER, msg_type = "text", text = { content = "欢迎" }, chat = "0", event_type = "follow" })
  happens(t, channel, { text = "hi" })
  t.equal(say(t, channel, { text = "您好" }).outcome, "sent")
  t.equal(biz(t.requests()[2]).chat, "1")
end)

test("entering allows one answer on the same day, following five minutes", function(t)
  local channel = channel_of(t)
  t.equal(say(t, channel, { text = "x" }).outcome, "held")
  happens(t, channel, { kind = "enter" })
  t.platform(answer_of(t, OK))
  t.equal(say(t, channel, { text = "x" }).outcome, "sent")
  t.equal(say(t, channel, { text = "x" }).outcome, "held")
  happens(t, channel, { kind = "event", event = "follow", sender = "2088000000000002" })
  t.advance(301)
  t.equal(say(t, channel, { recipient = "2088000000000002", text = "x" }).outcome, "failed")
end)

test("open ids are named as such; cards become articles", function(t)
  local channel = channel_of(t)
  happens(t, channel, { text = "hi", sender = "0AbcDef" })
  t.platform(answer_of(t, OK), answer_of(t, OK))
  say(t, channel, { recipient = "0AbcDef", kind = "card", text = "", fields = { title = "Bag", url = "https://a.example/bag", thumb_url = "https://a.example/p.png" } })
  t.equal(biz(t.requests()[1]), {
    open_id = "0AbcDef", msg_type = "image-text", chat = "1",
    articles = { { title = "Bag", desc = "", image_url = "https://a.example/p.png", url = "https://a.example/bag" } },
  })
  say(t, channel, { recipient = "0AbcDef", kind = "menu", text = "?", fields = { options = { { id = "1", text = "发货" } } } })
  t.equal(biz(t.requests()[2]).text.content, "?\n1. 发货")
end)

test("what Alipay refuses is failed, tried again, or a matter of configuration", function(t)
  local channel = channel_of(t)
  happens(t, channel, { text = "hi" })
  for outcome, node in pairs {
    failed = { code = "40004", sub_code = "MSG_SD_OVER_TIME" }, retry = { code = "40005" }, misconfigured = { code = "40006", sub_code = "isv.x" },
  } do
    t.platform(answer_of(t, node))
    t.equal(say(t, channel, { text = "x" }).outcome, outcome, node.code)
  end
  t.platform(answer_of(t, { code = "20001", sub_code = "aop.app-auth-token-time-out" }), { body = "<html>" }, { lost = true }, { refused = true },
    { status = 502 }, { body = '{"alipay_open_public_message_custom_send_response":{"code":"10000"}}' })
  for _, outcome in ipairs { "misconfigured", "failed", "failed", "retry", "retry", "failed" } do
    t.equal(say(t, channel, { text = "x" }).outcome, outcome)
  end
end)

test("a long text goes in parts, and a later try goes on after the last that was taken", function(t)
  local channel = channel_of(t)
  happens(t, channel, { text = "hi" })
  local words = ("退款说明"):rep(300)
  t.platform(answer_of(t, OK), { status = 502 }, answer_of(t, OK))
  t.equal(say(t, channel, { text = words }).outcome, "retry")
  t.equal(say(t, channel, { text = words, attempt = 2 }).outcome, "sent")
  local requests = t.requests()
  t.equal(biz(requests[1]).text.content .. biz(requests[3]).text.content, words)
end)

test("with encryption the content is sealed before it is signed", function(t)
  local channel = channel_of(t, { encrypt = true })
  happens(t, channel, { text = "hi" })
  t.platform(answer_of(t, OK))
  t.equal(say(t, channel, { text = "x" }).outcome, "sent")
  local form = url.parse_query(t.requests()[1].body)
  t.equal(form.encrypt_type, "AES")
  local plain = require("content_crypto").open(channel.settings.aes_key, form.biz_content)
  t.equal(json.decode(plain).text, { content = "x" })
end)

test("who cannot be answered gets a template message, where there is one", function(t)
  local channel = channel_of(t, { template_id = "T1", template_data = '{"keyword1":"{text}"}', template_page = "pages/chat" })
  t.platform(signed(t, "alipay.open.app.mini.templatemessage.send", OK))
  t.equal(say(t, channel, { text = "已回复" }).outcome, "sent")
  local body = biz(t.requests()[1])
  t.equal({ body.to_user_id, body.user_template_id, body.page, json.decode(body.data) }, { CUSTOMER, "T1", "pages/chat", { keyword1 = { value = "已回复" } } })
end)

test("a code becomes a user; tokens stay here and are renewed when a profile is asked for", function(t)
  local channel = channel_of(t)
  t.platform(signed(t, OAUTH, { open_id = "0Abc", union_id = "U1", access_token = "A1", expires_in = 100, refresh_token = "R1", re_expires_in = 9999 }))
  t.equal(t.call("login", { code = "C" }, channel), { external_id = "0Abc", union_id = "U1" })
  t.advance(200)
  t.platform(signed(t, OAUTH, { open_id = "0Abc", access_token = "A2", expires_in = 100, refresh_token = "R2", re_expires_in = 9999 }),
    signed(t, "alipay.user.info.share", { code = "10000", nick_name = "小芝", avatar = "https://a.example" }))
  t.equal(t.call("calls.profile", { customer = "0Abc" }, channel), { ok = true, name = "小芝", avatar = "https://a.example" })
  t.equal(url.parse_query(t.requests()[2].body).refresh_token, "R1")
  t.equal(url.parse_query(t.requests()[3].body).auth_token, "A2")
  t.equal(t.call("calls.profile", { customer = "nobody" }, channel).ok, false)
end)

test("a telephone number counts where Alipay signed it", function(t)
  local channel = channel_of(t)
  local f = t.vectors("vectors").fixtures
  local sealed = require("content_crypto").seal(f.app.aes_key, '{"code":"10000","mobile":"13800000000"}')
  local signature = crypto.sign { scheme = "rsa-sha256", key = f.platform_key_for_tests.alipay_private_key, data = '"' .. sealed .. '"', form = "base64" }
  local session = { user_id = CUSTOMER, access_token = "A", expires_in = 100 }
  t.platform(signed(t, OAUTH, session), signed(t, OAUTH, session))
  t.equal(t.call("login", { code = "C", encrypted_data = sealed, signature = signature }, channel).profile, { phone = "13800000000", verified = { "phone" } })
  t.equal(t.call("login", { code = "C", encrypted_data = sealed, signature = "AAAA" }, channel).profile, nil)
end)

test("refusals of the login are told apart", function(t)
  local channel = channel_of(t)
  local function code_for(answer)
    answer.path = "/gateway.do"
    t.platform(answer)
    local out, _, code = t.call("login", { code = "C" }, channel)
    t.equal(out, nil)
    return code
  end
  t.equal(code_for { json = { error_response = { code = "40002", sub_code = "isv.code-invalid" } } }, "bad_code")
  t.equal(code_for { json = { error_response = { code = "40002", sub_code = "isv.invalid-signature" } } }, "misconfigured")
  t.equal(code_for { json = { error_response = { code = "20000", sub_code = "isp.unknow-error" } } }, "network")
  t.equal(code_for(signed(t, OAUTH, { access_token = "A" })), "network")
  t.equal(code_for { body = '{"alipay_system_oauth_token_response":{"user_id":"2088000000000001"}}' }, "network")
  t.equal(code_for { lost = true }, "network")
  local _, _, empty = t.call("login", {}, channel)
  t.equal(empty, "bad_code")
end)

test("health is that Alipay knows us and refuses only the code", function(t)
  local channel = channel_of(t)
  t.platform({ json = { error_response = { code = "40002", sub_code = "isv.code-invalid" } } },
    { json = { error_response = { code = "40002", sub_code = "isv.invalid-app-id", sub_msg = "无效的AppID" } } })
  t.equal(t.call("health", channel), true)
  local healthy, reason = t.call("health", channel)
  t.equal(healthy, nil)
  t.truthy(reason:find("isv.invalid-app-id", 1, true))
end)

test("pictures come from Alipay's file gateway; a failure told as JSON is none", function(t)
  local channel = channel_of(t)
  local content = { kind = "image", fields = { media_id = "FILE-1" } }
  t.platform({ path = "/chat/multimedia.do", body = "\xff\xd8\xff123", headers = { ["content-type"] = "image/jpeg" } },
    { path = "/chat/multimedia.do", body = '{"error_response":{}}', headers = { ["content-type"] = "application/json" } })
  t.equal(t.call("media", content, channel).content_type, "image/jpeg")
  t.equal(biz(t.requests()[1]), { mediaId = "FILE-1" })
  t.equal(t.call("media", content, channel), nil)
end)

test("in certificate mode requests carry serial numbers, and a new certificate is fetched, checked and used", function(t)
  t.at(time.parse_rfc3339("2027-01-01T00:00:00Z"))
  local c = t.vectors("certificates")
  local channel = t.channel({
    app_id = "2021681096536144", app_private_key = c.app_key, app_cert = c.app_cert, alipay_cert = c.alipay_cert, alipay_root_cert = c.root,
    simulation_key = c.alipay_key,
  })
  happens(t, channel, { text = "hi" })
  t.platform(signed(t, SEND, OK, c.alipay_key))
  t.equal(say(t, channel, { text = "x" }).outcome, "sent")
  local form = url.parse_query(t.requests()[1].body)
  t.equal({ form.app_cert_sn, form.alipay_root_cert_sn }, { c.serials.app_cert, c.serials.root })

  local function with_serial(answer, serial)
    answer.body = answer.body:sub(1, -2) .. ',"alipay_cert_sn":"' .. serial .. '"}'
    return answer
  end
  local function downloaded(pem)
    return { json = { alipay_open_app_alipaycert_download_response = { code = "10000", alipay_cert_content = crypto.base64(pem) } } }
  end
  t.platform(with_serial(signed(t, SEND, OK, c.new_key), c.serials.new_cert), downloaded(c.forged))
  t.equal(say(t, channel, { text = "x" }).outcome, "failed")
  t.platform(with_serial(signed(t, SEND, OK, c.new_key), c.serials.new_cert), downloaded(c.new_cert))
  t.equal(say(t, channel, { text = "x" }).outcome, "sent")
  t.platform(with_serial(signed(t, SEND, OK, c.new_key), c.serials.new_cert))
  t.equal(say(t, channel, { text = "x" }).outcome, "sent")
  t.equal(#t.requests(), 6)
end)

test("what is said beside a card's title is its description where it has none", function(t)
  local outbound = require "outbound"
  local fields = { title = "A", url = "https://a.example" }
  t.equal(outbound.contents({ kind = "card", text = "look", fields = fields })[1].articles[1].desc, "look")
  fields.description = "blue"
  local contents = outbound.contents { kind = "card", text = "look", fields = fields }
  t.equal({ #contents, contents[1].text.content, contents[2].articles[1].desc }, { 2, "look", "blue" })
  contents = outbound.contents { kind = "card", text = "三款", fields = { articles = { { title = "A", url = "https://a.example" } } } }
  t.equal({ #contents, contents[1].text.content, contents[2].articles[1].title }, { 2, "三款", "A" })
  contents = outbound.contents { kind = "card", text = "A", fields = { title = "A", description = "b", url = "https://a.example" } }
  t.equal(#contents, 1)
end)
