-- SPDX-License-Identifier: Apache-2.0
local SETTINGS = { channel_secret = "8c570fa6dd201bb328f1c1eac23a96d8", access_token = "T" }

local function taken(t, channel, occasion)
  local answer = t.receive(t.simulate(occasion, channel)[1], channel)
  t.equal(answer.status, 200)
  return answer.messages[1]
end

test("recorded web hooks: a text, a place, and an attack", function(t)
  local channel = t.channel(SETTINGS)
  local message = t.receive(t.fixture("text.http"), channel).messages[1]
  t.equal({ message.text, message.sender, message.external_id, message.sent_at },
    { "返品できますか？", "U4af4980629", "Udest:01FZ74A0TDDPYRVKNK77XKC3ZR", 1767225600 })
  t.equal(t.receive(t.fixture("location.http"), channel).messages[1].fields.latitude, 35.687574)
  t.equal(t.receive(t.fixture("attack-changed.http"), channel).status, 403)
end)

test("the console's check is answered, redeliveries count once, damage is refused", function(t)
  local channel = t.channel(SETTINGS)
  local check = t.receive(t.simulate({ check = true }, channel)[1], channel)
  t.equal({ check.status, #check.messages }, { 200, 0 })
  local copies = t.simulate({ text = "a", copies = 2 }, channel)
  t.equal(t.receive(copies[1], channel).messages[1].external_id, t.receive(copies[2], channel).messages[1].external_id)
  t.endures(t.fixture("text.http"), channel, { signed = true })
end)

test("messages of every kind arrive as what they are", function(t)
  local channel = t.channel(SETTINGS)
  for kind, ours in pairs { image = "image", video = "video", audio = "voice", file = "file" } do
    local message = taken(t, channel, { kind = kind, message_id = "325708" })
    t.equal({ message.kind, message.fields.media_id }, { ours, "325708" }, kind)
  end
  local external = taken(t, channel, { kind = "video", fields = { contentProvider = { type = "external", originalContentUrl = "https://x.example/v" } } })
  t.equal({ external.fields.media_id == nil, external.fields.external_url }, { true, "https://x.example/v" })
  t.equal(taken(t, channel, { kind = "location", fields = { title = "Shop", latitude = 1.5, longitude = 2.5 } }).text, "Shop")
  local sticker = taken(t, channel, { kind = "sticker", fields = { stickerId = "1", packageId = "2", keywords = { "ok", "yes" } } })
  t.equal({ sticker.kind, sticker.text }, { "unsupported", "ok, yes" })
  t.equal(taken(t, channel, { kind = "hologram" }).fields.raw_kind, "hologram")
end)

test("a pressed button speaks its words; foreign data stays as it is", function(t)
  local channel = t.channel(SETTINGS)
  local ours = taken(t, channel, { kind = "press", data = "ld=1&id=a%26b&label=%E3%81%AF%E3%81%84" })
  t.equal({ ours.kind, ours.text, ours.fields.menu_id }, { "text", "はい", "a&b" })
  t.equal(taken(t, channel, { kind = "press", data = "action=buy" }).fields.menu_id, "action=buy")
end)

test("events are named; groups, standby and nobody's are acknowledged", function(t)
  local channel = t.channel(SETTINGS)
  for event, name in pairs {
    follow = "follow", unfollow = "unfollow", unsend = "recalled", videoPlayComplete = "video_watched", beacon = "beacon",
    accountLink = "account_linked", things = "things", membership = "membership", something = "something", module = "module",
    memberJoined = "member_joined", memberLeft = "member_left", join = "joined", leave = "left",
  } do
    t.equal(taken(t, channel, { kind = "event", event = event }).fields.name, name)
  end
  t.equal(taken(t, channel, { kind = "event", event = "unsend", fields = { unsend = { messageId = "9" } } }).fields.message_id, "9")
  local group = { text = "hi", source = { type = "group", groupId = "C1", userId = "U1" } }
  t.equal(taken(t, channel, group), nil)
  t.equal(taken(t, channel, { text = "hi", mode = "standby" }), nil)
  t.equal(taken(t, channel, { text = "hi", source = { type = "user" } }), nil)
  local open = t.channel({ channel_secret = "s", access_token = "T", groups = true })
  local message = taken(t, open, group)
  t.equal({ message.sender, message.fields.author }, { "C1", "U1" })
end)
