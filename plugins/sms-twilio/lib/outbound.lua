-- SPDX-License-Identifier: Apache-2.0
-- Our messages as Twilio's. It splits and counts segments itself; a text of more than 1600 characters becomes several messages.
local api = require "api"
local consent = require "sms.consent"
local downgrade = require "downgrade"
local inbound = require "inbound"
local phone = require "sms.phone"
local public_file = require "public_file"
local retry_after = require "retry_after"
local units = require "units"
local unsure = require "sms.unsure"

local M = {}

-- In UTF-16 units, which are never fewer than Twilio's characters.
M.TEXT = 1600
local FILES = { image = true, voice = true, video = true, file = true }

-- What carriers take in an MMS, up to 5 MB. Source: twilio.com/docs/messaging, "Accepted content types for media", 2026-07.
local ACCEPTED = {}
for kind, names in pairs {
  image = "jpeg png gif bmp tiff", audio = "mpeg mp4 ogg amr wav ac3 webm 3gpp basic vnd.wave",
  video = "mp4 mpeg quicktime webm 3gpp 3gpp2 H264", text = "vcard x-vcard csv rtf richtext calendar directory", application = "pdf vcard",
} do
  for name in names:gmatch("%S+") do ACCEPTED[kind .. "/" .. name] = true end
end
local LARGEST = 5 << 20
local DAY = 86400

--- The calls for a message: a file by its public address, or the whole in words.
---@return table[]? bodies, string? reason
function M.bodies(message)
  local f = message.fields
  local address = FILES[message.kind] and public_file.shown(message, ACCEPTED, LARGEST)
  if address then
    local words = message.text ~= f.name and message.text or ""
    local bodies = { { MediaUrl = address } }
    local parts = words ~= "" and units.split(words, M.TEXT) or {}
    bodies[1].Body = parts[1]
    for index = 2, #parts do bodies[index] = { Body = parts[index] } end
    return bodies
  end
  local bodies = {}
  local words, reason = downgrade.text(message)
  if not words then return nil, reason end
  words = text.trim(words)
  if words == "" then return {} end
  for index, part in ipairs(units.split(words, M.TEXT)) do bodies[index] = { Body = part } end
  return bodies
end

--- The number or service that a customer is written to from: the one they wrote to, if it is known.
local function from(recipient, settings)
  if settings.messaging_service_sid then return { MessagingServiceSid = settings.messaging_service_sid } end
  local number = store.get("number:" .. recipient) or settings.from
  return number and { From = number } or nil
end

--- Keeps which of our numbers a customer wrote to.
function M.remember_number(p)
  if p.To and p.To ~= "" and p.From then store.set("number:" .. p.From, p.To, 90 * 86400) end
end

--- Seconds since 1970 of `Thu, 01 Jan 2026 00:00:00 +0000`.
local function date(value) return type(value) == "string" and retry_after.date((value:gsub("%+0000$", "GMT"))) or 0 end

-- What Twilio puts before the words of an account on trial.
local TRIAL = "Sent from your Twilio trial account - "

--- Where it is noted that a message of Twilio's is one of ours whose answer came.
local function known(sid) return "sid:" .. sid end

--- The message of Twilio's with these words that was made since then and is no other one of ours: the same words may be said twice.
local function find(channel, to, body, since)
  local found = api.call(channel, "/Messages.json", {
    method = "GET", query = { To = to, PageSize = 50, ["DateSent>"] = time.rfc3339(since - 86400):sub(1, 10) }, timeout = "5s",
  })
  if found.action ~= "ok" then return nil, found.reason, found.action ~= "retry" and found.action ~= "lost" end
  if type(found.json.messages) ~= "table" then return nil, "Twilio's list of messages is none" end
  for _, item in ipairs(found.json.messages) do
    local made = date(item.date_created)
    local words = body.Body or ""
    local same = item.body == words or item.body == TRIAL .. words
    -- Their clock and ours may differ by some minutes; the attempt itself took seconds.
    local fits = same and tostring(item.direction):find("^outbound") and made >= since - 120
    if fits and type(item.sid) == "string" and not store.get(known(item.sid)) then
      store.set(known(item.sid), true, DAY)
      return item.sid
    end
  end
  return false
end

--- Sends a message.
function M.send(message, channel)
  local to = message.recipient
  -- Numbers in one form; what has another channel's name before it, and short codes, stay as they are.
  if to:find("^%s*%+") then to = phone.e164(to) or to end
  if consent.has_stopped(to) then return failed(consent.REFUSAL) end
  if not phone.e164((to:gsub("^%a+:", ""))) and not to:find("^%d+$") then
    return failed("the customer's number is none that can be written to")
  end
  local sender = from(to, channel.settings)
  if not sender then return misconfigured("set from or messaging_service_sid") end
  local bodies, reason = M.bodies(message)
  if not bodies then return failed(reason) end
  if #bodies == 0 then return failed("there is nothing to send") end
  return unsure.send(message, bodies, function(body)
    local form = { To = to, SmartEncoded = channel.settings.smart_encoding and "true" or nil }
    if channel.settings.status_callbacks then form.StatusCallback = channel.settings.public_url end
    for name, value in pairs(sender) do form[name] = value end
    for name, value in pairs(body) do form[name] = value end
    local found = api.call(channel, "/Messages.json", { method = "POST", form = form, timeout = "15s" })
    if found.action == "ok" and type(found.json.sid) == "string" then
      store.set(known(found.json.sid), true, DAY)
      return { action = "ok", id = found.json.sid }
    end
    if found.action == "ok" then return { action = "lost", reason = "the answer names no message" } end
    if found.action == "lost" then return found end
    if found.code == inbound.OPTED_OUT then consent.keep("opt_out", to) end
    if found.action == "retry" then return { action = "stop", outcome = retry(found.reason, found.after) } end
    if found.action == "misconfigured" then return { action = "stop", outcome = misconfigured(found.reason) } end
    return { action = "stop", outcome = failed(found.reason) }
  end, function(body, _, since) return find(channel, to, body, since) end)
end

return M
