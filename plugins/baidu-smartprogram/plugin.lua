-- SPDX-License-Identifier: Apache-2.0
-- Baidu smart program (百度智能小程序): customer messages in and out, and login for our own chat.
local api = require "api"
local hook = require "hook"
local login = require "miniprogram.login"
local no_file = require "no_file"
local outbound = require "outbound"

return plugin {
  name = "baidu-smartprogram",
  kind = "channel",
  version = "1.0.0",
  title = "Baidu smart program 百度智能小程序客服消息",

  settings = {
    { name = "app_id", required = true, help = "App ID (智能小程序ID), a number; not the App Key" },
    { name = "app_key", required = true, help = "App Key, from 设置 → 开发设置" },
    { name = "app_secret", required = true, secret = true, help = "App Secret, same page" },
    { name = "token", required = true, secret = true, help = "Token of the message push, as in the console" },
    {
      name = "encoding_aes_key", secret = true, length = 43, required_when = { mode = { "secure", "compatible" } },
      help = "EncodingAESKey of the message push",
    },
    {
      name = "mode", type = "choice", choices = { "plain", "compatible", "secure" },
      help = "how the console says pushes are sent; without it: secure where there is a key",
    },
    { name = "max_age", type = "integer", default = 0, help = "refuse pushes signed more than so many seconds ago; 0: never" },
    {
      name = "bind_signature", type = "boolean", default = true,
      help = "plain mode: refuse another body under a signature that was seen before, as it does not cover the body",
    },
    { name = "third_party", type = "boolean", default = false, help = "send by the interface for third-party platforms (sendbytp)" },
    { name = "api_base", type = "url", default = "https://openapi.baidu.com", help = "for a stand-in or a proxy" },
    { name = "previous_token", secret = true, help = "the token before the last change" },
    { name = "previous_encoding_aes_key", secret = true, length = 43, help = "the key before" },
    { name = "previous_until", help = "RFC 3339 time until which the previous ones are taken" },
  },

  -- Pictures that customers send lie on Baidu's own hosts.
  hosts = { "setting:api_base", "*.bdstatic.com", "*.bdimg.com", "*.bcebos.com", "*.baidu.com" },

  capabilities = {
    kinds = { "text", "image" }, text_limit = outbound.TEXT_LIMIT, media = true,
    reply_quota = { messages = 5, window = "48h" }, methods = { "POST" },
  },

  receive = hook.receive,
  send = outbound.send,

  login = function(request, channel)
    local out, message, code = login.login(request, function(value) return api.session(channel, value) end,
      { app_id = channel.settings.app_id })
    -- The page knows whether its customer is signed in; the push does not say.
    local kind = request.user_type
    if out and (kind == "1" or kind == "2") then store.set("user_type:" .. out.external_id, kind, 90 * 86400) end
    return out, message, code
  end,

  media = function(content)
    local address = (content.fields or {}).url
    if type(address) ~= "string" then return nil, "the message names no picture", "media" end
    local parsed = url.parse(address)
    if not parsed then return nil, "the picture's address is none", "media" end
    local answer, reason, code = http.get(address, { into = "media", timeout = "20s" })
    if not answer then return nil, reason, code end
    if not answer.media then return nil, no_file(answer), "network" end
    return answer.media
  end,

  health = api.healthy,
  simulate = hook.simulate,
}
