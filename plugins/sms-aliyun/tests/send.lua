-- SPDX-License-Identifier: Apache-2.0
local TOKEN = "0123456789abcdef0123"
local function channel_of(t, extra)
  local settings = { access_key_id = "LTAI", access_key_secret = "secret", sign_name = "店", template_code = "SMS_1", callback_token = TOKEN }
  for name, value in pairs(extra or {}) do settings[name] = value end
  return t.channel(settings)
end
local TO = "+8613800138000"
local function code(value, words, status) return { status = status, json = { Code = value, Message = words or "", RequestId = "R" } } end

test("a text goes out in the template, signed", function(t)
  local channel = channel_of(t)
  t.platform { json = { Code = "OK", BizId = "900^0" } }
  t.equal(t.send({ recipient = TO, text = "您好\n已发货" }, channel), { outcome = "sent", external_id = "900^0" })
  local request = t.requests()[1]
  t.equal(request.query, {
    PhoneNumbers = "13800138000", SignName = "店", TemplateCode = "SMS_1", TemplateParam = '{"content":"您好 已发货"}',
    OutId = "m0000000000001-1",
  })
  t.equal(request.headers["x-acs-action"], "SendSms")
  t.equal(request.headers["x-acs-date"], "2026-01-01T00:00:00Z")
  t.truthy(request.headers.authorization:find("^ACS3%-HMAC%-SHA256 Credential=LTAI,SignedHeaders=host;x%-acs%-action;x%-acs%-content%-sha256;x%-acs%-date;x%-acs%-signature%-nonce;x%-acs%-version,Signature=%x+$"))
end)

test("the older signature stands in the query", function(t)
  local channel = channel_of(t, { signature = "rpc", api_base = "http://127.0.0.1:9999/gateway" })
  t.platform { json = { Code = "OK", BizId = "1" } }
  t.equal(t.send({ recipient = "+85261234567", text = "x" }, channel).outcome, "sent")
  local request = t.requests()[1]
  t.equal({ request.path, request.query.PhoneNumbers, request.query.SignatureMethod }, { "/gateway", "85261234567", "HMAC-SHA1" })
  t.truthy(#request.query.Signature == 28)
end)

test("a long text takes several messages and goes on where it stopped; too long a one is refused", function(t)
  local channel = channel_of(t, { template_params = '{"content":"{text}","no":"{part}/{parts}"}' })
  local long = ("长"):rep(80)
  t.platform({ json = { Code = "OK", BizId = "1" } }, code "isp.SYSTEM_ERROR")
  t.equal(t.send({ recipient = TO, text = long }, channel).outcome, "retry")
  t.platform({ json = { Code = "OK", BizId = "2" } }, { json = { Code = "OK", BizId = "3" } })
  t.equal(t.send({ recipient = TO, text = long, attempt = 2 }, channel), { outcome = "sent", external_id = "1", external_ids = { "1", "2", "3" } })
  local requests = t.requests()
  t.equal(#requests, 4)
  t.equal(json.decode(requests[4].query.TemplateParam), { content = ("长"):rep(10), no = "3/3" })
  t.equal(t.send({ recipient = TO, text = ("长"):rep(400) }, channel).outcome, "failed")
end)

test("a template that the message names is sent as it is", function(t)
  local channel = channel_of(t)
  t.platform { json = { Code = "OK", BizId = "1" } }
  t.equal(t.send({ recipient = TO, text = "x", fields = { template = { code = "SMS_9", params = { order = "A1" } } } }, channel).outcome, "sent")
  t.equal({ t.requests()[1].query.TemplateCode, t.requests()[1].query.TemplateParam }, { "SMS_9", '{"order":"A1"}' })
end)

test("what cannot be sent is said without a call", function(t)
  local channel = channel_of(t)
  t.equal(t.send({ recipient = "o-not-a-number", text = "x" }, channel).outcome, "failed")
  t.equal(t.send({ recipient = TO, text = "  " }, channel).outcome, "failed")
  t.equal(t.send({ recipient = TO, text = "x" }, channel_of(t, { template_params = "[" })).outcome, "misconfigured")
  local without = t.channel { access_key_id = "a", access_key_secret = "s", sign_name = "s", callback_token = TOKEN }
  t.equal(t.send({ recipient = TO, text = "x" }, without).outcome, "misconfigured")
  t.equal(#t.requests(), 0)
end)

test("codes have their outcomes, limits their pauses", function(t)
  local channel = channel_of(t)
  local cases = {
    { "isv.BUSINESS_LIMIT_CONTROL", "触发分钟级流控Permits:1", "retry", 60 }, { "isv.BUSINESS_LIMIT_CONTROL", "触发小时级流控Permits:5", "retry", 3600 },
    { "isv.BUSINESS_LIMIT_CONTROL", "触发天级流控Permits:10", "retry", 16 * 3600 + 60 }, { "isp.SYSTEM_ERROR", "", "retry" },
    { "Throttling.User", "", "retry" }, { "isv.AMOUNT_NOT_ENOUGH", "", "misconfigured" }, { "isv.OUT_OF_SERVICE", "", "misconfigured" },
    { "isv.SMS_TEMPLATE_ILLEGAL", "", "misconfigured" }, { "isv.SMS_SIGNATURE_ILLEGAL", "", "misconfigured" },
    { "isp.RAM_PERMISSION_DENY", "", "misconfigured" }, { "SignatureDoesNotMatch", "", "misconfigured" },
    { "isv.MOBILE_NUMBER_ILLEGAL", "", "failed" }, { "isv.BLACK_KEY_CONTROL_LIMIT", "", "failed" }, { "isv.PARAM_LENGTH_LIMIT", "", "failed" },
    { "isv.PARAM_NOT_SUPPORT_URL", "", "failed" }, { "isv.SOMETHING_NEW", "", "failed" },
  }
  for _, case in ipairs(cases) do
    t.platform(code(case[1], case[2]))
    local outcome = t.send({ recipient = TO, text = "x" }, channel)
    t.equal({ outcome.outcome, outcome.after }, { case[3], case[4] }, case[1])
  end
  t.platform { status = 503, body = "busy" }
  t.equal(t.send({ recipient = TO, text = "x" }, channel).outcome, "retry")
end)

test("after a lost answer the platform is asked before anything is sent again", function(t)
  local channel = channel_of(t)
  local function details(...) return { json = { Code = "OK", SmsSendDetailDTOs = { SmsSendDetailDTO = array { ... } } } } end
  t.platform { lost = true }
  t.equal(t.send({ recipient = TO, text = "x", id = "a" }, channel).outcome, "retry")
  t.platform(details({ OutId = "other" }, { OutId = "a-1", SendStatus = 3 }))
  t.equal(t.send({ recipient = TO, text = "x", id = "a", attempt = 2 }, channel), { outcome = "sent", external_id = "out:a-1" })
  t.equal(t.requests()[2].query.SendDate, "20260101")

  t.platform { lost = true }
  t.equal(t.send({ recipient = TO, text = "x", id = "b" }, channel).outcome, "retry")
  t.platform(details(), { json = { Code = "OK", BizId = "7" } })
  t.equal(t.send({ recipient = TO, text = "x", id = "b", attempt = 2 }, channel).external_id, "7")

  t.platform { lost = true }
  t.equal(t.send({ recipient = TO, text = "x", id = "c" }, channel).outcome, "retry")
  t.platform(code "isp.RAM_PERMISSION_DENY")
  t.equal(t.send({ recipient = TO, text = "x", id = "c", attempt = 2 }, channel).outcome, "failed")
end)

test("health asks for the template", function(t)
  local channel = channel_of(t)
  t.platform({ json = { Code = "OK", TemplateStatus = "1" } }, code("InvalidAccessKeyId.NotFound", "no", 404))
  t.equal(t.call("health", channel), true)
  local good, reason = t.call("health", channel)
  t.equal(good, nil)
  t.truthy(reason:find("InvalidAccessKeyId", 1, true))
end)

test("a receipt that names a message whose answer was lost is proof enough", function(t)
  local channel = channel_of(t)
  t.platform { lost = true }
  local outcome = t.send({ recipient = TO, text = "x", id = "a" }, channel)
  t.equal({ outcome.outcome, outcome.after }, { "retry", 60 })
  t.receive(t.simulate({ kind = "receipt", out_id = "a-1" }, channel)[1], channel)
  t.equal(t.send({ recipient = TO, text = "x", id = "a", attempt = 2 }, channel), { outcome = "sent", external_id = "out:a-1" })
  t.equal(#t.requests(), 1)
end)

test("a template that does not say the text goes out once, however long that is", function(t)
  local channel = channel_of(t, { template_params = '{"shop":"店"}', variable_limit = 10 })
  t.platform(code "OK")
  t.equal(t.send({ recipient = TO, text = ("长"):rep(200) }, channel).outcome, "sent")
  t.equal({ #t.requests(), t.requests()[1].query.TemplateParam }, { 1, '{"shop":"店"}' })
end)
