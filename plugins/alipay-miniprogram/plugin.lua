-- SPDX-License-Identifier: Apache-2.0
-- Alipay (支付宝): login for our own chat in a mini program, which has no message interface for servers; messages of a life account
-- (生活号), in and out; template messages; asynchronous notices.
local customer = require "customer"
local gateway = require "gateway"
local hook = require "hook"
local notice = require "miniprogram.notice"
local outbound = require "outbound"
local platform = require "platform"

return plugin {
  name = "alipay-miniprogram",
  kind = "channel",
  version = "1.0.0",
  title = "Alipay mini program and life account 支付宝小程序、生活号",

  settings = {
    { name = "app_id", required = true, help = "APPID of the mini program or life account, 16 digits" },
    { name = "app_private_key", required = true, secret = true, help = "application private key (应用私钥), PKCS#8 or PKCS#1, PEM or Base64" },
    { name = "alipay_public_key", help = "Alipay's public key (支付宝公钥, not 应用公钥), PEM or Base64; or the three certificates" },
    { name = "app_cert", help = "certificate mode: application certificate (appCertPublicKey), PEM" },
    { name = "alipay_cert", help = "certificate mode: Alipay's certificate (alipayCertPublicKey_RSA2), PEM" },
    { name = "alipay_root_cert", help = "certificate mode: root certificates (alipayRootCert), PEM" },
    { name = "app_public_key", help = "application public key for the gateway's check; made from the private key if left out" },
    { name = "aes_key", secret = true, help = "AES key (接口内容加密方式), Base64; also opens telephone numbers" },
    { name = "encrypt", type = "boolean", default = false, help = "encrypt what is sent with the AES key" },
    { name = "aes_form", type = "choice", choices = { "1", "2" }, default = "1", help = "form of the encryption: 2 puts a random IV in front" },
    { name = "app_auth_token", secret = true, help = "the merchant's grant (app_auth_token), where a third party calls for it" },
    { name = "template_id", help = "template message (user_template_id) for who cannot be answered" },
    { name = "template_data", help = 'its fields as JSON with {text}, {time}, {date}: {"keyword1":"{text}"}' },
    { name = "template_page", help = "page of the mini program that it opens" },
    {
      name = "platform_events", type = "choice", choices = { "keep", "drop" }, default = "keep",
      help = "keep asynchronous notices (payments, authorisations, audits) as events, or only acknowledge them",
    },
    { name = "api_base", type = "url", default = "https://openapi.alipay.com/gateway.do", help = "for the sandbox, a stand-in or a proxy" },
    { name = "file_base", type = "url", default = "https://openfile.alipay.com/chat/multimedia.do", help = "where customers' pictures lie" },
    { name = "simulation_key", secret = true, help = "only for trying out: private key to sign as Alipay; never in production" },
  },

  hosts = { "setting:api_base", "setting:file_base" },

  capabilities = {
    kinds = { "text", "image", "card" }, text_limit = outbound.TEXT_LIMIT, media = true, methods = { "POST" },
  },

  receive = hook.receive,
  send = outbound.send,
  login = customer.login,

  media = function(content, channel)
    local id = (content.fields or {}).media_id
    if type(id) ~= "string" or id == "" then return nil, "the message names no picture", "media" end
    local found, problem = gateway.post("alipay.mobile.public.multimedia.download", { biz_content = { mediaId = id } }, channel, {
      url = channel.settings.file_base, into = "media", timeout = "30s",
    })
    if not found then return nil, problem.reason, problem.outcome == "misconfigured" and "forbidden" or "network" end
    -- What fails is told as JSON with status 200.
    local kind = found.media and found.media.content_type or ""
    if not kind:find("^image/") then return nil, "Alipay gave no picture", "media" end
    return found.media
  end,

  health = function(channel)
    local problem = notice.problem(channel.settings)
    if problem then return nil, problem end
    return customer.healthy(channel)
  end,

  simulate = platform.requests,

  calls = {
    --- What this platform can do for a flow.
    capability = function()
      return {
        mini_program = { receive_callback = false, send_message = false, fallback = "live", login = true },
        life_account = { receive_callback = true, send_message = true },
      }
    end,
    --- Name and picture of a customer who logged in and allowed it: `{ customer }`.
    profile = function(arguments, channel)
      local profile, reason = customer.profile(channel, tostring(arguments.customer))
      if not profile then return { ok = false, reason = reason } end
      return { ok = true, name = profile.name, avatar = profile.avatar }
    end,
  },
}
