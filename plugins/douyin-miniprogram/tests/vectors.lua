-- SPDX-License-Identifier: Apache-2.0
local api = require "api"
local calls = require "miniprogram.calls"
local context = require "miniprogram.context"
local legacy = require "legacy"
local minigame = require "minigame"
local push_crypto = require "miniprogram.push_crypto"
local vectors = require "miniprogram.vectors"

local INTERFACE = { douyin_im = "im", douyin_minigame = "minigame", douyin_tp = "third_party", douyin_legacy = "legacy" }

local function channel_of(t, fixture, interface, more)
  local s = {
    interface = interface, app_id = fixture.app_id, client_key = fixture.client_key, client_secret = fixture.client_secret,
    token = fixture.token, encoding_aes_key = fixture.encoding_aes_key, max_age = fixture.max_skew_s, bind_signature = fixture.sig_cache,
  }
  for name, value in pairs(more or {}) do s[name] = value end
  return t.channel(s)
end

local RUN = {}

--- What the account itself sent is no message of the customer's: sent by an interface it is a receipt, typed in the app an event.
local function echo(t, case, answer)
  local e = case.expect.messages[1]
  vectors.check_http(t, case, answer)
  vectors.check_verdict(t, case, answer, 0)
  t.equal(#case.expect.messages, 1, case.id)
  if #answer.messages == 0 then
    t.equal({ e.echo, answer.receipts }, { "api", { { external_id = e.external_id, delivery = "delivered" } } }, case.id)
    return
  end
  local message = answer.messages[1]
  local f = message.fields
  t.equal(f.name, "platform_agent_message", case.id)
  t.equal(message.reply_quota, nil, case.id)
  t.equal({
    echo = "app", direction = "out", kind = f.kind, text = message.text, from = f.account, to = message.sender, conversation = f.conversation,
    at_ms = f.at_ms, raw_type = f.raw_kind, external_id = message.external_id,
  }, e, case.id)
end

function RUN.receive(t, case, fixtures)
  local channel = channel_of(t, fixtures[case.given.config], INTERFACE[case.scheme])
  local first = case.expect.messages[1]
  if first and first.direction == "out" then
    t.at(case.given.now_ms / 1000)
    return echo(t, case, t.receive(case.given.request, channel))
  end
  store.remove("ticket")
  vectors.receive(t, case, channel, function(message, expected)
    return message.reply_quota and context.get(message.sender, expected.reply.rule) or nil
  end)
  t.equal(store.get("ticket"), case.expect.ticket, case.id)
end

function RUN.sign(t, case)
  local headers = {}
  for name, value in pairs(case.given.headers) do headers[name] = value end
  local signature, whole = minigame.header_md5(headers, case.given.body, case.given.secret)
  t.equal({ signature, whole }, { case.expect.signature, case.expect.sign_string }, case.id)
end

function RUN.crypt(t, case, fixtures)
  local f = fixtures[case.given.config]
  local sealed = push_crypto.seal(f.encoding_aes_key, case.given.plaintext, f.app_id, legacy.PREFIX, crypto.unhex(case.given.random_hex))
  t.equal(sealed, case.expect.ciphertext, case.id)
end

local REQUEST = {}

local function message_of(m, to)
  local fields, words = {}, m.text
  if m.ref then fields.image_id = m.ref end
  if m.card then fields.type, fields.card_id = m.card.type, m.card.id end
  if m.kind == "menu" then
    words, fields.options = m.title, {}
    for index, item in ipairs(m.items) do fields.options[index] = { id = tostring(index), text = item } end
  end
  return { recipient = to, kind = m.kind, text = words, fields = fields }
end

local function account_token(t, access, owner)
  store.remove("grant:" .. owner)
  t.platform({ path = "/oauth/refresh_token/", json = { data = { access_token = access, expires_in = 1296000, error_code = 0, open_id = owner } } })
end

REQUEST["douyin.im_send"] = function(t, g, fixtures)
  local r = g.reply
  local rule = r.scene == "im_reply_msg" and "douyin_im_reply" or "douyin_im_enter"
  local kept = { rule = rule }
  for name, value in pairs(r) do kept[name] = value end
  context.keep(r.to_user_id, kept, time.milliseconds())
  account_token(t, g.access_token, r.operator_open_id)
  t.send(message_of(g.message, r.to_user_id), channel_of(t, fixtures.im, "im", { refresh_token = "rft.1" }))
  return 2
end

REQUEST["douyin.im_recall"] = function(t, g, fixtures)
  account_token(t, g.access_token, g.operator_open_id)
  t.call("calls.recall", { account = g.operator_open_id, msg_id = g.msg_id, conversation_id = g.conversation_id },
    channel_of(t, fixtures.im, "im", { refresh_token = "rft.1" }))
  return 2
end

REQUEST["douyin.client_token"] = function(t, g)
  t.call("health", t.channel({ client_key = g.client_key, client_secret = g.client_secret }))
  return 1
end

REQUEST["douyin.mp_login"] = function(t, g)
  t.call("login", { code = g.code }, t.channel({ client_key = "k", client_secret = "s", app_id = g.app_id, app_secret = g.app_secret }))
  return 1
end

REQUEST["douyin.mp_token"] = function(t, g)
  t.call("health", t.channel({ interface = "legacy", token = "t", app_id = g.app_id, app_secret = g.app_secret }))
  return 1
end

REQUEST["douyin.minigame_send"] = function(t, g, fixtures)
  t.at(g.now_ms / 1000)
  local r = g.reply
  context.keep("O1", { rule = "douyin_minigame", conversation_id = r.conversation_id, msg_id = r.msg_id, open_id = "O1" }, time.milliseconds())
  t.platform({ path = "/api/apps/v2/token", json = { err_no = 0, data = { access_token = g.access_token, expires_in = 7200 } } })
  t.send({ recipient = "O1", text = g.message.text }, channel_of(t, fixtures.minigame, "minigame", { app_secret = "s" }))
  return 2
end

function RUN.request(t, case, fixtures)
  -- Far from all other cases, so that no token and no window of theirs is left.
  t.advance(40 * 86400)
  local before = #t.requests()
  local place = REQUEST[case.scheme](t, case.given, fixtures)
  vectors.request(t, case, t.requests()[before + place])
end

function RUN.result(t, case)
  vectors.result(t, case, calls.read(case.given.response, api.READERS[case.scheme:match("%.(.+)$")]))
end

RUN.policy = vectors.policy

test("every vector holds, and none is left out", function(t)
  t.equal(vectors.run(t, t.vectors("vectors"), RUN), { receive = 32, sign = 1, crypt = 1, request = 9, policy = 4, result = 8 })
end)
