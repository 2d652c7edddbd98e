-- SPDX-License-Identifier: Apache-2.0
-- What tests of mini-program channels need to run fixtures/vectors.json: our messages in the words of the vectors, and comparisons.
local windows = require "miniprogram.windows"

local M = {}

local COMMON = { account = true, raw_kind = true, at_ms = true, conversation = true, action = true, message_id = true }

--- A message of `receive` as a vector writes it, without its `reply`.
function M.shape(message)
  local f = message.fields
  local shape = {
    external_id = message.external_id, kind = message.kind, direction = "in", to = f.account, conversation = f.conversation,
    at_ms = f.at_ms, raw_type = f.raw_kind, action = f.action, profile = message.profile,
  }
  if message.sender:sub(1, 9) ~= "platform:" then shape.from = message.sender end
  if message.text and message.text ~= "" then shape.text = message.text end
  local rest = {}
  for name, value in pairs(f) do if not COMMON[name] and name ~= "raw" then rest[name] = value end end
  if message.kind == "event" then
    rest.raw = f.raw
    shape.event = rest
  elseif message.kind == "image" or message.kind == "video" then
    rest.ref, rest.media_id = rest.media_id, nil
    if next(rest) then shape.media = rest end
  elseif message.kind == "card" then
    shape.card = rest.card
  end
  return shape
end

--- What the desk makes of an answer: messages whose id it has seen are dropped.
function M.fresh(messages, seen)
  local fresh = {}
  for _, message in ipairs(messages) do
    if not seen[message.external_id] then fresh[#fresh + 1] = message end
    seen[message.external_id] = true
  end
  return fresh
end

--- Checks an HTTP answer against `expect.http`.
function M.check_http(t, case, answer)
  local e = case.expect.http
  if e.status_class then t.equal(answer.status // 100 .. "xx", e.status_class, case.id) end
  if e.status then t.equal(answer.status, e.status, case.id) end
  if e.body then t.equal(answer.body, e.body, case.id) end
  if e.json then t.equal(json.decode(answer.body), e.json, case.id) end
  if e.content_type then t.equal((answer.content_type or ""):match("^[^;]*"), e.content_type, case.id) end
end

--- The class of a reason; wording is free, what counts is why something was refused.
local CLASS = {
  bad_timestamp = "parameter", bad_method = "parameter", bad_charset = "parameter", unsupported_sign_type = "parameter",
  bad_signature = "signature", stale_timestamp = "age", replay = "age", bad_encoding = "decryption", bad_padding = "decryption",
  bad_ciphertext = "decryption", not_encrypted = "decryption", appid_mismatch = "account", account_mismatch = "account",
  bad_json = "body", bad_xml = "body", xml_doctype = "body",
}
function M.class(reason) return CLASS[reason] or (reason and reason:find("^%a+_param:") and "parameter") or reason end

--- Checks `accept` and the class of `reason`. `dropped`: messages that the desk had seen.
function M.check_verdict(t, case, answer, dropped)
  -- One refusal is told with 200: Alipay's console shows it.
  local accepted = answer.status < 400 and not answer.body:find("VERIFY_FAILED", 1, true)
  t.equal(accepted, case.expect.accept, case.id .. ": accept")
  if not accepted then
    t.equal(M.class(answer.reason or "bad_signature"), M.class(case.expect.reason), case.id)
  elseif dropped > 0 then
    t.equal("duplicate", case.expect.reason, case.id)
  else
    t.truthy(case.expect.reason == "ok" or (case.expect.reason == "ignored" and #answer.messages == 0), case.id .. ": reason")
  end
end

--- Runs a `receive` case. `context(shape)` gives what was kept to answer; `channel` has the case's settings.
function M.receive(t, case, channel, context)
  local given, seen = case.given, {}
  for _, prior in ipairs(given.prior or {}) do
    t.at(prior.now_ms / 1000)
    M.fresh(t.receive(prior.request, channel).messages, seen)
  end
  t.at(given.now_ms / 1000)
  local answer = t.receive(given.request, channel)
  M.check_http(t, case, answer)
  local fresh = M.fresh(answer.messages, seen)
  M.check_verdict(t, case, answer, #answer.messages - #fresh)
  t.equal(#fresh, #case.expect.messages, case.id .. ": messages")
  for index, message in ipairs(fresh) do
    local shape = M.shape(message)
    local expected = case.expect.messages[index]
    if context then shape.reply = context(message, expected) end
    t.equal(shape, expected, case.id)
  end
  return answer
end

--- Runs a `policy` case.
function M.policy(t, case)
  local g = case.given
  local allowed, why = windows.allow(case.scheme, g.trigger_at_ms, g.sent_since_trigger, g.now_ms)
  t.equal({ allowed, why }, { case.expect.allow, case.expect.reason }, case.id)
end

--- Compares a result of `miniprogram.calls` with what a `result` case expects.
function M.result(t, case, result)
  local e = case.expect
  t.equal(result.outcome, e.outcome, case.id)
  if e.code then t.equal(result.code or "0", e.code, case.id) end
  if e.value then
    local value = {}
    for name, item in pairs(result.value) do value[name] = tostring(item) end
    t.equal(value, e.value, case.id)
  end
end

--- Compares a request that was made with the one a case expects.
function M.request(t, case, made)
  local e = case.expect.request
  t.truthy(made, case.id .. ": no request was made")
  t.equal({ made.method, (made.url:match("^[^?]*")) }, { e.method, e.url }, case.id)
  if e.query then t.equal(made.query, e.query, case.id) end
  for name, value in pairs(e.headers or {}) do t.equal((made.headers[name:lower()] or ""):match("^[^;]*"), value, case.id) end
  if e.json then t.equal(made.json, e.json, case.id) end
  if e.form then t.equal(url.parse_query(made.body), e.form, case.id) end
end

--- Runs all cases by kind; gives how many there were of each.
---@param run table<string, fun(t: table, case: table, fixtures: table)>
function M.run(t, file, run)
  local counts = {}
  for _, case in ipairs(file.vectors) do
    local body = run[case.kind]
    if not body then error("no way to run " .. case.kind) end
    counts[case.kind] = (counts[case.kind] or 0) + 1
    body(t, case, file.fixtures)
  end
  return counts
end

return M
