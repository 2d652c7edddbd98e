-- SPDX-License-Identifier: Apache-2.0
-- Our messages as the Send API takes them. Source: developers.facebook.com, "Send API", "Quick Replies", "Templates", 2026-07.
local downgrade = require "downgrade"
local graph = require "meta_platform.graph"
local parts = require "parts"
local public_file = require "public_file"
local receipts = require "receipts"
local units = require "units"
local window = require "meta_platform.window"

local call = graph.caller "query"

local M = {}

-- In UTF-16 units.
M.TEXT = 2000
local QUICK, TITLE, BUTTONS, BUTTON_TEXT, CARD, PAYLOAD = 13, 20, 3, 640, 80, 1000
local UPLOAD_LIFE = 30 * 86400
local TYPES = { image = "image", voice = "audio", video = "video", file = "file" }

local function is_https(address) return type(address) == "string" and #address <= 2000 and address:find("^https://") ~= nil end

local function texts(words)
  local list = {}
  for index, part in ipairs(units.split(words, M.TEXT)) do list[index] = { text = part } end
  return list
end

local MAKE = {}

--- A file of ours is uploaded, one with a public address is fetched by Meta.
local function file(message, upload)
  local f, kind = message.fields, TYPES[message.kind]
  local payload
  if f.media_id then
    local id, problem = upload(kind, f.media_id)
    if not id then return nil, problem end
    payload = { attachment_id = id }
  elseif is_https(f.url) then
    payload = { url = f.url, is_reusable = false }
  else
    return texts(downgrade.text(message))
  end
  local list = { { attachment = { type = kind, payload = payload } } }
  if message.text ~= "" and message.text ~= f.name then
    for _, more in ipairs(texts(message.text)) do list[#list + 1] = more end
  end
  return list
end
MAKE.image, MAKE.voice, MAKE.video, MAKE.file = file, file, file, file

local PICTURES = { ["image/jpeg"] = true, ["image/png"] = true, ["image/gif"] = true }

function MAKE.card(message)
  local f = message.fields
  local title = f.title or message.text
  if not is_https(f.url) or title == "" then return texts(downgrade.text(message)) end
  local words = f.description or (f.title and message.text ~= f.title and message.text) or ""
  local element = {
    title = units.cut(title, CARD), subtitle = words ~= "" and units.cut(words, CARD) or nil,
    image_url = public_file.thumb(message, PICTURES), default_action = { type = "web_url", url = f.url },
    buttons = f.button and array { { type = "web_url", url = f.url, title = units.cut(f.button, TITLE) } } or nil,
  }
  local list = { { attachment = { type = "template", payload = { template_type = "generic", elements = array { element } } } } }
  local more = downgrade.beside(message, { { title, CARD }, { words, CARD } })
  if more ~= "" then for _, part in ipairs(texts(more)) do list[#list + 1] = part end end
  return list
end

local function payload_of(option, label)
  local id = tostring(option.id or option.text)
  local data = "ld=1&id=" .. url.encode(id) .. "&label=" .. url.encode(label)
  if #data > PAYLOAD then data = "ld=1&id=" .. url.encode(id) end
  -- An id that is cut would mean something else.
  return #data <= PAYLOAD and data or nil
end

--- Options as quick replies; where one opens a page, as buttons, of which there may be three.
function MAKE.menu(message)
  local options = message.fields.options or {}
  local words = text.trim(message.text .. (message.fields.tail and "\n" .. message.fields.tail or ""))
  local replies, buttons, opens = array {}, array {}, false
  for index, option in ipairs(options) do
    local label = tostring(option.text or option.id)
    local data = payload_of(option, label)
    if not data then return texts(downgrade.text(message)) end
    replies[index] = { content_type = "text", title = units.cut(label, TITLE), payload = data, image_url = is_https(option.image_url) and option.image_url or nil }
    buttons[index] = { type = "postback", title = units.cut(label, TITLE), payload = data }
    if option.url ~= nil and not is_https(option.url) then return texts(downgrade.text(message)) end
    if option.url then
      opens = true
      buttons[index] = { type = "web_url", title = units.cut(label, TITLE), url = option.url }
    end
  end
  if words == "" or #options == 0 or #options > (opens and BUTTONS or QUICK) then return texts(downgrade.text(message)) end
  local list = units.split(words, opens and BUTTON_TEXT or M.TEXT)
  local last = table.remove(list)
  for index, part in ipairs(list) do list[index] = { text = part } end
  list[#list + 1] = opens
    and { attachment = { type = "template", payload = { template_type = "button", text = last, buttons = buttons } } }
    or { text = last, quick_replies = replies }
  return list
end

--- The bodies of the calls for a message, in order.
---@param upload fun(kind: string, id: string): string?, table?
function M.bodies(message, upload)
  local make = MAKE[message.kind]
  if make then return make(message, upload) end
  return texts(downgrade.text(message))
end

local function upload_to(channel, again)
  return function(kind, id)
    return graph.uploaded(kind, id, UPLOAD_LIFE, again, "attachment_id", function()
      return call(channel, channel.settings.page_id .. "/message_attachments", {
        method = "POST", timeout = "60s", multipart = {
          { name = "message", body = json.encode { attachment = { type = kind, payload = { is_reusable = true } } } },
          { name = "filedata", media = id },
        },
      })
    end)
  end
end

local TAGS = {}
for _, tag in ipairs(window.TAGS) do TAGS[tag] = true end

--- As what a message may go out now.
---@return { messaging_type: string, tag?: string }? envelope, string? reason
function M.envelope(message, settings, now)
  local is_agent = message.author:find("^agent:") ~= nil
  local decision = window.decide {
    channel = "messenger", last_inbound = window.last_inbound(message.recipient), now = now, sender_is_human_agent = is_agent,
  }
  local wished = TAGS[message.fields.tag] and message.fields.tag or settings.message_tag
  if decision.messaging_type == "RESPONSE" then return decision end
  if wished == "HUMAN_AGENT" then
    if decision.allowed then return decision end
    return nil, is_agent and "the customer's last message is more than 7 days old"
      or "the customer's last message is more than 24 hours old, and HUMAN_AGENT is for people only"
  end
  if wished then return { messaging_type = "MESSAGE_TAG", tag = wished } end
  return nil, "the customer's last message is more than 24 hours old, and no message_tag is set"
end

local function request_of(message, body, envelope, settings)
  return {
    recipient = { id = message.recipient }, messaging_type = envelope.messaging_type, tag = envelope.tag, message = body,
    notification_type = settings.notification_type ~= "REGULAR" and settings.notification_type or nil,
  }
end

--- Sends a message; long texts in parts. A file that Meta forgot is uploaded anew, once.
function M.send(message, channel)
  local envelope, reason = M.envelope(message, channel.settings, time.now())
  if not envelope then return failed("window_closed: " .. reason) end
  local again = false
  local bodies, problem = M.bodies(message, upload_to(channel, false))
  if not bodies then return graph.outcome(problem) end
  if #bodies == 0 or bodies[1].text == "" then return failed("there is nothing to send") end
  local outcome, ids = parts.send(message, bodies, function(body, index)
    local at = time.milliseconds()
    local found = call(channel, channel.settings.page_id .. "/messages", {
      method = "POST", json = request_of(message, body, envelope, channel.settings), timeout = "15s",
    })
    local is_upload = body.attachment and body.attachment.payload.attachment_id
    if found.action == "failed" and found.code == 100 and found.subcode ~= 2018001 and is_upload and not again then
      again = true
      local fresh, wrong = M.bodies(message, upload_to(channel, true))
      if not fresh then return graph.outcome(wrong) end
      found = call(channel, channel.settings.page_id .. "/messages", {
        method = "POST", json = request_of(message, fresh[index], envelope, channel.settings), timeout = "15s",
      })
    end
    if found.action == "lost" then return retry(found.reason), found.reason, "lost" end
    if found.action == "window" then return failed("window_closed: " .. found.reason) end
    if found.action ~= "ok" then return graph.outcome(found) end
    local id = type(found.json.message_id) == "string" and found.json.message_id or nil
    if not id then
      local unnamed = "the answer names no message"
      return retry(unnamed), unnamed, "lost"
    end
    receipts.keep(message.recipient, id, at)
    return nil, id
  end)
  return outcome or sent(ids)
end

return M
