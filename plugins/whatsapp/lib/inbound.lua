-- SPDX-License-Identifier: Apache-2.0
-- Messages and statuses of the WhatsApp Cloud API as ours. Unknown ones keep their raw form.
-- Source: developers.facebook.com, "WhatsApp Cloud API: webhooks, messages", 2026-07.
local graph = require "meta_platform.graph"
local phone = require "sms.phone"

local M = {}

M.QUOTA = { window = "24h" }

local function given(value) if type(value) == "string" and value ~= "" then return value end end
local function object(value) return type(value) == "table" and value or {} end

local function file(kind)
  return function(m)
    local f = object(m[m.type])
    return { kind = kind, text = given(f.caption) or "", fields = {
      media_id = given(f.id), content_type = given(f.mime_type), sha256 = given(f.sha256), name = given(f.filename),
      is_voice_note = f.voice == true or nil, is_animated = f.animated == true or nil,
    } }
  end
end

local KINDS = { image = file "image", audio = file "voice", video = file "video", document = file "file", sticker = file "image" }

function KINDS.text(m) return { kind = "text", text = given(object(m.text).body) or "", fields = {} } end

function KINDS.location(m)
  local l = object(m.location)
  return { kind = "location", text = given(l.name) or given(l.address) or "", fields = {
    latitude = tonumber(l.latitude), longitude = tonumber(l.longitude), label = given(l.name), address = given(l.address), url = given(l.url),
  } }
end

--- Cards of people: their names and numbers in words, all of it in `contacts`.
function KINDS.contacts(m)
  local lines = {}
  for _, contact in ipairs(object(m.contacts)) do
    local numbers = {}
    for _, number in ipairs(object(object(contact).phones)) do numbers[#numbers + 1] = given(object(number).phone) end
    lines[#lines + 1] = text.trim((given(object(object(contact).name).formatted_name) or "") .. " " .. table.concat(numbers, ", "))
  end
  return { kind = "card", text = table.concat(lines, "\n"), fields = { type = "contacts", contacts = m.contacts } }
end

--- A pressed button, a row of a list, or a form (flow) that was filled in.
function KINDS.interactive(m)
  local i = object(m.interactive)
  local choice = i.type == "button_reply" and object(i.button_reply) or i.type == "list_reply" and object(i.list_reply)
  if choice then return { kind = "text", text = given(choice.title) or "", fields = { menu_id = given(choice.id), description = given(choice.description) } } end
  if i.type == "nfm_reply" then
    local reply = object(i.nfm_reply)
    local values = type(reply.response_json) == "string" and json.decode(reply.response_json) or nil
    return { kind = "event", text = given(reply.body) or "", fields = { name = "form_answered", form = given(reply.name), values = type(values) == "table" and values or nil } }
  end
  return nil
end

function KINDS.button(m)
  local b = object(m.button)
  return { kind = "text", text = given(b.text) or "", fields = { menu_id = given(b.payload) } }
end

function KINDS.order(m)
  local o = object(m.order)
  return { kind = "event", text = given(o.text) or "", fields = { name = "order", catalog_id = given(o.catalog_id), items = object(o.product_items) } }
end

function KINDS.reaction(m)
  local r = object(m.reaction)
  return { kind = "event", text = "", fields = { name = given(r.emoji) and "reaction" or "reaction_removed", message_id = given(r.message_id), emoji = given(r.emoji) } }
end

function KINDS.request_welcome() return { kind = "event", text = "", fields = { name = "enter" } } end

function KINDS.system(m)
  local s = object(m.system)
  local name = s.type == "user_changed_number" and "number_changed" or s.type == "user_changed_user_id" and "user_id_changed" or given(s.type) or "system"
  return { kind = "event", text = "", fields = { name = name, new_number = phone.e164(given(s.new_wa_id) or given(s.wa_id)), user_id = given(s.user_id), raw = s } }
end

function KINDS.edit(m)
  local e = object(m.edit)
  local now = object(e.message)
  local words = given(object(now.text).body) or given(object(now[now.type]).caption) or ""
  return { kind = "event", text = words, fields = { name = "edited", message_id = given(e.original_message_id), raw = e } }
end
function KINDS.revoke(m) return { kind = "event", text = "", fields = { name = "recalled", message_id = given(object(m.revoke).original_message_id) } } end

local function content_of(m)
  local make = KINDS[m.type]
  local content = make and make(m)
  if not content then
    local problem = object(object(m.errors)[1])
    content = { kind = "unsupported", text = "", fields = { raw_kind = given(m.type) or "", raw = m, reason = given(problem.title) } }
  end
  local context = object(m.context)
  -- What a reaction or deletion is about stands; else a message names itself.
  content.fields.message_id, content.fields.reply_to = content.fields.message_id or m.id, given(context.id)
  content.fields.is_forwarded = (context.forwarded == true or context.frequently_forwarded == true) or nil
  content.fields.product = type(context.referred_product) == "table" and context.referred_product or nil
  content.fields.referral = type(m.referral) == "table" and m.referral or nil
  content.fields.group_id = given(m.group_id)
  return content
end

--- The contact of a message: by its number, by its id of this business, or the only one there is.
local function contact_of(value, m)
  local list = object(value.contacts)
  for _, contact in ipairs(list) do
    if type(contact) == "table" and (contact.wa_id and contact.wa_id == m.from or contact.user_id and contact.user_id == m.from_user_id) then return contact end
  end
  return #list == 1 and object(list[1]) or {}
end

--- One message; nil where it is nobody's or a group's.
---@return InboundMessage?, boolean? opens whether it opens the customer's window
function M.message(m, value)
  if type(m) ~= "table" or not given(m.id) or #m.id > 300 or given(m.group_id) then return nil end
  local contact = contact_of(value, m)
  local number = given(m.from) or given(contact.wa_id)
  local user_id = given(m.from_user_id) or given(contact.user_id)
  local sender = number or user_id
  if not sender or #sender > 200 then return nil end
  local content = content_of(m)
  local profile = object(contact.profile)
  local opens = m.type ~= "system" and m.type ~= "unsupported"
  return {
    sender = sender, external_id = m.id, kind = content.kind, text = content.text, fields = content.fields,
    sent_at = math.tointeger(tonumber(m.timestamp)), reply_quota = opens and M.QUOTA or nil,
    profile = {
      name = given(profile.name), phone = number and phone.e164("+" .. number) or nil, verified = { "phone" }, user_id = user_id,
      parent_user_id = given(m.from_parent_user_id) or given(contact.parent_user_id), username = given(profile.username),
    },
  }, opens
end

local CALLS = { connect = "call", terminate = "call_ended" }

--- A call that a customer makes: an event, so that somebody can write or call back. It is not answered here; calls of ours are nobody's
--- question. Source: developers.facebook.com, "WhatsApp Cloud API: user-initiated calls", 2026-07.
---@return InboundMessage?
function M.call(c, value)
  if type(c) ~= "table" or not given(c.id) or #c.id > 250 or c.direction == "BUSINESS_INITIATED" then return nil end
  local name, event = CALLS[c.event], given(c.event) or ""
  local out = name and M.message({ id = c.id, from = c.from, from_user_id = c.from_user_id, timestamp = c.timestamp, type = "system" }, value)
  if not out then return nil end
  out.kind, out.text, out.external_id = "event", "", "call:" .. event .. ":" .. c.id
  out.fields = { name = name, call_id = c.id, status = given(c.status), seconds = tonumber(c.duration) }
  return out
end

local DELIVERY = { sent = "sent", delivered = "delivered", read = "read", played = "read", failed = "failed" }

--- A receipt for a message of ours; nil where the status says nothing about its delivery.
function M.receipt(s)
  if type(s) ~= "table" or not given(s.id) or not DELIVERY[s.status] then return nil end
  local problem = object(object(s.errors)[1])
  return { external_id = s.id:sub(1, 500), delivery = DELIVERY[s.status], reason = s.status == "failed" and graph.reason(problem) or nil }
end

return M
