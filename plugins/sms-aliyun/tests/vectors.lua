-- SPDX-License-Identifier: Apache-2.0
local acs3 = require "acs3"
local segments = require "sms.segments"

local RUN = {}

RUN["aliyun.acs3"] = function(t, case)
  local given = case["in"]
  t.equal(acs3.sign(given, given.access_key_id, given.access_key_secret), case.out, case.id)
end

RUN["aliyun.rpc1"] = function(t, case)
  local given = case["in"]
  t.equal(acs3.sign_rpc(given.method, given.params, given.access_key_secret), case.out.signature, case.id)
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
  t.equal(counts, { ["aliyun.acs3"] = 4, ["aliyun.rpc1"] = 1, ["sms.cn_billing"] = 5 })
end)
