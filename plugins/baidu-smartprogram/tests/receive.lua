-- SPDX-License-Identifier: Apache-2.0
-- The requests under fixtures/ were recorded with this channel's settings.
local SETTINGS = {
  app_id = "32564758", app_key = "K", app_secret = "S", token = "token",
  encoding_aes_key = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
}

local function with(more)
  local s = {}
  for name, value in pairs(SETTINGS) do s[name] = value end
  for name, value in pairs(more) do s[name] = value end
  return s
end

test("an encrypted text becomes a message and is answered with success", function(t)
  local answer = t.receive(t.fixture("text-secure.http"), t.channel(SETTINGS))
  t.equal(answer.body, "success")
  local message = answer.messages[1]
  t.equal({ message.kind, message.text, message.sender, message.external_id, message.sent_at },
    { "text", "我要退货", "YKM26aR5mUaPTiY6TpBrw75udRfb", "17970610439523329001", 1767225600 })
  t.equal(message.reply_quota, { messages = 5, window = 172800 })
end)

test("pushes endure repetition and damage; an encrypted one refuses all damage", function(t)
  t.endures(t.fixture("text-secure.http"), t.channel(SETTINGS), { signed = true })
  t.endures(t.fixture("image-plain.http"), t.channel(with { mode = "plain" }), { signed = true })
  t.endures(t.fixture("image-plain.http"), t.channel(with { mode = "plain", bind_signature = false }))
end)

test("a plain push is taken in compatible mode, not in secure mode", function(t)
  t.equal(t.receive(t.fixture("image-plain.http"), t.channel(with { mode = "compatible" })).messages[1].kind, "image")
  local answer = t.receive(t.fixture("image-plain.http"), t.channel(SETTINGS))
  t.equal({ answer.status, answer.reason }, { 400, "not_encrypted" })
end)

test("another body under a plain push's signature is refused, the same body is not", function(t)
  local channel = t.channel(with { mode = "plain" })
  t.equal(t.receive(t.fixture("image-plain.http"), channel).status, 200)
  t.equal(t.receive(t.fixture("attack-replay.http"), channel).reason, "replay")
  t.equal(t.receive(t.fixture("image-plain.http"), channel).status, 200)
end)

test("the signature of the address's check opens no message", function(t)
  local channel = t.channel(with { mode = "plain" })
  local check = t.simulate({ check = true }, channel)[1]
  t.equal(t.receive(check, channel).body, "BfJNcVv2mTJja4aL")
  local push = t.simulate({ text = "x" }, channel)[1]
  push.query = check.query:gsub("&?echoStr=[^&]*", "")
  t.equal(t.receive(push, channel).reason, "replay")
end)

test("the check must be a POST, and is echoed as plain text", function(t)
  local channel = t.channel(SETTINGS)
  local check = t.simulate({ check = true }, channel)[1]
  check.method = "GET"
  t.equal(t.receive(check, channel).status, 405)
  check.method = "POST"
  t.equal(t.receive(check, channel).content_type, "text/plain")
end)

test("kinds and events; unknown ones are kept raw", function(t)
  local channel = t.channel(SETTINGS)
  local function message(occasion) return t.receive(t.simulate(occasion, channel)[1], channel).messages[1] end
  t.equal(message({ kind = "image", url = "https://b.bdstatic.com/p.png" }).fields.url, "https://b.bdstatic.com/p.png")
  local unknown = message({ kind = "voice" })
  t.equal({ unknown.kind, unknown.fields.raw_kind, unknown.fields.raw.MsgType }, { "unsupported", "voice", "voice" })
  local coupon = message({ kind = "event", key = "C1" })
  t.equal({ coupon.kind, coupon.fields.name, coupon.fields.key, coupon.reply_quota }, { "event", "coupon", "C1", nil })
  local other = message({ kind = "event", event = "brand_new" })
  t.equal({ other.fields.name, other.fields.raw }, { "other", "brand_new" })
end)

test("copies have one id, two messages of one second have two", function(t)
  local channel = t.channel(SETTINGS)
  local copies = t.simulate({ text = "a", message_id = "18446744073709551615", copies = 2 }, channel)
  local id = t.receive(copies[1], channel).messages[1].external_id
  t.equal({ id, t.receive(copies[2], channel).messages[1].external_id }, { "18446744073709551615", "18446744073709551615" })
  local other = t.receive(t.simulate({ text = "a", message_id = "18446744073709551614" }, channel)[1], channel)
  t.truthy(other.messages[1].external_id ~= id)
end)

test("the old token is taken until its end", function(t)
  local old = t.channel(SETTINGS)
  local push = t.simulate({ text = "x" }, old)[1]
  local settings = with { token = "new", previous_token = "token", previous_until = "2026-01-02T00:00:00Z" }
  t.equal(t.receive(push, t.channel(settings)).status, 200)
  t.advance(2 * 86400)
  t.equal(t.receive(push, t.channel(settings)).reason, "bad_signature")
end)

test("a picture is fetched from Baidu's hosts and from nowhere else", function(t)
  local channel = t.channel(SETTINGS)
  t.platform({ path = "/p.png", body = "\x89PNG\r\n\x1a\n123", headers = { ["content-type"] = "image/png" } })
  t.equal(t.call("media", { fields = { url = "https://b.bdstatic.com/p.png" } }, channel).content_type, "image/png")
  local _, _, code = t.call("media", { fields = { url = "https://169.254.169.254/p.png" } }, channel)
  t.equal(code, "forbidden")
  local _, _, none = t.call("media", { fields = {} }, channel)
  t.equal(none, "media")
end)
