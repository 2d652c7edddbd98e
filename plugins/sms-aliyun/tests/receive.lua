-- SPDX-License-Identifier: Apache-2.0
local TOKEN = "0123456789abcdef0123"
local SETTINGS = { access_key_id = "LTAI", access_key_secret = "secret", sign_name = "店", template_code = "SMS_1", callback_token = TOKEN }

test("recorded callbacks: a message, receipts, and somebody without the token", function(t)
  local channel = t.channel(SETTINGS)
  local answer = t.receive(t.fixture("up.http"), channel)
  t.equal({ answer.status, answer.body }, { 200, '{"code":0,"msg":"接收成功"}' })
  local message = answer.messages[1]
  t.equal({ message.sender, message.text, message.sent_at, message.profile.phone },
    { "+8613800138000", "我的快递到哪了？", 1767225600, "+8613800138000" })
  t.equal(t.receive(t.fixture("report.http"), channel).receipts, {
    { external_id = "900619746936498440^0", delivery = "delivered" }, { external_id = "out:m1-1", delivery = "delivered" },
    { external_id = "900619746936498441^0", delivery = "failed", reason = "MK:0001 空号" },
  })
  t.equal(t.receive(t.fixture("attack-token.http"), channel).status, 403)
end)

test("repetition counts once, and a damaged callback is no error", function(t)
  local channel = t.channel(SETTINGS)
  t.endures(t.fixture("up.http"), channel)
  t.endures(t.fixture("report.http"), channel)
  local first = t.receive(t.simulate({ text = "a", message_id = "1" }, channel)[1], channel).messages[1]
  local second = t.receive(t.simulate({ text = "b", message_id = "2" }, channel)[1], channel).messages[1]
  t.truthy(first.external_id ~= second.external_id)
end)

test("without a token, with two, or with a short setting nobody is believed", function(t)
  local channel = t.channel(SETTINGS)
  local body = '[{"phone_number":"13800138000","content":"x","sequence_id":"1"}]'
  for _, query in ipairs { "", "token=", "token=" .. TOKEN .. "x", "token=" .. TOKEN .. "&token=" .. TOKEN, "Token=" .. TOKEN } do
    t.equal(t.receive({ query = query, body = body }, channel).status, 403, query)
  end
  t.equal(t.receive({ query = "token=" .. TOKEN, body = body }, channel).status, 200)
  local short = t.channel { access_key_id = "a", access_key_secret = "s", sign_name = "s", callback_token = "short" }
  t.equal(t.receive({ query = "token=short", body = body }, short).status, 403)
end)

test("TD is a STOP: an event, after which nothing is sent until START", function(t)
  local channel = t.channel(SETTINGS)
  local function said(words) return t.receive(t.simulate({ text = words }, channel)[1], channel).messages[1] end
  for _, words in ipairs { "TD", " td ", "回T", "退订", "STOP" } do
    local message = said(words)
    t.equal({ message.kind, message.fields.name, message.text }, { "event", "opt_out", words }, words)
  end
  t.equal(t.send({ recipient = "+8613800138000", text = "x" }, channel).outcome, "failed")
  t.equal(said("退订了怎么办").kind, "text")
  t.equal(said("START").fields.name, "opt_in")
  t.platform { json = { Code = "OK", BizId = "1" } }
  t.equal(t.send({ recipient = "+8613800138000", text = "x" }, channel).outcome, "sent")
end)

test("numbers in every written form are one customer; strange ones stay as they are", function(t)
  local channel = t.channel(SETTINGS)
  local function sender(number) return t.receive(t.simulate({ text = "x", sender = number }, channel)[1], channel).messages[1].sender end
  for _, number in ipairs { "13800138000", "+8613800138000", "8613800138000", "008613800138000", "+86 138-0013-8000", "１３８００１３８０００" } do
    t.equal(sender(number), "+8613800138000", number)
  end
  t.equal(sender("0085261234567"), "+85261234567")
  t.equal(sender("10086"), "10086")
end)

test("words of a customer count in the order in which they were said, each once", function(t)
  local channel = t.channel(SETTINGS)
  local consent = require "sms.consent"
  local stop = t.simulate({ text = "TD", message_id = "1" }, channel)[1]
  t.receive(stop, channel)
  t.advance(60)
  local start = t.simulate({ text = "START", message_id = "2" }, channel)[1]
  t.receive(start, channel)
  -- The gateway repeats the first one.
  t.receive(stop, channel)
  t.truthy(not consent.has_stopped("+8613800138000"))
  t.advance(60)
  local late = t.simulate({ text = "START", message_id = "3" }, channel)[1]
  t.advance(60)
  t.receive(t.simulate({ text = "退订", message_id = "4" }, channel)[1], channel)
  -- It was said before.
  t.receive(late, channel)
  t.truthy(consent.has_stopped("+8613800138000"))
  for _, number in ipairs { "13800138000", "+86 138 0013 8000", "008613800138000" } do
    t.equal(t.send({ recipient = number, text = "x" }, channel).reason, consent.REFUSAL, number)
  end
end)

test("a token that was changed is taken until its end", function(t)
  local settings = { previous_callback_token = "the-token-before-it", previous_until = time.rfc3339(time.now() + 60) }
  for name, value in pairs(SETTINGS) do settings[name] = value end
  local channel = t.channel(settings)
  t.equal(t.receive({ query = "token=the-token-before-it", body = "[]" }, channel).status, 200)
  t.advance(61)
  t.equal(t.receive({ query = "token=the-token-before-it", body = "[]" }, channel).status, 403)
  t.equal(t.receive({ query = "token=" .. TOKEN, body = "[]" }, channel).status, 200)
end)
