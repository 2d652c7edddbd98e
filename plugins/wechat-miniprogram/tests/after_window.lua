-- SPDX-License-Identifier: Apache-2.0
local SEND, NOTICE = "/cgi-bin/message/custom/send", "/cgi-bin/message/subscribe/send"
local CLOSED = { path = SEND, json = { errcode = 45015, errmsg = "closed" } }

local function opened(t, extra)
  local settings = { app_id = "wx0123456789abcdef", app_secret = "secret", token = "token", mode = "plain" }
  for name, value in pairs(extra or {}) do settings[name] = value end
  t.platform({ path = "/cgi-bin/stable_token", json = { access_token = "T1", expires_in = 7200 } })
  return t.channel(settings)
end

local TEMPLATE = { template_id = "TPL", template_data = '{"thing1":"{text}","phrase3":"已回复"}', template_page = "pages/chat" }

test("after the window a subscribe message goes out, cut to what its fields take", function(t)
  local channel = opened(t, TEMPLATE)
  t.platform(CLOSED, { path = NOTICE, json = { errcode = 0, errmsg = "ok", msgid = 9 } })
  t.equal(t.send({ text = ("长"):rep(30) }, channel), { outcome = "sent", external_id = "notice:9" })
  local requests = t.requests()
  t.equal(requests[#requests].json, {
    touser = "customer", template_id = "TPL", page = "pages/chat", miniprogram_state = "formal", lang = "zh_CN",
    data = { thing1 = { value = ("长"):rep(19) .. "…" }, phrase3 = { value = "已回复" } },
  })
end)

test("where no notice is allowed the message failed, and says both reasons", function(t)
  local channel = opened(t, TEMPLATE)
  t.platform(CLOSED, { path = NOTICE, json = { errcode = 43101, errmsg = "user refuse" } })
  local outcome = t.send({ text = "x" }, channel)
  t.equal(outcome.outcome, "failed")
  t.truthy(outcome.reason:find("45015", 1, true) and outcome.reason:find("43101", 1, true))
end)

test("errors of the notice have outcomes of their own", function(t)
  local channel = opened(t, TEMPLATE)
  for code, outcome in pairs { [43108] = "retry", [40037] = "misconfigured", [43107] = "misconfigured", [47003] = "failed", [45168] = "failed" } do
    t.platform(CLOSED, { path = NOTICE, json = { errcode = code, errmsg = "e" } })
    t.equal(t.send({ text = "x" }, channel).outcome, outcome, "errcode " .. code)
  end
end)

test("without a template nothing else is tried; a wrong one is told by health", function(t)
  local channel = opened(t)
  t.platform(CLOSED)
  t.equal(t.send({ text = "x" }, channel).outcome, "failed")
  t.equal(#t.requests(), 2)
  local healthy, reason = t.call("health", opened(t, { template_id = "TPL", template_data = "[" }))
  t.equal(healthy, nil)
  t.truthy(reason:find("template_data", 1, true))
end)

test("the delivery of a notice is a receipt, from XML and JSON, one and many", function(t)
  local channel = opened(t)
  local fields = { List = { TemplateId = "TPL", MsgID = "9", ErrorCode = "0", ErrorStatus = "success" } }
  local function receipts(format, value)
    local request = t.simulate({ kind = "event", event = "subscribe_msg_sent_event", fields = value, format = format }, channel)[1]
    return t.receive(request, channel).receipts
  end
  t.equal(receipts("json", fields), { { external_id = "notice:9", delivery = "delivered" } })
  t.equal(receipts("xml", { SubscribeMsgSentEvent = fields }), { { external_id = "notice:9", delivery = "delivered" } })
  local two = { List = { { MsgID = "1", ErrorCode = "0" }, { MsgID = "2", ErrorCode = "43101", ErrorStatus = "refused" } } }
  t.equal(receipts("json", two)[2], { external_id = "notice:2", delivery = "failed", reason = "43101 refused" })
end)
