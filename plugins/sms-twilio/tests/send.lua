-- SPDX-License-Identifier: Apache-2.0
local SID = "AC0123456789abcdef0123456789abcdef"
local MESSAGES = "/2010-04-01/Accounts/" .. SID .. "/Messages.json"
local function channel_of(t, extra)
  local settings = { account_sid = SID, auth_token = "token", from = "+15005550006", public_url = "https://desk.example.com/hooks/sms" }
  for name, value in pairs(extra or {}) do settings[name] = value end
  return t.channel(settings)
end
local TO = "+8613800138000"
local function made(sid) return { path = MESSAGES, status = 201, json = { sid = sid, status = "queued" } } end
local function bad(status, code, headers) return { path = MESSAGES, status = status, headers = headers, json = { code = code, message = "m", status = status } } end

test("a text is posted as a form, with a status callback", function(t)
  local channel = channel_of(t)
  t.platform(made "SM1")
  t.equal(t.send({ recipient = TO, text = "您好 + 😀" }, channel), { outcome = "sent", external_id = "SM1" })
  local request = t.requests()[1]
  t.equal(url.parse_query(request.body), { To = TO, From = "+15005550006", Body = "您好 + 😀", StatusCallback = "https://desk.example.com/hooks/sms" })
  t.equal(request.headers.authorization, "Basic " .. crypto.base64(SID .. ":token"))
end)

test("customers are answered from the number they wrote to; a service and a key are used where they are set", function(t)
  local channel = channel_of(t)
  t.receive(t.simulate({ text = "x", sender = TO, to = "+15005550009" }, channel)[1], channel)
  t.platform(made "SM1")
  t.send({ recipient = TO, text = "x" }, channel)
  t.equal(url.parse_query(t.requests()[1].body).From, "+15005550009")
  local service = channel_of(t, { messaging_service_sid = "MG1", api_key = "SK1", api_key_secret = "s", status_callbacks = false, smart_encoding = true })
  t.platform(made "SM2")
  t.send({ recipient = TO, text = "x", id = "m2" }, service)
  t.equal(url.parse_query(t.requests()[2].body), { To = TO, MessagingServiceSid = "MG1", Body = "x", SmartEncoded = "true" })
  t.equal(t.requests()[2].headers.authorization, "Basic " .. crypto.base64("SK1:s"))
end)

test("a file goes by its address, what has none becomes words", function(t)
  local channel = channel_of(t)
  t.platform(made "SM1", made "SM2", made "SM3")
  t.send({ recipient = TO, kind = "image", text = "see", fields = { url = "https://a.example/p.png" } }, channel)
  t.equal(url.parse_query(t.requests()[1].body).MediaUrl, "https://a.example/p.png")
  t.equal(url.parse_query(t.requests()[1].body).Body, "see")
  t.send({ recipient = TO, kind = "card", fields = { title = "Bag", url = "https://a.example" }, id = "m2" }, channel)
  t.equal(url.parse_query(t.requests()[2].body).Body, "Bag\nhttps://a.example")
  t.send({ recipient = TO, kind = "menu", text = "?", fields = { options = { { id = "a", text = "Yes" } } }, id = "m3" }, channel)
  t.equal(url.parse_query(t.requests()[3].body).Body, "?\n1. Yes")
end)

test("a long text takes several messages and goes on where it stopped", function(t)
  local channel = channel_of(t)
  local long = ("é"):rep(3300)
  t.platform(made "SM1", bad(503, 20503))
  t.equal(t.send({ recipient = TO, text = long }, channel).outcome, "retry")
  t.platform(made "SM2", made "SM3")
  t.equal(t.send({ recipient = TO, text = long, attempt = 2 }, channel), { outcome = "sent", external_id = "SM1", external_ids = { "SM1", "SM2", "SM3" } })
  t.equal(#t.requests(), 4)
end)

test("codes have their outcomes", function(t)
  local channel = channel_of(t)
  local cases = { { 400, 21211, "failed" }, { 400, 21408, "failed" }, { 400, 21614, "failed" }, { 400, 21617, "failed" }, { 401, 20003, "misconfigured" },
    { 400, 21606, "misconfigured" }, { 400, 21212, "misconfigured" }, { 404, 20404, "misconfigured" }, { 429, 20429, "retry" }, { 500, 20500, "retry" }, { 503, nil, "retry" } }
  for index, case in ipairs(cases) do
    t.platform(bad(case[1], case[2]))
    t.equal(t.send({ recipient = TO, text = "x", id = "e" .. index }, channel).outcome, case[3], tostring(case[2]))
  end
  t.platform(bad(429, 20429, { ["retry-after"] = "30" }))
  t.equal(t.send({ recipient = TO, text = "x", id = "after" }, channel).after, 30)
end)

test("who told Twilio STOP is not written to again", function(t)
  local channel = channel_of(t)
  t.platform(bad(400, 21610))
  t.equal(t.send({ recipient = TO, text = "x" }, channel).outcome, "failed")
  t.equal(t.send({ recipient = TO, text = "x", id = "m2" }, channel).outcome, "failed")
  t.equal(#t.requests(), 1)
end)

test("after a lost answer Twilio is asked before anything is sent again", function(t)
  local channel = channel_of(t)
  local function listed(...) return { path = MESSAGES, method = "GET", json = { messages = array { ... } } } end
  t.platform { path = MESSAGES, lost = true }
  t.equal(t.send({ recipient = TO, text = "x", id = "a" }, channel).outcome, "retry")
  t.platform(listed({ sid = "SM0", body = "x", direction = "outbound-api", date_created = "Wed, 31 Dec 2025 22:00:00 +0000" },
    { sid = "SM1", body = "x", direction = "outbound-api", date_created = "Thu, 01 Jan 2026 00:00:01 +0000" }))
  t.equal(t.send({ recipient = TO, text = "x", id = "a", attempt = 2 }, channel), { outcome = "sent", external_id = "SM1" })
  t.platform { path = MESSAGES, lost = true }
  t.equal(t.send({ recipient = TO, text = "y", id = "b" }, channel).outcome, "retry")
  t.platform(listed(), made "SM2")
  t.equal(t.send({ recipient = TO, text = "y", id = "b", attempt = 2 }, channel), { outcome = "sent", external_id = "SM2" })
  t.platform { path = MESSAGES, refused = true }
  t.equal(t.send({ recipient = TO, text = "z", id = "c" }, channel).outcome, "retry")
end)

test("files are fetched from Twilio with our key, and from nowhere else", function(t)
  local channel = channel_of(t)
  local path = "/2010-04-01/Accounts/" .. SID .. "/Messages/MM1/Media/ME1"
  t.platform { path = path, body = "\xff\xd8\xff1", headers = { ["content-type"] = "image/jpeg" } }
  t.equal(t.call("media", { fields = { media_url = "https://api.twilio.com" .. path } }, channel).content_type, "image/jpeg")
  t.truthy(t.requests()[1].headers.authorization)
  for _, address in ipairs { "https://evil.example/x", "https://api.twilio.com/2010-04-01/Accounts/AC9/Messages/MM1/Media/ME1", "https://api.twilio.com" .. path .. "/../x" } do
    t.equal(t.call("media", { fields = { media_url = address } }, channel), nil, address)
  end
  t.equal(#t.requests(), 1)
end)

test("health, segments, nothing to say, nobody to say it from", function(t)
  local channel = channel_of(t)
  local account = "/2010-04-01/Accounts/" .. SID .. ".json"
  t.platform({ path = account, json = { status = "active" } }, { path = account, json = { status = "suspended" } }, { path = account, status = 401, json = { code = 20003, message = "no" } })
  t.equal(t.call("health", channel), true)
  t.equal({ t.call("health", channel) }, { nil, "the account is suspended" })
  t.equal(select(2, t.call("health", channel)), "20003 no")
  t.equal(t.call("calls.segments", { text = "您好" }), { encoding = "ucs2", units = 2, segments = 1 })
  t.equal(t.send({ recipient = TO, text = " " }, channel).outcome, "failed")
  t.equal(t.send({ recipient = "nobody", text = "x" }, channel).outcome, "failed")
  local without = t.channel { account_sid = SID, auth_token = "token", public_url = "https://desk.example.com/hooks/sms" }
  t.equal(t.send({ recipient = TO, text = "x" }, without).outcome, "misconfigured")
end)

test("the same words said before are not taken for a message whose answer was lost", function(t)
  local channel = channel_of(t)
  local function listed(...) return { path = MESSAGES, method = "GET", json = { messages = array { ... } } } end
  local function item(sid, body) return { sid = sid, body = body, direction = "outbound-api", date_created = "Thu, 01 Jan 2026 00:00:01 +0000" } end
  t.platform(made "SM1", { path = MESSAGES, lost = true })
  t.equal(t.send({ recipient = TO, text = "OK", id = "a" }, channel).outcome, "sent")
  t.equal(t.send({ recipient = TO, text = "OK", id = "b" }, channel).outcome, "retry")
  t.platform(listed(item("SM1", "OK"), item("SM0", "All is OK")), made "SM2")
  t.equal(t.send({ recipient = TO, text = "OK", id = "b", attempt = 2 }, channel), { outcome = "sent", external_id = "SM2" })
  t.platform { path = MESSAGES, lost = true }
  t.send({ recipient = TO, text = "OK", id = "c" }, channel)
  t.platform(listed(item("SM2", "OK"), item("SM3", "Sent from your Twilio trial account - OK"), item("SM1", "OK")))
  t.equal(t.send({ recipient = TO, text = "OK", id = "c", attempt = 2 }, channel), { outcome = "sent", external_id = "SM3" })
end)

test("files lie where Twilio sends on to, which gets no key of ours; another place is not followed", function(t)
  local channel = channel_of(t)
  local path = "/2010-04-01/Accounts/" .. SID .. "/Messages/MM1/Media/ME1"
  local content = { fields = { media_url = "https://api.twilio.com" .. path } }
  local function moved(location) return { path = path, status = 307, headers = { location = location } } end
  for _, place in ipairs { "https://mms.twiliocdn.com/AC1/f", "https://s3-external-1.amazonaws.com/media.twiliocdn.com/AC1/f" } do
    t.platform(moved(place), { body = "\xff\xd8\xff1", headers = { ["content-type"] = "image/jpeg" } })
    t.equal(t.call("media", content, channel).content_type, "image/jpeg", place)
    local requests = t.requests()
    t.equal({ requests[#requests].url, requests[#requests].headers.authorization }, { place, nil })
  end
  local count = #t.requests()
  for _, place in ipairs {
    "https://evil.example/f", "http://mms.twiliocdn.com/f", "https://twiliocdn.com.evil.example/f", "https://mms.twiliocdn.com@10.0.0.1/f",
    "https://s3-external-1.amazonaws.com/other/f", "https://eviltwiliocdn.com/f", "/f",
  } do
    t.platform(moved(place))
    t.equal({ t.call("media", content, channel) }, { nil, "HTTP 307: redirects are not followed", "media" }, place)
  end
  t.equal(#t.requests(), count + 7)
end)

test("a number that was typed with blanks is the same number", function(t)
  local channel = channel_of(t)
  t.platform(made "SM1")
  t.send({ recipient = "+86 138-0013-8000", text = "x" }, channel)
  t.equal(url.parse_query(t.requests()[1].body).To, TO)
end)
