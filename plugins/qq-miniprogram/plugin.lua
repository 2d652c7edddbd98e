-- SPDX-License-Identifier: Apache-2.0
-- QQ mini program (QQ 小程序): login for our own chat, and subscription messages as a nudge. QQ has no customer-service interface for
-- servers: nothing arrives here, and no answer can be shown in QQ itself.
local api = require "api"
local calls = require "miniprogram.calls"
local login = require "miniprogram.login"
local notice = require "miniprogram.notice"

local NO_MESSAGES = "QQ has no customer-service messages for servers; set template_id to send a subscription message instead"

return plugin {
  name = "qq-miniprogram",
  kind = "channel",
  version = "1.0.0",
  title = "QQ mini program QQ 小程序",

  settings = {
    { name = "app_id", required = true, help = "AppID, from 开发设置 in the QQ mini-program console" },
    { name = "app_secret", required = true, secret = true, help = "AppSecret, same page" },
    { name = "template_id", help = "subscription message (订阅消息) that tells a customer of an answer" },
    { name = "template_data", help = 'its fields as JSON with {text}, {time}, {date}: {"keyword1":"{text}","keyword2":"{time}"}' },
    { name = "template_page", help = "page that it opens, usually the one with the chat" },
    { name = "template_emphasis", help = "field that is shown large, such as keyword1.DATA" },
    { name = "oac_app_id", help = "app id of a bound QQ public account, where the message shall come from it" },
    { name = "api_base", type = "url", default = "https://api.q.qq.com", help = "for a stand-in or a proxy" },
  },

  hosts = { "setting:api_base" },

  capabilities = { kinds = { "text" }, methods = { "GET", "POST" } },

  -- QQ posts nothing to servers of mini programs; whatever comes is not from QQ.
  receive = function() return refuse(403, "no_callbacks") end,

  send = function(message, channel)
    if not channel.settings.template_id then return failed(NO_MESSAGES) end
    local data, reason = notice.fill(message, channel.settings)
    if not data then return misconfigured(reason) end
    local result = api.subscribe(channel, message.recipient, data)
    -- 46002, the limit of the day: a nudge of tomorrow would be about yesterday.
    result.held = result.outcome == "window"
    return calls.outcome(result)
  end,

  login = function(request, channel)
    return login.login(request, function(code) return api.session(channel, code) end, { app_id = channel.settings.app_id })
  end,

  health = function(channel)
    local problem = notice.problem(channel.settings)
    if problem then return nil, problem end
    return api.healthy(channel)
  end,

  -- There is nothing that QQ would post.
  simulate = function() return nil, "QQ posts nothing to servers: customers of its mini programs write in our own chat (live)" end,

  calls = {
    --- What this platform can do for a flow.
    capability = function()
      return {
        receive_callback = false, send_message = false, fallback = "live", login = true, offline_nudge = "qq.subscribe",
      }
    end,
  },
}
