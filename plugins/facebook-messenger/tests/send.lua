-- SPDX-License-Identifier: Apache-2.0
local SEND = "/v25.0/1097/messages"
local NOW = 1767225600
local function opened(t, extra)
  local settings = { page_id = "1097", access_token = "T", app_secret = "secret", verify_token = "v" }
  for name, value in pairs(extra or {}) do settings[name] = value end
  local channel = t.channel(settings)
  t.receive(t.simulate({ text = "hi", sender = "42" }, channel)[1], channel)
  return channel
end
local function ok(mid) return { path = SEND, json = { recipient_id = "42", message_id = mid or "m_1" } } end
local function bad(status, code, subcode, words) return { path = SEND, status = status, json = { error = { message = words or "m", type = "OAuthException", code = code, error_subcode = subcode, fbtrace_id = "A" } } } end
local function last(t)
  local requests = t.requests()
  return requests[#requests].json, requests[#requests]
end

test("a text is a response, with the token and its proof", function(t)
  local channel = opened(t)
  t.platform(ok "m_1")
  t.equal(t.send({ recipient = "42", text = "您好" }, channel), { outcome = "sent", external_id = "m_1" })
  local body, request = last(t)
  t.equal(body, { recipient = { id = "42" }, messaging_type = "RESPONSE", message = { text = "您好" } })
  t.equal(request.query, { access_token = "T", appsecret_proof = crypto.hmac("sha256", "secret", "T", "hex") })
end)

test("after 24 hours: nothing, or a tag for agents for 7 days, never for a bot", function(t)
  local channel = opened(t)
  t.at(NOW + 25 * 3600)
  local outcome = t.send({ recipient = "42", text = "x", author = "agent:1" }, channel)
  t.equal({ outcome.outcome, outcome.reason:sub(1, 13) }, { "failed", "window_closed" })
  t.equal(#t.requests(), 0)
  t.at(NOW)
  channel = opened(t, { message_tag = "HUMAN_AGENT" })
  t.at(NOW + 25 * 3600)
  t.equal(t.send({ recipient = "42", text = "x", author = "bot:greeting" }, channel).outcome, "failed")
  t.platform(ok())
  t.equal(t.send({ recipient = "42", text = "x", author = "agent:1", id = "m2" }, channel).outcome, "sent")
  local body = last(t)
  t.equal({ body.messaging_type, body.tag }, { "MESSAGE_TAG", "HUMAN_AGENT" })
  t.platform(ok())
  t.equal(t.send({ recipient = "42", text = "x", author = "bot:orders", id = "m3", fields = { tag = "POST_PURCHASE_UPDATE" } }, channel).outcome, "sent")
  t.equal(last(t).tag, "POST_PURCHASE_UPDATE")
  t.at(NOW + 8 * 86400)
  t.equal(t.send({ recipient = "42", text = "x", author = "agent:1", id = "m4" }, channel).outcome, "failed")
end)

test("a reaction opens the window anew, a receipt does not", function(t)
  local channel = opened(t)
  t.at(NOW + 30 * 3600)
  t.receive(t.simulate({ kind = "read", sender = "42", fields = { watermark = 1 } }, channel)[1], channel)
  t.equal(t.send({ recipient = "42", text = "x" }, channel).outcome, "failed")
  t.receive(t.simulate({ kind = "reaction", sender = "42", fields = { mid = "m", emoji = "👍" } }, channel)[1], channel)
  t.platform(ok())
  t.equal(t.send({ recipient = "42", text = "x" }, channel).outcome, "sent")
end)

test("kinds go out as Messenger names them; what it cannot show becomes words", function(t)
  local channel = opened(t)
  local number = 0
  local function first(message)
    t.platform(ok())
    number = number + 1
    message.recipient, message.id = "42", "k" .. number
    t.equal(t.send(message, channel).outcome, "sent")
    return last(t).message
  end
  t.equal(first({ kind = "image", fields = { url = "https://a.example/p.png" } }).attachment, { type = "image", payload = { url = "https://a.example/p.png", is_reusable = false } })
  t.equal(first({ kind = "voice", fields = { url = "https://a.example/v.mp3" } }).attachment.type, "audio")
  t.equal(first({ kind = "file", fields = { name = "a.pdf", url = "http://a.example/a.pdf" } }).text, "a.pdf\nhttp://a.example/a.pdf")
  t.platform(ok(), ok())
  local long = { kind = "card", text = "Red", fields = { title = ("T"):rep(100), url = "https://a.example", button = "Open" } }
  long.recipient, long.id = "42", "long"
  t.equal(t.send(long, channel).outcome, "sent")
  -- What the card has no room for is said after it.
  t.equal(last(t).message.text, ("T"):rep(100))
  local requests = t.requests()
  local element = requests[#requests - 1].json.message.attachment.payload.elements[1]
  t.equal({ element.title, element.subtitle, element.default_action.url, element.buttons[1].title }, { ("T"):rep(79) .. "…", "Red", "https://a.example", "Open" })
  t.equal(first({ kind = "card", fields = { title = "A", url = "http://a.example" } }).text, "A\nhttp://a.example")
  local menu = first { kind = "menu", text = "?", fields = { options = { { id = "a&b", text = "A rather long choice of words" } } } }
  t.equal(menu.quick_replies[1].title, "A rather long choic…")
  t.equal(menu.quick_replies[1].payload, "ld=1&id=a%26b&label=A%20rather%20long%20choice%20of%20words")
  local buttons = first { kind = "menu", text = "?", fields = { options = { { id = "a", text = "Yes" }, { text = "Site", url = "https://a.example" } } } }
  t.equal(buttons.attachment.payload.buttons[2], { type = "web_url", title = "Site", url = "https://a.example" })
  local many = {}
  for index = 1, 14 do many[index] = { id = index, text = "o" .. index } end
  t.truthy(first({ kind = "menu", text = "?", fields = { options = many } }).text:find("14. o14", 1, true))
  t.equal(first({ kind = "location", text = "Shop", fields = { latitude = 1.5, longitude = 2.5 } }).text, "Shop\n1.5, 2.5")
end)

test("a file of ours is uploaded once, and anew when Meta has forgotten it", function(t)
  local channel = opened(t)
  local id = t.file("\x89PNG....", "image/png", "a.png")
  local function upload(value) return { path = "/v25.0/1097/message_attachments", json = { attachment_id = value } } end
  t.platform(upload "A1", ok(), ok())
  t.equal(t.send({ recipient = "42", kind = "image", fields = { media_id = id } }, channel).outcome, "sent")
  t.equal(last(t).message.attachment.payload, { attachment_id = "A1" })
  t.equal(t.send({ recipient = "42", kind = "image", fields = { media_id = id }, id = "m2" }, channel).outcome, "sent")
  t.equal(#t.requests(), 3)
  t.platform(bad(400, 100, 2018074), upload "A2", ok())
  t.equal(t.send({ recipient = "42", kind = "image", fields = { media_id = id }, id = "m3" }, channel).outcome, "sent")
  t.equal(last(t).message.attachment.payload, { attachment_id = "A2" })
end)

test("a long text takes several calls and goes on where it stopped", function(t)
  local channel = opened(t)
  local long = ("é"):rep(4100)
  t.platform(ok "m_a", bad(500, 1200))
  t.equal(t.send({ recipient = "42", text = long }, channel).outcome, "retry")
  t.platform(ok "m_b", ok "m_c")
  t.equal(t.send({ recipient = "42", text = long, attempt = 2 }, channel), { outcome = "sent", external_id = "m_a", external_ids = { "m_a", "m_b", "m_c" } })
  t.equal(#t.requests(), 4)
end)

test("errors have their outcomes", function(t)
  local channel = opened(t)
  local cases = {
    { 400, 10, 2018278, "failed" }, { 400, 551, 1545041, "failed" }, { 400, 100, 2018001, "failed" }, { 400, 100, nil, "failed" },
    { 400, 190, nil, "misconfigured" }, { 403, 200, nil, "misconfigured" }, { 403, 10, nil, "misconfigured" }, { 400, 368, nil, "misconfigured" },
    { 400, 613, nil, "retry" }, { 400, 4, nil, "retry" }, { 400, 32, nil, "retry" }, { 400, 80006, nil, "retry" }, { 500, 1200, nil, "retry" },
    { 500, 2, nil, "retry" }, { 500, 99999, nil, "retry" }, { 400, 99999, nil, "failed" },
  }
  for index, case in ipairs(cases) do
    t.platform(bad(case[1], case[2], case[3]))
    t.equal(t.send({ recipient = "42", text = "x", id = "e" .. index }, channel).outcome, case[4], tostring(case[2]))
  end
  t.platform(bad(400, 10, nil, "(#10) This message is sent outside of allowed window."))
  t.equal(t.send({ recipient = "42", text = "x", id = "w" }, channel).reason:sub(1, 13), "window_closed")
  t.platform { path = SEND, status = 502, body = "<html>" }
  t.equal(t.send({ recipient = "42", text = "x", id = "h" }, channel).outcome, "retry")
end)

test("a lost answer is tried once more, never twice", function(t)
  local channel = opened(t)
  t.platform({ path = SEND, lost = true }, { path = SEND, lost = true })
  t.equal(t.send({ recipient = "42", text = "x" }, channel).outcome, "retry")
  t.equal(t.send({ recipient = "42", text = "x", attempt = 2 }, channel).outcome, "failed")
end)

test("files come from Meta's own hosts, without our token", function(t)
  local channel = opened(t)
  t.platform { path = "/x.jpg", body = "\xff\xd8\xff1", headers = { ["content-type"] = "image/jpeg" } }
  t.equal(t.call("media", { fields = { media_url = "https://scontent.xx.fbcdn.net/x.jpg" } }, channel).content_type, "image/jpeg")
  t.equal(t.requests()[1].headers.authorization, nil)
  for _, address in ipairs { "https://evil.example/x.jpg", "http://scontent.xx.fbcdn.net/x.jpg", "https://fbcdn.net.evil.example/x.jpg", "nonsense" } do
    t.equal(t.call("media", { fields = { media_url = address } }, channel), nil, address)
  end
  t.equal(#t.requests(), 1)
end)

test("typing, seen, profile and health", function(t)
  local channel = opened(t)
  t.platform(ok(), ok(), ok(), { path = "/v25.0/42", json = { first_name = "Ann", last_name = "Lee" } }, { path = "/v25.0/me", json = { id = "1097" } }, { path = "/v25.0/me", json = { id = "1" } })
  t.call("typing", "42", true, channel)
  t.equal(last(t), { recipient = { id = "42" }, sender_action = "typing_on" })
  t.call("typing", "42", false, channel)
  t.equal(last(t).sender_action, "typing_off")
  t.equal(t.call("calls.seen", { customer = "42" }, channel), { ok = true })
  t.equal(t.call("calls.profile", { customer = "42" }, channel), { ok = true, name = "Ann Lee" })
  t.equal(t.call("calls.profile", { customer = "../me" }, channel).ok, false)
  t.equal(t.call("health", channel), true)
  t.equal((t.call("health", channel)), nil)
end)
