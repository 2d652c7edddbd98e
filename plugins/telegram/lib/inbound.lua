-- SPDX-License-Identifier: Apache-2.0
-- Updates of the Bot API as our messages: every kind of update, every kind of message. Unknown ones keep their raw form.
-- Source: core.telegram.org/bots/api, version 10.1.
local M = {}

local function optional(value) if type(value) == "string" and value ~= "" then return value end end
local function words(value) return type(value) == "string" and value or "" end
local function id_text(value)
  local whole = math.tointeger(value)
  return whole and tostring(whole) or optional(value)
end

local function name_of(person)
  local full = words(person.first_name) .. (optional(person.last_name) and " " .. person.last_name or "")
  return optional(full) or optional(person.title) or optional(person.username)
end

local function profile(person)
  if type(person) ~= "table" then return nil end
  return { name = name_of(person), username = optional(person.username), language = optional(person.language_code) }
end

--- The largest of a photo's sizes.
local function largest(sizes)
  local best
  for _, size in ipairs(sizes) do
    if type(size) == "table" and (not best or (tonumber(size.width) or 0) > (tonumber(best.width) or 0)) then best = size end
  end
  return best
end

local function file(kind, object, caption)
  if type(object) ~= "table" then return nil end
  return {
    kind = kind, text = words(caption),
    fields = {
      media_id = optional(object.file_id), name = optional(object.file_name), content_type = optional(object.mime_type),
      byte_count = math.tointeger(object.file_size), seconds = tonumber(object.duration),
    },
  }
end

local function place(object, label, address)
  return {
    kind = "location", text = words(label),
    fields = {
      latitude = tonumber(object.latitude), longitude = tonumber(object.longitude), label = optional(label),
      address = optional(address), live_seconds = tonumber(object.live_period),
    },
  }
end

-- Parts of a message that carry its content, in the order in which they decide: a venue brings a location along, an animation a
-- document.
local PARTS = {
  { "photo", function(m) return type(m.photo) == "table" and file("image", largest(m.photo), m.caption) end },
  { "voice", function(m) return file("voice", m.voice, m.caption) end },
  { "audio", function(m) return file("voice", m.audio, m.caption) end },
  { "video", function(m) return file("video", m.video, m.caption) end },
  { "video_note", function(m) return file("video", m.video_note) end },
  { "animation", function(m) return file("video", m.animation, m.caption) end },
  { "document", function(m) return file("file", m.document, m.caption) end },
  { "sticker", function(m)
    local content = file("image", m.sticker)
    if content then
      content.text, content.fields.sticker = words(m.sticker.emoji), true
      -- Animated and video stickers are no pictures.
      if m.sticker.is_animated == true then content.kind = "file" elseif m.sticker.is_video == true then content.kind = "video" end
    end
    return content
  end },
  { "venue", function(m)
    return type(m.venue) == "table" and type(m.venue.location) == "table" and place(m.venue.location, m.venue.title, m.venue.address)
  end },
  { "location", function(m) return type(m.location) == "table" and place(m.location) end },
  { "contact", function(m)
    local c = m.contact
    if type(c) ~= "table" then return nil end
    return { kind = "card", text = words(name_of(c)), fields = {
      type = "contact", title = name_of(c), phone = optional(c.phone_number), user_id = id_text(c.user_id),
    } }
  end },
}

--- A command's name, without the bot that it is for in groups, and what stands behind it.
local function command(text)
  local name, rest = text:match("^/([%w_]+)(.*)$")
  if not name then return nil end
  rest = rest:gsub("^@[%w_]+", "")
  if rest ~= "" and not rest:find("^%s") then return nil end
  return name, (rest:gsub("^%s+", ""))
end

-- What Telegram tells of a chat in the form of a message that nobody wrote, by our name; others have their own.
local SERVICE = { successful_payment = "paid", refunded_payment = "refunded", web_app_data = "form_answered", pinned_message = "pinned" }
for name in ([[
  users_shared chat_shared write_access_allowed connected_website proximity_alert_triggered boost_added chat_background_set
  message_auto_delete_timer_changed migrate_to_chat_id migrate_from_chat_id new_chat_members left_chat_member new_chat_title
  new_chat_photo delete_chat_photo group_chat_created supergroup_chat_created forum_topic_created forum_topic_edited
  forum_topic_closed forum_topic_reopened general_forum_topic_hidden general_forum_topic_unhidden video_chat_scheduled
  video_chat_started video_chat_ended video_chat_participants_invited giveaway_created giveaway_completed
  gift unique_gift paid_message_price_changed direct_message_price_changed checklist_tasks_done checklist_tasks_added
]]):gmatch("%S+") do SERVICE[name] = name end

--- An event where the message is one of those.
local function service(m)
  for key, name in pairs(SERVICE) do
    local value = m[key]
    if value ~= nil then
      local fields = { name = name, event = key, [key] = value }
      if key == "web_app_data" and type(value) == "table" then
        local values = type(value.data) == "string" and json.decode(value.data)
        fields.button, fields.values = optional(value.button_text), type(values) == "table" and values or nil
      end
      return { kind = "event", text = "", fields = fields }
    end
  end
  return nil
end

--- A message's content.
local function content(m)
  if type(m.text) == "string" then
    local name, rest = command(m.text)
    if name == "start" then
      -- The button Start, and links t.me/bot?start=SCENE.
      return { kind = "event", text = m.text, fields = { name = "enter", event = "start", scene = optional(rest) } }
    end
    return { kind = "text", text = m.text, fields = { command = name } }
  end
  for _, part in ipairs(PARTS) do
    if m[part[1]] ~= nil then
      local found = part[2](m)
      if found then return found end
    end
  end
  return service(m) or { kind = "unsupported", text = words(m.caption), fields = { raw = m } }
end

--- A message of a private chat, or of a group where the operator wants those.
local function message(m, options, kind)
  local chat = m.chat
  if type(chat) ~= "table" or not id_text(chat.id) then return nil end
  local private = chat.type == "private"
  if not private and not options.groups then return nil end
  if type(m.from) == "table" and m.from.is_bot == true then return nil end
  local out = content(m)
  if kind == "edited_message" or kind == "edited_business_message" then
    out = { kind = "event", text = out.text, fields = { name = "edited", kind = out.kind, content = out.fields } }
  end
  -- In the chats of a business account its owner writes, too: what they say is told to agents and is no question of the customer.
  if private and type(m.from) == "table" and id_text(m.from.id) ~= id_text(chat.id) then
    out = { kind = "event", text = out.text, fields = { name = "platform_agent_message", kind = out.kind, content = out.fields } }
  end
  out.sender = id_text(chat.id)
  out.sent_at = math.tointeger(m.edit_date) or math.tointeger(m.date)
  out.profile = profile(private and m.from or chat)
  local f = out.fields
  f.message_id = id_text(m.message_id)
  f.reply_to = type(m.reply_to_message) == "table" and id_text(m.reply_to_message.message_id) or nil
  f.business_connection_id = optional(m.business_connection_id)
  if not private then f.group, f.author = optional(chat.title), type(m.from) == "table" and name_of(m.from) or nil end
  return out
end

--- The words on the button that was pressed.
local function label_of(query)
  local markup = type(query.message) == "table" and query.message.reply_markup
  local rows = type(markup) == "table" and type(markup.inline_keyboard) == "table" and markup.inline_keyboard or {}
  for _, row in ipairs(rows) do
    for _, button in ipairs(type(row) == "table" and row or {}) do
      if type(button) == "table" and button.callback_data == query.data then return optional(button.text) end
    end
  end
  return nil
end

--- A button of ours was pressed: as if its words had been written, with its id.
local function pressed(query, options)
  local origin = type(query.message) == "table" and query.message or {}
  local chat = type(origin.chat) == "table" and origin.chat or query.from
  if type(chat) ~= "table" or not id_text(chat.id) then return nil end
  if chat.type ~= nil and chat.type ~= "private" and not options.groups then return nil end
  local data = words(query.data)
  local id = options.long_id and options.long_id(data) or data
  return {
    kind = "text", text = label_of(query) or id, sender = id_text(chat.id), profile = profile(query.from),
    fields = { menu_id = id, message_id = id_text(origin.message_id), game = optional(query.game_short_name) },
  }
end

--- Something about a person, as an event of this name.
local function happening(name, person, fields, date)
  if type(person) ~= "table" or not id_text(person.id) then return nil end
  fields.name = name
  return { kind = "event", fields = fields, sender = id_text(person.id), profile = profile(person), sent_at = math.tointeger(date) }
end

local UPDATES = {}

for _, name in ipairs { "message", "business_message", "edited_message", "edited_business_message" } do
  UPDATES[name] = function(value, options) return message(value, options, name) end
end

UPDATES.callback_query = pressed

--- The customer blocked the bot or took it back.
function UPDATES.my_chat_member(value, options)
  local chat, now = value.chat, value.new_chat_member
  if type(chat) ~= "table" or type(now) ~= "table" then return nil end
  if chat.type ~= "private" and not options.groups then return nil end
  local gone = now.status == "kicked" or now.status == "left"
  local out = happening(gone and "unfollow" or "follow", chat, { event = "my_chat_member", status = optional(now.status) }, value.date)
  if out then out.profile = profile(value.from) end
  return out
end

function UPDATES.message_reaction(value, options)
  local chat = value.chat
  if type(chat) ~= "table" or chat.type ~= "private" and not options.groups then return nil end
  return happening("reacted", chat, { message_id = id_text(value.message_id), reactions = value.new_reaction }, value.date)
end

function UPDATES.deleted_business_messages(value)
  return happening("recalled", value.chat, { message_ids = value.message_ids })
end

function UPDATES.poll_answer(value) return happening("poll_answered", value.user, { options = value.option_ids }) end
function UPDATES.inline_query(value) return happening("inline_query", value.from, { query = optional(value.query) }) end
function UPDATES.chosen_inline_result(value)
  return happening("inline_result_chosen", value.from, { result_id = optional(value.result_id) })
end
function UPDATES.shipping_query(value) return happening("shipping_query", value.from, { payload = optional(value.invoice_payload) }) end
function UPDATES.pre_checkout_query(value)
  return happening("pre_checkout_query", value.from, { payload = optional(value.invoice_payload), currency = optional(value.currency) })
end
function UPDATES.purchased_paid_media(value)
  return happening("paid_media_bought", value.from, { payload = optional(value.paid_media_payload) })
end
function UPDATES.business_connection(value)
  return happening("business_connection", value.user, { enabled = value.is_enabled, connection_id = optional(value.id) })
end
function UPDATES.chat_join_request(value, options)
  return options.groups and happening("join_requested", value.from, {}, value.date) or nil
end

-- About channels, groups and polls as such: no customer speaks.
local IMPERSONAL = {
  channel_post = true, edited_channel_post = true, message_reaction_count = true, poll = true, chat_member = true,
  chat_boost = true, removed_chat_boost = true,
}

--- An update's message; nil for what is acknowledged and not kept.
---@param update table
---@param options { bot: string, groups: boolean, long_id?: fun(data: string): string? }
function M.read(update, options)
  local out
  for name, value in pairs(update) do
    if name ~= "update_id" and not IMPERSONAL[name] and type(value) == "table" then
      local make = UPDATES[name]
      if make then
        out = make(value, options)
      else
        -- A kind that is newer than this plugin: kept where it says whom it is about.
        out = happening(name, type(value.from) == "table" and value.from or value.user, { event = name, raw = value }, value.date)
      end
      if out then break end
    end
  end
  if not out then return nil end
  out.external_id = options.bot .. ":" .. id_text(update.update_id)
  return out
end

return M
