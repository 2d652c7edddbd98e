-- SPDX-License-Identifier: Apache-2.0
-- Our messages as calls of the Bot API. Texts go without a parse mode: nothing in them is markup, nothing has to be escaped.
local api = require "api"
local downgrade = require "downgrade"
local parts = require "parts"
local units = require "units"

local M = {}

-- In UTF-16 units.
M.TEXT, M.CAPTION = 4096, 1024
-- Bytes that a button may carry.
local BUTTON = 64
local LONG_ID_LIFE = 30 * 86400
-- The owner of a business account lets a bot answer who wrote in the last 24 hours; kept longer, so that Telegram says so.
local BUSINESS_LIFE = 30 * 86400

local function texts(words)
  local calls = {}
  for index, part in ipairs(units.split(words, M.TEXT)) do calls[index] = { method = "sendMessage", json = { text = part } } end
  return calls
end

-- What a bot may upload as a photo, and at all. Source: core.telegram.org/bots/api, "Sending files".
M.PHOTO, M.FILE = 10 << 20, 50 << 20
local PHOTOS = { ["image/jpeg"] = true, ["image/png"] = true, ["image/webp"] = true, ["image/gif"] = true, ["image/bmp"] = true }

local METHODS = {
  image = { "sendPhoto", "photo" }, voice = { "sendVoice", "voice" }, video = { "sendVideo", "video" },
  file = { "sendDocument", "document" },
}

--- A file of ours is uploaded, one of Telegram's is named by its id, one on the web by its address.
local function file(message)
  local f, method = message.fields, METHODS[message.kind]
  local object = f.media_id and media.info(f.media_id)
  if not f.media_id and not (type(f.url) == "string" and f.url:find("^https?://")) then return texts(downgrade.text(message)) end
  if object and object.byte_count > M.FILE then
    local words, reason = downgrade.text(message)
    return words and texts(words) or nil, reason
  end
  local name, field = method[1], method[2]
  if message.kind == "image" and object and (object.byte_count > M.PHOTO or not PHOTOS[object.content_type:match("^[^;]+")]) then
    name, field = "sendDocument", "document"
  end
  local sound = object and object.content_type or "ogg"
  if message.kind == "voice" and not (sound:find("ogg") or sound:find("mpeg") or sound:find("mp4")) then
    -- Telegram plays OGG/Opus, MP3 and M4A only; others arrive as a file.
    name, field = "sendDocument", "document"
  end
  local call = { method = name, json = {} }
  if object then call.upload = { field = field, media = f.media_id, name = f.name or object.name } else call.json[field] = f.media_id or f.url end
  local calls = { call }
  if message.text ~= "" and message.text ~= f.name then
    if units.length(message.text) <= M.CAPTION then
      call.json.caption = message.text
    else
      for _, more in ipairs(texts(message.text)) do calls[#calls + 1] = more end
    end
  end
  return calls
end

--- What a button carries: its id, or where that is too long a name that finds it again.
local function data_of(id)
  if #id <= BUTTON then return id end
  local short = "#" .. crypto.digest("sha256", id, "hex"):sub(1, 40)
  store.set("button:" .. short, id, LONG_ID_LIFE)
  return short
end

--- The id behind what a button carried.
function M.long_id(data)
  if #data ~= 41 or data:sub(1, 1) ~= "#" then return nil end
  local id = store.get("button:" .. data)
  return type(id) == "string" and id or nil
end

local function menu(message)
  local rows = {}
  for index, option in ipairs(message.fields.options or {}) do
    local label = units.cut(tostring(option.text or option.id), 64)
    if type(option.url) == "string" and option.url:find("^https?://") then
      rows[index] = { { text = label, url = option.url } }
    else
      rows[index] = { { text = label, callback_data = data_of(tostring(option.id or option.text)) } }
    end
  end
  local words = message.text
  if message.fields.tail then words = words .. "\n" .. message.fields.tail end
  if #rows == 0 or #rows > 100 or text.trim(words) == "" then return texts(downgrade.text(message)) end
  local calls = texts(words)
  calls[#calls].json.reply_markup = { inline_keyboard = rows }
  return calls
end

local function location(message)
  local f = message.fields
  local latitude, longitude = tonumber(f.latitude), tonumber(f.longitude)
  if not latitude or not longitude then return texts(downgrade.text(message)) end
  local label = f.label or (message.text ~= "" and message.text) or nil
  local call, more = { json = { latitude = latitude, longitude = longitude } }
  if label and f.address then
    call.method, call.json.title, call.json.address = "sendVenue", label, f.address
    more = downgrade.beside(message, { { label }, { f.address } })
  else
    call.method = "sendLocation"
    more = table.concat({ label or f.address or "", label ~= message.text and message.text ~= "" and message.text or nil }, "\n")
  end
  local calls = { call }
  if more ~= "" then for _, part in ipairs(texts(more)) do calls[#calls + 1] = part end end
  return calls
end

--- The calls for a message, in order.
function M.calls(message)
  if METHODS[message.kind] then return file(message) end
  if message.kind == "menu" then return menu(message) end
  if message.kind == "location" then return location(message) end
  return texts(downgrade.text(message))
end

local function business_key(chat) return "business:" .. chat end

--- A chat of a business account is answered under its connection, until the customer writes to the bot itself.
---@param message InboundMessage
function M.remember_business(message)
  if message.kind == "event" then return end
  local id = message.fields.business_connection_id
  if id then
    store.set(business_key(message.sender), id, BUSINESS_LIFE)
  elseif store.get(business_key(message.sender)) then
    store.remove(business_key(message.sender))
  end
end

--- The connection to answer a chat under; nil for the bot's own chats.
---@param chat string
---@return string?
function M.business(chat) return store.get(business_key(chat)) end

--- Options of http.post for a call.
local function options_of(call, chat)
  if not call.upload then
    local body = { chat_id = chat }
    for name, value in pairs(call.json) do body[name] = value end
    return { json = body, timeout = "15s" }
  end
  local list = { { name = "chat_id", body = tostring(chat) } }
  for name, value in pairs(call.json) do list[#list + 1] = { name = name, body = tostring(value) } end
  list[#list + 1] = { name = call.upload.field, media = call.upload.media, filename = call.upload.name }
  return { multipart = list, timeout = "60s" }
end

--- Sends a message; long texts in parts.
function M.send(message, channel)
  local calls, reason = M.calls(message)
  if not calls then return failed(reason) end
  if #calls == 0 or calls[1].json.text == "" then return failed("there is nothing to send") end
  local moved = store.get("moved:" .. message.recipient)
  local chat = math.tointeger(tonumber(moved or message.recipient)) or moved or message.recipient
  local business = M.business(message.recipient)
  local outcome, ids = parts.send(message, calls, function(call)
    call.json.business_connection_id = business
    local found = api.call(channel, call.method, options_of(call, chat))
    if found.action == "retry_with_chat_id" then
      -- A group became a supergroup under another id.
      chat = found.chat_id
      store.set("moved:" .. message.recipient, tostring(chat))
      found = api.call(channel, call.method, options_of(call, chat))
    end
    if found.action == "ok" then
      local id = type(found.result) == "table" and math.tointeger(found.result.message_id)
      return nil, id and chat .. ":" .. id or nil
    end
    if found.action == "lost" then return retry(found.reason), found.reason, "lost" end
    if found.action == "retry" then return retry(found.reason, found.wait_s) end
    if found.action == "misconfigured" then return misconfigured(found.reason) end
    return failed(found.reason)
  end)
  return outcome or sent(ids)
end

return M
