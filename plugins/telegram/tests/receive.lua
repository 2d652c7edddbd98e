-- SPDX-License-Identifier: Apache-2.0
local SETTINGS = { bot_token = "123456:AAE-x_y", webhook_secret = "A_b-9" }

local function taken(t, channel, occasion)
  local answer = t.receive(t.simulate(occasion, channel)[1], channel)
  t.equal(answer.status, 200)
  return answer.messages[1], answer
end

test("recorded updates: a text, a document, and an attack", function(t)
  local channel = t.channel(SETTINGS)
  local message = t.receive(t.fixture("text.http"), channel).messages[1]
  t.equal({ message.text, message.sender, message.external_id, message.sent_at },
    { "¿Dónde está mi pedido? 📦", "5123456789", "123456:812345678", 1767225600 })
  t.equal(message.profile, { name = "Ana Li", username = "ana", language = "es" })
  local document = t.receive(t.fixture("document.http"), channel).messages[1]
  t.equal({ document.kind, document.text, document.fields.media_id, document.fields.name }, { "file", "factura", "BQAC1", "factura.pdf" })
  local attack = t.receive(t.fixture("attack-secret.http"), channel)
  t.equal({ attack.status, #attack.messages }, { 403, 0 })
end)

test("an update again is the same message, at another bot another; damage never fails", function(t)
  local channel = t.channel(SETTINGS)
  local other = t.channel({ bot_token = "9:x", webhook_secret = "A_b-9" })
  local first = t.receive(t.fixture("text.http"), channel).messages[1].external_id
  t.truthy(t.receive(t.fixture("text.http"), other).messages[1].external_id ~= first)
  t.endures(t.fixture("text.http"), channel)
  t.endures(t.fixture("document.http"), channel)
  local copies = t.simulate({ text = "a", copies = 2 }, channel)
  t.equal(t.receive(copies[1], channel).messages, t.receive(copies[2], channel).messages)
end)

test("messages of every kind arrive as what they are", function(t)
  local channel = t.channel(SETTINGS)
  local photo = taken(t, channel, { kind = "image", text = "see" })
  t.equal({ photo.kind, photo.text, photo.fields.media_id }, { "image", "see", "LARGE" })
  for name, kind in pairs { voice = "voice", audio = "voice", video = "video", video_note = "video", document = "file", sticker = "image" } do
    local message = taken(t, channel, { kind = name })
    t.equal({ message.kind, message.fields.media_id }, { kind, "FILE" }, name)
  end
  local animation = taken(t, channel, { kind = "x", fields = { animation = { file_id = "A" }, document = { file_id = "A" } } })
  t.equal(animation.kind, "video")
  t.equal(taken(t, channel, { kind = "x", fields = { sticker = { file_id = "S", is_animated = true, emoji = "👍" } } }).kind, "file")
  local venue = taken(t, channel, { kind = "x", fields = {
    venue = { title = "Shop", address = "Road 1", location = { latitude = 1.5, longitude = 2.5 } }, location = { latitude = 1.5, longitude = 2.5 },
  } })
  t.equal({ venue.kind, venue.text, venue.fields.latitude, venue.fields.address }, { "location", "Shop", 1.5, "Road 1" })
  t.equal(taken(t, channel, { kind = "x", fields = { location = { latitude = 1, longitude = 2 } } }).kind, "location")
  local contact = taken(t, channel, { kind = "x", fields = { contact = { phone_number = "+34600", first_name = "Bo" } } })
  t.equal({ contact.kind, contact.fields.phone }, { "card", "+34600" })
  for _, name in ipairs { "dice", "poll", "game", "invoice", "story", "new_kind" } do
    t.equal(taken(t, channel, { kind = "x", fields = { [name] = { value = 6 } } }).kind, "unsupported", name)
  end
end)

test("what Telegram tells in the form of a message is an event, and no question", function(t)
  local channel = t.channel(SETTINGS)
  local paid = taken(t, channel, { kind = "x", fields = { successful_payment = { currency = "EUR", invoice_payload = "order-5" } } })
  t.equal({ paid.kind, paid.fields.name, paid.fields.successful_payment.invoice_payload }, { "event", "paid", "order-5" })
  local form = taken(t, channel, { kind = "x", fields = { web_app_data = { data = '{"size":42}', button_text = "Pick" } } })
  t.equal({ form.kind, form.fields.name, form.fields.button, form.fields.values.size }, { "event", "form_answered", "Pick", 42 })
  t.equal(taken(t, channel, { kind = "x", fields = { pinned_message = { message_id = 1 } } }).fields.name, "pinned")
end)

test("a command's name may have underscores; only /start is the start", function(t)
  local channel = t.channel(SETTINGS)
  local orders = taken(t, channel, { text = "/my_orders 12" })
  t.equal({ orders.kind, orders.fields.command }, { "text", "my_orders" })
  t.equal(taken(t, channel, { text = "/start_over please" }).kind, "text")
  t.equal(taken(t, channel, { text = "/start@own_bot promo_7" }).fields.scene, "promo_7")
  t.equal(taken(t, channel, { text = "/usr/bin is full" }).fields.command, nil)
end)

--- An update that a business account's chat brings; who writes is the customer or the account's owner.
local function business(writer, words, number)
  return { headers = { ["x-telegram-bot-api-secret-token"] = "A_b-9" }, body = json.encode {
    update_id = number, business_message = {
      message_id = 3, business_connection_id = "BC1", date = 1767225600, text = words,
      from = { id = writer, is_bot = false, first_name = "P" }, chat = { id = 55, type = "private", first_name = "Cust" },
    },
  } }
end

test("in a business account's chat the owner's words are no question, and answers go out under its connection", function(t)
  local channel = t.channel(SETTINGS)
  local asked = t.receive(business(55, "open?", 1), channel).messages[1]
  t.equal({ asked.kind, asked.sender, asked.text }, { "text", "55", "open?" })
  local told = t.receive(business(99, "until 8", 2), channel).messages[1]
  t.equal({ told.kind, told.sender, told.text, told.fields.name }, { "event", "55", "until 8", "platform_agent_message" })
  t.platform { json = { ok = true, result = { message_id = 9 } } }
  t.equal(t.send({ recipient = "55", text = "yes" }, channel).outcome, "sent")
  t.equal(t.requests()[1].json, { chat_id = 55, text = "yes", business_connection_id = "BC1" })
  t.receive(t.simulate({ text = "hi", sender = "55" }, channel)[1], channel)
  t.platform { json = { ok = true, result = { message_id = 10 } } }
  t.send({ recipient = "55", text = "to the bot", id = "m2" }, channel)
  t.equal(t.requests()[2].json.business_connection_id, nil)
end)

test("Start brings its scene, other commands are texts", function(t)
  local channel = t.channel(SETTINGS)
  local start = taken(t, channel, { kind = "enter", scene = "order42" })
  t.equal({ start.kind, start.fields.name, start.fields.scene }, { "event", "enter", "order42" })
  local help = taken(t, channel, { text = "/help me" })
  t.equal({ help.kind, help.text, help.fields.command }, { "text", "/help me", "help" })
end)

test("a pressed button speaks its words, and the press is answered", function(t)
  local channel = t.channel(SETTINGS)
  local message, answer = taken(t, channel, { kind = "press", text = "Yes", menu_id = "101" })
  t.equal({ message.kind, message.text, message.fields.menu_id }, { "text", "Yes", "101" })
  t.equal(json.decode(answer.body), { method = "answerCallbackQuery", callback_query_id = "77" })
end)

test("other updates are events, or acknowledged", function(t)
  local channel = t.channel(SETTINGS)
  local person = { id = 5, first_name = "A" }
  local private = { id = 5, type = "private" }
  local function event(name, fields) return taken(t, channel, { kind = "event", event = name, fields = fields }) end
  t.equal(taken(t, channel, { kind = "event" }).fields.name, "unfollow")
  t.equal(event("my_chat_member", { chat = private, from = person, new_chat_member = { status = "member" } }).fields.name, "follow")
  local edited = event("edited_message", { chat = private, from = person, message_id = 1, text = "new", date = 1, edit_date = 2 })
  t.equal({ edited.kind, edited.text, edited.fields.name, edited.sent_at }, { "event", "new", "edited", 2 })
  t.equal(event("business_message", { chat = private, from = person, message_id = 1, text = "b", business_connection_id = "B" }).fields.business_connection_id, "B")
  t.equal(event("edited_business_message", { chat = private, from = person, message_id = 1, text = "b" }).fields.name, "edited")
  t.equal(event("message_reaction", { chat = private, message_id = 1, new_reaction = array {} }).fields.name, "reacted")
  t.equal(event("deleted_business_messages", { chat = private, message_ids = { 1 } }).fields.name, "recalled")
  t.equal(event("poll_answer", { user = person, option_ids = { 1 } }).fields.name, "poll_answered")
  for _, name in ipairs { "inline_query", "chosen_inline_result", "shipping_query", "pre_checkout_query", "purchased_paid_media" } do
    t.equal(event(name, { from = person }).kind, "event", name)
  end
  t.equal(event("business_connection", { user = person, is_enabled = true }).fields.name, "business_connection")
  t.equal(event("brand_new", { from = person }).fields.name, "brand_new")
  for _, name in ipairs { "channel_post", "edited_channel_post", "message_reaction_count", "poll", "chat_member", "chat_boost", "removed_chat_boost", "chat_join_request" } do
    t.equal(event(name, { chat = { id = 1, type = "channel" }, from = person }), nil, name)
  end
end)

test("groups and bots are not taken; with the setting a group is one customer", function(t)
  local channel = t.channel(SETTINGS)
  local group = { text = "hi", chat = { id = -1001234567890, type = "supergroup", title = "Team" } }
  t.equal(taken(t, channel, group), nil)
  local open = t.channel({ bot_token = "123456:x", webhook_secret = "s", groups = true })
  local message = taken(t, open, group)
  t.equal({ message.sender, message.fields.group, message.fields.author }, { "-1001234567890", "Team", "Simulated" })
  t.equal(taken(t, channel, { kind = "x", fields = { text = "hi", from = { id = 3, is_bot = true } } }), nil)
end)
