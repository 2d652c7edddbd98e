-- SPDX-License-Identifier: Apache-2.0
-- The older message push (消息推送客服) and that of third-party platforms (第三方平台), for who still has them.
-- Source: developer.open-douyin.com, message-push-customer-service and third-party push, state 2026-07; closed for mini games since 2025-06-30.
local api = require "api"
local calls = require "miniprogram.calls"
local context = require "miniprogram.context"
local downgrade = require "downgrade"
local parts = require "miniprogram.parts"
local public_file = require "public_file"
local push_crypto = require "miniprogram.push_crypto"
local strict = require "miniprogram.strict"
local windows = require "miniprogram.windows"

local M = {}

local optional = calls.optional
local RULE = "douyin_legacy"
local SUCCESS = { body = "success", content_type = "text/plain" }

M.PREFIX = 32
M.TEXT_LIMIT = 2000

local KINDS = {}
function KINDS.text(f) return { kind = "text", text = optional(f.Content) or "", fields = {} } end
function KINDS.image(f) return { kind = "image", fields = { url = optional(f.PicUrl) } } end
function KINDS.event(f) return { kind = "event", fields = { name = "other", raw = optional(f.Event) or "unknown" } } end

--- Our message for a push. There is no message id: who, when and what tell two apart.
local function inbound(f, plaintext, account)
  local missing = strict.missing(f, { "FromUserName", "CreateTime", "MsgType" })
  if missing then return nil, missing end
  if #f.FromUserName > 128 or #f.CreateTime > 40 then return nil, "missing_param:FromUserName" end
  if account and optional(f.ToUserName) and f.ToUserName ~= account then return nil, "account_mismatch" end
  local at = strict.milliseconds(f.CreateTime) or time.milliseconds()
  local message = KINDS[f.MsgType] and KINDS[f.MsgType](f) or { kind = "unsupported", fields = { raw = f } }
  message.sender, message.sent_at = f.FromUserName, at // 1000
  message.external_id = f.FromUserName .. ":" .. f.CreateTime .. ":" .. crypto.digest("sha1", plaintext, "hex"):sub(1, 16)
  local fields = message.fields
  fields.account, fields.raw_kind, fields.at_ms = optional(f.ToUserName), f.MsgType, at
  if message.kind ~= "event" then
    message.reply_quota = windows.quota(RULE, at)
    context.keep(f.FromUserName, { rule = RULE, to_user_id = f.FromUserName }, at, message.external_id)
  end
  return message
end

local function taken(fields, plaintext, account)
  local message, problem = inbound(fields, plaintext, account)
  if not message then return strict.refuse(problem) end
  return accept({ message }, SUCCESS)
end

--- The older push: a signature over token, timestamp, nonce and `msg`, in the query of the check (GET) and of each push.
function M.receive(request, channel)
  local s = channel.settings
  if request.method ~= "GET" and request.method ~= "POST" then return strict.refuse("bad_method") end
  local query, reason = strict.parameters(request.raw_query)
  if not query then return strict.refuse(reason) end
  local names = { "signature", "timestamp", "nonce" }
  if request.method == "GET" then names[4] = "echostr" end
  local missing = strict.missing(query, names)
  if missing then return strict.refuse(missing) end
  if not strict.same_hex(query.signature, strict.sorted_sha1(s.token, query.timestamp, query.nonce, query.msg or "")) then
    return strict.refuse("bad_signature")
  end
  local why = strict.age(query.timestamp, s.max_age) or (s.bind_signature and strict.replayed(query.signature, request.body) or nil)
  if why then return strict.refuse(why) end
  if request.method == "GET" then return accept({}, { body = query.echostr, content_type = "text/plain" }) end
  local fields, bad = strict.push(request.body)
  if not fields then return strict.refuse(bad) end
  return taken(fields, request.body, s.app_id)
end

--- A third party's push: all of it in the body, `Encrypt` signed exactly as it stands, blanks and all.
function M.receive_third_party(request, channel)
  local s = channel.settings
  if request.method ~= "POST" then return strict.refuse("bad_method") end
  local _, doubled = strict.parameters(request.raw_query)
  if doubled then return strict.refuse(doubled) end
  local envelope, reason = strict.push(request.body)
  if not envelope then return strict.refuse(reason) end
  local missing = strict.missing(envelope, { "Nonce", "TimeStamp", "Encrypt", "MsgSignature" })
  if missing then return strict.refuse(missing) end
  local expected = strict.sorted_sha1(s.token, envelope.TimeStamp, envelope.Nonce, envelope.Encrypt)
  if not strict.same_hex(envelope.MsgSignature, expected) then return strict.refuse("bad_signature") end
  local old = strict.age(envelope.TimeStamp, s.max_age)
  if old then return strict.refuse(old) end
  local plain, why = push_crypto.open(s.encoding_aes_key, envelope.Encrypt, s.app_id, M.PREFIX)
  if not plain then return strict.refuse(why) end
  local fields, bad = strict.push(plain)
  if not fields then return strict.refuse(bad) end
  if fields.MsgType == "Ticket" then
    if optional(fields.Ticket) then store.set("ticket", fields.Ticket, 86400) end
    return accept({}, SUCCESS)
  end
  return taken(fields, plain)
end

local PICTURES = { ["image/jpeg"] = true, ["image/png"] = true, ["image/gif"] = true }

local function bodies_of(message)
  local address = message.kind == "image" and public_file.shown(message, PICTURES)
  if address then return { { msg_type = "image", pic_url = address } } end
  local whole, reason = downgrade.text(message)
  if not whole then return nil, reason end
  local list = {}
  for index, words in ipairs(text.split(whole, M.TEXT_LIMIT)) do list[index] = { msg_type = "text", content = words } end
  return list
end

--- Sends a message.
function M.send(message, channel)
  local bodies, reason = bodies_of(message)
  if not bodies then return failed(reason) end
  if #bodies == 0 or bodies[1].content == "" then return failed("there is nothing to send: no text, and no picture with an address") end
  local result = parts.send(message, bodies, function(body)
    local chosen, why = context.choose(message.recipient, { RULE })
    if not chosen then return { outcome = "closed", why = why } end
    body.open_id = message.recipient
    local answer = calls.with_token("program_token", api.program_token(channel), function(access)
      return calls.call({
        method = "POST", url = api.address(channel, "program_base", "/api/apps/message/custom/send"), query = { access_token = access },
        json = body, timeout = "10s",
      }, api.READERS.program)
    end)
    if answer.outcome == "ok" then context.count(message.recipient, RULE) end
    return answer
  end)
  if result.outcome == "closed" then return context.refused(result.why) end
  return calls.outcome(result)
end

return M
