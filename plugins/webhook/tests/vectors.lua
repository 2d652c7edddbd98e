-- SPDX-License-Identifier: Apache-2.0
local retry_after = require "retry_after"
local signature = require "signature"

local RUN = {}

--- A published body is no message of ours: what counts is that its signature is believed (400 for the body) or not (403).
RUN["slack.v0"] = function(t, case)
  local given = case["in"]
  t.equal(signature.sign(given.signing_secret, given.timestamp, given.body), case.out.expected, case.id)
  t.at(given.now)
  local channel = t.channel { secret = given.signing_secret }
  local headers = { ["x-signature-timestamp"] = given.timestamp, ["x-signature"] = given.header }
  t.equal(t.receive({ body = given.body, headers = headers }, channel).status, case.out.valid and 400 or 403, case.id)
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
  t.equal(counts, { ["slack.v0"] = 2, ["http.retry_after"] = 4 })
end)
