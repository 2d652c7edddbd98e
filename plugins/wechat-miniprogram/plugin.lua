-- SPDX-License-Identifier: Apache-2.0
-- WeChat mini program (微信小程序) customer messages: pushes in, custom/send out.
local api = require "wechat.api"
local media_files = require "wechat.media"
local messages = require "wechat.message"
local push = require "wechat.push"
local sending = require "wechat.send"
local platform = require "lib.platform"

local PLATFORM = "miniprogram"

--- What wechat.push needs of the settings. Without a mode: secure where there is a key.
local function push_config(settings)
  local mode = settings.mode or (settings.encoding_aes_key and "secure" or "plain")
  return {
    platform = PLATFORM, mode = mode, format = settings.format, receive_id = settings.app_id,
    token = settings.token, encoding_aes_key = settings.encoding_aes_key, max_age = settings.max_age,
    previous_token = settings.previous_token, previous_encoding_aes_key = settings.previous_encoding_aes_key,
    previous_until = settings.previous_until,
  }
end

-- The account each channel belongs to, so that its message ids stand alone; remembered in the store for the other lanes.
local accounts = {}

local function account_of(channel, to)
  if channel.settings.original_id then return channel.settings.original_id end
  local known = accounts[channel.id] or store.get("account")
  if not known then
    known = to
    store.set("account", to)
  end
  accounts[channel.id] = known
  return known
end

--- Cloud hosting tries the address with this, unsigned and without a message in it.
local function is_container_check(request)
  if #request.body > 100 or request.raw_query:find("signature", 1, true) then return false end
  local value = json.decode(request.body)
  return type(value) == "table" and value.action == "CheckContainerPath"
end

local SUCCESS = { body = "success" }

local function receive(request, channel)
  local config = push_config(channel.settings)
  if request.method == "GET" then
    local echo, _, code = push.check(request.query, config)
    if not echo then return refuse(push.status(code), code) end
    return accept({}, { body = echo })
  end
  if is_container_check(request) then return accept({}, SUCCESS) end
  local opened, _, code = push.open(request, config)
  if not opened then return refuse(push.status(code), code) end
  local fields = opened.fields
  if not messages.is_complete(fields) then return refuse(push.status("bad_message"), "bad_message") end
  local message = messages.inbound(fields, account_of(channel, fields.ToUserName))
  if not message then return accept({}, SUCCESS) end
  sending.remember_business(message)
  if channel.settings.hand_over and message.kind ~= "event" then
    local format = opened.plaintext:find("^%s*{") and "json" or "xml"
    local words = messages.hand_over(fields, format)
    if config.mode ~= "plain" then
      config.format = format
      words = push.reply(words, config).body
    end
    return accept({ message }, { body = words, content_type = format == "json" and "application/json" or "text/xml" })
  end
  return accept({ message }, SUCCESS)
end

return plugin {
  name = "wechat-miniprogram",
  kind = "channel",
  version = "1.0.0",
  title = "WeChat mini program 微信小程序客服消息",

  settings = {
    { name = "app_id", required = true, help = "AppID of the mini program, wx…" },
    { name = "app_secret", required = true, secret = true, help = "AppSecret, from Development settings" },
    { name = "token", required = true, secret = true, help = "Token of the message push, as in the console" },
    {
      name = "encoding_aes_key", secret = true, length = 43, alphabet = "letters_digits",
      required_when = { mode = { "secure", "compatible" } }, help = "EncodingAESKey of the message push",
    },
    {
      name = "mode", type = "choice", choices = { "plain", "compatible", "secure" },
      help = "how the console says pushes are sent; without it: secure where there is a key",
    },
    { name = "api_base", type = "url", default = "https://api.weixin.qq.com", help = "for a stand-in or a proxy" },
    { name = "original_id", help = "original id of the mini program, gh_…; learned from the first push if left out" },
    { name = "format", type = "choice", choices = { "auto", "xml", "json" }, default = "auto", help = "data format of the push" },
    { name = "max_age", type = "integer", default = 0, help = "refuse pushes signed more than so many seconds ago; 0: never" },
    { name = "hand_over", type = "boolean", default = false, help = "also hand each customer to WeChat's own agent tool" },
    { name = "previous_token", secret = true, help = "the token before the last change" },
    { name = "previous_encoding_aes_key", secret = true, length = 43, alphabet = "letters_digits", help = "the key before" },
    { name = "previous_until", help = "RFC 3339 time until which the previous ones are taken" },
  },

  -- Pictures that customers send lie on qpic.cn; they are fetched by media id, and from there only if that fails.
  hosts = { "setting:api_base", "*.qpic.cn", "*.qlogo.cn" },

  capabilities = {
    kinds = { "text", "image", "card" }, text_limit = sending.TEXT_LIMIT, typing = true, media = true,
    reply_quota = { messages = 5, window = "48h" }, methods = { "GET", "POST" },
  },

  receive = receive,

  send = function(message, channel) return sending.send(message, channel, PLATFORM) end,

  typing = function(recipient, on, channel)
    local path, body = sending.typing(recipient, on, PLATFORM)
    -- Errors such as "already typing" or "nothing said for 30 s" are harmless.
    api.call(channel, path, {}, { method = "POST", json = body, timeout = "5s" })
  end,

  media = function(content, channel) return media_files.download(channel, content.fields or {}) end,

  health = function(channel)
    local access, reason = api.token(channel)
    if access then return true end
    return nil, reason
  end,

  simulate = function(occasion, channel) return platform.requests(occasion, channel, push_config(channel.settings)) end,
}
