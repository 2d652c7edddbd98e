-- SPDX-License-Identifier: Apache-2.0
local TOKEN = "0123456789abcdef0123"
local function channel_of(t, extra)
  local settings = {
    secret_id = "AKID", secret_key = "key", sdk_app_id = "1400006666", sign_name = "店", template_id = "1234", callback_token = TOKEN,
  }
  for name, value in pairs(extra or {}) do settings[name] = value end
  return t.channel(settings)
end
local TO = "+8613800138000"
local function status(code, serial) return { json = { Response = { RequestId = "R", SendStatusSet = { { SerialNo = serial or "", PhoneNumber = TO, Fee = 1, SessionContext = "", Code = code, Message = "m", IsoCode = "CN" } } } } } end
local function broken(code) return { json = { Response = { RequestId = "R", Error = { Code = code, Message = "m" } } } } end

test("a text goes out in the template, signed over the very bytes", function(t)
  local channel = channel_of(t)
  t.platform(status("Ok", "2019:1"))
  t.equal(t.send({ recipient = TO, text = "您好\n已发货" }, channel), { outcome = "sent", external_id = "2019:1" })
  local request = t.requests()[1]
  t.equal(request.json, {
    PhoneNumberSet = { TO }, SmsSdkAppId = "1400006666", SignName = "店", TemplateId = "1234", TemplateParamSet = { "您好 已发货" },
    SessionContext = "m0000000000001-1",
  })
  t.equal({ request.headers["x-tc-action"], request.headers["x-tc-version"], request.headers["x-tc-timestamp"] }, { "SendSms", "2021-01-11", "1767225600" })
  local tc3 = require "tc3"
  local again = tc3.sign({
    method = "POST", uri = "/", query = "", payload = request.body, timestamp = 1767225600, service = "sms",
    headers = { ["content-type"] = request.headers["content-type"], host = "sms.tencentcloudapi.com", ["x-tc-action"] = "SendSms" },
    signed_headers = { "content-type", "host", "x-tc-action" },
  }, "AKID", "key")
  t.equal(request.headers.authorization, again.authorization)
end)

test("other countries get no signature but a sender id", function(t)
  local channel = channel_of(t, { sender_id = "SHOP" })
  t.platform(status("Ok", "1"))
  t.equal(t.send({ recipient = "+85261234567", text = "hi" }, channel).outcome, "sent")
  t.equal({ t.requests()[1].json.SignName == nil, t.requests()[1].json.SenderId }, { true, "SHOP" })
end)

test("a long text takes several messages and goes on where it stopped", function(t)
  local channel = channel_of(t, { variable_limit = 20 })
  local long = ("长"):rep(50)
  t.platform(status("Ok", "1"), status "LimitExceeded.PhoneNumberThirtySecondLimit")
  local outcome = t.send({ recipient = TO, text = long }, channel)
  t.equal({ outcome.outcome, outcome.after }, { "retry", 30 })
  t.platform(status("Ok", "2"), status("Ok", "3"))
  t.equal(t.send({ recipient = TO, text = long, attempt = 2 }, channel), { outcome = "sent", external_id = "1", external_ids = { "1", "2", "3" } })
  local requests = t.requests()
  t.equal({ #requests, requests[4].json.TemplateParamSet[1] }, { 4, ("长"):rep(10) })
  t.equal(t.send({ recipient = TO, text = ("长"):rep(400) }, channel).outcome, "failed")
end)

test("codes have their outcomes, for the number as for the call", function(t)
  local channel = channel_of(t)
  local cases = {
    ["LimitExceeded.PhoneNumberOneHourLimit"] = "retry", ["LimitExceeded.PhoneNumberDailyLimit"] = "retry", ["LimitExceeded.AppDailyLimit"] = "retry",
    ["LimitExceeded.DeliveryFrequencyLimit"] = "retry", ["FailedOperation.MarketingSendTimeConstraint"] = "retry",
    ["FailedOperation.InsufficientBalanceInSmsPackage"] = "misconfigured", ["FailedOperation.SignatureIncorrectOrUnapproved"] = "misconfigured",
    ["FailedOperation.TemplateIncorrectOrUnapproved"] = "misconfigured", ["UnauthorizedOperation.SmsSdkAppIdVerifyFail"] = "misconfigured",
    ["UnauthorizedOperation.RequestIpNotInWhitelist"] = "misconfigured", ["InternalError.RequestTimeException"] = "misconfigured",
    ["AuthFailure.SignatureExpire"] = "misconfigured", ["FailedOperation.ContainSensitiveWord"] = "failed",
    ["InvalidParameterValue.IncorrectPhoneNumber"] = "failed", ["InvalidParameterValue.ProhibitedUseUrlInTemplateParameter"] = "failed",
    ["InvalidParameterValue.TemplateParameterFormatError"] = "failed", ["InternalError.Unknown"] = "retry", ["Something.New"] = "failed",
  }
  local number = 0
  for code, outcome in pairs(cases) do
    for _, answer in ipairs { status(code), broken(code) } do
      t.platform(answer)
      number = number + 1
      t.equal(t.send({ recipient = TO, text = "x", id = "e" .. number }, channel).outcome, outcome, code)
    end
  end
  t.platform(status "FailedOperation.MarketingSendTimeConstraint")
  t.at(1767225600 + 15 * 3600) -- 23:00 in Beijing
  t.equal(t.send({ recipient = TO, text = "x", id = "night" }, channel).after, 9 * 3600)
  t.platform { status = 502, body = "" }
  t.equal(t.send({ recipient = TO, text = "x", id = "g" }, channel).outcome, "retry")
end)

test("a blacklisted number is an opt-out from then on", function(t)
  local channel = channel_of(t)
  t.platform(status "FailedOperation.PhoneNumberInBlacklist")
  t.equal(t.send({ recipient = TO, text = "x" }, channel).outcome, "failed")
  t.equal(t.send({ recipient = TO, text = "x", id = "m2" }, channel).outcome, "failed")
  t.equal(#t.requests(), 1)
end)

test("after an unknown outcome the platform is asked before anything is sent again", function(t)
  local channel = channel_of(t)
  local function pulled(...) return { json = { Response = { PullSmsSendStatusSet = array { ... } } } } end
  t.platform(broken "InternalError.SendAndRecvFail")
  local unsure = t.send({ recipient = TO, text = "x", id = "a" }, channel)
  -- Its records need a while.
  t.equal({ unsure.outcome, unsure.after }, { "retry", 60 })
  t.platform(pulled({ SessionContext = "a-1", SerialNo = "2019:7" }))
  t.equal(t.send({ recipient = TO, text = "x", id = "a", attempt = 2 }, channel), { outcome = "sent", external_id = "2019:7" })
  t.platform { lost = true }
  t.equal(t.send({ recipient = TO, text = "x", id = "b" }, channel).outcome, "retry")
  t.platform(pulled(), { lost = true })
  t.equal(t.send({ recipient = TO, text = "x", id = "b", attempt = 2 }, channel).outcome, "failed")
end)

test("a template that the message names, wrong settings, nothing to say", function(t)
  local channel = channel_of(t)
  t.platform(status("Ok", "1"))
  t.equal(t.send({ recipient = TO, text = "x", fields = { template = { id = 99, params = { 1, "b" } } } }, channel).outcome, "sent")
  t.equal({ t.requests()[1].json.TemplateId, t.requests()[1].json.TemplateParamSet }, { "99", { "1", "b" } })
  t.equal(t.send({ recipient = TO, text = "x" }, channel_of(t, { template_params = '{"a":"{text}"}' })).outcome, "misconfigured")
  t.equal(t.send({ recipient = TO, text = "" }, channel).outcome, "failed")
  t.equal(t.send({ recipient = "nobody", text = "x" }, channel).outcome, "failed")
end)

test("health says what is wrong with the key", function(t)
  local channel = channel_of(t)
  t.platform({ json = { Response = { DescribeTemplateStatusSet = {} } } }, broken "AuthFailure.SecretIdNotFound")
  t.equal(t.call("health", channel), true)
  local good, reason = t.call("health", channel)
  t.equal({ good == nil, reason }, { true, "AuthFailure.SecretIdNotFound m" })
end)

test("a template without variables gets an empty list, once", function(t)
  local channel = channel_of(t, { template_params = "[]" })
  t.platform(status("Ok", "1"))
  t.equal(t.send({ recipient = TO, text = ("长"):rep(200) }, channel).outcome, "sent")
  t.equal(#t.requests(), 1)
  t.truthy(t.requests()[1].body:find('"TemplateParamSet":[]', 1, true))
end)

test("who said STOP is known in every written form of the number", function(t)
  local channel = channel_of(t)
  t.receive(t.simulate({ text = "退订" }, channel)[1], channel)
  for _, number in ipairs { TO, "13800138000", "+86 138-0013-8000" } do
    t.equal(t.send({ recipient = number, text = "x" }, channel).reason, (require "sms.consent").REFUSAL, number)
  end
  t.equal(#t.requests(), 0)
end)
