-- SPDX-License-Identifier: Apache-2.0
-- WeChat official account (微信公众号): pushes in, passive replies and custom/send out, template messages after the window.
local api = require "wechat.api"
local check = require "wechat.check"
local hook = require "wechat.hook"
local media_files = require "wechat.media"
local messages = require "wechat.message"
local passives = require "wechat.passive"
local sending = require "wechat.send"
local template = require "wechat.template"
local union = require "union"
local platform = require "wechat.platform"
local console = require "console"

local PLATFORM = "officialaccount"

--- What goes back with the answer: the customer to WeChat's own agents, or the operator's own words.
local function passive(fields, format, message, channel)
  local s = channel.settings
  if message.kind ~= "event" then
    if s.hand_over then return messages.hand_over(fields, format, s.hand_over_account) end
    if s.passive_text then return passives.reply(fields, "text", { text = s.passive_text }, format) end
  elseif message.fields.name == "follow" and s.follow_text then
    return passives.reply(fields, "text", { text = s.follow_text }, format)
  end
  return nil
end

return plugin {
  name = "wechat-official-account",
  kind = "channel",
  version = "1.0.0",
  title = "WeChat official account 微信公众号",

  settings = {
    { name = "app_id", required = true, help = "AppID of the official account, wx…" },
    { name = "app_secret", required = true, secret = true, help = "AppSecret, from 基本配置" },
    { name = "token", required = true, secret = true, help = "Token of the server configuration, as in the console" },
    {
      name = "encoding_aes_key", secret = true, length = 43, alphabet = "base64",
      required_when = { mode = { "secure", "compatible" } }, help = "EncodingAESKey of the server configuration",
    },
    {
      name = "mode", type = "choice", choices = { "plain", "compatible", "secure" },
      help = "how the console says pushes are sent; without it: secure where there is a key",
    },
    { name = "api_base", type = "url", default = "https://api.weixin.qq.com", help = "for a stand-in or a proxy" },
    { name = "original_id", help = "original id of the account, gh_…; learned from the first push if left out" },
    { name = "format", type = "choice", choices = { "auto", "xml", "json" }, default = "auto", help = "data format of the push" },
    { name = "max_age", type = "integer", default = 0, help = "refuse pushes signed more than so many seconds ago; 0: never" },
    { name = "hand_over", type = "boolean", default = false, help = "also hand each customer to WeChat's own agent tool" },
    { name = "hand_over_account", help = "the agent (KfAccount) who gets them; the customer waits for that one" },
    { name = "passive_text", help = "text that goes back at once with each message; costs no reply. None if left out" },
    { name = "follow_text", help = "text that goes back at once to who follows. None if left out" },
    {
      name = "content_check", type = "choice", choices = { "off", "agents", "customers", "all" }, default = "off",
      help = "have WeChat check contents (msg_sec_check, media_check_async); needs the permission",
    },
    {
      name = "content_scene", type = "choice", choices = { "profile", "comment", "forum", "social" }, default = "comment",
      help = "the scene that content checks are made for",
    },
    { name = "template_id", help = "template message (模板消息) sent in place of what comes after the 48 hours" },
    {
      name = "template_data", help = 'its fields as JSON with {text}, {time}, {date}: {"thing1":"{text}","time2":"{time}"}',
    },
    { name = "template_url", help = "page that the template message opens" },
    { name = "template_app_id", help = "mini program that the template message opens; before template_url" },
    { name = "template_page", help = "page of that mini program" },
    { name = "previous_token", secret = true, help = "the token before the last change" },
    { name = "previous_encoding_aes_key", secret = true, length = 43, alphabet = "base64", help = "the key before" },
    { name = "previous_until", help = "RFC 3339 time until which the previous ones are taken" },
  },

  hosts = { "setting:api_base", "*.qpic.cn", "*.qlogo.cn", "*.video.qq.com" },

  capabilities = {
    kinds = { "text", "image", "voice", "video", "card", "menu" }, text_limit = sending.TEXT_LIMIT, typing = true, media = true,
    reply_quota = { messages = 5, window = "48h" }, after_window = "template_id", methods = { "GET", "POST" },
  },

  receive = function(request, channel) return hook.receive(request, channel, PLATFORM, passive, union.add) end,

  send = function(message, channel) return check.refusal(message, channel) or sending.send(message, channel, PLATFORM) end,

  typing = function(recipient, on, channel)
    local path, body = sending.typing(recipient, on, PLATFORM)
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

  simulate = function(occasion, channel)
    return platform.requests(occasion, channel, hook.config(channel.settings, PLATFORM))
  end,

  calls = { menu = console.menu, qr_code = console.qr_code, user = console.user },
}
