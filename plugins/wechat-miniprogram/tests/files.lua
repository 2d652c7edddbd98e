-- SPDX-License-Identifier: Apache-2.0
local SEND, DESK = "/cgi-bin/message/custom/send", "https://desk.example.com"

local function channel_of(t)
  t.platform({ path = "/cgi-bin/stable_token", json = { access_token = "T1", expires_in = 7200 } }, { path = SEND, json = { errcode = 0, errmsg = "ok" } })
  return t.channel { app_id = "wx0123456789abcdef", app_secret = "secret", token = "token" }
end

test("what mini programs take no upload of goes as a link", function(t)
  t.public_url(DESK)
  local channel = channel_of(t)
  local id = t.file("ID3", "audio/mpeg", "v.mp3")
  t.equal(t.send({ kind = "voice", fields = { media_id = id, name = "v.mp3" } }, channel).outcome, "sent")
  t.equal(t.requests()[2].json.text.content, "v.mp3\n" .. DESK .. "/media/" .. id)
end)

test("without a public address it fails and says what is missing", function(t)
  local outcome = t.send({ kind = "file", text = "the form", fields = { media_id = t.file("%PDF", "application/pdf", "a.pdf") } }, channel_of(t))
  t.equal(outcome.outcome, "failed")
  t.truthy(outcome.reason:find("server.public_url", 1, true))
  t.equal(#t.requests(), 0)
end)
