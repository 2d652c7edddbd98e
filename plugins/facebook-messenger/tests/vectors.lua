-- SPDX-License-Identifier: Apache-2.0
local retry_after = require "retry_after"
local webhook = require "meta_platform.webhook"
local window = require "meta_platform.window"

local function channel_of(t, extra)
  local settings = { page_id = "1097", access_token = "T", app_secret = "s", verify_token = "v" }
  for name, value in pairs(extra) do settings[name] = value end
  return t.channel(settings)
end

local RUN = {}

--- A published body is no web hook: what counts is that its signature is believed (200, or 400 for the body) or not (403).
RUN["meta.hub256"] = function(t, case)
  local given = case["in"]
  t.equal(webhook.signature(given.body, given.app_secret), case.out.expected_header, case.id)
  local request = { body = given.body, headers = { ["x-hub-signature-256"] = given.header } }
  local status = t.receive(request, channel_of(t, { app_secret = given.app_secret })).status
  if case.out.valid then t.truthy(status == 200 or status == 400, case.id) else t.equal(status, 403, case.id) end
end

RUN["meta.subscribe"] = function(t, case)
  local answer = t.receive({ method = "GET", query = case["in"].query }, channel_of(t, { verify_token = case["in"].configured_token }))
  t.equal({ answer.status, answer.status == 200 and answer.body or nil }, { case.out.status, case.out.body }, case.id)
end

RUN["meta.window"] = function(t, case) t.equal(window.decide(case["in"]), case.out, case.id) end

RUN["http.retry_after"] = function(t, case)
  t.equal(retry_after.seconds(case["in"].retry_after, retry_after.date(case["in"].now)), case.out.wait_s, case.id)
end

test("every vector holds, and none is left out", function(t)
  local counts = {}
  for _, case in ipairs(t.vectors("vectors").cases) do
    counts[case.kind] = (counts[case.kind] or 0) + 1
    RUN[case.kind](t, case)
  end
  t.equal(counts, { ["meta.hub256"] = 4, ["meta.subscribe"] = 2, ["meta.window"] = 5, ["http.retry_after"] = 4 })
end)

test("an empty verify token or a strange challenge is never echoed", function(t)
  local channel = channel_of(t, {})
  local function check(query) return t.receive({ method = "GET", query = query }, channel).status end
  t.equal(check { ["hub.mode"] = "subscribe", ["hub.verify_token"] = "v", ["hub.challenge"] = "<script>" }, 403)
  t.equal(check { ["hub.mode"] = "subscribe", ["hub.verify_token"] = "", ["hub.challenge"] = "1" }, 403)
  t.equal(check { ["hub.mode"] = "unsubscribe", ["hub.verify_token"] = "v", ["hub.challenge"] = "1" }, 403)
  t.equal(check "hub.mode=subscribe&hub.verify_token=v&hub.verify_token=v&hub.challenge=1", 403)
  t.equal(webhook.check({ ["hub.mode"] = "subscribe", ["hub.verify_token"] = "", ["hub.challenge"] = "1" }, "").status, 403)
end)
