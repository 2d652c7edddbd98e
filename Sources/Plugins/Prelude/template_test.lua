-- SPDX-License-Identifier: Apache-2.0
local SETTINGS = { secret = "s", api_key = "k" }
local BODY = '{"id":7,"from":"u1","text":"hello","time":1767225600}'

local function push(body)
  return { body = body, headers = { ["x-signature"] = crypto.hmac("sha256", "s", body, "hex") } }
end

test("a signed text becomes a message", function(t)
  local message = t.receive(push(BODY), t.channel(SETTINGS)).messages[1]
  t.equal(message.text, "hello")
  t.equal(message.external_id, "7")
end)

test("repetition is harmless, damage is refused", function(t)
  t.endures(push(BODY), t.channel(SETTINGS), { signed = true })
end)

test("a text is sent with the key", function(t)
  local channel = t.channel(SETTINGS)
  t.platform({ path = "/messages", json = { id = 9 } }, { status = 503 }, { status = 401 })
  t.equal(t.send({ recipient = "u1", text = "hi" }, channel), { outcome = "sent", external_id = "9" })
  t.equal(t.requests()[1].headers.authorization, "Bearer k")
  t.equal(t.requests()[1].json, { to = "u1", text = "hi" })
  t.equal(t.send({ text = "hi" }, channel).outcome, "retry")
  t.equal(t.send({ text = "hi" }, channel).outcome, "misconfigured")
end)
