-- SPDX-License-Identifier: Apache-2.0
-- WeChat mini program (微信小程序) customer messages: pushes in, custom/send out.
local api = require "wechat.api"
local check = require "wechat.check"
local hook = require "wechat.hook"
local login = require "wechat.login"
local media_files = require "wechat.media"
local messages = require "wechat.message"
local sending = require "wechat.send"
local template = require "wechat.template"
local platform = require "wechat.platform"

local PLATFORM = "miniprogram"

--- With hand_over: what a customer wrote goes to WeChat's own agents; events never do.
local function passive(fields, format, message, channel)
  if not channel.settings.hand_over or message.kind == "event" then return nil end
  return messages.hand_over(fields, format)
end

return plugin {
  name = "wechat-miniprogram",
  kind = "channel",
  version = "1.1.0",
  title = "WeChat mini program 微信小程序客服消息",

  settings = {
    { name = "app_id", required = true, help = "AppID of the mini program, wx…" },
    { name = "app_secret", required = true, secret = true, help = "AppSecret, from Development settings" },
    { name = "token", required = true, secret = true, help = "Token of the message push, as in the console" },
    {
      name = "encoding_aes_key", secret = true, length = 43, alphabet = "base64",
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
    {
      name = "content_check", type = "choice", choices = { "off", "agents", "customers", "all" }, default = "off",
      help = "have WeChat check what agents and bots send, what customers send, or both (msg_sec_check, media_check_async)",
    },
    {
      name = "content_scene", type = "choice", choices = { "profile", "comment", "forum", "social" }, default = "comment",
      help = "the scene that content checks are made for",
    },
    { name = "template_id", help = "subscribe message (订阅消息) sent in place of what comes after the 48 hours" },
    {
      name = "template_data",
      help = 'its fields as JSON with {text}, {time}, {date}: {"thing1":"{text}","time2":"{time}"}',
    },
    { name = "template_page", help = "page that the subscribe message opens" },
    {
      name = "template_state", type = "choice", choices = { "formal", "trial", "developer" }, default = "formal",
      help = "version of the mini program that it opens",
    },
    {
      name = "template_language", type = "choice", choices = { "zh_CN", "en_US", "zh_HK", "zh_TW" }, default = "zh_CN",
      help = "language of the subscribe message",
    },
    { name = "previous_token", secret = true, help = "the token before the last change" },
    { name = "previous_encoding_aes_key", secret = true, length = 43, alphabet = "base64", help = "the key before" },
    { name = "previous_until", help = "RFC 3339 time until which the previous ones are taken" },
  },

  -- Pictures that customers send lie on qpic.cn; they are fetched by media id, and from there only if that fails.
  hosts = { "setting:api_base", "*.qpic.cn", "*.qlogo.cn" },

  capabilities = {
    kinds = { "text", "image", "card" }, text_limit = sending.TEXT_LIMIT, typing = true, media = true,
    reply_quota = { messages = 5, window = "48h" }, after_window = "template_id", methods = { "GET", "POST" },
  },

  receive = function(request, channel) return hook.receive(request, channel, PLATFORM, passive) end,

  send = function(message, channel) return check.refusal(message, channel) or sending.send(message, channel, PLATFORM) end,

  login = login.login,

  typing = function(recipient, on, channel)
    local path, body = sending.typing(recipient, on, PLATFORM)
    -- Errors such as "already typing" or "nothing said for 30 s" are harmless.
    api.call(channel, path, {}, { method = "POST", json = body, timeout = "5s" })
  end,

  media = function(content, channel) return media_files.download(channel, content.fields or {}) end,

  health = function(channel)
    local problem = template.problem(channel.settings)
    if problem then return nil, problem end
    local access, reason = api.token(channel)
    if access then return true end
    return nil, reason
  end,

  calls = {
    --- Whether WeChat still knows the session of a customer's last login: `{ openid }` → `{ fresh }`.
    session = function(arguments, channel)
      local fresh, reason = login.is_fresh(channel, tostring(arguments.openid))
      return { fresh = fresh, reason = reason }
    end,
  },

  simulate = function(occasion, channel) return platform.requests(occasion, channel, hook.config(channel.settings, PLATFORM)) end,
}
