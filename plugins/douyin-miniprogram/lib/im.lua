-- SPDX-License-Identifier: Apache-2.0
-- Private messages of a Douyin account (私信), pushed as web hooks: SHA1(client_secret, body) in X-Douyin-Signature. There is no
-- timestamp in it: what decides about a repetition is the message's own id.
-- Source: developer.open-douyin.com, webhooks/summarize, private-msg-webhook, enter-direct-msg-webhook, state 2026-07.
local calls = require "miniprogram.calls"
local context = require "miniprogram.context"
local strict = require "miniprogram.strict"
local windows = require "miniprogram.windows"

local M = {}

local optional = calls.optional
local DONE = { body = '{"err_no":0}', content_type = "application/json" }

-- What can be answered, the better window first.
M.RULES = { "douyin_im_reply", "douyin_im_enter" }

--- Who signs: the client_secret, or the one before until its end.
local function is_genuine(s, body, signature)
  if strict.same_hex(signature, crypto.digest("sha1", s.client_secret .. body, "hex")) then return true end
  local ends = s.previous_until and time.parse_rfc3339(s.previous_until)
  if not s.previous_client_secret or (ends and time.now() >= ends) then return false end
  return strict.same_hex(signature, crypto.digest("sha1", s.previous_client_secret .. body, "hex"))
end

local function media_fields(c)
  return {
    media_id = optional(c.item_id), format = optional(c.resource_type), url = optional(c.resource_url),
    width = math.tointeger(c.resource_width), height = math.tointeger(c.resource_height),
  }
end

local function image(c) return { kind = "image", fields = media_fields(c) } end
local function video(c) return { kind = "video", fields = media_fields(c) } end

local KINDS = {
  text = function(c) return { kind = "text", text = optional(c.text) or "", fields = {} } end,
  image = image, user_local_image = image, emoji = image, video = video, user_local_video = video,
  retain_consult_card = function(c)
    return { kind = "card", fields = { card = { id = optional(c.card_id), status = c.card_status, fields = c.card_data } } }
  end,
}

--- The sender's name and picture, which Douyin gives for both sides.
local function profile_of(c, sender)
  for _, info in ipairs(type(c.user_infos) == "table" and c.user_infos or {}) do
    if type(info) == "table" and info.open_id == sender then
      local profile = { name = optional(info.nick_name), avatar = optional(info.avatar) }
      return next(profile) and profile or nil
    end
  end
  return nil
end

local function at_of(c) return strict.milliseconds(c.create_time) or time.milliseconds() end

local function common(message, value, c, raw_kind, at)
  local f = message.fields
  f.account, f.conversation, f.raw_kind, f.at_ms = optional(value.to_user_id), optional(c.conversation_short_id), raw_kind, at
  message.sender, message.sent_at = value.from_user_id, at // 1000
  return message
end

--- What must be kept to answer.
local function keep(value, c, rule, scene, at)
  context.keep(value.from_user_id, {
    rule = rule, scene = scene, msg_id = c.server_message_id, conversation_id = c.conversation_short_id,
    to_user_id = value.from_user_id, operator_open_id = value.to_user_id,
  }, at)
end

local EVENTS = {}

function EVENTS.im_receive_msg(value, c)
  -- Groups are no customers.
  if c.conversation_type == 2 then return {} end
  local missing = strict.missing(c, { "server_message_id", "conversation_short_id" })
  if missing then return nil, missing end
  local raw, at = optional(c.message_type) or "unknown", at_of(c)
  local message = KINDS[raw] and KINDS[raw](c) or { kind = "unsupported", fields = { raw = c } }
  common(message, value, c, raw, at)
  message.fields.message_id = c.server_message_id
  message.external_id, message.profile = c.server_message_id, profile_of(c, value.from_user_id)
  message.reply_quota = windows.quota("douyin_im_reply", at)
  keep(value, c, "douyin_im_reply", "im_reply_msg", at)
  return { message }
end

--- What the account itself sent: never an input to rules, answering it would be a loop. Sent by an interface it is a receipt, typed in
--- Douyin's own app it is told as an event of its customer.
function EVENTS.im_send_msg(value, c)
  if c.conversation_type == 2 then return {} end
  local missing = strict.missing(c, { "server_message_id" }) or strict.missing(value, { "to_user_id" })
  if missing then return nil, missing end
  if optional(c.source) then return {}, nil, { { external_id = c.server_message_id, delivery = "delivered" } } end
  local raw, at = optional(c.message_type) or "unknown", at_of(c)
  local content = KINDS[raw] and KINDS[raw](c) or { kind = "unsupported", fields = {} }
  return { {
    kind = "event", text = content.text, sender = value.to_user_id, external_id = c.server_message_id, sent_at = at // 1000,
    fields = {
      name = "platform_agent_message", kind = content.kind, content = content.fields, account = value.from_user_id, raw_kind = raw,
      at_ms = at, conversation = optional(c.conversation_short_id),
    },
  } }
end

function EVENTS.im_enter_direct_msg(value, c)
  local missing = strict.missing(c, { "server_message_id", "conversation_short_id" })
  if missing then return nil, missing end
  local at = at_of(c)
  local ad = optional(c.ad_info) and json.decode(c.ad_info)
  local message = common({
    kind = "event", external_id = c.server_message_id, profile = profile_of(c, value.from_user_id),
    reply_quota = windows.quota("douyin_im_enter", at),
    fields = {
      name = "enter", scene_type = c.scene_type, extra = optional(c["data-im-extra"]), path = optional(c.path), query = optional(c.query),
      ad = type(ad) == "table" and ad or nil, objectId = c.objectId,
    },
  }, value, c, "im_enter_direct_msg", at)
  keep(value, c, "douyin_im_enter", "im_enter_direct_msg", at)
  return { message }
end

function EVENTS.im_recall_msg(value, c)
  local missing = strict.missing(c, { "server_message_id" })
  if missing then return nil, missing end
  return { common({
    kind = "event", external_id = "recall:" .. c.server_message_id, fields = { name = "recall", target = c.server_message_id },
  }, value, c, "im_recall_msg", at_of(c)) }
end

--- An id for events that have none of their own.
local function event_id(prefix, request, value)
  local id = optional(request.headers["msg-id"]) or optional(value.log_id)
  return prefix .. ":" .. (id and text.truncate(id, 200) or crypto.digest("sha1", request.body, "hex"):sub(1, 16))
end

function EVENTS.im_authorize(value, c, request)
  local at = at_of(c)
  local granted = c.auth_status == 1
  local expires = math.tointeger(c.expire_time)
  if granted and optional(value.to_user_id) then
    local life = expires and math.max(1, expires - time.now()) or 30 * 86400
    store.set("authorized:" .. value.from_user_id, { operator_open_id = value.to_user_id }, life)
  elseif not granted then
    store.remove("authorized:" .. value.from_user_id)
  end
  return { common({
    kind = "event", external_id = event_id("authorize", request, value),
    fields = {
      name = "authorize", auth_status = c.auth_status, operation_type = c.operation_type, expires_s = expires,
      extra = optional(c.data_im_extra), path = optional(c.path), query = optional(c.query),
    },
  }, value, c, "im_authorize", at) }
end

local SUBSCRIBED = { [1] = "accept_once", [2] = "accept", [3] = "reject", [4] = "reject_once" }

--- What a customer answered when asked for subscription messages.
function EVENTS.user_subscribe_action(value, c, request)
  local at = strict.milliseconds(c.time) or time.milliseconds()
  return { common({
    kind = "event", external_id = event_id("subscribe", request, value),
    fields = { name = "subscribe_message_answered", template_id = optional(c.msg_id), answer = SUBSCRIBED[c.subscribe_action] or "unknown" },
  }, value, c, "user_subscribe_action", at) }
end

--- `content` is an object or JSON text; both occur.
local function content_of(value)
  if type(value.content) == "table" then return value.content end
  local parsed = type(value.content) == "string" and strict.json(value.content)
  return parsed or {}
end

--- Takes a web hook.
function M.receive(request, channel)
  local s = channel.settings
  if request.method ~= "POST" then return strict.refuse("bad_method") end
  local _, doubled = strict.parameters(request.raw_query)
  if doubled then return strict.refuse(doubled) end
  local signature = optional(request.headers["x-douyin-signature"])
  if signature and not is_genuine(s, request.body, signature) then return strict.refuse("bad_signature") end
  local value, reason = strict.json(request.body)
  if not value then return strict.refuse(reason) end
  local c = content_of(value)
  if value.event == "verify_webhook" then
    if c.challenge == nil or type(c.challenge) == "table" then return strict.refuse("missing_param:challenge") end
    local challenge = strict.written(request.body, "challenge", c.challenge)
    return accept({}, { body = '{"challenge":' .. challenge .. "}", content_type = "application/json" })
  end
  if not signature then return strict.refuse("missing_param:x-douyin-signature") end
  if optional(value.client_key) and value.client_key ~= s.client_key and value.client_key ~= s.app_id then
    return strict.refuse("account_mismatch")
  end
  local take = EVENTS[value.event]
  if not take then return accept({}, DONE) end
  if not optional(value.from_user_id) or #value.from_user_id > 256 then return strict.refuse("missing_param:from_user_id") end
  local messages, problem, receipts = take(value, c, request)
  if not messages then return strict.refuse(problem) end
  return accept(messages, { body = DONE.body, content_type = DONE.content_type, receipts = receipts })
end

return M
