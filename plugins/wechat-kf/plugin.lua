-- SPDX-License-Identifier: Apache-2.0
-- WeCom customer service (微信客服): bells in, messages pulled with sync_msg, kf/send_msg out.
local accounts = require "accounts"
local api = require "wechat.api"
local kf = require "wechat.kf"
local media_files = require "wechat.media"
local push = require "wechat.push"
local outbound = require "outbound"
local platform = require "platform"
local pull = require "pull"
local push_config = require "push_config"
local states = require "states"

local function answer(found)
  return accept(found.messages, {
    body = "success", receipts = found.receipts, remember = next(found.remember) and found.remember or nil,
    -- More is waiting than fits: anything but 200 makes WeCom ring again, and what is here is taken all the same.
    status = found.more and 300 or 200,
  })
end

--- A page that `luadesk simulate` put into the bell.
local function simulated(fields)
  local page = kf.page(fields.SimulatedPage)
  if not page then return refuse(400, "bad_message") end
  local found = pull.nothing()
  found.more = false
  pull.collect(found, page.items, fields.OpenKfId)
  return answer(found)
end

local function receive(request, channel)
  local config = push_config(channel.settings)
  if request.method == "GET" then
    local echo, _, code = push.check(request.query, config)
    if not echo then return refuse(push.status(code), code) end
    return accept({}, { body = echo })
  end
  local opened, _, code = push.open(request, config)
  if not opened then return refuse(push.status(code), code) end
  local f = opened.fields
  if f.MsgType ~= "event" or f.Event ~= "kf_msg_or_event" then return accept({}, { body = "success" }) end
  if type(f.OpenKfId) ~= "string" or f.OpenKfId == "" or #f.OpenKfId > 128 then return refuse(400, "bad_message") end
  if not accounts.is_ours(channel, f.OpenKfId) then return accept({}, { body = "success" }) end
  if channel.settings.simulated and type(f.SimulatedPage) == "string" then return simulated(f) end
  local bell = type(f.Token) == "string" and f.Token ~= "" and f.Token or nil
  -- For pulls without a bell; good for 10 minutes.
  if bell then store.set("bell:" .. f.OpenKfId, bell, 570) end
  local found, reason = pull.all(channel, f.OpenKfId, bell)
  -- Nothing was taken and the cursor stands where it stood: WeCom rings again.
  if not found then return { status = 503, body = "", reason = "sync_msg: " .. tostring(reason) } end
  return answer(found)
end

return plugin {
  name = "wechat-kf",
  kind = "channel",
  version = "1.0.0",
  title = "WeCom customer service 微信客服",

  settings = {
    { name = "corp_id", required = true, help = "企业ID, ww…" },
    { name = "corp_secret", required = true, secret = true, help = "Secret of 微信客服, or of the application that may manage it" },
    { name = "token", required = true, secret = true, help = "Token of the callback" },
    {
      name = "encoding_aes_key", required = true, secret = true, length = 43, alphabet = "base64",
      help = "EncodingAESKey of the callback",
    },
    { name = "open_kfid", help = "accounts of this channel, wk…, with commas between; all if left out" },
    { name = "api_base", type = "url", default = "https://qyapi.weixin.qq.com", help = "for a stand-in or a proxy" },
    {
      name = "poll", type = "integer", default = 60,
      help = "seconds between pulls without a bell, for bells that were lost or rang while the desk was down; 0: never",
    },
    { name = "max_age", type = "integer", default = 0, help = "refuse bells signed more than so many seconds ago; 0: never" },
    {
      name = "simulated", type = "boolean", default = false,
      help = "take what luadesk simulate puts into a bell instead of pulling; for trying out only",
    },
    { name = "previous_token", secret = true, help = "the token before the last change" },
    { name = "previous_encoding_aes_key", secret = true, length = 43, alphabet = "base64", help = "the key before" },
    { name = "previous_until", help = "RFC 3339 time until which the previous ones are taken" },
  },

  hosts = { "setting:api_base" },

  capabilities = {
    kinds = { "text", "image", "voice", "video", "file", "location", "card", "menu" }, text_limit = outbound.TEXT_LIMIT,
    media = true, reply_quota = { messages = 5, window = "48h" }, methods = { "GET", "POST" },
  },

  receive = receive,
  poll = pull.poll,
  send = outbound.send,

  media = function(content, channel)
    -- Addresses in messages are the customer's; only media ids are followed.
    return media_files.download(channel, { media_id = (content.fields or {}).media_id })
  end,

  health = function(channel)
    local access, reason = api.token(channel)
    if access then return true end
    return nil, reason
  end,

  simulate = function(occasion, channel) return platform.requests(occasion, push_config(channel.settings), states.account(channel)) end,

  calls = { session = states.session },
}
