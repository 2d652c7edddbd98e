-- SPDX-License-Identifier: Apache-2.0
local outbound = require "outbound"
local units = require "units"

local SETTINGS = { bot_token = "123456:AAE-x_y", webhook_secret = "s" }
local function path(method) return "/bot123456:AAE-x_y/" .. method end
local function ok(method, id) return { path = path(method), json = { ok = true, result = { message_id = id or 9 } } } end
local function bad(method, code, words, more)
  return { path = path(method), status = code, json = { ok = false, error_code = code, description = words, parameters = more } }
end
local function last(t)
  local requests = t.requests()
  return requests[#requests].json or requests[#requests].body, requests[#requests].path
end

test("a text goes to its chat, without a parse mode", function(t)
  local channel = t.channel(SETTINGS)
  t.platform(ok "sendMessage")
  t.equal(t.send({ recipient = "5123456789", text = "<b>_x_</b>" }, channel), { outcome = "sent", external_id = "5123456789:9" })
  t.equal(last(t), { chat_id = 5123456789, text = "<b>_x_</b>" })
end)

test("a long text goes in parts of 4096 UTF-16 units, and goes on after the part that was taken", function(t)
  local channel = t.channel(SETTINGS)
  local long = ("警"):rep(4000) .. ("📦"):rep(100)
  t.platform(ok("sendMessage", 1), bad("sendMessage", 429, "Too Many Requests", { retry_after = 35 }))
  t.equal(t.send({ recipient = "5", text = long }, channel), { outcome = "retry", reason = "429 Too Many Requests", after = 35 })
  t.platform(ok("sendMessage", 2))
  t.equal(t.send({ recipient = "5", text = long, attempt = 2 }, channel).outcome, "sent")
  local requests = t.requests()
  t.equal(#requests, 3)
  t.equal(requests[1].json.text .. requests[3].json.text, long)
  t.truthy(units.length(requests[1].json.text) <= 4096)
end)

test("splitting never cuts a character and never loses one", function(t)
  for _, words in ipairs { "a", ("é"):rep(50), ("📦"):rep(33), "ab📦c", "" } do
    local parts = units.split(words, 7)
    t.equal(table.concat(parts), words)
    for _, part in ipairs(parts) do
      t.truthy(units.length(part) <= 7 and text.is_utf8(part))
      t.truthy(part ~= "" or words == "")
    end
  end
end)

test("files are uploaded, named by id, or fetched by Telegram", function(t)
  local channel = t.channel(SETTINGS)
  local id = t.file("\x89PNG....", "image/png", "a.png")
  t.platform(ok "sendPhoto")
  t.equal(t.send({ recipient = "5", kind = "image", text = "look", fields = { media_id = id } }, channel).outcome, "sent")
  local body = last(t)
  t.truthy(body:find('name="photo"', 1, true) and body:find('name="chat_id"', 1, true) and body:find("look", 1, true))
  for kind, method in pairs { image = { "sendPhoto", "photo" }, voice = { "sendVoice", "voice" }, video = { "sendVideo", "video" }, file = { "sendDocument", "document" } } do
    t.platform(ok(method[1]), ok(method[1]))
    t.send({ recipient = "5", kind = kind, fields = { media_id = "FILEID" } }, channel)
    t.equal(last(t)[method[2]], "FILEID")
    t.send({ recipient = "5", kind = kind, fields = { url = "https://a.example/x" } }, channel)
    t.equal(last(t)[method[2]], "https://a.example/x")
  end
  local wav = t.file("RIFF....WAVE", "audio/wav", "a.wav")
  t.platform(ok "sendDocument")
  t.equal(t.send({ recipient = "5", kind = "voice", fields = { media_id = wav } }, channel).outcome, "sent")
end)

test("menus are buttons; an id too long for one is found again", function(t)
  local channel = t.channel(SETTINGS)
  local long = ("x"):rep(100)
  t.platform(ok "sendMessage")
  t.send({ recipient = "5", kind = "menu", text = "?", fields = { options = { { id = 1, text = "A" }, { id = long, text = "B" }, { text = "C", url = "https://c.example" } } } }, channel)
  local rows = last(t).reply_markup.inline_keyboard
  t.equal(rows[1], { { text = "A", callback_data = "1" } })
  t.equal(rows[3], { { text = "C", url = "https://c.example" } })
  local short = rows[2][1].callback_data
  t.truthy(#short <= 64)
  local message = t.receive(t.simulate({ kind = "press", text = "B", menu_id = short }, channel)[1], channel).messages[1]
  t.equal(message.fields.menu_id, long)
end)

test("places are places, cards are words with a link", function(t)
  local channel = t.channel(SETTINGS)
  t.platform(ok "sendVenue", ok "sendLocation", ok "sendMessage")
  t.send({ recipient = "5", kind = "location", fields = { latitude = 1, longitude = 2, label = "Shop", address = "Road" } }, channel)
  t.equal(last(t).title, "Shop")
  t.send({ recipient = "5", kind = "location", fields = { latitude = 1, longitude = 2 } }, channel)
  t.send({ recipient = "5", kind = "card", fields = { title = "A", url = "https://a.example" } }, channel)
  t.equal(last(t).text, "A\nhttps://a.example")
end)

test("errors have their outcomes, and the token is in none of them", function(t)
  local channel = t.channel(SETTINGS)
  local cases = { { 403, "Forbidden: bot was blocked by the user", "failed" }, { 400, "Bad Request: chat not found", "failed" },
    { 401, "Unauthorized", "misconfigured" }, { 404, "Not Found", "misconfigured" }, { 500, "Internal", "retry" } }
  for _, case in ipairs(cases) do
    t.platform(bad("sendMessage", case[1], case[2]))
    t.equal(t.send({ recipient = "5", text = "x" }, channel).outcome, case[3], case[2])
  end
  t.platform({ path = path "sendMessage", status = 502, body = "<html>" })
  t.equal(t.send({ recipient = "5", text = "x" }, channel).outcome, "retry")
  t.platform({ path = path "sendMessage", lost = true }, { path = path "sendMessage", lost = true })
  local once = t.send({ recipient = "5", text = "x", id = "m7" }, channel)
  t.equal(once.outcome, "retry")
  t.truthy(not once.reason:find("AAE", 1, true))
  t.equal(t.send({ recipient = "5", text = "x", id = "m7", attempt = 2 }, channel).outcome, "failed")
end)

test("a group that moved is followed, and stays moved", function(t)
  local channel = t.channel(SETTINGS)
  t.platform(bad("sendMessage", 400, "upgraded", { migrate_to_chat_id = -1001234567890 }), ok "sendMessage", ok "sendMessage")
  t.equal(t.send({ recipient = "-42", text = "x" }, channel).outcome, "sent")
  t.equal(last(t).chat_id, -1001234567890)
  t.send({ recipient = "-42", text = "y", id = "m8" }, channel)
  t.equal(#t.requests(), 3)
  t.equal(last(t).chat_id, -1001234567890)
end)

test("a file is fetched by getFile, from Telegram's host only", function(t)
  local channel = t.channel(SETTINGS)
  t.platform({ path = path "getFile", json = { ok = true, result = { file_path = "documents/file_1.pdf" } } },
    { path = "/file/bot123456:AAE-x_y/documents/file_1.pdf", body = "%PDF-1.4 x", headers = { ["content-type"] = "application/pdf" } })
  t.truthy(t.call("media", { kind = "file", fields = { media_id = "F" } }, channel))
  for _, evil in ipairs { "../../x", "http://evil.example/a", "//evil.example/a", "a?b" } do
    t.platform({ path = path "getFile", json = { ok = true, result = { file_path = evil } } })
    t.equal(t.call("media", { kind = "file", fields = { media_id = "F" } }, channel), nil)
  end
end)

test("health, typing and setWebhook", function(t)
  local channel = t.channel(SETTINGS)
  t.platform({ path = path "getMe", json = { ok = true, result = {} } }, bad("getMe", 401, "Unauthorized"), { path = path "sendChatAction", json = { ok = true, result = true } }, { path = path "setWebhook", json = { ok = true, result = true } })
  t.equal(t.call("health", channel), true)
  local healthy, reason = t.call("health", channel)
  t.equal({ healthy == nil, reason }, { true, "401 Unauthorized" })
  t.call("typing", "5", true, channel)
  t.equal(last(t), { chat_id = 5, action = "typing" })
  t.equal(t.call("calls.webhook", { url = "https://desk.example/hooks/t" }, channel).ok, true)
  t.equal(last(t).secret_token, "s")
end)

test("a picture that is no photo to Telegram goes as a file", function(t)
  local channel = t.channel(SETTINGS)
  outbound.PHOTO = 8
  for index, id in ipairs { t.file("\x89PNG......", "image/png", "a.png"), t.file("<svg/>", "image/svg+xml", "a.svg") } do
    t.platform(ok "sendDocument")
    t.equal(t.send({ id = "m" .. index, recipient = "5", kind = "image", fields = { media_id = id } }, channel).outcome, "sent")
    t.truthy(last(t):find('name="document"', 1, true))
  end
  -- What a bot may not upload at all is a link.
  outbound.FILE = 8
  t.public_url("https://desk.example.com")
  local id = t.file("%PDF......", "application/pdf", "a.pdf")
  t.platform(ok "sendMessage")
  t.equal(t.send({ id = "m9", recipient = "5", kind = "file", fields = { media_id = id } }, channel).outcome, "sent")
  t.equal(last(t).text, "https://desk.example.com/media/" .. id)
end)

test("what is said beside a place goes after it", function(t)
  local channel = t.channel(SETTINGS)
  t.platform(ok "sendVenue", ok "sendMessage", ok "sendLocation", ok "sendMessage")
  local fields = { latitude = 1, longitude = 2, label = "Gate 4", address = "Quay 9" }
  t.equal(t.send({ recipient = "5", kind = "location", text = "meet here", fields = fields }, channel).outcome, "sent")
  t.equal(last(t), { chat_id = 5, text = "meet here" })
  fields = { latitude = 1, longitude = 2, label = "Gate 4" }
  t.equal(t.send({ recipient = "5", id = "m2", kind = "location", text = "meet here", fields = fields }, channel).outcome, "sent")
  t.equal(last(t), { chat_id = 5, text = "Gate 4\nmeet here" })
end)
