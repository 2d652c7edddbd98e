-- SPDX-License-Identifier: Apache-2.0
local SETTINGS = { secret = "a-secret-of-32-characters-000000", api_base = "https://shop.example.com/luadesk", file_base = "https://files.example.com", country_code = "86" }

local function post(t, channel, value)
  local platform = require "platform"
  return t.receive(platform.request(value, channel.settings), channel)
end

test("recorded requests: messages, receipts, and an attack", function(t)
  local channel = t.channel(SETTINGS)
  local answer = t.receive(t.fixture("messages.http"), channel)
  t.equal({ answer.status, answer.body }, { 200, '{"accepted":2}' })
  local message = answer.messages[1]
  t.equal({ message.sender, message.external_id, message.text, message.sent_at, message.profile.phone }, { "c-42", "9007199254740993", "我要退货", 1767225600, "+8613800138000" })
  t.equal({ answer.messages[2].kind, answer.messages[2].fields.url }, { "image", "https://files.example.com/a.jpg" })
  t.equal(t.receive(t.fixture("receipts.http"), channel).receipts, { { external_id = "x1", delivery = "read" }, { external_id = "m0000000000001", delivery = "failed", reason = "no such user" } })
  t.equal(t.receive(t.fixture("attack-changed.http"), channel).status, 403)
end)

test("repetition counts once, damage is refused", function(t)
  local channel = t.channel(SETTINGS)
  t.endures(t.fixture("messages.http"), channel, { signed = true })
end)

test("a captured request is good for five minutes, before and after", function(t)
  local channel = t.channel(SETTINGS)
  local request = t.simulate({ text = "a" }, channel)[1]
  t.advance(300)
  t.equal(t.receive(request, channel).status, 200)
  t.advance(1)
  t.equal({ t.receive(request, channel).status, t.receive(request, channel).reason }, { 403, "stale" })
  t.advance(-602)
  t.equal(t.receive(request, channel).reason, "stale")
end)

test("one exact form of the headers counts", function(t)
  local channel = t.channel(SETTINGS)
  local function with(name, value)
    local request = t.simulate({ text = "a" }, channel)[1]
    request.headers[name] = value(request.headers[name])
    return t.receive(request, channel)
  end
  t.equal(with("x-signature", function() return nil end).status, 401)
  t.equal(with("x-signature-timestamp", function() return nil end).status, 401)
  for _, change in ipairs {
    function(s) return s:upper() end, function(s) return s .. "," .. s end, function(s) return " " .. s end, function(s) return s:sub(4) end,
    function() return "" end,
  } do t.equal(with("x-signature", change).status, 403) end
  for _, change in ipairs { function(s) return s .. ".0" end, function(s) return "+" .. s end, function(s) return "0x" .. s end, function() return ("9"):rep(30) end } do
    t.equal(with("x-signature-timestamp", change).status, 403)
  end
end)

test("after a change of the secret the old one is taken until its time", function(t)
  local old = t.channel { secret = "old-secret-of-16-characters" }
  local request = t.simulate({ text = "a" }, old)[1]
  local new = t.channel { secret = "new-secret-of-16-characters", previous_secret = "old-secret-of-16-characters", previous_until = "2026-01-01T00:01:00Z" }
  t.equal(t.receive(request, new).status, 200)
  t.advance(61)
  t.equal(t.receive(request, new).reason, "bad_signature")
end)

test("what is wrong is said, with its place, and nothing of the request is taken", function(t)
  local channel = t.channel(SETTINGS)
  local good = { id = "1", from = "c", text = "x" }
  local function changed(name, value)
    local m = { id = "2", from = "c", text = "x" }
    m[name] = value
    return { messages = array { good, m } }
  end
  local cases = {
    { changed("id", ""), "messages[1].id" }, { changed("from", false), "messages[1].from" }, { changed("text", 7), "messages[1].text" },
    { changed("text", ""), "messages[1].text" }, { changed("at", "soon"), "messages[1].at" }, { changed("fields", array { 1 }), "messages[1].fields" },
    { changed("profile", "x"), "messages[1].profile" }, { changed("kind", 1), "messages[1].kind" }, { changed("reply_window", { seconds = 0 }), "messages[1].reply_window" },
    { changed("kind", "event"), "messages[1].fields.name" }, { { messages = { id = "1" } }, "messages: must be a list" },
    { { receipts = array { { id = "1", status = "lost" } } }, "receipts[0].status" }, { { receipts = array { 1 } }, "receipts[0]" },
    { {}, "neither" }, { "[1]", "no JSON object" }, { "", "no JSON object" }, { "nonsense", "no JSON object" },
  }
  for _, case in ipairs(cases) do
    local answer = post(t, channel, case[1])
    t.equal({ answer.status, #answer.messages }, { 400, 0 }, case[2])
    t.truthy(json.decode(answer.body).error:find(case[2], 1, true), case[2] .. ": " .. answer.body)
  end
  local many = array {}
  for index = 1, 501 do many[index] = { id = index, from = "c", text = "x" } end
  t.equal(post(t, channel, { messages = many }).status, 400)
end)

test("kinds, windows and numbers are understood; an unknown kind is kept", function(t)
  local channel = t.channel(SETTINGS)
  local function one(m)
    m.id, m.from = m.id or 7, m.from or "c"
    return post(t, channel, { messages = array { m } }).messages[1]
  end
  t.equal(one({ text = "x", id = 7 }).external_id, "7")
  t.equal(one({ text = "x", reply_window = { seconds = 3600, messages = 5 } }).reply_quota, { messages = 5, window = 3600 })
  t.equal(one({ kind = "location", fields = { latitude = 1.5, longitude = 2 } }).fields.latitude, 1.5)
  t.equal(one({ kind = "event", fields = { name = "cart_left" } }).fields.name, "cart_left")
  local unknown = one { kind = "hologram" }
  t.equal({ unknown.kind, unknown.fields.raw_kind }, { "unsupported", "hologram" })
  t.equal(one({ kind = "image", fields = { media_id = "someone-elses", url = "https://x.example" } }).fields.media_id, nil)
  t.equal(one({ kind = "card", fields = { title = "A", thumb_media_id = "someone-elses" } }).fields.thumb_media_id, nil)
  t.equal(one({ text = "x", at = "2026-01-01T08:00:00+08:00" }).sent_at, 1767225600)
  t.equal(one({ text = "x", profile = { phone = "138 0013 8000", name = "Ann" } }).profile, { phone = "+8613800138000", name = "Ann" })
  t.equal(one({ text = "x", profile = { phone = "ext. 12" } }).profile.phone, "ext. 12")
  t.equal(post(t, channel, { type = "ping" }).body, '{"accepted":0}')
end)

test("the schema names what is read and written, no more and no less", function(t)
  local defs = data.read("schema.json")["$defs"]
  local function names(list)
    local out = {}
    for name in pairs(list) do out[#out + 1] = name end
    table.sort(out)
    return table.concat(out, " ")
  end
  local inbound, outbound = require "inbound", require "outbound"
  -- A message that gives all that the schema allows is taken, and each of it matters.
  local all = { id = "1", from = "c", kind = "text", text = "x", fields = { name = "n" }, at = 1767225600, profile = { name = "A" }, reply_window = { seconds = 1, messages = 1 } }
  t.equal(names(all), names(defs.message_in.properties))
  for name in pairs(all) do
    local touched = {}
    inbound.message(setmetatable({}, { __index = function(_, key)
      touched[key] = true
      return all[key]
    end }))
    t.truthy(touched[name], name .. " is not read")
  end
  t.equal(names { id = 1, status = 1, reason = 1 }, names(defs.receipt_in.properties))
  local value = outbound.value({ id = "m", recipient = "c", kind = "text", text = "x", fields = {}, author = "system", attempt = 1 }, t.channel(SETTINGS))
  t.equal(names(value), names(defs.message_out.properties))
  for _, name in ipairs(defs.message_out.required) do t.truthy(value[name] ~= nil, name) end
end)

test("an object is no list, and a list no object, also where they are empty", function(t)
  local channel = t.channel(SETTINGS)
  local message = { id = "1", from = "c", text = "a" }
  local function error_of(body)
    local request = t.simulate({ text = "a" }, channel)[1]
    request.body = body
    for name, value in pairs(require "signature".headers(SETTINGS.secret, body)) do request.headers[name] = value end
    local answer = t.receive(request, channel)
    return { answer.status, (json.decode(answer.body) or {}).error }
  end
  for body, problem in pairs {
    ['{"messages":{}}'] = "messages: must be a list", ['{"receipts":{}}'] = "receipts: must be a list",
    ['{"messages":{"0":{"id":"1"}}}'] = "messages: must be a list", ['{"messages":[],"receipts":"x"}'] = "receipts: must be a list",
    ['[]'] = "the body is no JSON object", ['{"messages":[[]]}'] = "messages[0].must be an object",
    ['{"messages":[{"id":"1","from":"c","text":"a","profile":[]}]}'] = "messages[0].profile: must be an object",
  } do t.equal(error_of(body), { 400, problem }) end
  t.equal(error_of '{"messages":[]}', { 200 })
  t.equal(error_of(json.encode { messages = array { message } }), { 200 })
end)
