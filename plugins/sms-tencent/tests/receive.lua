-- SPDX-License-Identifier: Apache-2.0
local TOKEN = "0123456789abcdef0123"
local SETTINGS = { secret_id = "AKID", secret_key = "key", sdk_app_id = "1400006666", sign_name = "店", template_id = "1", callback_token = TOKEN }

test("recorded callbacks: an answer, receipts, and somebody without the token", function(t)
  local channel = t.channel(SETTINGS)
  local answer = t.receive(t.fixture("reply.http"), channel)
  t.equal({ answer.status, answer.body }, { 200, '{"result":0,"errmsg":"OK"}' })
  local message = answer.messages[1]
  t.equal({ message.sender, message.text, message.sent_at, message.profile.phone },
    { "+8613800138000", "什么时候到货", 1767225600, "+8613800138000" })
  t.equal(t.receive(t.fixture("report.http"), channel).receipts, {
    { external_id = "2019:1234567890", delivery = "delivered" },
    { external_id = "2019:1234567891", delivery = "failed", reason = "MK:0001 空号" },
  })
  t.equal(t.receive(t.fixture("attack-token.http"), channel).status, 403)
end)

test("repetition counts once, other times and words do not, and a damaged callback is no error", function(t)
  local channel = t.channel(SETTINGS)
  t.endures(t.fixture("reply.http"), channel)
  t.endures(t.fixture("report.http"), channel)
  local ids = {}
  for _, occasion in ipairs { { text = "a", time = 1 }, { text = "a", time = 2 }, { text = "b", time = 1 }, { text = "a", time = 1, sender = "13800138001" } } do
    local id = t.receive(t.simulate(occasion, channel)[1], channel).messages[1].external_id
    t.equal(ids[id], nil)
    ids[id] = true
  end
end)

test("without the token nobody is believed", function(t)
  local channel = t.channel(SETTINGS)
  for _, query in ipairs { "", "token=", "token=" .. TOKEN .. "x", "token=" .. TOKEN .. "&token=" .. TOKEN } do
    t.equal(t.receive({ query = query, body = "[]" }, channel).status, 403, query)
  end
  t.equal(t.receive({ query = "token=" .. TOKEN, body = "[]" }, channel).status, 200)
  t.equal(t.receive({ query = "token=" .. TOKEN, body = "7" }, channel).status, 400)
end)

test("T is a STOP in China and a letter elsewhere", function(t)
  local channel = t.channel(SETTINGS)
  local function said(occasion) return t.receive(t.simulate(occasion, channel)[1], channel).messages[1] end
  t.equal(said({ text = "T" }).fields.name, "opt_out")
  t.equal(said({ text = "T", sender = "61234567", nation = "852" }).kind, "text")
  t.equal(said({ text = "STOP", sender = "61234567", nation = "852" }).fields.name, "opt_out")
  t.equal(said({ text = "x", sender = "61234567", nation = "852" }).sender, "+85261234567")
  t.equal(t.send({ recipient = "+8613800138000", text = "x" }, channel).outcome, "failed")
end)
