-- SPDX-License-Identifier: Apache-2.0
-- Customer messages of Douyin mini games: pushes signed over sorted headers, body and token; answers by reply_user_text.
-- Source: developer.open-douyin.com, msg-push-config-guide, douyin-microgame-im-guide, reply-user-text, state 2026-07. Whose msg_id an
-- answer names, and the unit of its create_time, are not stated there: the customer's, and milliseconds.
local api = require "api"
local calls = require "miniprogram.calls"
local context = require "miniprogram.context"
local downgrade = require "downgrade"
local parts = require "miniprogram.parts"
local strict = require "miniprogram.strict"
local windows = require "miniprogram.windows"

local M = {}

local optional = calls.optional
local RULE = "douyin_minigame"
local SUCCESS = { body = '{"success":true}', content_type = "application/json" }

-- Bytes of one answer; no limit is documented, so this is a cautious one.
M.TEXT_LIMIT = 2000

local REQUIRED = { "x-signature", "x-nonce-str", "x-timestamp", "x-appid", "x-msg-type" }

--- The signature over headers, body and secret, and the text it covers.
---@param headers table<string, string> those that are signed
function M.header_md5(headers, body, secret)
  local names, list = {}, {}
  for name in pairs(headers) do names[#names + 1] = name end
  table.sort(names)
  for index, name in ipairs(names) do list[index] = name .. "=" .. headers[name] end
  local whole = table.concat(list, "&") .. body .. secret
  return crypto.digest("md5", whole, "base64"), whole
end

local function signed_headers(headers)
  return {
    ["x-appid"] = headers["x-appid"], ["x-msg-type"] = headers["x-msg-type"], ["x-nonce-str"] = headers["x-nonce-str"],
    ["x-timestamp"] = headers["x-timestamp"],
  }
end

local KINDS = {}

--- Text is `{"text":…,"action":…}` as JSON text, in older pushes plain text.
function KINDS.text(f)
  local content = optional(f.content) or ""
  local value = content:find("^%s*{") and json.decode(content)
  if type(value) == "table" and type(value.text) == "string" then
    return { kind = "text", text = value.text, fields = { action = optional(value.action) } }
  end
  return { kind = "text", text = content, fields = {} }
end
function KINDS.image(f) return { kind = "image", fields = { url = optional(f.pic_url) } } end
function KINDS.video(f) return { kind = "video", fields = { url = optional(f.video_url) } } end
function KINDS.score(f) return { kind = "event", fields = { name = "score", data = f.score_content } } end

local function inbound(f, app_id)
  local missing = strict.missing(f, { "msg_id", "open_id", "msg_type", "conversation_id" })
  if missing then return nil, missing end
  if #f.open_id > 256 or #f.msg_id > 100 then return nil, "missing_param:msg_id" end
  if optional(f.app_id) and f.app_id ~= app_id then return nil, "account_mismatch" end
  local at = strict.milliseconds(f.create_time) or time.milliseconds()
  local message = KINDS[f.msg_type] and KINDS[f.msg_type](f) or { kind = "unsupported", fields = { raw = f } }
  message.external_id, message.sender, message.sent_at = f.msg_id, f.open_id, at // 1000
  local fields = message.fields
  fields.account, fields.conversation, fields.raw_kind, fields.at_ms = app_id, f.conversation_id, f.msg_type, at
  message.reply_quota = windows.quota(RULE, at)
  context.keep(f.open_id, { rule = RULE, conversation_id = f.conversation_id, msg_id = f.msg_id, open_id = f.open_id }, at)
  return message
end

--- Takes a push.
function M.receive(request, channel)
  local s = channel.settings
  if request.method ~= "POST" then return strict.refuse("bad_method") end
  local _, doubled = strict.parameters(request.raw_query)
  if doubled then return strict.refuse(doubled) end
  local headers = request.headers
  local missing = strict.missing(headers, REQUIRED)
  if missing then return strict.refuse(missing) end
  if not crypto.equal(M.header_md5(signed_headers(headers), request.body, s.token), headers["x-signature"]) then
    return strict.refuse("bad_signature")
  end
  local old = strict.age(headers["x-timestamp"], s.max_age)
  if old then return strict.refuse(old) end
  if headers["x-appid"] ~= s.app_id then return strict.refuse("account_mismatch") end
  -- The check of the configuration: which body it expects is not documented.
  if headers["x-msg-type"] == "verify_request" then return accept({}) end
  if headers["x-msg-type"] ~= "douyin_microgame_im" then return accept({}, SUCCESS) end
  local fields, reason = strict.push(request.body)
  if not fields then return strict.refuse(reason) end
  local message, problem = inbound(fields, s.app_id)
  if not message then return strict.refuse(problem) end
  return accept({ message }, SUCCESS)
end

local function number(id) return id:find("^%-?%d+$") and id or json.encode(id) end

--- The body of an answer. Ids are JSON numbers beyond what Lua's can hold, so they are written as they came.
function M.body(app_id, chosen, words, sender_name)
  local members = {
    '"micro_game_id":' .. json.encode(app_id), '"conversation_id":' .. number(chosen.conversation_id), '"msg_id":' .. number(chosen.msg_id),
    '"create_time":' .. time.milliseconds(), '"msg_type":"text"', '"content":' .. json.encode(words),
  }
  if sender_name then members[#members + 1] = '"sender_name":' .. json.encode(sender_name) end
  return "{" .. table.concat(members, ",") .. "}"
end

--- Sends a message, in words: pictures have an interface of their own, which is not documented.
function M.send(message, channel)
  local whole, reason = downgrade.text(message)
  if not whole then return failed(reason) end
  local pieces = text.split(whole, M.TEXT_LIMIT)
  if not pieces[1] or pieces[1] == "" then return failed("there is nothing to send: no text, and nothing of it in words") end
  local result = parts.send(message, pieces, function(words)
    local chosen, why = context.choose(message.recipient, { RULE })
    if not chosen then return { outcome = "closed", why = why } end
    local answer = calls.with_token("program_token", api.program_token(channel), function(access)
      return calls.call({
        method = "POST", url = api.address(channel, "game_base", "/mgplatform/api/apps/reply/reply_user_text"),
        headers = { ["access-token"] = access }, content_type = "application/json", timeout = "10s",
        body = M.body(channel.settings.app_id, chosen, words, channel.settings.sender_name),
      }, api.READERS.program)
    end)
    if answer.outcome == "ok" then context.count(message.recipient, RULE) end
    return answer
  end)
  if result.outcome == "closed" then return context.refused(result.why) end
  return calls.outcome(result)
end

return M
