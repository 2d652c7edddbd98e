-- SPDX-License-Identifier: Apache-2.0
local SETTINGS = { account_sid = "AC0123456789abcdef0123456789abcdef", auth_token = "9f3c0b7a5d1e4c2b8a6f7e9d0c1b2a3f", from = "+15005550006", public_url = "https://desk.example.com/hooks/sms" }

local function taken(t, channel, occasion)
  local answer = t.receive(t.simulate(occasion, channel)[1], channel)
  t.equal(answer.status, 200)
  return answer.messages, answer.receipts
end

test("recorded web hooks: a text, a picture, a status, and an attack", function(t)
  local channel = t.channel(SETTINGS)
  local answer = t.receive(t.fixture("text.http"), channel)
  t.equal({ answer.status, answer.content_type }, { 200, "text/xml" })
  local message = answer.messages[1]
  t.equal({ message.text, message.sender, message.external_id, message.profile.phone, message.fields.account },
    { "您好，我的订单没到 😀", "+8613800138000", "SM0123456789abcdef0123456789abcdef", "+8613800138000", "+15005550006" })
  local picture = t.receive(t.fixture("picture.http"), channel).messages
  t.equal({ #picture, picture[1].text, picture[2].kind, picture[2].external_id }, { 2, "broken", "image", "MM0123456789abcdef0123456789abcdef:0" })
  t.equal(t.receive(t.fixture("status.http"), channel).receipts,
    { { external_id = "SM9", delivery = "failed", reason = "30003 Unreachable destination handset" } })
  t.equal(t.receive(t.fixture("attack-changed.http"), channel).status, 403)
end)

test("repetition counts once, all damage is refused", function(t)
  local channel = t.channel(SETTINGS)
  for _, name in ipairs { "text.http", "picture.http" } do t.endures(t.fixture(name), channel, { signed = true }) end
end)

test("another account, no token, two values of one name", function(t)
  local channel = t.channel(SETTINGS)
  local other = t.simulate({ text = "x", fields = { AccountSid = "AC9" } }, channel)[1]
  t.equal(t.receive(other, channel).reason, "wrong_account")
  local request = t.simulate({ text = "x" }, channel)[1]
  request.headers["x-twilio-signature"] = nil
  t.equal(t.receive(request, channel).status, 403)
  local platform = require "platform"
  local twice = platform.request({ MessageSid = "SM1", From = "+1", Body = "pay", AccountSid = SETTINGS.account_sid }, channel.settings)
  -- Doubling a value does not change the signature, a second one does.
  twice.body = twice.body .. "&Body=pay"
  t.equal(t.receive(twice, channel).status, 200)
  twice.body = twice.body .. "&Body=other"
  t.equal(t.receive(twice, channel).reason, "bad_signature")
end)

test("a query in the public address is signed too; GET is understood", function(t)
  local settings = {}
  for name, value in pairs(SETTINGS) do settings[name] = value end
  settings.public_url = "https://desk.example.com:8443/hooks/sms?team=a%20b"
  local channel = t.channel(settings)
  t.equal(#taken(t, channel, { text = "hi" }), 1)
  local signature = require "signature"
  local plain = t.channel(SETTINGS)
  local query = "MessageSid=SM1&From=%2B1555&Body=hi&AccountSid=" .. SETTINGS.account_sid
  local header = signature.compute(SETTINGS.auth_token, SETTINGS.public_url .. "?" .. query, {})
  local request = { method = "GET", query = query, headers = { ["x-twilio-signature"] = header } }
  t.equal(t.receive(request, plain).messages[1].text, "hi")
  request.query = query .. "x"
  t.equal(t.receive(request, plain).status, 403)
end)

test("STOP is an event by word or by Twilio's word; YES only after it", function(t)
  local channel = t.channel(SETTINGS)
  t.equal(taken(t, channel, { text = "Yes" })[1].kind, "text")
  t.equal(taken(t, channel, { text = "stop." })[1].fields.name, "opt_out")
  t.equal(t.send({ recipient = "+15005550001", text = "x" }, channel).outcome, "failed")
  t.equal(taken(t, channel, { text = "Yes" })[1].fields.name, "opt_in")
  t.equal(taken(t, channel, { text = "arret svp", fields = { OptOutType = "STOP" } })[1].fields.name, "opt_out")
  t.equal(taken(t, channel, { text = "please stop calling me" })[1].kind, "text")
end)

test("every status is understood, unknown ones are acknowledged", function(t)
  local channel = t.channel(SETTINGS)
  for status, delivery in pairs { sent = "sent", delivered = "delivered", read = "read", undelivered = "failed", failed = "failed", canceled = "failed" } do
    local messages, receipts = taken(t, channel, { kind = "receipt", status = status, sid = "SM7" })
    t.equal({ #messages, receipts[1].delivery }, { 0, delivery }, status)
  end
  for _, status in ipairs { "accepted", "queued", "sending", "hologram" } do
    local _, receipts = taken(t, channel, { kind = "receipt", status = status })
    t.equal(#receipts, 0, status)
  end
end)

test("places, short codes and WhatsApp addresses arrive as what they are", function(t)
  local channel = t.channel(SETTINGS)
  local place = taken(t, channel, { text = "", fields = { Latitude = "31.23", Longitude = "121.47", Label = "Shop" } })[1]
  t.equal({ place.kind, place.text, place.fields.latitude }, { "location", "Shop", 31.23 })
  t.equal(taken(t, channel, { text = "x", sender = "72975" })[1].profile.phone, nil)
  local chat = taken(t, channel, { text = "x", sender = "whatsapp:+15005550001", fields = { ProfileName = "Ann", ButtonPayload = "b1" } })[1]
  t.equal({ chat.sender, chat.profile.phone, chat.profile.name, chat.fields.menu_id }, { "whatsapp:+15005550001", "+15005550001", "Ann", "b1" })
  t.equal(#taken(t, channel, { text = "", fields = { NumMedia = 2, MediaUrl0 = "https://a.example/1", MediaContentType0 = "video/mp4", MediaUrl1 = "https://a.example/2", MediaContentType1 = "application/pdf" } }), 2)
end)

test("a STOP that Twilio tells with a status is kept, once for all forms of the number", function(t)
  local channel = t.channel(SETTINGS)
  local _, receipts = taken(t, channel, { kind = "receipt", status = "undelivered", sid = "SM7", fields = { ErrorCode = "30003" } })
  t.equal(receipts[1].reason, "30003")
  t.truthy(not (require "sms.consent").has_stopped("+15005550001"))
  taken(t, channel, { kind = "receipt", status = "failed", sid = "SM8", fields = { ErrorCode = "21610" } })
  for _, number in ipairs { "+15005550001", "+1 (500) 555-0001" } do
    t.equal(t.send({ recipient = number, text = "x" }, channel).reason, (require "sms.consent").REFUSAL, number)
  end
end)

test("a message whose status is received is a message", function(t)
  local channel = t.channel(SETTINGS)
  t.equal(taken(t, channel, { text = "hi", fields = { MessageStatus = "received" } })[1].text, "hi")
  local platform = require "platform"
  local bare = platform.request(
    { MessageSid = "SM1", From = "+15005550001", Body = "hi", MessageStatus = "received", AccountSid = SETTINGS.account_sid }, channel.settings)
  t.equal(t.receive(bare, channel).messages[1].text, "hi")
end)

test("what was signed with the token before the last change is taken until its end", function(t)
  local settings = { previous_auth_token = SETTINGS.auth_token, previous_until = time.rfc3339(time.now() + 60) }
  for name, value in pairs(SETTINGS) do settings[name] = settings[name] or value end
  settings.auth_token = "another"
  local channel, old = t.channel(settings), t.simulate({ text = "x" }, t.channel(SETTINGS))[1]
  t.equal(t.receive(old, channel).status, 200)
  t.equal(#taken(t, channel, { text = "y" }), 1)
  t.advance(61)
  t.equal(t.receive(old, channel).status, 403)
end)
