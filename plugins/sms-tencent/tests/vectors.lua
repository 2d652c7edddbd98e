-- SPDX-License-Identifier: Apache-2.0
local segments = require "sms.segments"
local tc3 = require "tc3"

local RUN = {}

RUN["tencent.tc3"] = function(t, case)
  local given = case["in"]
  t.equal(tc3.sign(given, given.secret_id, given.secret_key), case.out, case.id)
end

RUN["sms.cn_billing"] = function(t, case)
  t.equal(segments.charged(case["in"].chars_including_signature), case.out.messages, case.id)
end

test("every vector holds, and none is left out", function(t)
  local counts = {}
  for _, case in ipairs(t.vectors("vectors").cases) do
    counts[case.kind] = (counts[case.kind] or 0) + 1
    RUN[case.kind](t, case)
  end
  t.equal(counts, { ["tencent.tc3"] = 6, ["sms.cn_billing"] = 5 })
end)
