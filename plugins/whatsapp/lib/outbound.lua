-- SPDX-License-Identifier: Apache-2.0
-- Our messages as the Cloud API takes them. Source: developers.facebook.com, "WhatsApp Cloud API: send messages", 2026-07.
local downgrade = require "downgrade"
local graph = require "meta_platform.graph"
local parts = require "parts"
local public_file = require "public_file"
local template = require "template"
local units = require "units"
local window = require "meta_platform.window"

local call = graph.caller "header"

local M = {}

-- In UTF-16 units.
M.TEXT = 4096
local CAPTION, BODY = 1024, 1024
local BUTTONS, BUTTON, BUTTON_ID, ROWS, ROW, ROW_ID, DESCRIPTION = 3, 20, 256, 10, 24, 200, 72
-- Meta keeps an uploaded file 30 days.
local UPLOAD_LIFE = 29 * 86400

-- What each kind takes; anything else goes out as a document.
local ACCEPTED = {
  image = { ["image/jpeg"] = true, ["image/png"] = true },
  audio = { ["audio/aac"] = true, ["audio/mp4"] = true, ["audio/mpeg"] = true, ["audio/amr"] = true, ["audio/ogg"] = true },
  video = { ["video/mp4"] = true, ["video/3gpp"] = true },
}
-- Bytes; anything larger goes as a document, and what is too large for that as a link.
M.LARGEST = { image = 5 << 20, audio = 16 << 20, video = 16 << 20, document = 100 << 20 }
local TYPES = { image = "image", voice = "audio", video = "video", file = "document" }

local function is_https(address) return type(address) == "string" and #address <= 2000 and address:find("^https://") ~= nil end

local function text_body(words)
  return { type = "text", text = { body = words, preview_url = words:find("https://", 1, true) ~= nil } }
end

local function texts(words)
  local list = {}
  for index, part in ipairs(units.split(words, M.TEXT)) do list[index] = text_body(part) end
  return list
end

local MAKE = {}

local function file(message, upload)
  local f, kind = message.fields, TYPES[message.kind]
  local object = {}
  if f.media_id then
    local known = media.info(f.media_id)
    local content_type = known and known.content_type:match("^[^;]+") or ""
    local byte_count = known and known.byte_count or 0
    if ACCEPTED[kind] and not ACCEPTED[kind][content_type] or byte_count > M.LARGEST[kind] then kind = "document" end
    if byte_count > M.LARGEST[kind] then
      local words, reason = downgrade.text(message)
      if not words then return nil, { action = "failed", reason = reason } end
      return texts(words)
    end
    local id, problem = upload(f.media_id)
    if not id then return nil, problem end
    object.id = id
    if kind == "document" then object.filename = f.name or known and known.name or nil end
  elseif is_https(f.url) then
    object.link = f.url
    if kind == "document" then object.filename = f.name end
  else
    return texts(downgrade.text(message))
  end
  local list = { { type = kind, [kind] = object } }
  if message.text ~= "" and message.text ~= f.name then
    if kind ~= "audio" and units.length(message.text) <= CAPTION then
      object.caption = message.text
    else
      for _, more in ipairs(texts(message.text)) do list[#list + 1] = more end
    end
  end
  return list
end
MAKE.image, MAKE.voice, MAKE.video, MAKE.file = file, file, file, file

function MAKE.location(message)
  local f = message.fields
  local latitude, longitude = tonumber(f.latitude), tonumber(f.longitude)
  if not latitude or not longitude then return texts(downgrade.text(message)) end
  local label = f.label or (message.text ~= "" and message.text) or nil
  local list = { { type = "location", location = { latitude = latitude, longitude = longitude, name = label, address = f.address } } }
  local more = downgrade.beside(message, { { label or "" }, { f.address or "" } })
  if more ~= "" then for _, part in ipairs(texts(more)) do list[#list + 1] = part end end
  return list
end

--- The last part of the words goes into the interactive message, what comes before it goes before it.
local function interactive(words, object)
  local list = units.split(words, BODY)
  object.body = { text = table.remove(list) }
  for index, part in ipairs(list) do list[index] = text_body(part) end
  list[#list + 1] = { type = "interactive", interactive = object }
  return list
end

--- A card with a button that opens its page.
function MAKE.card(message)
  local f = message.fields
  local title = f.title or message.text
  if not is_https(f.url) or title == "" then return texts(downgrade.text(message)) end
  local words = title
  for _, more in ipairs { f.title and message.text ~= f.title and message.text or "", f.description or "" } do
    if more ~= "" then words = words .. "\n" .. more end
  end
  local picture = public_file.thumb(message, ACCEPTED.image)
  return interactive(words, {
    type = "cta_url", header = picture and { type = "image", image = { link = picture } } or nil,
    action = { name = "cta_url", parameters = { display_text = units.cut(f.button or title, BUTTON), url = f.url } },
  })
end

local function fits(options, count, id_limit)
  if #options == 0 or #options > count then return false end
  for _, option in ipairs(options) do
    if #tostring(option.id or option.text) > id_limit or option.url then return false end
  end
  return true
end

--- Up to three short options as buttons, up to ten as a list, more as numbered lines.
function MAKE.menu(message, _, settings)
  local options = message.fields.options or {}
  local words = text.trim(message.text .. (message.fields.tail and "\n" .. message.fields.tail or ""))
  local are_short = true
  for _, option in ipairs(options) do
    if units.length(tostring(option.text or option.id)) > BUTTON then are_short = false end
  end
  if words == "" then return texts(downgrade.text(message)) end
  if are_short and fits(options, BUTTONS, BUTTON_ID) then
    local buttons = array {}
    for index, option in ipairs(options) do
      buttons[index] = { type = "reply", reply = { id = tostring(option.id or option.text), title = tostring(option.text or option.id) } }
    end
    return interactive(words, { type = "button", action = { buttons = buttons } })
  end
  if not fits(options, ROWS, ROW_ID) then return texts(downgrade.text(message)) end
  local rows = array {}
  for index, option in ipairs(options) do
    local label = tostring(option.text or option.id)
    local long = units.length(label) > ROW
    rows[index] = {
      id = tostring(option.id or option.text), title = units.cut(label, ROW), description = long and units.cut(label, DESCRIPTION) or nil,
    }
  end
  local button = units.cut(message.fields.button or settings.list_button, BUTTON)
  return interactive(words, { type = "list", action = { button = button, sections = array { { rows = rows } } } })
end

--- The bodies of the calls for a message, in order.
---@param upload fun(id: string): string?, table?
---@return table[]? bodies, table? problem
function M.bodies(message, upload, settings)
  local chosen = template.chosen(message)
  if chosen then return { { type = "template", template = chosen } } end
  local make = MAKE[message.kind]
  if make then return make(message, upload, settings) end
  return texts(downgrade.text(message))
end

local function upload_to(channel, again)
  return function(id)
    return graph.uploaded("file", id, UPLOAD_LIFE, again, "id", function()
      local known = media.info(id)
      return call(channel, channel.settings.phone_number_id .. "/media", {
        method = "POST", timeout = "60s", multipart = {
          { name = "messaging_product", body = "whatsapp" }, { name = "type", body = known and known.content_type or "application/octet-stream" },
          { name = "file", media = id },
        },
      })
    end)
  end
end

--- Whom a call is for: a number, or where the customer shows none the id that they have for this business.
local function addressed(body, recipient)
  body.messaging_product, body.recipient_type = "whatsapp", "individual"
  if recipient:find("^%+?%d+$") then body.to = recipient:gsub("^%+", "") else body.recipient = recipient end
  return body
end

--- What may go out now: the message itself, or in its place the template of the settings.
---@return table[]? bodies, table? outcome
local function allowed(message, channel)
  local decision = window.decide {
    channel = "whatsapp", last_inbound = window.last_inbound(message.recipient), now = time.now(),
    is_template = template.chosen(message) ~= nil,
  }
  if decision.allowed then
    local bodies, problem = M.bodies(message, upload_to(channel, false), channel.settings)
    if not bodies then return nil, graph.outcome(problem) end
    return bodies
  end
  if not channel.settings.template_name then
    return nil, failed("window_closed: the customer's last message is more than 24 hours old, and no template_name is set")
  end
  local words, reason = downgrade.text(message)
  if not words then return nil, failed(reason) end
  local filled, problem = template.filled(words, channel.settings)
  if not filled then return nil, misconfigured(problem) end
  return { { type = "template", template = filled } }
end

--- Sends a message; long texts in parts. A file that Meta forgot is uploaded anew, once.
function M.send(message, channel)
  local bodies, outcome = allowed(message, channel)
  if not bodies then return outcome end
  if #bodies == 0 or bodies[1].text and bodies[1].text.body == "" then return failed("there is nothing to send") end
  local quoted = message.fields.reply_to
  local again = false
  local path = channel.settings.phone_number_id .. "/messages"
  local refused, ids = parts.send(message, bodies, function(body, index)
    body = addressed(body, message.recipient)
    if index == 1 and type(quoted) == "string" and quoted:find("^wamid") then body.context = { message_id = quoted } end
    local found = call(channel, path, { method = "POST", json = body, timeout = "15s" })
    if (found.code == 131052 or found.code == 131053 or found.code == 100) and body[body.type].id and not again then
      again = true
      local fresh, wrong = M.bodies(message, upload_to(channel, true), channel.settings)
      if not fresh then return graph.outcome(wrong) end
      found = call(channel, path, { method = "POST", json = addressed(fresh[index], message.recipient), timeout = "15s" })
    end
    if found.action == "lost" then return retry(found.reason), found.reason, "lost" end
    if found.action == "window" then return failed("window_closed: " .. found.reason) end
    if found.action ~= "ok" then return graph.outcome(found) end
    local first = type(found.json.messages) == "table" and found.json.messages[1]
    local id = type(first) == "table" and type(first.id) == "string" and first.id or nil
    if not id then
      local unnamed = "the answer names no message"
      return retry(unnamed), unnamed, "lost"
    end
    return nil, id
  end)
  return refused or sent(ids)
end

return M
