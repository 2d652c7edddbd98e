-- SPDX-License-Identifier: Apache-2.0
-- Kuaishou mini program (快手小程序): login for our own chat, and the web hook of orders and authorisations. Kuaishou has no
-- customer-service interface for servers.
local api = require "api"
local hook = require "hook"
local login = require "miniprogram.login"

return plugin {
  name = "kuaishou-miniprogram",
  kind = "channel",
  version = "1.0.0",
  title = "Kuaishou mini program 快手小程序",

  settings = {
    { name = "app_id", required = true, help = "App ID, ks…, from 开发设置 in the Kuaishou mini-program console" },
    { name = "app_secret", required = true, secret = true, help = "App Secret, same page; also signs the web hook" },
    { name = "previous_app_secret", secret = true, help = "the secret before the last change, for pushes signed with it" },
    { name = "previous_until", help = "RFC 3339 time until which the previous one is taken" },
    {
      name = "platform_events", type = "choice", choices = { "keep", "drop" }, default = "keep",
      help = "keep what the web hook tells (orders, authorisations) as events, or only acknowledge it",
    },
    { name = "api_base", type = "url", default = "https://open.kuaishou.com", help = "for a stand-in or a proxy" },
  },

  hosts = { "setting:api_base" },

  capabilities = { kinds = { "text" }, methods = { "POST" } },

  receive = hook.receive,

  send = function()
    return failed("Kuaishou has no messages to customers that a server could send; they are answered in our own chat (live)")
  end,

  login = function(request, channel)
    local options = { app_id = channel.settings.app_id, watermark = false }
    return login.login(request, function(code) return api.session(channel, code) end, options)
  end,

  health = api.healthy,
  simulate = hook.simulate,

  calls = {
    --- What this platform can do for a flow.
    capability = function()
      return { receive_callback = false, send_message = false, fallback = "live", login = true }
    end,
  },
}
