-- SPDX-License-Identifier: Apache-2.0
-- LINE official accounts: the web hook in, reply and push out.
local api = require "api"
local inbound = require "inbound"
local outbound = require "outbound"
local platform = require "platform"

--- base64(HMAC-SHA256(channel secret, body)), and exactly that.
local function is_genuine(request, secret)
  local signature = request.headers["x-line-signature"]
  return secret ~= "" and type(signature) == "string"
    and crypto.equal(signature, crypto.hmac("sha256", secret, request.body, "base64"))
end

local function receive(request, channel)
  if not is_genuine(request, channel.settings.channel_secret) then return refuse(403, "bad_signature") end
  local value = json.decode(request.body)
  if type(value) ~= "table" or type(value.events) ~= "table" then return refuse(400, "bad_json") end
  local destination = type(value.destination) == "string" and value.destination:sub(1, 100) or ""
  local messages = {}
  for _, e in ipairs(value.events) do
    local message = inbound.read(e, destination, channel.settings.groups == true)
    if message then
      outbound.keep_reply_token(e, message.sender)
      messages[#messages + 1] = message
    end
  end
  return accept(messages)
end

return plugin {
  name = "line",
  kind = "channel",
  version = "1.0.0",
  title = "LINE official account",

  settings = {
    { name = "channel_secret", required = true, secret = true, help = "Channel secret, from Basic settings" },
    { name = "access_token", secret = true, help = "long-lived channel access token; or give channel_id" },
    { name = "channel_id", help = "Channel ID; tokens of 15 minutes are then fetched with the secret" },
    { name = "groups", type = "boolean", default = false, help = "also take messages of groups and rooms; each is one customer" },
    { name = "api_base", type = "url", default = "https://api.line.me", help = "for a stand-in or a proxy" },
    { name = "content_base", type = "url", default = "https://api-data.line.me", help = "where files lie" },
  },

  hosts = { "setting:api_base", "setting:content_base" },

  capabilities = {
    kinds = { "text", "image", "voice", "video", "location", "card", "menu" }, text_limit = outbound.TEXT, typing = true, media = true,
    methods = { "POST" },
  },

  receive = receive,
  send = outbound.send,

  typing = function(recipient, on, channel)
    -- One-to-one chats only; ends with the next message.
    if not on or recipient:sub(1, 1) ~= "U" then return end
    api.call(channel, "/v2/bot/chat/loading/start", { method = "POST", json = { chatId = recipient, loadingSeconds = 5 }, timeout = "5s" })
  end,

  media = function(content, channel)
    local id = (content.fields or {}).media_id
    if type(id) ~= "string" or not id:find("^%w+$") then return nil, "the message names no file at LINE", "media" end
    local found = api.call(channel, "/v2/bot/message/" .. id .. "/content", {
      base = channel.settings.content_base, method = "GET", into = "media", timeout = "30s",
    })
    if found.media then return found.media end
    -- 202: still being made ready.
    if found.status == 202 then return nil, "LINE is still preparing the file", "network" end
    return nil, found.reason ~= "" and found.reason or "no file", found.action == "failed" and "media" or "network"
  end,

  health = function(channel)
    local found = api.call(channel, "/v2/bot/info", { method = "GET", timeout = "5s" })
    if found.action == "ok" then return true end
    return nil, found.reason
  end,

  simulate = function(occasion, channel) return platform.requests(occasion, channel) end,

  calls = {
    --- What LINE tells of a customer who has us as a friend: `{ customer }`.
    profile = function(arguments, channel)
      local found = api.call(channel, "/v2/bot/profile/" .. url.encode(tostring(arguments.customer)), { method = "GET", timeout = "5s" })
      if found.action ~= "ok" then return { ok = false, reason = found.reason } end
      return { ok = true, name = found.json.displayName, language = found.json.language, picture = found.json.pictureUrl }
    end,
  },
}
