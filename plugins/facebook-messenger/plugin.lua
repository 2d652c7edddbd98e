-- SPDX-License-Identifier: Apache-2.0
-- Facebook Messenger: a page's web hooks in, the Send API out.
local graph = require "meta_platform.graph"
local inbound = require "inbound"
local outbound = require "outbound"
local platform = require "platform"
local receipts = require "receipts"
local webhook = require "meta_platform.webhook"
local window = require "meta_platform.window"

local call = graph.caller "query"

local function receive(request, channel)
  local answer, entries = webhook.open(request, channel.settings, "page")
  if answer then return answer end
  local messages, reports = {}, {}
  for _, entry in ipairs(entries) do
    -- One app may serve several pages, each a channel of its own. `standby`: another app has the conversation.
    local is_ours = type(entry) == "table" and tostring(entry.id) == channel.settings.page_id
    for _, e in ipairs(is_ours and type(entry.messaging) == "table" and entry.messaging or {}) do
      if type(e) == "table" then
        local list, opens = inbound.read(e, channel.settings.page_id, channel.settings.app_id)
        for _, message in ipairs(list) do messages[#messages + 1] = message end
        if opens and list[1] and list[1].sent_at then window.opened(list[1].sender, list[1].sent_at) end
        for _, report in ipairs(receipts.of(e)) do reports[#reports + 1] = report end
      end
    end
  end
  return accept(messages, { receipts = reports })
end

return plugin {
  name = "facebook-messenger",
  kind = "channel",
  version = "1.0.0",
  title = "Facebook Messenger",

  settings = {
    { name = "page_id", required = true, help = "the page's id, in quotes: \"1097…\"" },
    { name = "access_token", required = true, secret = true, help = "page access token that does not expire" },
    { name = "app_secret", required = true, secret = true, help = "App Secret, from App settings → Basic" },
    { name = "verify_token", required = true, secret = true, help = "a text of your choice, entered with the web hook" },
    { name = "app_id", help = "our app's id, in quotes: then also what other apps answer is shown to agents" },
    {
      name = "message_tag", type = "choice", choices = window.TAGS,
      help = "after 24 hours: HUMAN_AGENT lets agents answer for 7 days; the others are for their own purpose only",
    },
    {
      name = "notification_type", type = "choice", choices = { "REGULAR", "SILENT_PUSH", "NO_PUSH" }, default = "REGULAR",
      help = "how the customer's phone tells of a message",
    },
    { name = "api_version", default = "v25.0", help = "version of the Graph API" },
    { name = "api_base", type = "url", default = "https://graph.facebook.com", help = "for a stand-in or a proxy" },
  },

  -- What customers send lies on Meta's own hosts.
  hosts = { "setting:api_base", "*.fbcdn.net", "*.fbsbx.com" },

  capabilities = {
    kinds = { "text", "image", "voice", "video", "file", "card", "menu" }, text_limit = outbound.TEXT, typing = true, media = true,
    reply_quota = inbound.QUOTA, after_window = "message_tag", methods = { "GET", "POST" },
  },

  receive = receive,
  send = outbound.send,

  typing = function(recipient, on, channel)
    call(channel, channel.settings.page_id .. "/messages", {
      method = "POST", json = { recipient = { id = recipient }, sender_action = on and "typing_on" or "typing_off" }, timeout = "5s",
    })
  end,

  --- The address carries its own permission; our token is not shown to it.
  media = function(content)
    local address = (content.fields or {}).media_url
    local parsed = type(address) == "string" and url.parse(address)
    if not parsed or parsed.scheme ~= "https" then return nil, "the message names no file", "media" end
    return graph.download(address)
  end,

  health = function(channel)
    local found = call(channel, "me", { method = "GET", query = { fields = "id" }, timeout = "5s" })
    if found.action ~= "ok" then return nil, found.reason end
    if tostring(found.json.id) ~= channel.settings.page_id then return nil, "access_token belongs to another page than page_id" end
    return true
  end,

  simulate = function(occasion, channel) return platform.requests(occasion, channel) end,

  calls = {
    --- What Messenger tells of a customer: `{ customer }`.
    profile = function(arguments, channel)
      local id = tostring(arguments.customer)
      if not id:find("^%d+$") then return { ok = false, reason = "no id of a customer" } end
      local found = call(channel, id, { method = "GET", query = { fields = "first_name,last_name,profile_pic" }, timeout = "5s" })
      if found.action ~= "ok" then return { ok = false, reason = found.reason } end
      local name = text.trim((found.json.first_name or "") .. " " .. (found.json.last_name or ""))
      return { ok = true, name = name, picture = found.json.profile_pic }
    end,
    --- Shows the customer that their message was seen: `{ customer }`.
    seen = function(arguments, channel)
      local found = call(channel, channel.settings.page_id .. "/messages", {
        method = "POST", json = { recipient = { id = tostring(arguments.customer) }, sender_action = "mark_seen" }, timeout = "5s",
      })
      return { ok = found.action == "ok", reason = found.action ~= "ok" and found.reason or nil }
    end,
  },
}
