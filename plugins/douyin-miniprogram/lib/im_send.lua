-- SPDX-License-Identifier: Apache-2.0
-- Our messages as Douyin's private messages take them. Each answers a message or an entry of the customer, under its id.
local account = require "account"
local api = require "api"
local calls = require "miniprogram.calls"
local context = require "miniprogram.context"
local downgrade = require "downgrade"
local im = require "im"
local notice = require "miniprogram.notice"
local parts = require "miniprogram.parts"

local M = {}

-- Characters (code points) of a text; of a question card's title, its items, and how many.
M.TEXT_CHARACTERS = 1000
local TITLE, ITEM, ITEMS = 30, 14, 6
local DAY = 86400

local function characters(words) return utf8.len(words) or #words end

--- Parts of at most `limit` code points.
function M.split(words, limit)
  words = text.clean(words)
  local list = {}
  while characters(words) > limit do
    local bytes = utf8.offset(words, limit + 1) - 1
    -- Not within what people see as one character, where that leaves anything.
    local piece = text.split(words:sub(1, bytes + 16), math.max(4, bytes))[1]
    if characters(piece) > limit then piece = words:sub(1, bytes) end
    list[#list + 1] = piece
    words = words:sub(#piece + 1)
  end
  if words ~= "" then list[#list + 1] = words end
  return list
end

local function texts(words)
  local list = {}
  for index, piece in ipairs(M.split(words, M.TEXT_CHARACTERS)) do list[index] = { msg_type = 1, text = { text = piece } } end
  return list
end

local CARDS = {
  retain_consult_card = function(f) return f.card_id and { msg_type = 8, retain_consult_card = { card_id = f.card_id } } end,
  group_invitation = function(f)
    return (f.group_id or f.group_token)
      and { msg_type = 9, group_invitation = { group_id = f.group_id, group_token = f.group_token } }
  end,
  mini_program = function(f)
    return f.card_template_id and { msg_type = 10, applet_card = {
      card_template_id = f.card_template_id, app_id = f.app_id, path = f.page_path, query = f.query, schema = f.schema,
    } }
  end,
  coupon = function(f)
    return f.activity_id and { msg_type = 11, applet_coupon = { activity_id = f.activity_id, coupon_meta_id = f.coupon_meta_id } }
  end,
  authorization = function(f)
    return f.app_id and f.open_id and { msg_type = 12, auth_private_message_card = {
      app_info = { app_id = f.app_id }, to_user_info = { app_id = f.app_id, open_id = f.open_id },
    } }
  end,
}

--- A menu as a card of questions, where all of its words fit.
local function questions(message)
  local options, list = message.fields.options or {}, {}
  if #options == 0 or #options > ITEMS or message.text == "" or characters(message.text) > TITLE or message.fields.tail then return nil end
  for index, option in ipairs(options) do
    local words = tostring(option.text or option.id)
    if option.url or characters(words) > ITEM then return nil end
    list[index] = { text = words }
  end
  return { msg_type = 204, question_guide_msg_card = { title = message.text, question_list = list } }
end

--- The contents of the calls for a message, in order. A picture of ours is uploaded first.
---@param upload fun(id: string): string?, table?
---@return table[]? contents, table? problem
function M.contents(message, upload)
  local f = message.fields or {}
  local special
  if message.kind == "image" then
    local id = f.image_id
    if not id and f.media_id then
      local problem
      id, problem = upload(f.media_id)
      if not id then return nil, problem end
    end
    special = id and { msg_type = 2, image = { media_id = id } }
  elseif message.kind == "video" then
    special = f.item_id and { msg_type = 3, video = { item_id = f.item_id } }
  elseif message.kind == "card" then
    special = CARDS[f.type] and CARDS[f.type](f)
  elseif message.kind == "menu" then
    local card = questions(message)
    if card then return { card } end
  end
  if not special then
    local words, reason = downgrade.text(message)
    if not words then return nil, { outcome = "failed", reason = reason } end
    return texts(words)
  end
  local list = texts(message.text ~= f.title and message.text or "")
  list[#list + 1] = special
  return list
end

local function upload(channel, id)
  local result = calls.with_token("client_token", api.client_token(channel), function(access)
    return calls.call({
      method = "POST", url = api.address(channel, "api_base", "/tool/imagex/client_upload/"), headers = { ["access-token"] = access },
      multipart = { { name = "image", media = id } }, timeout = "30s",
    }, api.READERS.upload)
  end)
  if result.outcome == "ok" then return result.value.image_id end
  -- Nothing has been shown to the customer yet.
  if result.outcome == "unknown" then result.outcome = "later" end
  return nil, result
end

--- With the customer's standing grant: three messages a day, under a scene of its own.
local function authorized(recipient)
  local grant = store.get("authorized:" .. recipient)
  if not grant then return nil end
  local day = (time.now() + 8 * 3600) // DAY
  local key = "authorized_count:" .. day .. ":" .. crypto.digest("sha1", recipient, "hex")
  if (store.get(key) or 0) >= 3 then return nil, "quota_exhausted" end
  local last = context.get(recipient, im.RULES[1]) or {}
  return {
    rule = "douyin_im_authorize", key = key, scene = "im_authorize_message", to_user_id = recipient,
    operator_open_id = grant.operator_open_id, msg_id = last.msg_id, conversation_id = last.conversation_id,
  }
end

--- One call, within a window that is open now.
local function deliver(channel, recipient, content)
  local chosen, why = context.choose(recipient, im.RULES)
  if not chosen then
    local grant, used = authorized(recipient)
    if not grant then return { outcome = "closed", why = used or why } end
    chosen = grant
  end
  local result = account.call(channel, chosen.operator_open_id, function(access)
    return calls.call({
      method = "POST", url = api.address(channel, "api_base", "/im/send/msg/"), query = { open_id = chosen.operator_open_id },
      headers = { ["access-token"] = access }, timeout = "10s",
      json = {
        scene = chosen.scene, msg_id = chosen.msg_id, conversation_id = chosen.conversation_id, to_user_id = chosen.to_user_id,
        content = content,
      },
    }, api.READERS.im_send)
  end)
  if result.outcome == "ok" then
    if chosen.key then store.increment(chosen.key, 1, 2 * DAY) else context.count(recipient, chosen.rule) end
  end
  return result
end

--- The subscription message in place of what no window allows.
local function notify(message, channel)
  local s = channel.settings
  local data, reason = notice.fill(message, s)
  if not data then return misconfigured(reason) end
  local result = calls.with_token("client_token", api.client_token(channel), function(access)
    return calls.call({
      method = "POST", url = api.address(channel, "api_base", "/api/notification/v2/subscription/notify_user/"),
      headers = { ["access-token"] = access }, timeout = "10s",
      json = { msg_id = s.template_id, open_id = message.recipient, data = data, page = s.template_page },
    }, api.READERS.program)
  end)
  return calls.outcome(result)
end

--- Sends a message.
function M.send(message, channel)
  local contents, problem = M.contents(message, function(id) return upload(channel, id) end)
  if not contents then return calls.outcome(problem) end
  if #contents == 0 then return failed("there is nothing to send: no text, and nothing of it that Douyin shows") end
  local result = parts.send(message, contents, function(content) return deliver(channel, message.recipient, content) end)
  if result.outcome == "closed" then
    -- Who only logged in, and who wrote too long ago, can be told by a notice where they allowed one.
    if channel.settings.template_id and result.why ~= "quota_exhausted" then return notify(message, channel) end
    return context.refused(result.why)
  end
  result.held = result.code == "28003070"
  if result.value and not result.value.external_id then result.value.external_id = nil end
  return calls.outcome(result)
end

--- Takes a message of ours back: `{ account, msg_id, conversation_id }`.
function M.recall(arguments, channel)
  local owner = tostring(arguments.account)
  return account.call(channel, owner, function(access)
    return calls.call({
      method = "POST", url = api.address(channel, "api_base", "/im/recall/msg/"), query = { open_id = owner },
      headers = { ["access-token"] = access }, timeout = "10s",
      json = { msg_id = arguments.msg_id, conversation_id = arguments.conversation_id, conversation_type = 1 },
    }, api.READERS.im_call)
  end)
end

return M
