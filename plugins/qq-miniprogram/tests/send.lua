-- SPDX-License-Identifier: Apache-2.0
local SETTINGS = {
  app_id = "8756644334", app_secret = "secret", template_id = "T1", template_page = "pages/chat",
  template_data = '{"keyword1":"{text}","keyword2":"{date}"}',
}
local SUBSCRIBE = "/api/json/subscribe/SendSubscriptionMessage"

local function token(value) return { path = "/api/getToken", json = { access_token = value, expires_in = 7200 } } end
local function answer(code) return { path = SUBSCRIBE, json = { errcode = code, errmsg = "e" } } end

test("an answer is announced by the template, with a token that is fetched once", function(t)
  local channel = t.channel(SETTINGS)
  t.platform(token("K1"), answer(0), answer(0))
  t.equal(t.send({ recipient = "O1", text = "您的退款已经处理完毕，请打开小程序查看详细的说明" }, channel).outcome, "sent")
  t.equal(t.send({ recipient = "O1", kind = "card", fields = { title = "Bag" } }, channel).outcome, "sent")
  local requests = t.requests()
  t.equal(#requests, 3)
  t.equal(requests[2].json.data, { keyword1 = { value = "您的退款已经处理完毕，请打开小程序查看…" }, keyword2 = { value = "2026-01-01" } })
  t.equal(requests[3].json.data.keyword1, { value = "Bag" })
end)

test("a token called invalid is renewed once", function(t)
  local channel = t.channel(SETTINGS)
  t.platform(token("K1"), answer(40014), token("K2"), answer(0))
  t.equal(t.send({ text = "x" }, channel).outcome, "sent")
  t.equal(t.requests()[4].query.access_token, "K2")
  t.platform(answer(40014), token("K3"), answer(40014))
  t.equal(t.send({ text = "x" }, channel).outcome, "misconfigured")
end)

test("what QQ refuses is failed, tried again, or a matter of configuration", function(t)
  local channel = t.channel(SETTINGS)
  t.platform(token("K1"))
  for code, outcome in pairs {
    [46001] = "failed", [46003] = "failed", [40037] = "failed", [41030] = "retry", [46002] = "held", [47001] = "misconfigured", [-1] = "retry",
  } do
    t.platform(answer(code))
    t.equal(t.send({ text = "x" }, channel).outcome, outcome, "errcode " .. code)
  end
  t.platform({ path = SUBSCRIBE, status = 502 }, { path = SUBSCRIBE, refused = true }, { path = SUBSCRIBE, lost = true })
  t.equal(t.send({ text = "x" }, channel).outcome, "retry")
  t.equal(t.send({ text = "x" }, channel).outcome, "retry")
  t.equal(t.send({ text = "x" }, channel).outcome, "failed")
end)

test("without a template a message fails and says why", function(t)
  local outcome = t.send({ text = "x" }, t.channel({ app_id = "1", app_secret = "s" }))
  t.equal(outcome.outcome, "failed")
  t.truthy(outcome.reason:find("template_id", 1, true))
  t.equal(#t.requests(), 0)
end)

test("a template without fields is noticed before anybody waits", function(t)
  local channel = t.channel({ app_id = "1", app_secret = "s", template_id = "T1", template_data = "{text}" })
  local healthy, reason = t.call("health", channel)
  t.equal(healthy, nil)
  t.truthy(reason:find("template_data", 1, true))
  t.equal(t.send({ text = "x" }, channel).outcome, "misconfigured")
end)

test("whatever is posted is not from QQ", function(t)
  local channel = t.channel(SETTINGS)
  t.equal(t.receive(t.fixture("attack-text.http"), channel).status, 403)
  t.equal(t.receive({ method = "GET", query = "echostr=1" }, channel).status, 403)
  local requests, reason = t.simulate({ text = "x" }, channel)
  t.equal(requests, nil)
  t.truthy(reason:find("live", 1, true))
end)
