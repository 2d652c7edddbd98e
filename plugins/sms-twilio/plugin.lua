-- SPDX-License-Identifier: Apache-2.0
-- Short messages and MMS through Twilio: web hooks in, Messages resource out.
local api = require "api"
local in_force = require "in_force"
local inbound = require "inbound"
local no_file = require "no_file"
local outbound = require "outbound"
local platform = require "platform"
local segments = require "sms.segments"
local signature = require "signature"

local NO_ANSWER = { body = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>', content_type = "text/xml" }

--- The address as Twilio called it: that of the settings, with the query that came.
local function called(request, settings)
  local address = settings.public_url:gsub("[?#].*$", "")
  return request.raw_query ~= "" and address .. "?" .. request.raw_query or address
end

local function is_genuine(settings, given)
  local good = false
  for _, auth_token in ipairs(in_force(settings, "auth_token")) do good = signature.is_valid(auth_token, given) or good end
  return good
end

--- The parameters that count and whether they are Twilio's.
local function open(request, settings)
  local given = { url = called(request, settings), header = request.headers["x-twilio-signature"] }
  local is_form = (request.headers["content-type"] or ""):lower():find("application/x-www-form-urlencoded", 1, true)
  if request.method == "GET" then
    return is_genuine(settings, given), signature.pairs(request.raw_query)
  elseif is_form then
    given.params = signature.pairs(request.body)
    return is_genuine(settings, given), given.params
  end
  given.body = request.body
  return is_genuine(settings, given), nil
end

local function receive(request, channel)
  local genuine, list = open(request, channel.settings)
  if not genuine then return refuse(403, "bad_signature") end
  if not list then return refuse(400, "not_a_form") end
  local p = inbound.parameters(list)
  if not p then return refuse(400, "duplicate_param") end
  if p.AccountSid ~= channel.settings.account_sid then return refuse(403, "wrong_account") end
  if not p.MessageSid or not p.MessageSid:find("^%w+$") or #p.MessageSid > 64 then return refuse(400, "no_message") end
  -- A message of a customer's has a status as well: "received".
  if p.MessageStatus and not p.MessageStatus:find("^receiv") and p.SmsStatus ~= "received" then
    local receipt = inbound.receipt(p)
    return accept({}, { receipts = receipt and { receipt } or {}, body = NO_ANSWER.body, content_type = NO_ANSWER.content_type })
  end
  if not p.From or p.From == "" or #p.From > 100 then return refuse(400, "no_sender") end
  outbound.remember_number(p)
  return accept(inbound.messages(p), NO_ANSWER)
end

--- Where Twilio keeps files and sends on to; nil where an address lies elsewhere.
local function storage(address)
  if type(address) ~= "string" then return nil end
  local host = address:match("^https://([%w.-]+)/")
  if host and (host == "twiliocdn.com" or host:find("%.twiliocdn%.com$")) then return address end
  return address:find("^https://s3%-external%-1%.amazonaws%.com/media%.twiliocdn%.com/") and address or nil
end

return plugin {
  name = "sms-twilio",
  kind = "channel",
  version = "1.0.0",
  title = "Twilio SMS and MMS",

  settings = {
    { name = "account_sid", required = true, help = "Account SID, AC…" },
    { name = "auth_token", required = true, secret = true, help = "the primary Auth Token; it signs what Twilio posts" },
    { name = "previous_auth_token", secret = true, help = "the Auth Token before the last change" },
    { name = "previous_until", help = "RFC 3339 time until which the previous one is taken" },
    { name = "api_key", help = "SK…, to send with an API key in place of the Auth Token" },
    { name = "api_key_secret", secret = true, help = "its secret" },
    { name = "from", help = "our number in E.164, where customers are written to first; in quotes: \"+15005550006\"" },
    { name = "messaging_service_sid", help = "MG…, to send through a messaging service in place of a number" },
    { name = "public_url", type = "url", required = true, help = "the address that Twilio calls, exactly as in its console; it is signed" },
    { name = "status_callbacks", type = "boolean", default = true, help = "ask for the status of each message at public_url" },
    { name = "smart_encoding", type = "boolean", default = false, help = "let Twilio replace typographic marks that would make a text dearer" },
    { name = "api_base", type = "url", default = "https://api.twilio.com", help = "for a stand-in, a region or a proxy" },
  },

  hosts = { "setting:api_base", "*.twiliocdn.com", "s3-external-1.amazonaws.com" },
  capabilities = {
    kinds = { "text", "image", "voice", "video", "file" }, text_limit = outbound.TEXT, media = true, methods = { "GET", "POST" },
  },

  receive = receive,
  send = outbound.send,

  --- Files lie under our account; only the path that Twilio names there is fetched, from the configured host.
  media = function(content, channel)
    local address = (content.fields or {}).media_url
    local path = type(address) == "string" and address:match("^https://[^/?#]+/2010%-04%-01/Accounts/" .. channel.settings.account_sid:gsub("%W", "") .. "(/Messages/%w+/Media/%w+)$")
    if not path then return nil, "the message names no file at Twilio", "media" end
    local answer, reason, code = http.get(api.base(channel) .. "/2010-04-01/Accounts/" .. channel.settings.account_sid .. path, {
      headers = { authorization = api.authorization(channel) }, into = "media", timeout = "30s",
    })
    local stored = answer and answer.status >= 300 and answer.status < 400 and storage(answer.headers.location)
    -- The address there is signed; our key is not for others.
    if stored then answer, reason, code = http.get(stored, { into = "media", timeout = "30s" }) end
    if not answer then return nil, reason, code end
    if answer.media then return answer.media end
    return nil, no_file(answer), answer.status >= 500 and "network" or "media"
  end,

  health = function(channel)
    local s = channel.settings
    if not s.from and not s.messaging_service_sid then return nil, "set from or messaging_service_sid" end
    local found = api.call(channel, ".json", { method = "GET", timeout = "5s" })
    if found.action ~= "ok" then return nil, found.reason end
    if found.json.status and found.json.status ~= "active" then return nil, "the account is " .. tostring(found.json.status) end
    return true
  end,

  simulate = function(occasion, channel) return platform.requests(occasion, channel) end,

  calls = {
    --- What a text would become on the network: `{ text }` gives `{ encoding, units, segments }`.
    segments = function(arguments) return segments.count(tostring(arguments.text or "")) end,
  },
}
