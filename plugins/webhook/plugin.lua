-- SPDX-License-Identifier: Apache-2.0
-- Any system that can post and take signed JSON: messages and receipts in, messages out. README.md and data/schema.json are the contract.
local inbound = require "inbound"
local no_file = require "no_file"
local outbound = require "outbound"
local phone = require "sms.phone"
local platform = require "platform"
local signature = require "signature"

local JSON = "application/json"

--- A number as the desk joins customers by; one that is none stays as it is.
local function normalised(profile, country)
  if type(profile.phone) == "string" then profile.phone = phone.e164(profile.phone, country) or profile.phone end
  return profile
end

local function receive(request, channel)
  local genuine, reason = signature.check(request, channel.settings)
  if not genuine then return refuse(reason == "missing_signature" and 401 or 403, reason) end
  local value, problem = inbound.read(request.body)
  if not value then
    return { status = 400, reason = "bad_body", body = json.encode { error = problem }, content_type = JSON }
  end
  for _, message in ipairs(value.messages) do message.profile = normalised(message.profile, channel.settings.country_code) end
  return accept(value.messages, {
    receipts = value.receipts, body = json.encode { accepted = #value.messages + #value.receipts }, content_type = JSON,
  })
end

return plugin {
  name = "webhook",
  kind = "channel",
  version = "1.0.0",
  title = "Webhook: any system",

  settings = {
    { name = "secret", required = true, secret = true, help = "signs both directions; 32 random characters" },
    { name = "previous_secret", secret = true, help = "the secret before the last change" },
    { name = "previous_until", help = "RFC 3339 time until which the previous one is taken" },
    { name = "api_base", type = "url", help = "address that our messages are posted to; without it the channel only takes messages in" },
    { name = "authorization", secret = true, help = "an Authorization header for these posts, if the other system's gateway wants one" },
    { name = "tolerance", type = "integer", default = 300, help = "refuse requests signed more than so many seconds ago or ahead" },
    { name = "text_only", type = "boolean", default = false, help = "the other system knows texts only: everything is said in words" },
    { name = "typing", type = "boolean", default = false, help = "also post when somebody is typing" },
    { name = "file_base", type = "url", help = "where the other system's files lie; only from that host are they fetched" },
    { name = "file_authorization", secret = true, help = "an Authorization header for fetching them" },
    { name = "country_code", help = "country code for phone numbers without one, such as \"86\"" },
  },

  hosts = { "setting:api_base", "setting:file_base" },

  capabilities = {
    kinds = { "text", "image", "voice", "video", "file", "location", "card", "menu" }, text_limit = 65536, typing = true, media = true,
    methods = { "POST" },
  },

  receive = receive,
  send = outbound.send,

  typing = function(recipient, on, channel)
    if not channel.settings.typing or not channel.settings.api_base then return end
    outbound.post(channel, { type = "typing", channel = channel.id, to = recipient, on = on }, { timeout = "5s" })
  end,

  --- Only files under file_base are fetched; an address elsewhere stays a link that agents see.
  media = function(content, channel)
    local s = channel.settings
    local address = (content.fields or {}).url
    local wanted, base = type(address) == "string" and url.parse(address), s.file_base and url.parse(s.file_base)
    local is_ours = wanted and base and wanted.scheme == base.scheme and wanted.host == base.host and wanted.port == base.port
    if not is_ours then return nil, "the file does not lie under file_base", "media" end
    local answer, reason, code = http.get(address, {
      headers = s.file_authorization and { authorization = s.file_authorization } or nil, into = "media", timeout = "30s",
    })
    if not answer then return nil, reason, code end
    if answer.media then return answer.media end
    return nil, no_file(answer), answer.status >= 500 and "network" or "media"
  end,

  health = function(channel)
    if #channel.settings.secret < 16 then return nil, "secret: 16 characters at least, 32 are better" end
    if not channel.settings.api_base then return true end
    local answer, reason = outbound.post(channel, { type = "ping", channel = channel.id }, { timeout = "5s" })
    if not answer then return nil, reason end
    if answer.status >= 200 and answer.status < 300 then return true end
    return nil, "HTTP " .. answer.status
  end,

  simulate = function(occasion, channel) return platform.requests(occasion, channel) end,
}
