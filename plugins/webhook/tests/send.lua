-- SPDX-License-Identifier: Apache-2.0
local SECRET = "a-secret-of-32-characters-000000"
local function channel_of(t, extra)
  local settings = { secret = SECRET, api_base = "https://shop.example.com/luadesk?v=1" }
  for name, value in pairs(extra or {}) do settings[name] = value end
  return t.channel(settings, "crm")
end
local function last(t)
  local requests = t.requests()
  return requests[#requests].json, requests[#requests]
end

test("a text is posted signed, with a key that stays the same", function(t)
  local channel = channel_of(t, { authorization = "Bearer gateway" })
  t.platform({ status = 503, headers = { ["retry-after"] = "20" } }, { json = { id = 77 } })
  local outcome = t.send({ recipient = "c-42", text = "您好", author = "agent:1" }, channel)
  t.equal({ outcome.outcome, outcome.after }, { "retry", 20 })
  t.advance(20)
  t.equal(t.send({ recipient = "c-42", text = "您好", author = "agent:1", attempt = 2 }, channel), { outcome = "sent", external_id = "77" })
  local first, second = t.requests()[1], t.requests()[2]
  t.equal(second.url, "https://shop.example.com/luadesk?v=1")
  t.equal(second.json, { type = "message", id = "m0000000000001", channel = "crm", to = "c-42", kind = "text", text = "您好", fields = {}, author = "agent:1", attempt = 2 })
  local timestamp = second.headers["x-signature-timestamp"]
  t.equal(timestamp, "1767225620")
  t.equal(second.headers["x-signature"], "v0=" .. crypto.hmac("sha256", SECRET, "v0:" .. timestamp .. ":" .. second.body, "hex"))
  t.equal({ first.headers["idempotency-key"], second.headers["idempotency-key"] }, { "m0000000000001", "m0000000000001" })
  t.truthy(first.headers["x-delivery-id"] ~= second.headers["x-delivery-id"])
  t.equal(second.headers.authorization, "Bearer gateway")
end)

test("every kind goes out as it is, or in words where only texts are known", function(t)
  local channel = channel_of(t)
  local menu = { kind = "menu", recipient = "c", text = "?", fields = { options = { { id = "a", text = "Yes" } } } }
  t.platform({ json = {} }, { json = {} })
  t.equal(t.send(menu, channel), { outcome = "sent", external_id = "m0000000000001" })
  t.equal(last(t).fields.options, { { id = "a", text = "Yes" } })
  t.send(menu, channel_of(t, { text_only = true }))
  t.equal({ last(t).kind, last(t).text, last(t).fields }, { "text", "?\n1. Yes", {} })
end)

test("a file is a part of the request; what is signed is the part before it", function(t)
  local channel = channel_of(t)
  local id = t.file("\x89PNG....", "image/png", "a.png")
  t.platform { json = {} }
  t.equal(t.send({ kind = "image", recipient = "c", fields = { media_id = id } }, channel).outcome, "sent")
  local _, request = last(t)
  local part = request.body:match('name="message".-\r\n\r\n(.-)\r\n%-%-')
  t.equal(request.headers["x-signature"], "v0=" .. crypto.hmac("sha256", SECRET, "v0:1767225600:" .. part, "hex"))
  t.equal(json.decode(part).fields.file, { name = "a.png", content_type = "image/png", byte_count = 8 })
  t.truthy(request.body:find("\x89PNG....", 1, true))
end)

test("answers have their outcomes", function(t)
  local channel = channel_of(t)
  local cases = {
    { 200, "", "sent" }, { 204, "", "sent" }, { 202, "not json", "sent" }, { 409, "", "sent" }, { 400, '{"error":"too long"}', "failed" }, { 422, "", "failed" },
    { 301, "", "misconfigured" }, { 308, "", "misconfigured" }, { 405, "", "misconfigured" },
    { 401, "", "misconfigured" }, { 403, "", "misconfigured" }, { 404, "", "misconfigured" }, { 410, "", "misconfigured" }, { 408, "", "retry" },
    { 425, "", "retry" }, { 429, "", "retry" }, { 500, "", "retry" }, { 200, '{"outcome":"held","reason":"asleep"}', "held" },
    { 200, '{"outcome":"failed","reason":"gone"}', "failed" }, { 200, '{"outcome":"retry","after":9}', "retry" }, { 200, "[]", "sent" },
  }
  for _, case in ipairs(cases) do
    t.platform { status = case[1], body = case[2] }
    t.equal(t.send({ recipient = "c", text = "x" }, channel).outcome, case[3], case[1] .. case[2])
  end
  t.platform { status = 400, body = '{"error":"too long"}' }
  t.equal(t.send({ recipient = "c", text = "x" }, channel).reason, "HTTP 400: too long")
  t.platform({ lost = true }, { refused = true }, { lost = true })
  for attempt = 1, 3 do t.equal(t.send({ recipient = "c", text = "x", attempt = attempt }, channel).outcome, "retry") end
end)

test("nothing to say, and nowhere to say it", function(t)
  t.equal(t.send({ recipient = "c", text = " " }, channel_of(t)).outcome, "failed")
  t.equal(t.send({ recipient = "c", text = "x" }, t.channel { secret = SECRET }).outcome, "misconfigured")
  t.equal(#t.requests(), 0)
end)

test("files come from file_base only", function(t)
  local channel = channel_of(t, { file_base = "https://files.example.com/x", file_authorization = "Bearer f" })
  t.platform { path = "/a.jpg", body = "\xff\xd8\xff1", headers = { ["content-type"] = "image/jpeg" } }
  t.equal(t.call("media", { fields = { url = "https://files.example.com/a.jpg" } }, channel).content_type, "image/jpeg")
  t.equal(t.requests()[1].headers.authorization, "Bearer f")
  for _, address in ipairs { "https://evil.example/a.jpg", "http://files.example.com/a.jpg", "https://files.example.com:8443/a.jpg", "https://files.example.com@evil.example/a", "https://shop.example.com/a.jpg" } do
    t.equal(t.call("media", { fields = { url = address } }, channel), nil, address)
  end
  t.equal(t.call("media", { fields = { url = "https://files.example.com/a.jpg" } }, channel_of(t)), nil)
  t.equal(#t.requests(), 1)
end)

test("what is no file says why", function(t)
  local channel = channel_of(t, { file_base = "https://files.example.com" })
  for _, case in ipairs {
    { { status = 302, headers = { location = "http://10.0.0.1/" } }, "HTTP 302: redirects are not followed" },
    { { status = 404 }, "HTTP 404" }, { { body = "" }, "the file is empty" },
    { { body = "<html>sorry", headers = { ["content-type"] = "text/html" } }, "the answer is a page or JSON, no file" },
  } do
    t.platform(case[1])
    local file, reason = t.call("media", { fields = { url = "https://files.example.com/a.jpg" } }, channel)
    t.equal({ file, reason }, { nil, case[2] })
  end
end)

test("typing is posted where it is wanted; health pings", function(t)
  local channel = channel_of(t, { typing = true })
  t.platform({ status = 204 }, { status = 200 }, { status = 500 })
  t.call("typing", "c", true, channel)
  t.equal(last(t), { type = "typing", channel = "crm", to = "c", on = true })
  t.call("typing", "c", true, channel_of(t))
  t.equal(#t.requests(), 1)
  t.equal(t.call("health", channel), true)
  t.equal(last(t), { type = "ping", channel = "crm" })
  t.equal(select(2, t.call("health", channel)), "HTTP 500")
  t.equal(t.call("health", t.channel { secret = SECRET }), true)
  t.equal(t.call("health", t.channel { secret = "short" }), nil)
end)
