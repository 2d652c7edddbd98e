-- SPDX-License-Identifier: Apache-2.0
local gsm7 = require "sms.gsm7"
local segments = require "sms.segments"
local signature = require "signature"

--- Pairs as the table of a query; a name given twice has a list.
local function form_of(list)
  local form = {}
  for _, pair in ipairs(list or {}) do
    form[pair[1]] = form[pair[1]] or {}
    table.insert(form[pair[1]], pair[2])
  end
  return form
end

local RUN = {}

--- The published cases are no messages: through the hook it counts whether they are believed (400 or 403 for another account) or not.
RUN["twilio.signature"] = function(t, case)
  local given = case["in"]
  t.equal(signature.compute(given.auth_token, given.url, given.params or {}), case.out.computed, case.id)
  t.equal(signature.is_valid(given.auth_token, given), case.out.valid, case.id)
  if not given.url:find("^http") then return end
  local channel = t.channel { account_sid = "AC1", auth_token = given.auth_token, from = "+1", public_url = given.url }
  local answer = t.receive({
    method = #(given.params or {}) == 0 and not given.body and "GET" or "POST", query = given.url:match("%?(.*)$"),
    body = given.body or url.query(form_of(given.params)),
    headers = {
      ["x-twilio-signature"] = given.header,
      ["content-type"] = given.body and "application/json" or "application/x-www-form-urlencoded; charset=UTF-8",
    },
  }, channel)
  if case.out.valid then t.truthy(answer.reason ~= "bad_signature", case.id) else t.equal(answer.reason, "bad_signature", case.id) end
end

RUN["sms.segment"] = function(t, case) t.equal(segments.count(case["in"].text), case.out, case.id) end

RUN["sms.gsm7"] = function(t, case)
  local octets = gsm7.octets(case["in"].text)
  t.equal(crypto.hex(octets), case.out.octets_hex, case.id)
  t.equal(crypto.hex(gsm7.pack(octets)), case.out.packed_hex, case.id)
end

test("every vector holds, and none is left out", function(t)
  local counts = {}
  for _, case in ipairs(t.vectors("vectors").cases) do
    counts[case.kind] = (counts[case.kind] or 0) + 1
    RUN[case.kind](t, case)
  end
  t.equal(counts, { ["twilio.signature"] = 13, ["sms.segment"] = 8, ["sms.gsm7"] = 4 })
end)

test("an escape pair or surrogate pair is never split", function(t)
  t.equal(segments.count(("a"):rep(152) .. "€" .. ("a"):rep(152)), { encoding = "gsm7", units = 306, segments = 3 })
  t.equal(segments.count(("字"):rep(66) .. "😀" .. ("字"):rep(66)), { encoding = "ucs2", units = 134, segments = 3 })
  t.equal(segments.count(""), { encoding = "gsm7", units = 0, segments = 1 })
  t.equal(segments.count("ç\t").encoding, "ucs2")
end)
