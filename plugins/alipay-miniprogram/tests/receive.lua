-- SPDX-License-Identifier: Apache-2.0
-- The requests under fixtures/ were signed with the platform's test key of fixtures/vectors.json.
local function channel_of(t, more)
  local f = t.vectors("vectors").fixtures
  local s = {
    app_id = f.app.app_id, app_private_key = f.app.app_private_key, alipay_public_key = f.app.alipay_public_key,
    simulation_key = f.platform_key_for_tests.alipay_private_key,
  }
  for name, value in pairs(more or {}) do s[name] = value end
  return t.channel(s)
end

local function take(t, channel, occasion) return t.receive(t.simulate(occasion, channel)[1], channel) end

test("a text in GBK becomes a message and is answered with a signed ack", function(t)
  local channel = channel_of(t)
  local answer = t.receive(t.fixture("text-gbk.http"), channel)
  local message = answer.messages[1]
  t.equal({ message.kind, message.text, message.sender, message.external_id, message.sent_at },
    { "text", "请问怎么改地址", "2088163340764242", "843262616832314635", 1767225600 })
  local words, signature = answer.body:match("<response>(.-)</response><sign>(.-)</sign>")
  local key = t.vectors("vectors").fixtures.app.app_public_key
  t.truthy(crypto.verify { scheme = "rsa-sha256", key = key, data = words, signature = crypto.unbase64(signature) })
end)

test("pushes and notices endure repetition and refuse all damage", function(t)
  t.endures(t.fixture("text-gbk.http"), channel_of(t), { signed = true })
  t.endures(t.fixture("notice-audit.http"), channel_of(t), { signed = true })
end)

test("an altered push is refused", function(t)
  local answer = t.receive(t.fixture("attack-changed.http"), channel_of(t))
  t.equal({ answer.status, answer.reason }, { 403, "bad_signature" })
end)

test("a notice is the platform's event; where unwanted it is only acknowledged", function(t)
  local answer = t.receive(t.fixture("notice-audit.http"), channel_of(t))
  t.equal(answer.body, "success")
  local message = answer.messages[1]
  t.equal({ message.sender, message.external_id, message.fields.key, message.fields.data.biz_content },
    { "platform:2021681096536144", "ms1", "alipay.open.mini.version.audit.passed", '{"mini_app_version":"1.0.0","说明":"通过"}' })
  local quiet = t.receive(t.fixture("notice-audit.http"), channel_of(t, { platform_events = "drop" }))
  t.equal({ quiet.body, #quiet.messages }, { "success", 0 })
end)

test("kinds and events in each charset; unknown ones are kept", function(t)
  local channel = channel_of(t)
  for _, charset in ipairs { "GBK", "gb2312", "GB18030", "utf-8" } do
    local message = take(t, channel, { text = "订单😀 €", charset = charset }).messages[1]
    t.equal(message.text, "订单😀 €", charset)
  end
  t.equal(take(t, channel, { kind = "image", media_id = "F1" }).messages[1].fields.media_id, "F1")
  t.equal(take(t, channel, { kind = "voice" }).messages[1].kind, "unsupported")
  t.equal(take(t, channel, { kind = "enter" }).messages[1].fields.name, "enter")
  local other = take(t, channel, { kind = "event", event = "waved", key = "k" }).messages[1]
  t.equal({ other.fields.name, other.fields.raw, other.fields.key, other.reply_quota }, { "other", "waved", "k", nil })
  local follow = take(t, channel, { kind = "event", event = "follow", key = '{"scene":{"sceneId":7}}' }).messages[1]
  t.equal({ follow.fields.scene, follow.reply_quota.window }, { "7", 300 })
end)

test("the check of the gateway is answered with our public key, made from the private one", function(t)
  local channel = channel_of(t)
  local body = take(t, channel, { check = true }).body
  local key = t.vectors("vectors").fixtures.app.app_public_key:gsub("%-%-%-%-%-[^\n]-%-%-%-%-%-", ""):gsub("%s", "")
  t.truthy(body:find("<success>true</success><biz_content>" .. key .. "</biz_content>", 1, true))
end)

test("charsets, signature types and accounts that are not ours are refused", function(t)
  local channel = channel_of(t)
  local push = t.simulate({ text = "x" }, channel)[1]
  local function with(from, to)
    local copy = { method = "POST", headers = push.headers, body = push.body:gsub(from, to) }
    return t.receive(copy, channel).reason
  end
  t.equal(with("charset=GBK", "charset=Big5"), "bad_charset")
  t.equal(with("sign_type=RSA2", "sign_type=RSA"), "unsupported_sign_type")
  t.equal(with("service=", "service=x&service="), "duplicate_param:service")
  local other = channel_of(t, { app_id = "2021000000000000" })
  t.equal(t.receive(push, other).reason, "account_mismatch")
  t.equal(t.receive({ method = "GET", body = push.body }, channel).status, 405)
  local unsigned = t.receive({ body = "service=alipay.service.check" }, channel)
  t.equal(unsigned.reason, "missing_param:sign")
end)

test("another service that is signed is acknowledged", function(t)
  local channel = channel_of(t)
  local key = t.vectors("vectors").fixtures.platform_key_for_tests.alipay_private_key
  local form = { service = "alipay.other", sign_type = "RSA2", charset = "UTF-8", biz_content = "<XML></XML>" }
  local gateway = require "gateway"
  form.sign = crypto.sign { scheme = "rsa-sha256", key = key, data = gateway.sign_string(form), form = "base64" }
  local answer = t.receive({ body = url.query(form) }, channel)
  t.equal({ answer.status, #answer.messages }, { 200, 0 })
end)

test("a notice is genuine whatever its values begin with", function(t)
  local channel = channel_of(t)
  local answer = take(t, channel, { kind = "notice", text = "@店主 请审核", message_id = "at1" })
  t.equal({ answer.status, answer.messages[1].fields.data.biz_content }, { 200, "@店主 请审核" })
end)
