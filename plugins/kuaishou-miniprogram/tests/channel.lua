-- SPDX-License-Identifier: Apache-2.0
-- The requests under fixtures/ were signed with this channel's secret.
local SETTINGS = { app_id = "ks508983134848933013", app_secret = "secret" }
local LOGIN = "/oauth2/mp/code2session"

local function signed(body, secret)
  return { body = body, headers = { kwaisign = crypto.digest("md5", body .. (secret or "secret"), "hex") } }
end

test("an event becomes the customer's, and is answered with its id", function(t)
  local answer = t.receive(t.fixture("order.http"), t.channel(SETTINGS))
  t.equal(json.decode(answer.body), { result = 1, message_id = "4984109380734756" })
  local message = answer.messages[1]
  t.equal({ message.kind, message.sender, message.external_id, message.sent_at },
    { "event", "f18a5991cd34a981ac37dce882649518", "4984109380734756", 1767225600 })
  t.equal({ message.fields.name, message.fields.key, message.fields.data.out_order_no }, { "platform", "ORDER_STATUS", "D100" })
end)

test("a push endures repetition and refuses all damage", function(t)
  t.endures(t.fixture("order.http"), t.channel(SETTINGS), { signed = true })
  t.endures(t.fixture("authorize.http"), t.channel(SETTINGS), { signed = true })
end)

test("an altered order is refused", function(t)
  local answer = t.receive(t.fixture("attack-changed.http"), t.channel(SETTINGS))
  t.equal({ answer.status, answer.reason, #answer.messages }, { 403, "bad_signature", 0 })
end)

test("a numeric id stays a number with all its digits", function(t)
  local channel = t.channel(SETTINGS)
  for _, id in ipairs { "7", "9007199254740993", "9672585502221803172" } do
    local answer = t.receive(signed('{"message_id": ' .. id .. ',"event":"x"}'), channel)
    t.equal(answer.body, '{"result":1,"message_id":' .. id .. "}")
    t.equal(answer.messages[1].external_id, id)
  end
  t.equal(t.receive(signed('{"message_id":"007","event":"x"}'), channel).body, '{"result":1,"message_id":"007"}')
end)

test("a biz_type names the event, seconds are understood, an event about nobody is the platform's", function(t)
  local answer = t.receive(signed('{"message_id":"a","biz_type":"PAYMENT","event":"x","timestamp":1767225600,"data":[1]}'), t.channel(SETTINGS))
  local message = answer.messages[1]
  t.equal({ message.fields.key, message.sent_at, message.sender }, { "PAYMENT", 1767225600, "platform:ks508983134848933013" })
end)

test("other apps, bodies that are no object and other methods are refused; sealed events are acknowledged", function(t)
  local channel = t.channel(SETTINGS)
  t.equal(t.receive(signed('{"message_id":"a","app_id":"ks1"}'), channel).reason, "account_mismatch")
  for _, body in ipairs { "", "[]", "[1]", "1", "{", "null", '{"message_id":{}}', '{"message_id":""}' } do
    t.truthy(t.receive(signed(body), channel).status // 100 == 4, body)
  end
  t.equal(t.receive({ method = "GET" }, channel).status, 405)
  local sealed = t.receive(signed('{"encryptedMsg":"AA==","msgId":"m1","componentAppId":"c","timestamp":1}'), channel)
  t.equal({ sealed.body, #sealed.messages }, { '{"result":1,"message_id":"m1"}', 0 })
end)

test("events are only acknowledged where they are not wanted", function(t)
  local channel = t.channel({ app_id = "ks508983134848933013", app_secret = "secret", platform_events = "drop" })
  local answer = t.receive(t.fixture("order.http"), channel)
  t.equal({ answer.status, #answer.messages }, { 200, 0 })
end)

test("what simulate makes is taken, and copies count once", function(t)
  local channel = t.channel(SETTINGS)
  local requests = t.simulate({ event = "CANCEL", copies = 2, sender = "O1" }, channel)
  local first, second = t.receive(requests[1], channel), t.receive(requests[2], channel)
  t.equal(first.messages[1].external_id, second.messages[1].external_id)
  t.equal({ first.messages[1].fields.key, first.messages[1].sender }, { "CANCEL", "O1" })
end)

test("a code becomes an openid, and a telephone number is opened under its key", function(t)
  local channel = t.channel(SETTINGS)
  local case = t.vectors("vectors").vectors[15].given
  t.platform({ path = LOGIN, json = { result = 1, open_id = "O1", session_key = case.session_key } })
  local out = t.call("login", { code = "C", encrypted_data = case.encrypted_data, iv = case.iv }, channel)
  t.equal(out, { external_id = "O1", profile = { phone = "+8613800000000" } })
  t.equal(store.get("session:O1"), case.session_key)
end)

test("refusals of the login are told apart", function(t)
  local channel = t.channel(SETTINGS)
  local function code_for(answer)
    answer.path = LOGIN
    t.platform(answer)
    local out, _, code = t.call("login", { code = "C" }, channel)
    t.equal(out, nil)
    return code
  end
  t.equal(code_for { json = { result = 100200100, error_msg = "bad" } }, "bad_code")
  t.equal(code_for { json = { result = 100200101 } }, "misconfigured")
  t.equal(code_for { json = { result = 1 } }, "network")
  t.equal(code_for { json = { result = 0, open_id = "O1" } }, "bad_code")
  t.equal(code_for { status = 502 }, "network")
  t.equal(code_for { body = "<html>" }, "network")
  t.equal(code_for { lost = true }, "network")
end)

test("a message to a customer fails and says where it is answered; health asks for a token", function(t)
  local channel = t.channel(SETTINGS)
  t.equal(t.send({ text = "x" }, channel).outcome, "failed")
  t.equal(#t.requests(), 0)
  t.platform({ path = "/oauth2/access_token", json = { result = 100200100, error_msg = "client fail" } })
  local healthy, reason = t.call("health", channel)
  t.equal(healthy, nil)
  t.truthy(reason:find("100200100", 1, true))
  t.advance(3600)
  t.platform({ path = "/oauth2/access_token", json = { result = 1, access_token = "T", expires_in = 172800 } })
  t.equal(t.call("health", channel), true)
end)

test("a text id stays text although another number of the same name has its digits", function(t)
  local answer = t.receive(signed('{"message_id":"123","data":{"message_id":123}}'), t.channel(SETTINGS))
  t.equal(answer.body, '{"result":1,"message_id":"123"}')
end)

test("pushes signed with the secret before the last change are taken until its end", function(t)
  local channel = t.channel {
    app_id = SETTINGS.app_id, app_secret = "new", previous_app_secret = "secret", previous_until = time.rfc3339(time.now() + 60),
  }
  local body = '{"message_id":"a","event":"x"}'
  t.equal(t.receive(signed(body, "new"), channel).status, 200)
  t.equal(t.receive(signed(body), channel).status, 200)
  t.advance(61)
  t.equal(t.receive(signed(body), channel).status, 403)
end)
