-- SPDX-License-Identifier: Apache-2.0
-- Short messages through Tencent Cloud 腾讯云短信: templates out, answers and receipts in.
local api = require "api"
local callback = require "sms.callback"
local inbound = require "inbound"
local outbound = require "outbound"
local platform = require "platform"

local function receive(request, channel)
  if not callback.is_genuine(request, channel.settings) then return refuse(403, "bad_token") end
  local messages, receipts = inbound.read(request.body)
  if not messages then return refuse(400, "bad_json") end
  return accept(messages, { receipts = receipts, body = '{"result":0,"errmsg":"OK"}', content_type = "application/json" })
end

return plugin {
  name = "sms-tencent",
  kind = "channel",
  version = "1.0.0",
  title = "Tencent Cloud SMS 腾讯云短信",

  settings = {
    { name = "secret_id", required = true, help = "SecretId of a CAM user with QcloudSMSFullAccess, AKID…" },
    { name = "secret_key", required = true, secret = true, help = "its SecretKey" },
    { name = "session_token", secret = true, help = "only with temporary keys" },
    { name = "sdk_app_id", required = true, help = "SmsSdkAppId of the application, in quotes: \"1400006666\"" },
    { name = "sign_name", required = true, help = "approved signature 签名, without 【】" },
    { name = "template_id", help = "approved template that answers go out in, in quotes; without it only messages that name theirs" },
    {
      name = "template_params", default = '["{text}"]',
      help = "its variables as a JSON list; {text} is what is said, {part} and {parts} count long ones",
    },
    { name = "variable_limit", type = "integer", default = 12, help = "most characters of a variable, by your account's rules" },
    { name = "max_parts", type = "integer", default = 10, help = "a text that needs more messages is not sent" },
    { name = "callback_token", required = true, secret = true, help = "16 or more random characters; ?token=… of the callbacks' address" },
    { name = "previous_callback_token", secret = true, help = "the token before the last change" },
    { name = "previous_until", help = "RFC 3339 time until which the previous one is taken" },
    { name = "extend_code", help = "短信码号扩展号, if activated" },
    { name = "sender_id", help = "SenderId for numbers outside of mainland China" },
    { name = "region", default = "ap-guangzhou", help = "region of the calls" },
    { name = "api_base", type = "url", default = "https://sms.tencentcloudapi.com", help = "for a stand-in or a proxy" },
  },

  hosts = { "setting:api_base" },
  capabilities = { kinds = { "text" }, text_limit = 500, methods = { "POST" } },

  receive = receive,
  send = outbound.send,

  health = function(channel)
    local s = channel.settings
    if #s.callback_token < 16 then return nil, "callback_token: 16 characters at least" end
    local id = math.tointeger(tonumber(s.template_id))
    local found = api.call(channel, "DescribeSmsTemplateList", {
      International = 0, TemplateIdSet = id and array { id } or nil, Limit = not id and 1 or nil, Offset = not id and 0 or nil,
    })
    if found.action == "ok" then return true end
    return nil, found.reason
  end,

  simulate = function(occasion, channel) return platform.requests(occasion, channel) end,
}
