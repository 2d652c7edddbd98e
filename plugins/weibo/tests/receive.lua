-- SPDX-License-Identifier: Apache-2.0
local SETTINGS = { app_secret = "e5023c7bfba80f5213e803c278cf5140", account = "8458558095", access_token = "T" }

local function taken(t, channel, occasion)
  local answer = t.receive(t.simulate(occasion, channel)[1], channel)
  t.equal(answer.status, 200)
  return answer.messages[1], answer
end

test("recorded pushes: a text, a picture, and an attack", function(t)
  local channel = t.channel(SETTINGS)
  t.at(1767225605)
  local message = t.receive(t.fixture("text.http"), channel).messages[1]
  t.equal({ message.text, message.sender, message.sent_at, message.reply_quota }, { "你好，什么时候发货？", "3178678446", 1767225600, { window = 172800 } })
  local picture = t.receive(t.fixture("image.http"), channel).messages[1]
  t.equal({ picture.kind, picture.fields.media_id, picture.sender }, { "image", "6834447113", "9007199254740993" })
  -- The same signed address with other words.
  local attack = t.receive(t.fixture("attack-other-body.http"), channel)
  t.equal({ attack.status, attack.reason, #attack.messages }, { 403, "replay", 0 })
end)

test("the check is echoed, repetition counts once, damage is refused", function(t)
  local channel = t.channel(SETTINGS)
  local check = t.receive(t.simulate({ check = true }, channel)[1], channel)
  t.equal({ check.status, check.body, check.content_type }, { 200, "EchoStr-1158201444", "text/plain" })
  t.at(1767225605)
  t.endures(t.fixture("text.http"), channel, { signed = true })
  t.endures(t.fixture("image.http"), channel, { signed = true })
end)

test("a captured address is of no use: later, with another body, or on another account", function(t)
  local channel = t.channel(SETTINGS)
  local request = t.simulate({ text = "a" }, channel)[1]
  t.equal(t.receive(request, channel).status, 200)
  t.advance(601)
  t.equal(t.receive(request, channel).reason, "stale_timestamp")
  t.equal(t.receive(t.simulate({ text = "a", account = "1" }, channel)[1], channel).reason, "account_mismatch")
  local loose = t.channel { app_secret = SETTINGS.app_secret, bind_signature = false, max_skew = 0 }
  request.body = request.body:gsub('"a"', '"b"')
  t.equal(t.receive(request, loose).messages[1].text, "b")
  t.equal(t.receive({ method = "PUT", query = request.query }, channel).status, 405)
end)

test("every event is named; unknown types and events are kept", function(t)
  local channel = t.channel(SETTINGS)
  for event, name in pairs {
    follow = "follow", unfollow = "unfollow", subscribe = "subscribe", unsubscribe = "unsubscribe", scan = "scan", scan_follow = "scan_follow",
    click = "menu_click", view = "menu_view", mention = "mention", hologram = "other",
  } do
    t.equal(taken(t, channel, { kind = "event", event = event, text = "boilerplate" }).fields.name, name)
  end
  t.equal(taken(t, channel, { kind = "event", event = "hologram" }).fields.raw_name, "hologram")
  t.equal(taken(t, channel, { kind = "event", event = "mention", sender = "88" }).reply_quota.messages, 1)
  t.equal(taken(t, channel, { kind = "event", event = "unfollow" }).reply_quota, nil)
  local unknown = taken(t, channel, { kind = "sticker", data = { id = 5 } })
  t.equal({ unknown.kind, unknown.fields.raw_kind, unknown.fields.raw.data.id }, { "unsupported", "sticker", "5" })
  t.equal(taken(t, channel, { kind = "voice" }).kind, "voice")
  t.equal(taken(t, channel, { kind = "position", data = { longitude = "116.3", latitude = "39.9" } }).fields.latitude, "39.9")
end)

test("a mention does not shorten what a message has opened", function(t)
  local channel = t.channel(SETTINGS)
  t.equal(taken(t, channel, { text = "hi", sender = "91" }).reply_quota, { window = 172800 })
  t.advance(60)
  t.equal(taken(t, channel, { kind = "event", event = "mention", sender = "91" }).reply_quota, nil)
  t.equal(taken(t, channel, { kind = "event", event = "mention", sender = "92" }).reply_quota, { messages = 1, window = 172800 })
end)

test("the operator's first words go out in the answer, once a day, and again to a repeated push", function(t)
  local channel = t.channel { app_secret = SETTINGS.app_secret, account = "8458558095", instant_reply = "您好" }
  local first = t.simulate({ text = "a" }, channel)[1]
  local answer = json.decode(t.receive(first, channel).body)
  t.equal({ answer.type, answer.sender_id, answer.receiver_id, json.decode(url.decode(answer.data)).text }, { "text", "8458558095", "3178678446", "您好" })
  t.truthy(t.receive(first, channel).body ~= "")
  local _, second = taken(t, channel, { text = "b" })
  t.equal(second.body, "")
  local _, event = taken(t, channel, { kind = "event", event = "follow", sender = "77" })
  t.equal(event.body, "")
  t.advance(86401)
  local _, later = taken(t, channel, { text = "c" })
  t.truthy(later.body ~= "")
end)

test("times of Weibo are understood with their zone; without one a message is still a message", function(t)
  local inbound = require "inbound"
  t.equal(inbound.date("Mon Jul 16 18:09:20 +0800 2012"), 1342433360)
  t.equal(inbound.date("Mon Jul 16 10:09:20 +0000 2012"), 1342433360)
  t.equal(inbound.date("yesterday"), nil)
  local message = inbound.message({ type = "text", sender_id = "1", created_at = "yesterday", text = "x" }, "body")
  t.equal({ message.text, message.sent_at == nil }, { "x", true })
end)
