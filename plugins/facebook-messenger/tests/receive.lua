-- SPDX-License-Identifier: Apache-2.0
local SETTINGS = { page_id = "1097", access_token = "T", app_secret = "a1b2c3d4e5f60718293a4b5c6d7e8f90", verify_token = "v" }

local function taken(t, channel, occasion)
  local answer = t.receive(t.simulate(occasion, channel)[1], channel)
  t.equal(answer.status, 200)
  return answer.messages, answer.receipts
end

test("recorded web hooks: a text, a picture in a batch, and an attack", function(t)
  local channel = t.channel(SETTINGS)
  local message = t.receive(t.fixture("text.http"), channel).messages[1]
  t.equal({ message.text, message.sender, message.external_id, message.sent_at, message.reply_quota.window },
    { "你好", "4200", "m_1457764197618:41d102a3e1ae206a38", 1767225600, "24h" })
  local batch = t.receive(t.fixture("batch.http"), channel)
  t.equal({ #batch.messages, batch.messages[1].kind, batch.messages[2].kind, batch.messages[3].text }, { 3, "image", "image", "second" })
  t.equal(batch.receipts, { { external_id = "m_out", delivery = "delivered" } })
  t.equal(t.receive(t.fixture("attack-reserialised.http"), channel).status, 403)
end)

test("the check is answered, repetition counts once, damage is refused", function(t)
  local channel = t.channel(SETTINGS)
  local check = t.receive(t.simulate({ check = true }, channel)[1], channel)
  t.equal({ check.status, check.body, check.content_type }, { 200, "1158201444", "text/plain" })
  for _, name in ipairs { "text.http", "batch.http" } do t.endures(t.fixture(name), channel, { signed = true }) end
  local copies = t.simulate({ kind = "enter", ref = "ad", copies = 2 }, channel)
  t.equal(t.receive(copies[1], channel).messages[1].external_id, t.receive(copies[2], channel).messages[1].external_id)
end)

test("attachments of every kind arrive as what they are", function(t)
  local channel = t.channel(SETTINGS)
  local function first(a) return taken(t, channel, { kind = "message", fields = { attachments = { a } } })[1] end
  for theirs, ours in pairs { image = "image", audio = "voice", video = "video", file = "file" } do
    local message = first { type = theirs, payload = { url = "https://cdn.fbsbx.com/x" } }
    t.equal({ message.kind, message.fields.media_url }, { ours, "https://cdn.fbsbx.com/x" }, theirs)
  end
  t.equal(first({ type = "image", payload = { url = "https://scontent.xx.fbcdn.net/s", sticker_id = 369239263222822 } }).fields.sticker_id, "369239263222822")
  local place = first { type = "location", title = "Pin", payload = { coordinates = { lat = 31.2, long = 121.4 } } }
  t.equal({ place.kind, place.text, place.fields.latitude }, { "location", "Pin", 31.2 })
  t.equal(first({ type = "fallback", title = "Page", url = "https://a.example" }).fields.url, "https://a.example")
  t.equal(first({ type = "reel", payload = { url = "https://a.example/r", title = "R" } }).kind, "card")
  t.equal(first({ type = "template", payload = { product = { elements = { { id = 7, title = "Bag", subtitle = "Red", image_url = "https://a.example/b" } } } } }).fields.product_id, "7")
  t.equal(first({ type = "hologram", payload = {} }).fields.raw_kind, "hologram")
  t.equal(taken(t, channel, { kind = "message" })[1].kind, "unsupported")
  local two = taken(t, channel, { text = "look https://a.example", fields = { attachments = { { type = "fallback", url = "https://a.example" }, { type = "image", payload = { url = "https://cdn.fbsbx.com/x" } } } } })
  t.equal({ #two, two[1].kind, two[2].kind }, { 2, "text", "image" })
  t.truthy(two[1].external_id ~= two[2].external_id)
end)

test("a pressed button speaks its words; foreign data stays as it is", function(t)
  local channel = t.channel(SETTINGS)
  local ours = taken(t, channel, { kind = "press", text = "Ye…", data = "ld=1&id=a%26b&label=Yes%20please" })[1]
  t.equal({ ours.kind, ours.text, ours.fields.menu_id }, { "text", "Yes please", "a&b" })
  local start = taken(t, channel, { kind = "postback", fields = { title = "Get started", payload = "START", mid = "m_9" } })[1]
  t.equal({ start.text, start.fields.menu_id, start.external_id }, { "Get started", "START", "m_9" })
end)

test("answers from the page's inbox are told as events of their customer; ours, and what may be ours, are not", function(t)
  local platform = require "platform"
  local function echo(message, settings, recipient)
    local merged = {}
    for name, value in pairs(SETTINGS) do merged[name] = value end
    for name, value in pairs(settings or {}) do merged[name] = value end
    message.is_echo, message.mid = true, "m_echo"
    local request = platform.request({ object = "page", entry = { { id = "1097", messaging = { {
      sender = { id = "1097" }, recipient = { id = recipient or "4200" }, timestamp = 1767225600000, message = message,
    } } } } }, merged)
    return t.receive(request, t.channel(merged)).messages
  end
  local told = echo({ text = "we call you" })[1]
  t.equal({ told.kind, told.fields.name, told.text, told.sender, told.external_id, told.sent_at },
    { "event", "platform_agent_message", "we call you", "4200", "m_echo", 1767225600 })
  t.equal(told.reply_quota, nil)
  t.equal(echo({ text = "x", app_id = 263902037430900 })[1].fields.kind, "text")
  t.equal(#echo { text = "x", app_id = 77 }, 0)
  t.equal(#echo({ text = "x", app_id = 77 }, { app_id = "77" }), 0)
  t.equal(echo({ text = "x", app_id = 78 }, { app_id = "77" })[1].fields.app_id, "78")
  t.equal(#echo({ text = "x" }, {}, "1097"), 0)
end)

test("events are named; echoes, foreign pages and standby are acknowledged", function(t)
  local channel = t.channel(SETTINGS)
  local names = {
    reaction = { "reaction", { action = "react", mid = "m_1", emoji = "👍" } }, referral = { "enter", { ref = "x" } }, optin = { "opt_in", { ref = "x" } },
    account_linking = { "account_linked", { status = "linked", authorization_code = "c" } }, message_edit = { "edited", { mid = "m_1", text = "y", num_edit = 1 } },
    pass_thread_control = { "thread_given", { new_owner_app_id = "1" } }, take_thread_control = { "thread_taken", {} },
    request_thread_control = { "thread_requested", {} }, policy_enforcement = { "policy_enforcement", { action = "block" } }, something = { "something", {} },
  }
  for kind, case in pairs(names) do
    local message = taken(t, channel, { kind = kind, fields = case[2] })[1]
    t.equal({ message.kind, message.fields.name }, { "event", case[1] }, kind)
  end
  t.equal(taken(t, channel, { kind = "reaction", fields = { action = "unreact", mid = "m_1" } })[1].fields.name, "reaction_removed")
  t.equal(taken(t, channel, { text = "x", fields = { is_deleted = true } })[1].fields.name, "recalled")
  t.equal(#taken(t, channel, { text = "ours", fields = { is_echo = true, app_id = 1 } }), 0)
  t.equal(#taken(t, channel, { text = "x", page = "2000" }), 0)
  t.equal(#taken(t, channel, { text = "x", sender = "1097" }), 0)
  local platform = require "platform"
  local standby = platform.request({ object = "page", entry = { { id = "1097", standby = { { sender = { id = "1" }, message = { mid = "m", text = "x" } } } } } }, SETTINGS)
  t.equal({ t.receive(standby, channel).status, #t.receive(standby, channel).messages }, { 200, 0 })
  t.equal(#t.receive(platform.request({ object = "instagram", entry = {} }, SETTINGS), channel).messages, 0)
  for _, broken in ipairs { { object = "page" }, { object = "page", entry = { 1, { id = "1097", messaging = { 1, {}, { sender = 7 } } } } } } do
    t.equal(t.receive(platform.request(broken, SETTINGS), channel).status, 200)
  end
end)

test("delivered and read come as receipts for what was sent before", function(t)
  local channel = t.channel(SETTINGS)
  t.receive(t.simulate({ text = "hi", sender = "42" }, channel)[1], channel)
  t.platform({ json = { recipient_id = "42", message_id = "m_a" } }, { json = { recipient_id = "42", message_id = "m_b" } })
  t.send({ recipient = "42", text = "1", id = "m1" }, channel)
  t.advance(60)
  t.send({ recipient = "42", text = "2", id = "m2" }, channel)
  local at = 1767225600000
  local _, receipts = taken(t, channel, { kind = "delivery", sender = "42", fields = { mids = { "m_a", "m_b" }, watermark = at } })
  t.equal(#receipts, 2)
  _, receipts = taken(t, channel, { kind = "delivery", sender = "42", fields = { watermark = at } })
  t.equal(receipts, { { external_id = "m_a", delivery = "delivered" } })
  _, receipts = taken(t, channel, { kind = "read", sender = "42", fields = { watermark = at + 1000 } })
  t.equal(receipts, { { external_id = "m_a", delivery = "read" } })
  _, receipts = taken(t, channel, { kind = "read", sender = "42", fields = { watermark = at + 70000 } })
  t.equal(receipts, { { external_id = "m_b", delivery = "read" } })
  _, receipts = taken(t, channel, { kind = "read", sender = "43", fields = { watermark = at } })
  t.equal(#receipts, 0)
end)
