-- SPDX-License-Identifier: Apache-2.0
local SEND, TO = "/v25.0/106540352242922/messages", "16505551234"
local SETTINGS = { phone_number_id = "106540352242922", access_token = "T", app_secret = "secret", verify_token = "v" }
local INCOMING = { text = "hi", message_id = "wamid.in" }
local ANSWER = { path = SEND, json = { messaging_product = "whatsapp", contacts = { { wa_id = TO } }, messages = { { id = "wamid.1" } } } }
local function picture_of(body) return body.interactive.header.image.link end

test("the picture of a card is fetched from the desk's public address; without one the card goes without it", function(t)
  local channel = t.channel(SETTINGS)
  t.receive(t.simulate(INCOMING, channel)[1], channel)
  local id = t.file("\xff\xd8\xff1", "image/jpeg", "p.jpg")
  local message = { recipient = TO, kind = "card", fields = { title = "Bag", url = "https://a.example", thumb_media_id = id } }
  t.platform(ANSWER, ANSWER)
  t.equal(t.send(message, channel).outcome, "sent")
  t.equal(t.requests()[1].body:find("/media/", 1, true), nil)
  t.public_url("https://desk.example.com")
  message.id = "m0000000000002"
  t.equal(t.send(message, channel).outcome, "sent")
  t.equal(picture_of(t.requests()[2].json), "https://desk.example.com/media/" .. id)
end)

local outbound = require "outbound"

test("a picture that is too large for WhatsApp goes as a document", function(t)
  local channel = t.channel(SETTINGS)
  t.receive(t.simulate(INCOMING, channel)[1], channel)
  outbound.LARGEST.image = 8
  local id = t.file("\xff\xd8\xff......", "image/jpeg", "p.jpg")
  t.platform({ path = "/v25.0/106540352242922/media", json = { id = "UP1" } }, ANSWER)
  t.equal(t.send({ recipient = TO, kind = "image", fields = { media_id = id } }, channel).outcome, "sent")
  t.equal(t.requests()[2].json.document, { id = "UP1", filename = "p.jpg" })
  outbound.LARGEST.document = 8
  t.public_url("https://desk.example.com")
  t.platform(ANSWER)
  t.equal(t.send({ id = "m2", recipient = TO, kind = "image", fields = { media_id = id } }, channel).outcome, "sent")
  t.equal(t.requests()[3].json.text.body, "https://desk.example.com/media/" .. id)
end)
