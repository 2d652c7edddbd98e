-- SPDX-License-Identifier: Apache-2.0
-- Douyin (抖音): private messages of an account, also from a mini program's chat button; customer messages of mini games; login for our
-- own chat. Which interface a channel speaks is set by its operator, never by a request.
local account = require "account"
local api = require "api"
local calls = require "miniprogram.calls"
local im = require "im"
local im_send = require "im_send"
local legacy = require "legacy"
local login = require "miniprogram.login"
local minigame = require "minigame"
local no_file = require "no_file"
local notice = require "miniprogram.notice"
local platform = require "platform"

local RECEIVE = { im = im.receive, minigame = minigame.receive, legacy = legacy.receive, third_party = legacy.receive_third_party }
local SEND = { im = im_send.send, minigame = minigame.send, legacy = legacy.send, third_party = legacy.send }

--- The address of a file: asked for with the account's token where the message came as a private message, else the one it brought.
local function resource(f, channel)
  if channel.settings.interface ~= "im" or not f.account or not f.message_id or not f.conversation then return f.url end
  local result = account.call(channel, f.account, function(access)
    return calls.call({
      method = "GET", url = api.address(channel, "api_base", "/api/im/message/resources/"), headers = { ["access-token"] = access },
      query = { open_id = f.account, conversation_id = f.conversation, message_id = f.message_id }, timeout = "8s",
    }, api.READERS.resource)
  end)
  return result.outcome == "ok" and result.value.url or f.url
end

return plugin {
  name = "douyin-miniprogram",
  kind = "channel",
  version = "1.0.0",
  title = "Douyin 抖音私信、小程序、小游戏",

  settings = {
    {
      name = "interface", type = "choice", choices = { "im", "minigame", "third_party", "legacy" }, default = "im",
      help = "im: private messages of an account; minigame: message push of a mini game; third_party, legacy: older pushes",
    },
    {
      name = "app_id", required_when = { interface = { "minigame", "third_party", "legacy" } },
      help = "AppID of the mini program or game, tt…; of the third party for third_party",
    },
    { name = "app_secret", secret = true, help = "AppSecret of the mini program or game; login needs it" },
    { name = "client_key", required_when = { interface = { "im" } }, help = "Client Key of the application with im.direct_message" },
    { name = "client_secret", secret = true, required_when = { interface = { "im" } }, help = "Client Secret; signs the web hooks" },
    { name = "account", help = "open_id of the Douyin account that is answered; learned from the messages if left out" },
    { name = "refresh_token", secret = true, help = "refresh token of the account's authorisation; kept and renewed from then on" },
    {
      name = "token", secret = true, required_when = { interface = { "minigame", "third_party", "legacy" } },
      help = "token of the message push, as in the console",
    },
    {
      name = "encoding_aes_key", secret = true, length = 43, required_when = { interface = { "third_party" } },
      help = "key of the third party's push",
    },
    { name = "max_age", type = "integer", default = 0, help = "refuse pushes signed more than so many seconds ago; 0: never. Not for im" },
    {
      name = "bind_signature", type = "boolean", default = true,
      help = "legacy: refuse another body under a signature that was seen before, as it does not cover the body",
    },
    { name = "sender_name", help = "minigame: name that the customer sees over an answer" },
    { name = "template_id", help = "subscription message (订阅消息) for who cannot be answered" },
    { name = "template_data", help = 'its fields as JSON with {text}, {time}, {date}: {"提醒内容":"{text}"}' },
    { name = "template_page", help = "page that the subscription message opens" },
    { name = "previous_client_secret", secret = true, help = "the Client Secret before the last change" },
    { name = "previous_until", help = "RFC 3339 time until which the previous one is taken" },
    { name = "api_base", type = "url", default = "https://open.douyin.com", help = "for a stand-in or a proxy" },
    { name = "program_base", type = "url", default = "https://developer.toutiao.com", help = "the same for mini programs" },
    { name = "game_base", type = "url", default = "https://minigame.zijieapi.com", help = "the same for mini games" },
  },

  -- Files of customers lie on Douyin's own hosts.
  hosts = {
    "setting:api_base", "setting:program_base", "setting:game_base", "*.douyinpic.com", "*.byteimg.com", "*.douyinvod.com",
    "*.bytetos.com", "*.zjcdn.com",
  },

  capabilities = {
    kinds = { "text", "image", "video", "card", "menu" }, text_limit = 3000, media = true,
    reply_quota = { messages = 6, window = "24h" }, after_window = "template_id", methods = { "GET", "POST" },
  },

  receive = function(request, channel) return RECEIVE[channel.settings.interface](request, channel) end,

  send = function(message, channel) return SEND[channel.settings.interface](message, channel) end,

  login = function(request, channel)
    local s = channel.settings
    if not s.app_id or not s.app_secret then return nil, "login needs app_id and app_secret", "misconfigured" end
    local anonymous = calls.optional(request.anonymous_code)
    return login.login(request, function(code) return api.session(channel, code, anonymous) end, { app_id = s.app_id })
  end,

  media = function(content, channel)
    local address = resource(content.fields or {}, channel)
    if type(address) ~= "string" or not url.parse(address) then return nil, "the message names no file", "media" end
    local answer, reason, code = http.get(address, { into = "media", timeout = "30s" })
    if not answer then return nil, reason, code end
    if not answer.media then return nil, no_file(answer), "network" end
    return answer.media
  end,

  health = function(channel)
    local s = channel.settings
    local problem = notice.problem(s)
    if problem then return nil, problem end
    local access, reason
    if s.interface ~= "im" then
      if not s.app_secret then return nil, "app_secret is missing: answers need it" end
      access, reason = token.get("program_token", api.program_token(channel))
    elseif s.account then
      access, reason = token.get("account:" .. s.account, account.token(channel, s.account))
      reason = access and account.warning(channel) or reason
      if reason then return nil, reason end
    else
      access, reason = token.get("client_token", api.client_token(channel))
    end
    if access then return true end
    return nil, reason
  end,

  simulate = platform.requests,

  calls = {
    --- Takes the account owner's authorisation: `{ code }` of the consent page.
    authorize = function(arguments, channel)
      local result = account.authorize(channel, tostring(arguments.code))
      if result.outcome ~= "ok" then return { ok = false, reason = result.reason } end
      return { ok = true, account = result.value.openid }
    end,
    --- Takes a message of ours back: `{ account, msg_id, conversation_id }`.
    recall = function(arguments, channel)
      local result = im_send.recall(arguments, channel)
      return { ok = result.outcome == "ok", reason = result.reason }
    end,
  },
}
