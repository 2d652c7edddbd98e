-- SPDX-License-Identifier: Apache-2.0
local SEND, UPLOAD = "/v25.0/106540352242922/messages", "/v25.0/106540352242922/media"
local NOW, TO = 1767225600, "16505551234"
local function opened(t, extra)
  local settings = { phone_number_id = "106540352242922", access_token = "T", app_secret = "secret", verify_token = "v" }
  for name, value in pairs(extra or {}) do settings[name] = value end
  local channel = t.channel(settings)
  t.receive(t.simulate({ text = "hi", message_id = "wamid.in" }, channel)[1], channel)
  return channel
end
local function ok(id) return { path = SEND, json = { messaging_product = "whatsapp", contacts = { { wa_id = TO } }, messages = { { id = id or "wamid.1" } } } } end
local function bad(status, code, words) return { path = SEND, status = status, json = { error = { message = words or "m", code = code, error_data = { details = "d" } } } } end
local function last(t)
  local requests = t.requests()
  return requests[#requests].json, requests[#requests]
end

test("a text goes out with the token and its proof", function(t)
  local channel = opened(t)
  t.platform(ok())
  t.equal(t.send({ recipient = TO, text = "您好" }, channel), { outcome = "sent", external_id = "wamid.1" })
  local body, request = last(t)
  t.equal(body, { messaging_product = "whatsapp", recipient_type = "individual", to = TO, type = "text", text = { body = "您好", preview_url = false } })
  t.equal(request.headers.authorization, "Bearer T")
  t.equal(request.query, { appsecret_proof = crypto.hmac("sha256", "secret", "T", "hex") })
  t.platform(ok())
  t.send({ recipient = TO, text = "see https://a.example", id = "m2", fields = { reply_to = "wamid.in" } }, channel)
  t.equal({ last(t).text.preview_url, last(t).context.message_id }, { true, "wamid.in" })
end)

test("after 24 hours only the template goes out, with the words in it", function(t)
  local channel = opened(t)
  t.at(NOW + 24 * 3600)
  t.equal(t.send({ recipient = TO, text = "x" }, channel).reason:sub(1, 13), "window_closed")
  t.equal(#t.requests(), 0)
  t.at(NOW)
  channel = opened(t, { template_name = "answer", template_language = "zh_CN", template_parameters = '["{text}"]' })
  t.at(NOW + 24 * 3600)
  t.platform(ok())
  t.equal(t.send({ recipient = TO, text = "100%\nready     now", id = "m2" }, channel).outcome, "sent")
  t.equal(last(t).template, { name = "answer", language = { code = "zh_CN" }, components = { { type = "body", parameters = { { type = "text", text = "100% ready   now" } } } } })
  channel = t.channel { phone_number_id = "106540352242922", access_token = "T", app_secret = "secret", verify_token = "v", template_name = "a", template_parameters = "{}x" }
  t.equal(t.send({ recipient = TO, text = "x", id = "m3" }, channel).outcome, "misconfigured")
end)

test("a template that the message names goes out at any time, also to whom never wrote", function(t)
  local channel = opened(t)
  t.platform(ok())
  t.equal(t.send({ recipient = "8613800138000", kind = "text", text = "x", fields = { template = { name = "shipped", language = "en", components = { { type = "body" } } } } }, channel).outcome, "sent")
  t.equal(last(t).template, { name = "shipped", language = { code = "en" }, components = { { type = "body" } } })
end)

test("kinds go out as WhatsApp names them; what it cannot show becomes words", function(t)
  local channel = opened(t)
  local number = 0
  local function first(message)
    t.platform(ok())
    number = number + 1
    message.recipient, message.id = TO, "k" .. number
    t.equal(t.send(message, channel).outcome, "sent")
    return last(t)
  end
  t.equal(first({ kind = "image", text = "see", fields = { url = "https://a.example/p.png" } }).image, { link = "https://a.example/p.png", caption = "see" })
  t.equal(first({ kind = "file", fields = { name = "a.pdf", url = "https://a.example/a.pdf" } }).document, { link = "https://a.example/a.pdf", filename = "a.pdf" })
  t.equal(first({ kind = "file", fields = { name = "a.pdf", url = "http://a.example/a.pdf" } }).text.body, "a.pdf\nhttp://a.example/a.pdf")
  t.equal(first({ kind = "location", text = "Shop", fields = { latitude = 1, longitude = 2, address = "Road 1" } }).location, { latitude = 1, longitude = 2, name = "Shop", address = "Road 1" })
  local card = first { kind = "card", fields = { title = "Bag", description = "Red", url = "https://a.example", button = "Open", thumb_url = "https://a.example/t.jpg" } }
  t.equal(card.interactive, { type = "cta_url", header = { type = "image", image = { link = "https://a.example/t.jpg" } }, body = { text = "Bag\nRed" }, action = { name = "cta_url", parameters = { display_text = "Open", url = "https://a.example" } } })
  local buttons = first { kind = "menu", text = "?", fields = { options = { { id = "a", text = "Yes" }, { id = "b", text = "No" } } } }
  t.equal(buttons.interactive.action.buttons[2], { type = "reply", reply = { id = "b", title = "No" } })
  local many = {}
  for index = 1, 4 do many[index] = { id = index, text = ("o"):rep(30) .. index } end
  local list = first { kind = "menu", text = "?", fields = { options = many } }
  t.equal({ list.interactive.type, list.interactive.action.button, #list.interactive.action.sections[1].rows[1].title }, { "list", "☰", 26 })
  t.equal(list.interactive.action.sections[1].rows[4].description, ("o"):rep(30) .. "4")
  for index = 5, 11 do many[index] = { id = index, text = "o" .. index } end
  t.truthy(first({ kind = "menu", text = "?", fields = { options = many } }).text.body:find("11. o11", 1, true))
end)

test("a file of ours is uploaded once, as a document where the type is not taken, and anew when it is gone", function(t)
  local channel = opened(t)
  local png, webp = t.file("\x89PNG....", "image/png", "a.png"), t.file("RIFF....WEBP", "image/webp", "a.webp")
  t.platform({ path = UPLOAD, json = { id = "U1" } }, ok(), ok())
  t.equal(t.send({ recipient = TO, kind = "image", fields = { media_id = png } }, channel).outcome, "sent")
  t.equal(last(t).image, { id = "U1" })
  t.equal(t.send({ recipient = TO, kind = "image", fields = { media_id = png }, id = "m2" }, channel).outcome, "sent")
  t.equal(#t.requests(), 3)
  t.platform({ path = UPLOAD, json = { id = "U2" } }, ok())
  t.equal(t.send({ recipient = TO, kind = "image", fields = { media_id = webp, name = "a.webp" }, id = "m3" }, channel).outcome, "sent")
  t.equal(last(t).document, { id = "U2", filename = "a.webp" })
  t.platform(bad(400, 131053), { path = UPLOAD, json = { id = "U3" } }, ok())
  t.equal(t.send({ recipient = TO, kind = "image", fields = { media_id = png }, id = "m4" }, channel).outcome, "sent")
  t.equal(last(t).image, { id = "U3" })
end)

test("long words before buttons, and long texts, take several calls and go on where they stopped", function(t)
  local channel = opened(t)
  t.platform(ok "wamid.a", ok "wamid.b")
  t.send({ recipient = TO, kind = "menu", text = ("é"):rep(1500), fields = { options = { { id = "a", text = "A" } } } }, channel)
  t.equal({ #t.requests(), t.requests()[1].json.type, last(t).type }, { 2, "text", "interactive" })
  local long = ("é"):rep(9000)
  t.platform(ok "wamid.a", bad(500, 131000))
  t.equal(t.send({ recipient = TO, text = long, id = "m2" }, channel).outcome, "retry")
  t.platform(ok "wamid.b", ok "wamid.c")
  t.equal(t.send({ recipient = TO, text = long, id = "m2", attempt = 2 }, channel), { outcome = "sent", external_id = "wamid.a", external_ids = { "wamid.a", "wamid.b", "wamid.c" } })
  t.equal(#t.requests(), 6)
end)

test("errors have their outcomes", function(t)
  local channel = opened(t)
  local cases = {
    [0] = "misconfigured", [3] = "misconfigured", [10] = "misconfigured", [190] = "misconfigured", [200] = "misconfigured", [368] = "misconfigured",
    [131031] = "misconfigured", [132001] = "misconfigured", [132015] = "misconfigured", [132016] = "misconfigured", [133010] = "misconfigured",
    [4] = "retry", [80007] = "retry", [130429] = "retry", [131048] = "retry", [131056] = "retry", [131000] = "retry", [131016] = "retry",
    [131026] = "failed", [131047] = "failed", [131049] = "failed", [131050] = "failed", [131051] = "failed", [131021] = "failed", [100] = "failed",
  }
  for code, outcome in pairs(cases) do
    t.platform(bad(400, code))
    t.equal(t.send({ recipient = TO, text = "x", id = "e" .. code }, channel).outcome, outcome, tostring(code))
  end
  t.platform(bad(400, 131056))
  t.equal(t.send({ recipient = TO, text = "x", id = "pair" }, channel).after, 60)
  t.platform({ path = SEND, lost = true }, { path = SEND, lost = true })
  t.equal(t.send({ recipient = TO, text = "x", id = "l" }, channel).outcome, "retry")
  t.equal(t.send({ recipient = TO, text = "x", id = "l", attempt = 2 }, channel).outcome, "failed")
end)

test("files come from Meta's own hosts, by an address that the id gives", function(t)
  local channel = opened(t)
  t.platform({ path = "/v25.0/77", json = { url = "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=77", mime_type = "image/jpeg" } },
    { path = "/whatsapp_business/attachments/", body = "\xff\xd8\xff1", headers = { ["content-type"] = "image/jpeg" } })
  t.equal(t.call("media", { fields = { media_id = "77" } }, channel).content_type, "image/jpeg")
  t.equal(t.requests()[2].headers.authorization, "Bearer T")
  t.platform { path = "/v25.0/78", json = { url = "https://evil.example/x" } }
  t.equal(t.call("media", { fields = { media_id = "78" } }, channel), nil)
  t.equal(#t.requests(), 3)
  t.equal(t.call("media", { fields = { media_id = "../me" } }, channel), nil)
end)

test("typing marks the last message as read; seen and health", function(t)
  local channel = opened(t)
  t.platform({ path = SEND, json = { success = true } }, { path = SEND, json = { success = true } }, { path = "/v25.0/106540352242922", json = { id = "1" } }, { path = "/v25.0/106540352242922", status = 401, json = { error = { code = 190, message = "expired" } } })
  t.call("typing", TO, true, channel)
  t.equal(last(t), { messaging_product = "whatsapp", status = "read", message_id = "wamid.in", typing_indicator = { type = "text" } })
  t.call("typing", TO, false, channel)
  t.call("typing", "1999", true, channel)
  t.equal(#t.requests(), 1)
  t.equal(t.call("calls.seen", { customer = TO }, channel).ok, true)
  t.equal(t.call("health", channel), true)
  t.equal(select(2, t.call("health", channel)), "190 expired")
end)

test("what is said beside a place goes after it; options that open pages keep their addresses", function(t)
  local channel = opened(t)
  t.platform(ok("wamid.a"), ok("wamid.b"), ok("wamid.c"))
  local place = { recipient = TO, kind = "location", text = "meet here", fields = { latitude = 1, longitude = 2, label = "Gate 4", address = "Quay 9" } }
  t.equal(t.send(place, channel).external_ids, { "wamid.a", "wamid.b" })
  t.equal(last(t).text.body, "meet here")
  local menu = { recipient = TO, id = "m2", kind = "menu", text = "?", fields = { options = { { text = "Site", url = "https://a.example" }, { id = "b", text = "No" } } } }
  t.equal(t.send(menu, channel).outcome, "sent")
  t.equal(last(t).text.body, "?\n1. Site https://a.example\n2. No")
end)
