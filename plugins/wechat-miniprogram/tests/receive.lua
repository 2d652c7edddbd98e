-- SPDX-License-Identifier: Apache-2.0
-- The requests under fixtures/ were recorded with this channel's settings.
local SECURE = {
  app_id = "wx0123456789abcdef", app_secret = "secret", token = "token",
  encoding_aes_key = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
}

local function with(mode)
  local settings = { mode = mode }
  for name, value in pairs(SECURE) do settings[name] = value end
  return settings
end

test("the console's check of the address is echoed", function(t)
  local answer = t.receive(t.fixture("check.http"), t.channel(SECURE))
  t.equal(answer.status, 200)
  t.equal(answer.body, "4375120948345356249")
  t.equal(#answer.messages, 0)
end)

test("an encrypted text becomes a message and is answered with success", function(t)
  local answer = t.receive(t.fixture("text-secure.http"), t.channel(SECURE))
  t.equal(answer.body, "success")
  local message = answer.messages[1]
  t.equal(message.kind, "text")
  t.equal(message.text, "我要退货")
  t.equal(message.sender, "oZ5n35Hx1Y0c2QTRkqTDt4mE0abc")
  t.equal(message.external_id, "24000000000000001")
  t.equal(message.sent_at, 1767225600)
  t.equal(message.reply_quota, { messages = 5, window = "48h" })
end)

test("an encrypted push endures repetition and refuses all damage", function(t)
  t.endures(t.fixture("text-secure.http"), t.channel(SECURE), { signed = true })
end)

test("a plain push endures repetition and damage", function(t)
  t.endures(t.fixture("text-plain.http"), t.channel(with("plain")))
end)

test("a plain push is not taken in secure mode", function(t)
  local answer = t.receive(t.fixture("text-plain.http"), t.channel(SECURE))
  t.truthy(answer.status >= 400 and answer.status < 500)
  t.equal(#answer.messages, 0)
end)

test("opening the session is an event with a small quota", function(t)
  local channel = t.channel(SECURE)
  local request = t.simulate({ kind = "enter", session_from = "order|42", sender = "oA" }, channel)[1]
  local message = t.receive(request, channel).messages[1]
  t.equal(message.kind, "event")
  t.equal(message.fields.name, "enter")
  t.equal(message.fields.session_from, "order|42")
  t.equal(message.reply_quota, { messages = 2, window = "60s" })
end)

test("a picture keeps its media id, a card its page, an unknown type its raw form", function(t)
  local channel = t.channel(SECURE)
  local function message(occasion) return t.receive(t.simulate(occasion, channel)[1], channel).messages[1] end
  t.equal(message({ kind = "image", media_id = "M1" }).fields.media_id, "M1")
  t.equal(message({ kind = "card", text = "Bag", page_path = "pages/bag" }).fields.page_path, "pages/bag")
  local unknown = message({ kind = "hologram" })
  t.equal(unknown.kind, "unsupported")
  t.equal(unknown.fields.raw_kind, "hologram")
  t.equal(unknown.fields.raw.MsgType, "hologram")
end)

test("with hand_over the customer goes to WeChat's agents, encrypted like the push", function(t)
  local settings = with("secure")
  settings.hand_over = true
  local channel = t.channel(settings)
  for _, format in ipairs { "xml", "json" } do
    local answer = t.receive(t.simulate({ text = "hi", format = format }, channel)[1], channel)
    t.equal(#answer.messages, 1)
    t.truthy(answer.body:find("MsgSignature", 1, true), "the reply is not sealed")
    t.truthy(not answer.body:find("transfer_customer_service", 1, true), "the reply is not encrypted")
  end
  settings.mode = "plain"
  local plain = t.channel(settings)
  local answer = t.receive(t.simulate({ text = "hi" }, plain)[1], plain)
  t.truthy(answer.body:find("transfer_customer_service", 1, true))
end)

test("the hand-over swaps the two, in the push's format, for messages only", function(t)
  local settings = with("plain")
  settings.hand_over = true
  local channel = t.channel(settings)
  t.at(1767225600)
  for _, format in ipairs { "xml", "json" } do
    local answer = t.receive(t.simulate({ text = "hi", sender = "oA", format = format }, channel)[1], channel)
    local reply = format == "xml" and xml.object(answer.body, "xml") or json.decode(answer.body, { scalars = "text" })
    t.equal(reply, {
      ToUserName = "oA", FromUserName = "gh_0123456789ab", CreateTime = "1767225600", MsgType = "transfer_customer_service",
    })
  end
  t.equal(t.receive(t.simulate({ kind = "enter" }, channel)[1], channel).body, "success")
end)
