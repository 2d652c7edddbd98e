-- SPDX-License-Identifier: Apache-2.0
-- Parameters of Twilio's web hooks as our messages and receipts. Source: twilio.com, "Twilio's request to your incoming message webhook URL",
-- "Outbound message status in status callbacks", 2026-07.
local consent = require "sms.consent"
local phone = require "sms.phone"

local M = {}

-- What a status means to us; the others (accepted, queued, sending, …) say nothing new.
local DELIVERY = { sent = "sent", delivered = "delivered", read = "read", undelivered = "failed", failed = "failed", canceled = "failed" }
local KINDS = { image = "image", audio = "voice", video = "video" }

--- What a customer said by keyword, as Twilio understood it.
local OPTED = { STOP = "opt_out", START = "opt_in" }

--- One value for each name; nil where a name has two different ones, because the signature does not tell which comes first.
---@param list string[][]
---@return table<string, string>?
function M.parameters(list)
  local out = {}
  for _, pair in ipairs(list) do
    if out[pair[1]] and out[pair[1]] ~= pair[2] then return nil, pair[1] end
    out[pair[1]] = pair[2]
  end
  return out
end

local function given(value) if value and value ~= "" then return value end end

-- Twilio's error for who has said STOP to it, whether it says so at once or later.
M.OPTED_OUT = 21610

--- The status of a message of ours.
---@return table? receipt nil if it is news to nobody
function M.receipt(p)
  local delivery = DELIVERY[p.MessageStatus]
  if not delivery then return nil end
  if delivery == "failed" and tonumber(p.ErrorCode) == M.OPTED_OUT and given(p.To) then consent.keep("opt_out", p.To) end
  local reason = given(p.ErrorCode) and (p.ErrorCode .. " " .. (p.ErrorMessage or "")) or p.MessageStatus
  return { external_id = p.MessageSid, delivery = delivery, reason = delivery == "failed" and text.truncate(text.trim(reason), 200) or nil }
end

local function base(p)
  local country = given(p.FromCountry)
  return {
    sender = p.From,
    profile = { phone = phone.e164((p.From:gsub("^%a+:", ""))), verified = { "phone" }, name = given(p.ProfileName), country = country },
  }
end

local function fields_of(p)
  return {
    account = given(p.To), messaging_service = given(p.MessagingServiceSid), message_id = p.MessageSid,
    referral = given(p.ReferralSourceUrl), menu_id = given(p.ButtonPayload), reply_to = given(p.OriginalRepliedMessageSid),
  }
end

local function with(message, kind, words, fields)
  message.kind, message.text, message.fields = kind, words, fields
  return message
end

--- A message with pictures is one message for the words and one for each file, so that none is lost.
---@return InboundMessage[]
function M.messages(p)
  local list = {}
  local count = math.min(math.tointeger(tonumber(p.NumMedia)) or 0, 10)
  if tonumber(p.Latitude) and tonumber(p.Longitude) then
    local message = with(base(p), "location", given(p.Label) or given(p.Body) or "", fields_of(p))
    message.fields.latitude, message.fields.longitude = tonumber(p.Latitude), tonumber(p.Longitude)
    message.fields.address, message.external_id = given(p.Address), p.MessageSid
    return { message }
  end
  if given(p.Body) or count == 0 then
    local message = with(base(p), "text", p.Body or "", fields_of(p))
    message.external_id = p.MessageSid
    list[1] = consent.read(message, OPTED[p.OptOutType])
  end
  for index = 0, count - 1 do
    local address, content_type = given(p["MediaUrl" .. index]), p["MediaContentType" .. index] or ""
    if address then
      local fields = fields_of(p)
      fields.media_url, fields.content_type = address, content_type
      local message = with(base(p), KINDS[content_type:match("^%a+")] or "file", "", fields)
      message.external_id = p.MessageSid .. ":" .. index
      list[#list + 1] = message
    end
  end
  return list
end

return M
