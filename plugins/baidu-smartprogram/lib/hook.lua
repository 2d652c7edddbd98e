-- SPDX-License-Identifier: Apache-2.0
-- Baidu's message push: the check of the address (a POST with echoStr), plain, compatible and secure mode, as JSON or XML.
-- Source: "消息推送", smartprogram.baidu.com, state 2026-07.
local calls = require "miniprogram.calls"
local inbound = require "inbound"
local push_crypto = require "miniprogram.push_crypto"
local strict = require "miniprogram.strict"

local M = {}

M.PREFIX = 16

local SUCCESS = { body = "success", content_type = "text/plain" }

--- Token and key pairs in force: after a change in the console the old ones are taken until their end.
local function pairs_in_force(s)
  local list = { { token = s.token, key = s.encoding_aes_key } }
  local ends = s.previous_until and time.parse_rfc3339(s.previous_until)
  if (s.previous_token or s.previous_encoding_aes_key) and (not ends or time.now() < ends) then
    list[2] = { token = s.previous_token or s.token, key = s.previous_encoding_aes_key or s.encoding_aes_key }
  end
  return list
end

--- The pair whose token explains a signature.
local function signer(s, signature, ...)
  for _, pair in ipairs(pairs_in_force(s)) do
    if strict.same_hex(signature, strict.sorted_sha1(pair.token, ...)) then return pair end
  end
  return nil
end

--- The check of the address: in the query, or else in a form body. Nil where this is none; nil, reason where it is a bad one.
local function check_of(query, body)
  if query.echoStr then return query end
  if not body:find("echoStr=", 1, true) or body:find("^%s*[{<]") then return nil end
  local form, reason = strict.parameters(body)
  if not form then return nil, reason end
  return form.echoStr and form or nil
end

--- A signature that covers timestamp and nonce only, and what else must hold then.
local function checked_plainly(values, body, s)
  if not signer(s, values.signature, values.timestamp, values.nonce) then return "bad_signature" end
  return strict.age(values.timestamp, s.max_age) or (s.bind_signature and strict.replayed(values.signature, body) or nil)
end

--- The text of an encrypted push. The signature stands in the query (own app) or in the body (third party).
local function decrypted(envelope, query, s)
  local from_body = envelope.MsgSignature ~= nil and query.msg_signature == nil
  local values = from_body
    and { msg_signature = envelope.MsgSignature, timestamp = envelope.TimeStamp, nonce = envelope.Nonce }
    or { msg_signature = query.msg_signature, timestamp = query.timestamp, nonce = query.nonce }
  local missing = strict.missing(values, { "msg_signature", "timestamp", "nonce" })
  if missing then return nil, missing end
  local pair = signer(s, values.msg_signature, values.timestamp, values.nonce, envelope.Encrypt)
  if not pair then return nil, "bad_signature" end
  local old = strict.age(values.timestamp, s.max_age)
  if old then return nil, old end
  return push_crypto.open(pair.key, envelope.Encrypt, s.app_id, M.PREFIX)
end

--- The fields of a push, verified; nil, reason where it is refused.
local function opened(request, query, s)
  local mode = s.mode or (s.encoding_aes_key and "secure" or "plain")
  if mode ~= "plain" then
    local envelope, reason = strict.push(request.body)
    if not envelope then return nil, reason end
    if calls.optional(envelope.Encrypt) then
      local words, why = decrypted(envelope, query, s)
      if not words then return nil, why end
      return strict.push(words)
    end
    if mode == "secure" then return nil, "not_encrypted" end
  end
  local missing = strict.missing(query, { "signature", "timestamp", "nonce" })
  if missing then return nil, missing end
  local reason = checked_plainly(query, request.body, s)
  if reason then return nil, reason end
  return strict.push(request.body)
end

--- Every refusal for a signature used twice is something the operator should see.
local function refused(reason)
  if reason == "replay" then log.warning("a signature came with another body: refused as a replay") end
  return strict.refuse(reason)
end

function M.receive(request, channel)
  local s = channel.settings
  if request.method ~= "POST" then return refused("bad_method") end
  local query, reason = strict.parameters(request.raw_query)
  if not query then return refused(reason) end
  local check, bad = check_of(query, request.body)
  if bad then return refused(bad) end
  if check then
    local missing = strict.missing(check, { "signature", "timestamp", "nonce", "echoStr" })
    local why = missing or checked_plainly(check, request.body, s)
    if why then return refused(why) end
    return accept({}, { body = check.echoStr, content_type = "text/plain" })
  end
  local fields, why = opened(request, query, s)
  if not fields then return refused(why) end
  if fields.MsgType == "ticket" then
    if calls.optional(fields.Ticket) then store.set("ticket", fields.Ticket, 86400) end
    return accept({}, SUCCESS)
  end
  local message, problem = inbound.read(fields, s.app_id)
  if not message then return refused(problem) end
  return accept({ message }, SUCCESS)
end

--- One push, signed and encrypted as the channel's mode asks.
function M.signed(plaintext, s)
  local now, nonce = tostring(time.now()), tostring(math.random(100000000, 999999999))
  local headers = { ["content-type"] = "application/json" }
  if (s.mode or (s.encoding_aes_key and "secure" or "plain")) == "plain" then
    local query = { signature = strict.sorted_sha1(s.token, now, nonce), timestamp = now, nonce = nonce }
    return { method = "POST", query = url.query(query), headers = headers, body = plaintext }
  end
  local sealed = push_crypto.seal(s.encoding_aes_key, plaintext, s.app_id, M.PREFIX)
  local query = { msg_signature = strict.sorted_sha1(s.token, now, nonce, sealed), timestamp = now, nonce = nonce }
  return { method = "POST", query = url.query(query), headers = headers, body = json.encode { Encrypt = sealed } }
end

--- Acts as Baidu: `{ kind = "text"|"image"|"event", text, url, event, sender, message_id, copies, check = true }`.
function M.simulate(occasion, channel)
  local s = channel.settings
  if occasion.check then
    local now, nonce = tostring(time.now()), crypto.random(4, "hex")
    local query = { signature = strict.sorted_sha1(s.token, now, nonce), timestamp = now, nonce = nonce, echoStr = "BfJNcVv2mTJja4aL" }
    return { { method = "POST", query = url.query(query), headers = {}, body = "" } }
  end
  local fields = {
    ToUserName = s.app_id, FromUserName = occasion.sender or "YKM26aR5mUaPTiY6TpBrw75udRfb", CreateTime = time.now(),
  }
  local kind = occasion.kind or "text"
  if kind == "event" then
    fields.MsgType, fields.Event, fields.CouponId = "event", occasion.event or "user_get_coupon", occasion.key
  else
    local id = occasion.message_id or tostring(time.milliseconds() * 10000 + math.random(0, 9999))
    fields.MsgType, fields.MsgId = kind, math.tointeger(tonumber(id)) or id
    if kind == "text" then fields.Content = occasion.text or "" end
    if kind == "image" then fields.PicUrl = occasion.url or "https://b.bdstatic.com/simulated.png" end
  end
  local plaintext, requests = json.encode(fields), {}
  for copy = 1, occasion.copies or 1 do requests[copy] = M.signed(plaintext, s) end
  return requests
end

return M
