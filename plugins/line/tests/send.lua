-- SPDX-License-Identifier: Apache-2.0
local SETTINGS = { channel_secret = "secret", access_token = "T" }
local REPLY, PUSH = "/v2/bot/message/reply", "/v2/bot/message/push"
local function ok(path) return { path = path, json = { sentMessages = { { id = "461230966842064897", quoteToken = "q" } } } } end
local function bad(path, status, words, headers) return { path = path, status = status, json = { message = words }, headers = headers } end
local function last(t)
  local requests = t.requests()
  return requests[#requests].json, requests[#requests]
end

local function written(t, channel) t.receive(t.simulate({ text = "hi", sender = "U1", reply_token = "RT" }, channel)[1], channel) end

test("the first answer is a free reply, the next a push with a retry key", function(t)
  local channel = t.channel(SETTINGS)
  written(t, channel)
  t.platform(ok(REPLY), ok(PUSH))
  t.equal(t.send({ recipient = "U1", text = "a" }, channel), { outcome = "sent", external_id = "461230966842064897" })
  local body, request = last(t)
  t.equal(body, { replyToken = "RT", messages = { { type = "text", text = "a" } } })
  t.equal({ request.headers.authorization, request.headers["x-line-retry-key"] }, { "Bearer T" })
  t.equal(t.send({ recipient = "U1", text = "b", id = "m2" }, channel).outcome, "sent")
  body, request = last(t)
  t.equal(body.to, "U1")
  t.truthy(request.headers["x-line-retry-key"]:find("^%x%x%x%x%x%x%x%x%-%x%x%x%x%-4%x%x%x%-8%x%x%x%-%x+$"))
end)

test("an old or refused reply token becomes a push, a redelivered one is not used", function(t)
  local channel = t.channel(SETTINGS)
  written(t, channel)
  t.platform(bad(REPLY, 400, "Invalid reply token"), ok(PUSH), ok(PUSH), ok(PUSH))
  t.equal(t.send({ recipient = "U1", text = "a" }, channel).outcome, "sent")
  written(t, channel)
  t.advance(60)
  t.equal(t.send({ recipient = "U1", text = "a", id = "m2" }, channel).outcome, "sent")
  t.receive(t.simulate({ text = "hi", sender = "U2", copies = 2 }, channel)[2], channel)
  t.equal(t.send({ recipient = "U2", text = "a", id = "m3" }, channel).outcome, "sent")
  t.equal(#t.requests(), 4)
end)

test("a push is repeated under the same key, and one taken before is sent", function(t)
  local channel = t.channel(SETTINGS)
  t.platform({ path = PUSH, lost = true }, bad(PUSH, 409, "The retry key is already accepted", { ["x-line-accepted-request-id"] = "R" }))
  t.equal(t.send({ recipient = "U1", text = "a" }, channel).outcome, "retry")
  t.equal(t.send({ recipient = "U1", text = "a", attempt = 2 }, channel).outcome, "sent")
  local requests = t.requests()
  t.equal(requests[1].headers["x-line-retry-key"], requests[2].headers["x-line-retry-key"])
end)

test("errors have their outcomes", function(t)
  local channel = t.channel(SETTINGS)
  local cases = { { 400, "The property, 'to', is invalid", "failed" }, { 401, "Authentication failed", "misconfigured" }, { 403, "Not available", "misconfigured" },
    { 409, "Conflict", "retry" }, { 429, "The API rate limit has been exceeded", "retry" }, { 429, "You have reached your monthly limit.", "held" }, { 500, "Internal", "retry" } }
  for _, case in ipairs(cases) do
    t.platform(bad(PUSH, case[1], case[2]))
    t.equal(t.send({ recipient = "U1", text = "x" }, channel).outcome, case[3], case[2])
  end
end)

test("kinds go out as LINE names them; what it cannot show becomes words", function(t)
  local channel = t.channel(SETTINGS)
  local function first(message)
    t.platform(ok(PUSH))
    message.recipient = "U1"
    t.equal(t.send(message, channel).outcome, "sent")
    return last(t).messages[1]
  end
  t.equal(first({ kind = "image", fields = { url = "https://a.example/p.png" } }).previewImageUrl, "https://a.example/p.png")
  t.equal(first({ kind = "image", fields = { name = "p.png", url = "http://a.example/p.png" } }).text, "p.png\nhttp://a.example/p.png")
  t.equal(first({ kind = "video", fields = { url = "https://a.example/v", thumb_url = "https://a.example/t" } }).type, "video")
  t.equal(first({ kind = "voice", fields = { url = "https://a.example/v", seconds = 1.5 } }).duration, 1500)
  t.equal(first({ kind = "location", text = "Shop", fields = { latitude = 1, longitude = 2 } }).title, "Shop")
  local card = first({ kind = "card", fields = { title = ("T"):rep(60), url = "https://a.example" } })
  t.equal({ #card.template.actions[1].label, card.template.actions[1].uri }, { 22, "https://a.example" })
  t.equal(first({ kind = "card", fields = { title = "A", url = "http://a.example" } }).text, "A\nhttp://a.example")
  local menu = first({ kind = "menu", text = "?", fields = { options = { { id = "a&b", text = "はい" } } } })
  t.equal(menu.quickReply.items[1].action, { type = "postback", label = "はい", data = "ld=1&id=a%26b&label=%E3%81%AF%E3%81%84", displayText = "はい" })
  local many = {}
  for index = 1, 14 do many[index] = { id = index, text = "o" .. index } end
  t.truthy(first({ kind = "menu", text = "?", fields = { options = many } }).text:find("14. o14", 1, true))
end)

test("a very long text takes several calls of five, and goes on where it stopped", function(t)
  local channel = t.channel(SETTINGS)
  local long = ("あ"):rep(26000)
  t.platform(ok(PUSH), bad(PUSH, 500, "x"))
  t.equal(t.send({ recipient = "U1", text = long }, channel).outcome, "retry")
  t.platform(ok(PUSH))
  t.equal(t.send({ recipient = "U1", text = long, attempt = 2 }, channel).outcome, "sent")
  local requests = t.requests()
  t.equal({ #requests, #requests[1].json.messages, #requests[3].json.messages }, { 3, 5, 1 })
end)

test("tokens of 15 minutes are fetched, and renewed when refused", function(t)
  local channel = t.channel({ channel_secret = "secret", channel_id = "1234" })
  local function token_of(value) return { path = "/oauth2/v3/token", json = { access_token = value, expires_in = 900, token_type = "Bearer" } } end
  t.platform(token_of "A", bad(PUSH, 401, "expired"), token_of "B", ok(PUSH))
  t.equal(t.send({ recipient = "U1", text = "x" }, channel).outcome, "sent")
  local _, request = last(t)
  t.equal(request.headers.authorization, "Bearer B")
end)

test("files come from LINE's own host, when they are ready", function(t)
  local channel = t.channel(SETTINGS)
  t.platform({ path = "/v2/bot/message/325708/content", body = "\xff\xd8\xff1", headers = { ["content-type"] = "image/jpeg" } })
  t.equal(t.call("media", { fields = { media_id = "325708" } }, channel).content_type, "image/jpeg")
  t.truthy(t.requests()[1].url:find("https://api-data.line.me/", 1, true))
  t.equal(t.call("media", { fields = { media_id = "../x" } }, channel), nil)
  t.equal(t.call("media", { fields = { external_url = "https://evil.example" } }, channel), nil)
end)

test("typing, health and profile", function(t)
  local channel = t.channel(SETTINGS)
  t.platform({ path = "/v2/bot/chat/loading/start", status = 202, json = {} }, { path = "/v2/bot/info", json = { userId = "U" } }, { path = "/v2/bot/profile/U1", json = { displayName = "Aki", language = "ja" } })
  t.call("typing", "U1", true, channel)
  t.call("typing", "C1", true, channel)
  t.equal(#t.requests(), 1)
  t.equal(t.call("health", channel), true)
  t.equal(t.call("calls.profile", { customer = "U1" }, channel), { ok = true, name = "Aki", language = "ja" })
end)

test("what a card or place does not show is said after it; options that open what LINE does not take go as words", function(t)
  local channel = t.channel(SETTINGS)
  local function sent(message)
    t.platform(ok(PUSH))
    message.recipient, message.id = "U1", message.kind .. #t.requests()
    t.equal(t.send(message, channel).outcome, "sent")
    return last(t).messages
  end
  local place = sent { kind = "location", text = "meet here", fields = { latitude = 1, longitude = 2, label = "Gate 4", address = "Quay 9" } }
  t.equal({ #place, place[1].title, place[1].address, place[2].text }, { 2, "Gate 4", "Quay 9", "meet here" })
  local card = sent { kind = "card", text = "for you", fields = { title = "Bag", description = "Red", url = "https://a.example" } }
  t.equal({ #card, card[1].template.text, card[2].text }, { 2, "Red", "for you" })
  local long = sent { kind = "card", text = "", fields = { title = "Bag", description = ("w"):rep(61), url = "https://a.example" } }
  t.equal({ #long, long[2].text }, { 2, ("w"):rep(61) })
  local menu = sent { kind = "menu", text = "?", fields = { options = { { text = "Site", url = "http://a.example" }, { id = "b", text = "No" } } } }
  t.equal({ #menu, menu[1].text }, { 1, "?\n1. Site http://a.example\n2. No" })
end)
