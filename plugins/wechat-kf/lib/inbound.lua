-- SPDX-License-Identifier: Apache-2.0
-- Items of sync_msg as our messages, receipts and what is worth remembering.
-- Source: developer.work.weixin.qq.com/document/path/94670, state 2026-07.
local M = {}

-- What a customer's action allows us.
local MESSAGE_QUOTA = { messages = 5, window = "48h" }
local WELCOME_QUOTA = { messages = 1, window = "20s" }

local function optional(value) if type(value) == "string" and value ~= "" then return value end end
local function clean(value) return type(value) == "string" and value or "" end

local KINDS = {}

function KINDS.text(o)
  return { kind = "text", text = clean(o.content), fields = { menu_id = optional(o.menu_id) } }
end

local function file(kind)
  return function(o) return { kind = kind, fields = { media_id = optional(o.media_id) } } end
end
KINDS.image, KINDS.voice, KINDS.video, KINDS.file = file "image", file "voice", file "video", file "file"

function KINDS.location(o)
  return {
    kind = "location", text = clean(o.name),
    fields = {
      latitude = tonumber(o.latitude), longitude = tonumber(o.longitude), label = optional(o.name), address = optional(o.address),
    },
  }
end

function KINDS.link(o)
  return {
    kind = "card", text = clean(o.title),
    fields = {
      type = "link", title = clean(o.title), description = optional(o.desc), url = optional(o.url), thumb_url = optional(o.pic_url),
    },
  }
end

function KINDS.business_card(o) return { kind = "card", fields = { type = "business_card", user_id = optional(o.userid) } } end

function KINDS.miniprogram(o)
  return {
    kind = "card", text = clean(o.title),
    fields = {
      type = "mini_program", title = clean(o.title), app_id = optional(o.appid), page_path = optional(o.pagepath),
      thumb_media_id = optional(o.thumb_media_id),
    },
  }
end
-- One SDK spells it so; harmless.
KINDS.mini_program = KINDS.miniprogram

function KINDS.msgmenu(o)
  local options = array {}
  for index, item in ipairs(type(o.list) == "table" and o.list or {}) do
    local inner = type(item) == "table" and item[item.type] or {}
    options[index] = { id = optional(inner.id), text = optional(inner.content), url = optional(inner.url) }
  end
  return { kind = "menu", text = clean(o.head_content), fields = { options = options, tail = optional(o.tail_content) } }
end

function KINDS.channels_shop_product(o)
  return { kind = "card", text = clean(o.title), fields = {
    type = "product", title = clean(o.title), product_id = optional(o.product_id), price = optional(o.sales_price),
    thumb_url = optional(o.head_img), shop = optional(o.shop_nickname),
  } }
end

function KINDS.channels_shop_order(o)
  return { kind = "card", text = clean(o.product_titles), fields = {
    type = "order", title = clean(o.product_titles), order_id = optional(o.order_id), price = optional(o.price_wording),
    state = optional(o.state), thumb_url = optional(o.image_url), shop = optional(o.shop_nickname),
  } }
end

function KINDS.channels(o)
  return { kind = "card", text = clean(o.title), fields = {
    type = "video_channel", title = clean(o.title), sub_type = tonumber(o.sub_type), nickname = optional(o.nickname),
  } }
end

function KINDS.merged_msg(o)
  local items = array {}
  for index, item in ipairs(type(o.item) == "table" and o.item or {}) do
    if type(item) ~= "table" then break end
    items[index] = {
      kind = optional(item.msgtype), sender = optional(item.sender_name), sent_at = tonumber(item.send_time),
      content = optional(item.msg_content),
    }
  end
  return { kind = "card", text = clean(o.title), fields = { type = "merged_messages", title = clean(o.title), items = items } }
end

--- The content of an item that is no event; unknown types keep their raw form.
local function content(item)
  local make, object = KINDS[item.msgtype], item[item.msgtype]
  if not make or type(object) ~= "table" then
    return { kind = "unsupported", fields = { raw_kind = clean(item.msgtype), raw = item } }
  end
  return make(object)
end

-- Event → our name.
local EVENTS = {
  enter_session = "enter", session_status_change = "session_changed", user_recall_msg = "recalled",
  servicer_recall_msg = "platform_agent_recalled", reject_customer_msg_switch_change = "customer_refusal_changed",
}

--- Why a message of ours was not delivered.
local FAILS = {
  [0] = "unknown reason", [1] = "the service account was deleted", [2] = "the application is switched off",
  [4] = "the 48 hours are over", [5] = "the session is closed", [6] = "more than 5 messages", [7] = "no video channel",
  [8] = "the company is not verified", [9] = "no video channel, and the company is not verified", [10] = "the customer refuses messages",
  [11] = "no member has signed in to WeCom", [12] = "this type of message is forbidden",
}

--- A receipt for `msg_send_fail`; each part of a long text has an id of its own.
local function receipt(o)
  local id = optional(o.fail_msgid)
  if not id then return nil end
  local kind = math.tointeger(tonumber(o.fail_type or 0)) or 0
  return {
    external_id = id, delivery = "failed",
    reason = "msg_send_fail " .. kind .. ": " .. (FAILS[kind] or "unknown reason"),
  }
end

local SKIPPED = { event_type = true, open_kfid = true, external_userid = true }

local function event(o)
  local name = clean(o.event_type)
  local fields = { name = EVENTS[name] or name, event = name }
  for key, value in pairs(o) do
    if not SKIPPED[key] and fields[key] == nil then fields[key] = value end
  end
  local quota = name == "enter_session" and optional(o.welcome_code) and WELCOME_QUOTA or nil
  return { kind = "event", fields = fields, reply_quota = quota }
end

--- What an item is: a message, a receipt, or neither (about an agent and no customer).
---@param item table
---@param account string the account that was pulled
---@return table? message, table? receipt
function M.read(item, account)
  if type(item) ~= "table" then return nil end
  local inner = item.msgtype == "event" and type(item.event) == "table" and item.event or item
  local kf = optional(inner.open_kfid) or account
  if inner ~= item and inner.event_type == "msg_send_fail" then return nil, receipt(inner) end
  local customer = optional(inner.external_userid)
  if not customer or #customer > 512 then return nil end
  local message
  if inner ~= item then
    message = event(inner)
    if optional(inner.recall_msgid) then message.fields.recalled_external_id = kf .. ":" .. inner.recall_msgid end
  else
    message = content(item)
    if item.origin == 5 then
      -- An agent in WeCom's own app: of interest, and no question of the customer.
      message = {
        kind = "event", text = message.text,
        fields = {
          name = "platform_agent_message", servicer_userid = optional(item.servicer_userid), kind = message.kind,
          content = message.fields,
        },
      }
    else
      message.reply_quota = MESSAGE_QUOTA
    end
  end
  message.fields.account = kf
  message.sender = customer
  local id = optional(item.msgid) or crypto.digest("sha256", json.encode(item), "hex")
  message.external_id = kf .. ":" .. id
  message.sent_at = math.tointeger(tonumber(item.send_time))
  return message
end

return M
