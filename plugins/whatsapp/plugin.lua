-- SPDX-License-Identifier: Apache-2.0
-- WhatsApp Business by Meta's Cloud API: web hooks in, messages out.
local graph = require "meta_platform.graph"
local inbound = require "inbound"
local outbound = require "outbound"
local platform = require "platform"
local webhook = require "meta_platform.webhook"
local window = require "meta_platform.window"

local call = graph.caller "header"

--- What the typing sign and "read" refer to: the customer's last message.
local function last_key(customer) return "last:" .. customer end

--- One customer, whether WhatsApp shows their number or only the id that they have for this business: once both were seen together, the
--- number names the customer in either case.
local function same_customer(message)
  local id = message.profile.user_id
  if not id then return end
  local known = store.get("number:" .. id)
  if message.sender ~= id then
    if known ~= message.sender then store.set("number:" .. id, message.sender, 400 * 86400) end
  elseif known then
    message.sender = known
  end
end

local function take(value, messages, reports)
  for _, m in ipairs(type(value.messages) == "table" and value.messages or {}) do
    local message, opens = inbound.message(m, value)
    if message then
      same_customer(message)
      messages[#messages + 1] = message
      if opens and message.sent_at then window.opened(message.sender, message.sent_at) end
      if opens and message.kind ~= "event" then store.set(last_key(message.sender), message.external_id, window.HUMAN) end
    end
  end
  for _, status in ipairs(type(value.statuses) == "table" and value.statuses or {}) do
    local report = inbound.receipt(status)
    if report then reports[#reports + 1] = report end
  end
  for _, e in ipairs(type(value.errors) == "table" and value.errors or {}) do
    if type(e) == "table" then log.warning("WhatsApp reports an error of the account", { reason = graph.reason(e) }) end
  end
end

local function take_calls(value, messages)
  for _, c in ipairs(type(value.calls) == "table" and value.calls or {}) do
    local message = inbound.call(c, value)
    if message then
      same_customer(message)
      messages[#messages + 1] = message
    end
  end
end

local function receive(request, channel)
  local answer, entries = webhook.open(request, channel.settings, "whatsapp_business_account")
  if answer then return answer end
  local messages, reports = {}, {}
  for _, entry in ipairs(entries) do
    local changes = type(entry) == "table" and type(entry.changes) == "table" and entry.changes or {}
    for _, given in ipairs(changes) do
      local change = type(given) == "table" and given or {}
      local value = type(change.value) == "table" and change.value or {}
      local metadata = type(value.metadata) == "table" and value.metadata or {}
      local is_ours = tostring(metadata.phone_number_id) == channel.settings.phone_number_id
      if change.field == "messages" or change.field == "calls" then
        if is_ours and change.field == "messages" then take(value, messages, reports) end
        if is_ours and change.field == "calls" then take_calls(value, messages) end
      elseif type(change.field) == "string" and not change.field:find("echoes$") then
        -- Templates, quality, limits of the account: for operators.
        log.info("WhatsApp reports on the account", { field = change.field:sub(1, 60), event = tostring(value.event or ""):sub(1, 60) })
      end
    end
  end
  return accept(messages, { receipts = reports })
end

local function read_status(channel, customer, with_typing)
  local last = store.get(last_key(customer))
  if not last then return nil end
  return call(channel, channel.settings.phone_number_id .. "/messages", { method = "POST", timeout = "5s", json = {
    messaging_product = "whatsapp", status = "read", message_id = last, typing_indicator = with_typing and { type = "text" } or nil,
  } })
end

return plugin {
  name = "whatsapp",
  kind = "channel",
  version = "1.0.0",
  title = "WhatsApp Business (Cloud API)",

  settings = {
    { name = "phone_number_id", required = true, help = "Phone number ID (not the number), in quotes" },
    { name = "access_token", required = true, secret = true, help = "token of a system user with whatsapp_business_messaging" },
    { name = "app_secret", required = true, secret = true, help = "App Secret, from App settings → Basic" },
    { name = "verify_token", required = true, secret = true, help = "a text of your choice, entered with the web hook" },
    { name = "template_name", help = "approved template that goes out in place of what comes after 24 hours" },
    { name = "template_language", default = "en_US", help = "its language, as in WhatsApp Manager" },
    { name = "template_parameters", default = '["{text}"]', help = "parameters of its body as a JSON list; {text} is what is said" },
    { name = "list_button", default = "☰", help = "words of the button that opens a list of more than three options" },
    { name = "api_version", default = "v25.0", help = "version of the Graph API" },
    { name = "api_base", type = "url", default = "https://graph.facebook.com", help = "for a stand-in or a proxy" },
  },

  -- What customers send lies on Meta's own hosts.
  hosts = { "setting:api_base", "*.fbsbx.com", "*.whatsapp.net" },

  capabilities = {
    kinds = { "text", "image", "voice", "video", "file", "location", "card", "menu" }, text_limit = outbound.TEXT, typing = true,
    media = true, reply_quota = inbound.QUOTA, after_window = "template_name", methods = { "GET", "POST" },
  },

  receive = receive,
  send = outbound.send,

  --- Also marks what the customer wrote as read. Ends by itself after 25 s, or with our message.
  typing = function(recipient, on, channel)
    if on then read_status(channel, recipient, true) end
  end,

  --- The id gives an address that is good for five minutes; it takes our token.
  media = function(content, channel)
    local id = (content.fields or {}).media_id
    if type(id) ~= "string" or not id:find("^%w+$") then return nil, "the message names no file at WhatsApp", "media" end
    local found = call(channel, id, { method = "GET", query = { phone_number_id = channel.settings.phone_number_id }, timeout = "5s" })
    if found.action ~= "ok" then return nil, found.reason, (found.action == "retry" or found.action == "lost") and "network" or "media" end
    if type(found.json.url) ~= "string" then return nil, "the answer holds no address", "media" end
    return graph.download(found.json.url, { authorization = "Bearer " .. channel.settings.access_token })
  end,

  health = function(channel)
    local found = call(channel, channel.settings.phone_number_id, {
      method = "GET", query = { fields = "verified_name,quality_rating,status" }, timeout = "5s",
    })
    if found.action == "ok" then return true end
    return nil, found.reason
  end,

  simulate = function(occasion, channel) return platform.requests(occasion, channel) end,

  calls = {
    --- Shows the customer that their last message was read: `{ customer }`.
    seen = function(arguments, channel)
      local found = read_status(channel, tostring(arguments.customer), false)
      return { ok = found ~= nil and found.action == "ok", reason = found and found.action ~= "ok" and found.reason or nil }
    end,
  },
}
