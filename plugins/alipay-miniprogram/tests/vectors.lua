-- SPDX-License-Identifier: Apache-2.0
local answer = require "answer"
local certificate = require "certificate"
local content_crypto = require "content_crypto"
local context = require "miniprogram.context"
local customer = require "customer"
local gateway = require "gateway"
local vectors = require "miniprogram.vectors"

local function channel_of(t, f)
  return t.channel({
    app_id = f.app_id, app_private_key = f.app_private_key, alipay_public_key = f.alipay_public_key, aes_key = f.aes_key,
  })
end

local RUN = {}

function RUN.sign(t, case, fixtures)
  local settings = channel_of(t, fixtures[case.given.config]).settings
  t.equal(gateway.sign_string(case.given.params), case.expect.sign_string, case.id)
  t.equal(gateway.sign(case.given.params, settings), case.expect.signature, case.id)
end

function RUN.crypt(t, case)
  local g, e = case.given, case.expect
  if e.sn then
    local list = g.certificates or certificate.read(g.pem)
    local found = case.scheme == "alipay.app_cert_sn" and certificate.serial(list[1]) or certificate.root_serial(list)
    t.equal(found, e.sn, case.id)
    return
  end
  local form = case.scheme == "alipay.aes_v2" and "2" or "1"
  t.equal(content_crypto.seal(g.aes_key, g.plaintext, form, g.random_hex and crypto.unhex(g.random_hex)), e.ciphertext, case.id)
  t.equal(content_crypto.open(g.aes_key, e.ciphertext, form), g.plaintext, case.id)
end

function RUN.receive(t, case, fixtures)
  vectors.receive(t, case, channel_of(t, fixtures[case.given.config]), function(message, expected)
    return message.reply_quota and context.get(message.sender, expected.reply.rule) or nil
  end)
end

function RUN.result(t, case, fixtures)
  local result = answer.read(case.given.response, case.scheme:match("^alipay%.(.+)$"), channel_of(t, fixtures[case.given.config]).settings)
  vectors.result(t, case, result)
  t.equal({ result.verified, result.sub_code }, { case.expect.verified, case.expect.sub_code }, case.id)
end

local function message_of(m)
  local fields, kind = {}, m.kind
  if m.articles then
    kind, fields.articles = "card", {}
    for index, a in ipairs(m.articles) do
      fields.articles[index] = { title = a.title, description = a.summary, thumb_url = a.image, url = a.url, button = a.action }
    end
  end
  return { kind = kind, text = m.text or "", fields = fields }
end

function RUN.request(t, case, fixtures)
  local g, e = case.given, case.expect.request
  local fixture = fixtures[g.config]
  local channel = channel_of(t, fixture)
  t.at(g.now_ms / 1000)
  local before = #t.requests()
  if case.scheme == "alipay.login" then
    t.call("login", { code = g.code }, channel)
  elseif case.scheme == "alipay.refresh" then
    customer.refresh(channel, g.refresh_token)
  else
    local kept = { rule = "alipay_" .. (g.reply.event_type or "chat") }
    for name, value in pairs(g.reply) do kept[name] = value end
    -- A customer of each case's own, so that no window of another is open.
    context.keep(case.id, kept, time.milliseconds())
    local message = message_of(g.message)
    message.recipient = case.id
    t.send(message, channel)
  end
  local made = t.requests()[before + 1]
  t.equal({ made.method, made.url }, { e.method, e.url }, case.id)
  local params = url.parse_query(made.body)
  local signature = params.sign
  t.truthy(crypto.verify {
    scheme = "rsa-sha256", key = fixture.app_public_key, data = gateway.sign_string(params), signature = crypto.unbase64(signature),
  }, case.id .. ": the signature does not fit")
  params.sign = nil
  for name, value in pairs(e.params_json or {}) do
    t.equal(json.decode(params[name]), value, case.id)
    params[name] = nil
  end
  t.equal(params, e.params, case.id)
end

RUN.policy = vectors.policy
function RUN.capability(t, case) t.equal(t.call("calls.capability"), case.expect, case.id) end

test("every vector holds, and none is left out", function(t)
  t.equal(vectors.run(t, t.vectors("vectors"), RUN),
    { sign = 7, crypt = 5, receive = 18, result = 9, request = 5, policy = 4, capability = 1 })
end)
