-- SPDX-License-Identifier: Apache-2.0
-- Our messages as LINE's. A reply is free and needs the token of the customer's last message, good for about a minute and once; later
-- on it is a push, which counts.
local api = require "api"
local downgrade = require "downgrade"
local parts = require "parts"
local public_file = require "public_file"
local units = require "units"

local M = {}

-- In UTF-16 units.
M.TEXT = 5000
local QUICK, LABEL, DATA = 13, 20, 300
local TITLE, WORDS, PLACE = 40, 60, 100
-- Messages that one call takes.
local CALL = 5
-- Seconds for which a reply token is thought good.
local REPLY_LIFE = 50

local function is_https(address) return type(address) == "string" and #address <= 2000 and address:find("^https://") ~= nil end

local function texts(words)
  local list = {}
  for index, part in ipairs(units.split(words, M.TEXT)) do list[index] = { type = "text", text = part } end
  return list
end

--- An object, and after it what it does not say.
local function followed(object, words)
  local list = { object }
  if words ~= "" then for _, more in ipairs(texts(words)) do list[#list + 1] = more end end
  return list
end

local function with_words(object, message)
  local list = { object }
  if message.text ~= "" and message.text ~= message.fields.name then
    for _, more in ipairs(texts(message.text)) do list[#list + 1] = more end
  end
  return list
end

local MAKE = {}

-- What LINE shows, and how large. Source: developers.line.biz, Messaging API reference, 2026-07.
local PICTURES = { ["image/jpeg"] = true, ["image/png"] = true }
local FILMS, SOUNDS = { ["video/mp4"] = true }, { ["audio/mpeg"] = true, ["audio/mp4"] = true }
local PICTURE, PREVIEW, FILM = 10 << 20, 1 << 20, 200 << 20

--- The address of the small picture: a given one, or one of ours that is small enough.
local function preview(message, own)
  return public_file.thumb(message, PICTURES, PREVIEW) or own and public_file.shown(message, PICTURES, PREVIEW) or nil
end

--- LINE fetches files itself; it takes no uploads. What it does not show goes as a link.
function MAKE.image(message)
  local address, small = public_file.shown(message, PICTURES, PICTURE), preview(message, true)
  if not address or not small then return nil end
  return with_words({ type = "image", originalContentUrl = address, previewImageUrl = small }, message)
end

function MAKE.video(message)
  local address, small = public_file.shown(message, FILMS, FILM), preview(message, false)
  if not address or not small then return nil end
  return with_words({ type = "video", originalContentUrl = address, previewImageUrl = small }, message)
end

function MAKE.voice(message)
  local f = message.fields
  local milliseconds = math.tointeger(f.milliseconds) or tonumber(f.seconds) and math.floor(f.seconds * 1000)
  local address = milliseconds and public_file.shown(message, SOUNDS, FILM)
  if not address then return nil end
  return with_words({ type = "audio", originalContentUrl = address, duration = milliseconds }, message)
end

function MAKE.location(message)
  local f = message.fields
  local latitude, longitude = tonumber(f.latitude), tonumber(f.longitude)
  if not latitude or not longitude then return nil end
  local title = f.label or message.text
  if title == "" then title = f.address or "-" end
  local address = f.address or title
  return followed({
    type = "location", title = units.cut(title, PLACE), address = units.cut(address, PLACE), latitude = latitude, longitude = longitude,
  }, downgrade.beside(message, { { title, PLACE }, f.address and { address, PLACE } or nil }))
end

--- A card with one button, where its words fit and its address is one LINE takes.
function MAKE.card(message)
  local f = message.fields
  local title, words = f.title or message.text, f.description or (f.title and message.text ~= f.title and message.text) or ""
  if not is_https(f.url) or #f.url > 1000 or title == "" then return nil end
  local picture = public_file.thumb(message, PICTURES, PICTURE)
  local template = {
    type = "buttons", thumbnailImageUrl = picture, title = units.cut(title, TITLE), text = units.cut(words ~= "" and words or title, WORDS),
    actions = { { type = "uri", label = units.cut(f.button or title, LABEL), uri = f.url } },
  }
  local card = { type = "template", altText = units.cut(title .. "\n" .. f.url, 400), template = template }
  return followed(card, downgrade.beside(message, { { title, TITLE }, { words, WORDS } }))
end

--- Options as quick replies under the words.
function MAKE.menu(message)
  local options, items = message.fields.options or {}, {}
  local words = message.text .. (message.fields.tail and "\n" .. message.fields.tail or "")
  if #options == 0 or #options > QUICK or text.trim(words) == "" then return nil end
  for index, option in ipairs(options) do
    local label = tostring(option.text or option.id)
    local action
    if option.url ~= nil and not is_https(option.url) then return nil end
    if option.url then
      action = { type = "uri", label = units.cut(label, LABEL), uri = option.url }
    else
      local id = tostring(option.id or option.text)
      local data = "ld=1&id=" .. url.encode(id) .. "&label=" .. url.encode(label)
      if #data > DATA then data = "ld=1&id=" .. url.encode(id) end
      -- An id that is cut would mean something else.
      if #data > DATA then return nil end
      action = { type = "postback", label = units.cut(label, LABEL), data = data, displayText = units.cut(label, 300) }
    end
    items[index] = { type = "action", action = action }
  end
  local list = texts(words)
  list[#list].quickReply = { items = items }
  return list
end

--- A message as LINE's, in calls of five.
---@return table[]? batches, string? reason
function M.batches(message)
  local make = MAKE[message.kind]
  local list = make and make(message)
  if not list then
    local words, reason = downgrade.text(message)
    if not words then return nil, reason end
    list = texts(words)
  end
  local batches = {}
  for index, object in ipairs(list) do
    local place = (index - 1) // CALL + 1
    batches[place] = batches[place] or {}
    batches[place][#batches[place] + 1] = object
  end
  return batches
end

--- A UUID that is the same for each try of a call.
function M.retry_key(id, index)
  local hex = crypto.digest("sha256", id .. "#" .. index, "hex")
  return hex:sub(1, 8) .. "-" .. hex:sub(9, 12) .. "-4" .. hex:sub(14, 16) .. "-8" .. hex:sub(18, 20) .. "-" .. hex:sub(21, 32)
end

--- Keeps the reply token that an event brought. One that is delivered again has an old one.
function M.keep_reply_token(e, sender)
  local again = type(e.deliveryContext) == "table" and e.deliveryContext.isRedelivery == true
  if again or type(e.replyToken) ~= "string" or e.replyToken == "" then return end
  local age = time.now() - (math.tointeger(e.timestamp) or 0) // 1000
  if age < REPLY_LIFE then store.set("reply:" .. sender, e.replyToken, math.min(REPLY_LIFE, REPLY_LIFE - age)) end
end

local function outcome_of(found)
  if found.action == "retry" then return retry(found.reason, found.wait) end
  if found.action == "held" then return held(found.reason) end
  if found.action == "misconfigured" then return misconfigured(found.reason) end
  return failed(found.reason)
end

--- Uses the reply token if there is one. Gives the read answer, or nil where a push has to do it.
local function reply(channel, recipient, batch)
  local value = store.get("reply:" .. recipient)
  if not value then return nil end
  -- Good once, whatever comes of it.
  store.remove("reply:" .. recipient)
  local found = api.call(channel, "/v2/bot/message/reply", {
    method = "POST", json = { replyToken = value, messages = batch }, timeout = "10s",
  })
  if found.status == 400 and found.reason:lower():find("reply token", 1, true) then return nil end
  return found
end

--- Sends a message; more than five of LINE's in several calls.
function M.send(message, channel)
  local batches, reason = M.batches(message)
  if not batches then return failed(reason) end
  if #batches == 0 or batches[1][1].text == "" then return failed("there is nothing to send") end
  local outcome, ids = parts.send(message, batches, function(batch, index)
    -- A try whose answer was lost goes on as a push; only pushes have a key that recognises a repetition.
    local found = index == 1 and reply(channel, message.recipient, batch) or nil
    local replied = found ~= nil
    found = found or api.call(channel, "/v2/bot/message/push", {
      method = "POST", json = { to = message.recipient, messages = batch }, timeout = "10s",
      headers = { ["x-line-retry-key"] = M.retry_key(message.id, index) },
    })
    if found.action == "ok" then
      local given = {}
      for _, item in ipairs(type(found.json.sentMessages) == "table" and found.json.sentMessages or {}) do
        if type(item) == "table" and item.id then given[#given + 1] = tostring(item.id) end
      end
      return nil, given
    end
    if found.action == "lost" then
      if replied then return retry(found.reason), found.reason, "lost" end
      return retry(found.reason)
    end
    return outcome_of(found)
  end)
  return outcome or sent(ids)
end

return M
