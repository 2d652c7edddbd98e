-- SPDX-License-Identifier: Apache-2.0
local api = require "api"
local retry_after = require "retry_after"

local RUN = {}

RUN["telegram.secret"] = function(t, case)
  local channel = t.channel({ bot_token = "1:x", webhook_secret = case["in"].configured })
  local request = { body = '{"update_id":1}', headers = { ["x-telegram-bot-api-secret-token"] = case["in"].header } }
  t.equal(t.receive(request, channel).status, case.out.valid and 200 or 403, case.id)
end

RUN["telegram.outcome"] = function(t, case)
  local found = api.read { status = 400, headers = {}, body = case["in"].body }
  t.equal({ action = found.action, wait_s = found.wait_s, chat_id = found.chat_id }, case.out, case.id)
end

RUN["http.retry_after"] = function(t, case)
  t.equal(retry_after.seconds(case["in"].retry_after, retry_after.date(case["in"].now)), case.out.wait_s, case.id)
end

test("every vector holds, and none is left out", function(t)
  local counts = {}
  for _, case in ipairs(t.vectors("vectors").cases) do
    counts[case.kind] = (counts[case.kind] or 0) + 1
    RUN[case.kind](t, case)
  end
  t.equal(counts, { ["telegram.secret"] = 3, ["telegram.outcome"] = 3, ["http.retry_after"] = 4 })
end)
