-- SPDX-License-Identifier: Apache-2.0
-- Short messages through Aliyun 阿里云短信服务: templates out, answers and receipts in.
local api = require "api"
local callback = require "sms.callback"
local inbound = require "inbound"
local outbound = require "outbound"
local platform = require "platform"

local function receive(request, channel)
  if not callback.is_genuine(request, channel.settings) then return refuse(403, "bad_token") end
  local messages, receipts = inbound.read(request.body)
  if not messages then return refuse(400, "bad_json") end
  return accept(messages, { receipts = receipts, body = '{"code":0,"msg":"接收成功"}', content_type = "application/json" })
end

return plugin {
  name = "sms-aliyun",
  kind = "channel",
  version = "1.0.0",
  title = "Aliyun SMS 阿里云短信",

  settings = {
    { name = "access_key_id", required = true, help = "AccessKey ID of a RAM user with AliyunDysmsFullAccess" },
    { name = "access_key_secret", required = true, secret = true, help = "its AccessKey Secret" },
    { name = "sign_name", required = true, help = "approved signature 签名, without 【】" },
    { name = "template_code", help = "approved template that answers go out in, SMS_…; without it only messages that name theirs" },
    {
      name = "template_params", default = '{"content":"{text}"}',
      help = "its variables as JSON; {text} is what is said, {part} and {parts} count long ones",
    },
    { name = "variable_limit", type = "integer", default = 35, help = "most characters of a variable, by its approved attribute" },
    { name = "max_parts", type = "integer", default = 5, help = "a text that needs more messages is not sent" },
    { name = "callback_token", required = true, secret = true, help = "16 or more random characters; ?token=… of the callbacks' address" },
    { name = "previous_callback_token", secret = true, help = "the token before the last change" },
    { name = "previous_until", help = "RFC 3339 time until which the previous one is taken" },
    { name = "up_extend_code", help = "上行扩展码, for answers of customers" },
    {
      name = "signature", type = "choice", choices = { "acs3", "rpc" }, default = "acs3",
      help = "how calls are signed; rpc is the older way, for gateways that know no other",
    },
    { name = "api_base", type = "url", default = "https://dysmsapi.aliyuncs.com", help = "for a stand-in or a proxy" },
  },

  hosts = { "setting:api_base" },
  capabilities = { kinds = { "text" }, text_limit = 500, methods = { "POST" } },

  receive = receive,
  send = outbound.send,

  health = function(channel)
    local s = channel.settings
    if #s.callback_token < 16 then return nil, "callback_token: 16 characters at least" end
    if not s.template_code then return true end
    local found = api.call(channel, "GetSmsTemplate", { TemplateCode = s.template_code })
    if found.action == "ok" then return true end
    return nil, found.reason
  end,

  simulate = function(occasion, channel) return platform.requests(occasion, channel) end,
}
