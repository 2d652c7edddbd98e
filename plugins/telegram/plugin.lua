-- SPDX-License-Identifier: Apache-2.0
-- Telegram bots: the web hook in, sendMessage and its siblings out.
local api = require "api"
local inbound = require "inbound"
local outbound = require "outbound"
local platform = require "platform"

--- The bot's own number, in front of its token's colon.
local function bot_of(channel) return channel.settings.bot_token:match("^(%d+):") or channel.id end

local function receive(request, channel)
  local secret, given = channel.settings.webhook_secret, request.headers["x-telegram-bot-api-secret-token"]
  if secret == "" or type(given) ~= "string" or not crypto.equal(given, secret) then return refuse(403, "bad_secret") end
  local update = json.decode(request.body)
  if type(update) ~= "table" or not math.tointeger(update.update_id) then return refuse(400, "bad_json") end
  local message = inbound.read(update, {
    bot = bot_of(channel), groups = channel.settings.groups == true, long_id = outbound.long_id,
  })
  if message then outbound.remember_business(message) end
  local query = type(update.callback_query) == "table" and update.callback_query.id
  if type(query) == "string" then
    -- The button spins until its press is answered; the answer to the web hook may be that call.
    return accept(message and { message } or {}, {
      body = json.encode { method = "answerCallbackQuery", callback_query_id = query }, content_type = "application/json",
    })
  end
  return accept(message and { message } or {})
end

return plugin {
  name = "telegram",
  kind = "channel",
  version = "1.0.0",
  title = "Telegram bot",

  settings = {
    { name = "bot_token", required = true, secret = true, help = "from @BotFather, 123456789:AA…" },
    { name = "webhook_secret", required = true, secret = true, help = "secret_token of setWebhook: 1 to 256 of A-Z a-z 0-9 _ -" },
    { name = "groups", type = "boolean", default = false, help = "also take messages of groups; each group is one customer" },
    { name = "api_base", type = "url", default = "https://api.telegram.org", help = "for a Bot API server of one's own" },
  },

  hosts = { "setting:api_base" },

  capabilities = {
    kinds = { "text", "image", "voice", "video", "file", "location", "menu" }, text_limit = outbound.TEXT, typing = true, media = true,
    methods = { "POST" },
  },

  receive = receive,
  send = outbound.send,

  typing = function(recipient, on, channel)
    -- Lasts 5 s and cannot be taken back.
    if not on then return end
    api.call(channel, "sendChatAction", { timeout = "5s", json = {
      chat_id = math.tointeger(tonumber(recipient)) or recipient, action = "typing", business_connection_id = outbound.business(recipient),
    } })
  end,

  media = function(content, channel)
    local id = (content.fields or {}).media_id
    if type(id) ~= "string" or id == "" then return nil, "the message names no file", "media" end
    return api.download(channel, id)
  end,

  health = function(channel)
    local found = api.call(channel, "getMe", { json = {}, timeout = "5s" })
    if found.action == "ok" then return true end
    return nil, found.reason
  end,

  simulate = function(occasion, channel) return platform.requests(occasion, channel) end,

  calls = {
    --- `{ url = "https://your.desk/hooks/ID" }` tells Telegram where to post; with this channel's secret.
    webhook = function(arguments, channel)
      local found = api.call(channel, "setWebhook", { json = {
        url = tostring(arguments.url or ""), secret_token = channel.settings.webhook_secret,
        allowed_updates = { "message", "edited_message", "callback_query", "my_chat_member", "message_reaction",
          "business_connection", "business_message", "edited_business_message", "deleted_business_messages" },
      }, timeout = "10s" })
      return { ok = found.action == "ok", reason = found.action ~= "ok" and found.reason or nil }
    end,
  },
}
