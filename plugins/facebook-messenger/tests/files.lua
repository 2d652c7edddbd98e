-- SPDX-License-Identifier: Apache-2.0
local SEND, TO = "/v25.0/1097/messages", "42"
local SETTINGS = { page_id = "1097", access_token = "T", app_secret = "secret", verify_token = "v" }
local INCOMING = { text = "hi", sender = TO }
local ANSWER = { path = SEND, json = { recipient_id = TO, message_id = "m_1" } }
local function picture_of(body) return body.message.attachment.payload.elements[1].image_url end

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
