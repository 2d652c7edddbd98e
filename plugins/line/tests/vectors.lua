-- SPDX-License-Identifier: Apache-2.0
local retry_after = require "retry_after"

local RUN = {}

--- A published body is no web hook: what counts is that its signature is believed (400 for the body) or not (403).
RUN["line.signature"] = function(t, case)
  local channel = t.channel({ channel_secret = case["in"].channel_secret, access_token = "T" })
  local body = case["in"].body
  t.equal(crypto.hmac("sha256", case["in"].channel_secret, body, "base64"), case.out.expected, case.id)
  local status = t.receive({ body = body, headers = { ["x-line-signature"] = case["in"].header } }, channel).status
  if case.out.valid then t.truthy(status == 200 or status == 400, case.id) else t.equal(status, 403, case.id) end
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
  t.equal(counts, { ["line.signature"] = 3, ["http.retry_after"] = 4 })
end)
