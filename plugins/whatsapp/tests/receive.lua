-- SPDX-License-Identifier: Apache-2.0
local SETTINGS = { phone_number_id = "106540352242922", access_token = "T", app_secret = "a1b2c3d4e5f60718293a4b5c6d7e8f90", verify_token = "v" }

local function taken(t, channel, occasion)
  local answer = t.receive(t.simulate(occasion, channel)[1], channel)
  t.equal(answer.status, 200)
  return answer.messages, answer.receipts
end

test("recorded web hooks: a text, a batch with statuses, and an attack", function(t)
  local channel = t.channel(SETTINGS)
  local message = t.receive(t.fixture("text.http"), channel).messages[1]
  t.equal({ message.text, message.sender, message.external_id, message.sent_at, message.profile.phone, message.profile.name, message.profile.user_id },
    { "你好，有货吗？", "8613800138000", "wamid.HBgNODYxMzgwMDEzODAwMBUCABIYFjNFQjA=", 1767225600, "+8613800138000", "小李", "CN.13491208655302741918" })
  local batch = t.receive(t.fixture("batch.http"), channel)
  t.equal({ #batch.messages, batch.messages[1].kind, batch.messages[1].fields.media_id, batch.messages[2].text }, { 2, "image", "1003383421387256", "second" })
  t.equal(batch.receipts, { { external_id = "wamid.out1", delivery = "read" }, { external_id = "wamid.out2", delivery = "failed", reason = "131047 Re-engagement message: More than 24 hours have passed" } })
  t.equal(t.receive(t.fixture("attack-reserialised.http"), channel).status, 403)
end)

test("the check is answered, repetition counts once, damage is refused", function(t)
  local channel = t.channel(SETTINGS)
  t.equal(t.receive(t.simulate({ check = true }, channel)[1], channel).body, "1158201444")
  for _, name in ipairs { "text.http", "batch.http" } do t.endures(t.fixture(name), channel, { signed = true }) end
end)

test("messages of every kind arrive as what they are", function(t)
  local channel = t.channel(SETTINGS)
  local function first(kind, value) return taken(t, channel, { kind = kind, fields = { [kind] = value } })[1] end
  for theirs, ours in pairs { image = "image", audio = "voice", video = "video", document = "file", sticker = "image" } do
    local message = first(theirs, { id = "77", mime_type = "x/y", caption = "see", filename = "a" })
    t.equal({ message.kind, message.fields.media_id, message.text }, { ours, "77", "see" }, theirs)
  end
  local place = first("location", { latitude = 31.2, longitude = 121.4, name = "Shop" })
  t.equal({ place.kind, place.text, place.fields.latitude }, { "location", "Shop", 31.2 })
  t.equal(first("contacts", { { name = { formatted_name = "Ann" }, phones = { { phone = "+1 555" }, { phone = "2" } } } }).text, "Ann +1 555, 2")
  local button = first("interactive", { type = "button_reply", button_reply = { id = "b1", title = "Yes" } })
  t.equal({ button.kind, button.text, button.fields.menu_id }, { "text", "Yes", "b1" })
  t.equal(first("interactive", { type = "list_reply", list_reply = { id = "r1", title = "Row" } }).fields.menu_id, "r1")
  local form = first("interactive", { type = "nfm_reply", nfm_reply = { name = "flow", body = "Sent", response_json = '{"a":1}' } })
  t.equal({ form.kind, form.fields.name, form.fields.values }, { "event", "form_answered", { a = 1 } })
  t.equal(first("interactive", { type = "hologram" }).kind, "unsupported")
  t.equal(first("button", { text = "Stop", payload = "p" }).fields.menu_id, "p")
  t.equal(first("order", { catalog_id = "1", text = "please", product_items = { { product_retailer_id = "x" } } }).fields.name, "order")
  t.equal(first("reaction", { message_id = "wamid.1", emoji = "👍" }).fields.name, "reaction")
  t.equal(first("reaction", { message_id = "wamid.1" }).fields.name, "reaction_removed")
  t.equal(first("system", { type = "user_changed_number", wa_id = "16505550000", body = "x" }).fields.new_number, "+16505550000")
  t.equal(first("system", { type = "user_changed_user_id", user_id = "US.2" }).fields.name, "user_id_changed")
  t.equal(first("revoke", { original_message_id = "wamid.1" }).fields.message_id, "wamid.1")
  t.equal(first("edit", { original_message_id = "wamid.1" }).fields.name, "edited")
  t.equal(taken(t, channel, { kind = "enter" })[1].fields.name, "enter")
  t.equal(first("hologram", {}).fields.raw_kind, "hologram")
  local unsupported = taken(t, channel, { kind = "unsupported", fields = { errors = { { code = 131051, title = "Message type unknown" } } } })[1]
  t.equal({ unsupported.kind, unsupported.fields.reason, unsupported.reply_quota == nil }, { "unsupported", "Message type unknown", true })
  local quoted = taken(t, channel, { text = "x", fields = { context = { id = "wamid.9", forwarded = true }, referral = { source_id = "ad" } } })[1]
  t.equal({ quoted.fields.reply_to, quoted.fields.is_forwarded, quoted.fields.referral.source_id }, { "wamid.9", true, "ad" })
end)

test("a customer without a number is known by the id for this business", function(t)
  local channel = t.channel(SETTINGS)
  local platform = require "platform"
  local answer = t.receive(platform.envelope({
    contacts = { { profile = { name = "Ann", username = "ann" }, user_id = "US.134" } },
    messages = { { from_user_id = "US.134", id = "wamid.1", timestamp = "1767225600", type = "text", text = { body = "hi" } } },
  }, SETTINGS), channel)
  local message = answer.messages[1]
  t.equal({ message.sender, message.profile.phone == nil, message.profile.username }, { "US.134", true, "ann" })
  t.platform { json = { messages = { { id = "wamid.2" } } } }
  t.equal(t.send({ recipient = "US.134", text = "x" }, channel).outcome, "sent")
  t.equal({ t.requests()[1].json.recipient, t.requests()[1].json.to == nil }, { "US.134", true })
end)

test("a customer who hides their number later stays the same customer", function(t)
  local channel = t.channel(SETTINGS)
  local platform = require "platform"
  t.equal(taken(t, channel, { text = "hi", user_id = "US.9" })[1].sender, "16505551234")
  local message = t.receive(platform.envelope({
    contacts = { { profile = { name = "Ann" }, user_id = "US.9" } },
    messages = { { from_user_id = "US.9", id = "wamid.2", timestamp = "1767225600", type = "text", text = { body = "again" } } },
  }, SETTINGS), channel).messages[1]
  t.equal({ message.sender, message.profile.user_id }, { "16505551234", "US.9" })
end)

test("statuses become receipts; other numbers, fields, groups and echoes are acknowledged", function(t)
  local channel = t.channel(SETTINGS)
  for status, delivery in pairs { sent = "sent", delivered = "delivered", read = "read", played = "read", failed = "failed" } do
    local _, receipts = taken(t, channel, { kind = "status", id = "wamid.7", status = status })
    t.equal(receipts[1].delivery, delivery, status)
  end
  local _, none = taken(t, channel, { kind = "status", status = "hologram" })
  t.equal(#none, 0)
  local platform = require "platform"
  local function ignored(request)
    local answer = t.receive(request, channel)
    t.equal({ answer.status, #answer.messages }, { 200, 0 })
  end
  local function one(extra)
    local m = { from = "1", id = "wamid.1", timestamp = "1", type = "text", text = { body = "x" } }
    for name, value in pairs(extra or {}) do m[name] = value end
    return { messages = { m } }
  end
  local foreign = one()
  foreign.metadata = { phone_number_id = "999" }
  ignored(platform.envelope(foreign, SETTINGS))
  ignored(platform.envelope(one { group_id = "g" }, SETTINGS))
  ignored(platform.envelope({ message_echoes = { { from = "1", to = "2", id = "w", type = "text" } } }, SETTINGS, "smb_message_echoes"))
  ignored(platform.envelope({ event = "APPROVED", message_template_name = "x" }, SETTINGS, "message_template_status_update"))
  ignored(platform.envelope({ errors = { { code = 130429, title = "Rate limit" } } }, SETTINGS))
  ignored(platform.envelope({ messages = { 1, {}, { id = "x" } }, statuses = { 1, {} } }, SETTINGS))
  ignored(platform.request({ object = "page", entry = {} }, SETTINGS))
  ignored(platform.request({ object = "whatsapp_business_account", entry = { 1, { changes = { 1, {} } } } }, SETTINGS))
end)

--- A web hook as Meta signs it.
local function hook(field, value)
  value.metadata = { phone_number_id = "106540352242922" }
  local body = json.encode { object = "whatsapp_business_account", entry = { { id = "W", changes = { { field = field, value = value } } } } }
  return { body = body, headers = { ["x-hub-signature-256"] = "sha256=" .. crypto.hmac("sha256", "own", body, "hex") } }
end

test("a call of a customer is an event, one of ours is none; an edit brings its words", function(t)
  local channel = t.channel { phone_number_id = "106540352242922", access_token = "T", app_secret = "own", verify_token = "v" }
  local function call(more)
    local c = { id = "wacid.1", from = "34611222333", to = "1555", event = "connect", timestamp = "1767225600", direction = "USER_INITIATED" }
    for name, value in pairs(more) do c[name] = value end
    return t.receive(hook("calls", { calls = { c }, contacts = { { wa_id = "34611222333", profile = { name = "Ines" } } } }), channel).messages
  end
  local rings = call {}
  t.equal({ #rings, rings[1].kind, rings[1].sender, rings[1].fields.name, rings[1].external_id },
    { 1, "event", "34611222333", "call", "call:connect:wacid.1" })
  t.equal(rings[1].reply_quota, nil)
  local over = call { event = "terminate", status = "FAILED" }
  t.equal({ over[1].fields.name, over[1].fields.status }, { "call_ended", "FAILED" })
  t.equal(#call { direction = "BUSINESS_INITIATED" }, 0)
  local edit = t.receive(hook("messages", { messages = { {
    id = "wamid.2", from = "34611222333", timestamp = "1767225600", type = "edit",
    edit = { original_message_id = "wamid.1", message = { type = "text", text = { body = "no, two" } } },
  } } }), channel).messages[1]
  t.equal({ edit.text, edit.fields.name, edit.fields.message_id }, { "no, two", "edited", "wamid.1" })
end)
