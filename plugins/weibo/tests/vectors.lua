-- SPDX-License-Identifier: Apache-2.0
local api = require "api"
local outbound = require "outbound"
local windows = require "windows"

local function channel_of(t, fixture, extra)
  local settings = {
    app_secret = fixture.app_secret, account = fixture.account, access_token = fixture.access_token, max_skew = fixture.max_skew_s or 0,
    bind_signature = fixture.sig_cache ~= false,
  }
  for name, value in pairs(extra or {}) do settings[name] = value end
  return t.channel(settings)
end

local CLASS = {
  missing_param = "parameter", duplicate_param = "parameter", bad_timestamp = "parameter", bad_method = "parameter", bad_signature = "signature",
  stale_timestamp = "age", replay = "age", account_mismatch = "account", bad_json = "body",
}
local function class(reason) return CLASS[tostring(reason):match("^[^:]+")] end

--- Our message in the words of the vectors.
local function plain(message)
  local f = message.fields
  local rule = message.reply_quota and (message.reply_quota.messages == 1 and "weibo_mention" or "weibo_cs")
  return {
    external_id = message.external_id, direction = "in", from = message.sender, to = f.account, at_ms = message.sent_at * 1000,
    raw_type = f.raw_kind, kind = message.kind, text = message.text ~= "" and message.text or nil,
    media = f.media_id and { ref = f.media_id, sender_ref = f.sender_media_id },
    location = f.latitude and { lat = f.latitude, lng = f.longitude },
    event = message.kind == "event" and { name = f.name, key = f.key, ticket = f.ticket, raw = f.raw_name } or nil,
    reply = rule and { to_user_id = message.sender, rule = rule },
  }
end

local RUN = {}

function RUN.receive(t, case, fixtures)
  local given, expect = case.given, case.expect
  local channel = channel_of(t, fixtures[given.config])
  local before = {}
  -- Each case is a channel of its own; the test's store is one. Other signatures, other keys.
  for _, prior in ipairs(given.prior or {}) do
    t.at(prior.now_ms / 1000)
    for _, message in ipairs(t.receive(prior.request, channel).messages) do before[message.external_id] = true end
  end
  t.at(given.now_ms / 1000)
  local answer = t.receive(given.request, channel)
  t.equal(answer.status < 300, expect.accept, case.id)
  if expect.http.status then t.equal(answer.status, expect.http.status, case.id) else t.truthy(answer.status >= 400 and answer.status < 500, case.id) end
  if expect.http.body then t.equal(answer.body, expect.http.body, case.id) end
  if not expect.accept then t.equal(class(answer.reason), class(expect.reason), case.id .. " " .. tostring(answer.reason)) end
  -- What came before is recognised by the desk, by its id.
  local fresh = array {}
  for _, message in ipairs(answer.messages) do
    if before[message.external_id] then t.equal(expect.reason, "duplicate", case.id) else fresh[#fresh + 1] = plain(message) end
  end
  t.equal(fresh, expect.messages, case.id)
end

--- A message of the vectors as one of ours.
local function ours(message)
  if message.kind == "text" then return { kind = "text", text = message.text, fields = {} } end
  if message.kind == "location" then return { kind = "location", text = "", fields = { latitude = message.location.lat, longitude = message.location.lng } } end
  local articles = {}
  for index, a in ipairs(message.articles) do articles[index] = { title = a.title, description = a.summary, thumb_url = a.image, url = a.url } end
  return { kind = "card", text = "", fields = { articles = articles } }
end

function RUN.passive_reply(t, case)
  local given = case.given
  local value = json.decode(outbound.passive(given.inbound.receiver_id, given.inbound.sender_id, outbound.bodies(ours(given.message))[1]))
  t.equal(json.decode(url.decode(value.data)), case.expect.data_decoded, case.id)
  t.truthy(not value.data:find("[^%w%%%-%._~]"), case.id)
  value.data, case.expect.json.data = nil, nil
  t.equal(value, case.expect.json, case.id)
end

local REQUEST = {}

REQUEST["weibo.send"] = function(t, case, fixtures)
  local given = case.given
  local channel = channel_of(t, fixtures[given.config], {
    access_token = given.access_token, save_sender_box = given.options.save_sender_box, commercial = given.options.biz,
  })
  windows.keep(given.to, "weibo_cs", time.milliseconds(), false)
  t.platform { json = { result = true } }
  local message = ours(given.message)
  message.recipient, message.id = given.to, case.id
  t.equal(t.send(message, channel).outcome, "sent", case.id)
end

REQUEST["weibo.oauth"] = function(t, case)
  local given = case.given
  local channel = t.channel { app_secret = given.client_secret, app_key = given.client_id, redirect_uri = given.redirect_uri }
  t.platform { json = { access_token = "t", expires_in = 1, uid = "1" } }
  t.equal(t.call("login", { code = given.code }, channel), { external_id = "1" }, case.id)
end

function RUN.request(t, case, fixtures)
  REQUEST[case.scheme](t, case, fixtures)
  local requests = t.requests()
  local found, expected = requests[#requests], case.expect.request
  t.equal({ found.method, (found.url:gsub("%?.*", "")) }, { expected.method, expected.url }, case.id)
  t.equal(found.query, expected.query, case.id)
  t.equal(found.headers["content-type"], expected.headers["Content-Type"], case.id)
  local form = url.parse_query(found.body)
  for name, value in pairs(expected.form_json or {}) do
    t.equal(json.decode(form[name]), value, case.id)
    form[name] = nil
  end
  t.equal(form, expected.form, case.id)
end

function RUN.result(t, case)
  local read = case.scheme == "weibo.oauth" and api.read_token or api.read
  local found = read(case.given.response)
  t.equal({ found.outcome, found.code, found.value }, { case.expect.outcome, case.expect.code, case.expect.value }, case.id)
end

function RUN.policy(t, case)
  local given = case.given
  t.equal(windows.decide(case.scheme, given.trigger_at_ms, given.sent_since_trigger, given.now_ms), case.expect, case.id)
end

test("every vector holds, and none is left out", function(t)
  local vectors, counts = t.vectors("vectors"), {}
  for _, case in ipairs(vectors.vectors) do
    counts[case.kind] = (counts[case.kind] or 0) + 1
    RUN[case.kind](t, case, vectors.fixtures)
  end
  t.equal(counts, { receive = 21, passive_reply = 2, request = 4, result = 5, policy = 4 })
end)
