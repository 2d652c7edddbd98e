-- SPDX-License-Identifier: Apache-2.0
-- Weibo fan service 微博粉丝服务: private messages to an account, pushes in, messages/reply out.
local api = require "api"
local inbound = require "inbound"
local no_file = require "no_file"
local outbound = require "outbound"
local platform = require "platform"
local push = require "push"
local windows = require "windows"

--- The operator's first words to a customer, once a day, in the answer to the push. A repeated push is answered alike.
local function instant(message, settings)
  local words = settings.instant_reply
  local account = message.fields.account
  if not words or message.kind == "event" or not account then return nil end
  local key = "greeted:" .. message.sender
  local greeted = store.get(key)
  if greeted and greeted ~= message.external_id then return nil end
  store.set(key, message.external_id, 86400)
  return outbound.passive(account, message.sender, { type = "text", data = { text = text.truncate(words, 890) } })
end

local function receive(request, channel)
  local s = channel.settings
  local opened, reason = push.open(request, s)
  if not opened then return refuse(push.status(reason), reason) end
  if opened.echo then return accept({}, { body = opened.echo, content_type = "text/plain" }) end
  local message, rule, ends = inbound.message(opened.fields, request.body)
  if #message.sender > 64 then return refuse(400, "bad_json") end
  local opened_anew = windows.keep(message.sender, rule, (message.sent_at or time.now()) * 1000, ends)
  if rule == "weibo_mention" and not opened_anew then message.reply_quota = nil end
  local words = instant(message, s)
  return accept({ message }, words and { body = words, content_type = "application/json" } or nil)
end

return plugin {
  name = "weibo",
  kind = "channel",
  version = "1.0.0",
  title = "Weibo fan service 微博粉丝服务",

  settings = {
    { name = "app_secret", required = true, secret = true, help = "App Secret; it signs the pushes" },
    { name = "account", help = "uid of the account 蓝V, in quotes; pushes for another are refused" },
    { name = "access_token", secret = true, help = "the account's token from the console; or authorise by calls.authorize" },
    { name = "app_key", help = "App Key, for logins and authorize" },
    { name = "redirect_uri", type = "url", help = "授权回调页 of the app, for logins and authorize" },
    { name = "instant_reply", help = "words that a customer sees at once with their first message of a day; 290 characters" },
    { name = "max_skew", type = "integer", default = 600, help = "refuse pushes signed more than so many seconds ago or ahead; 0: never" },
    {
      name = "bind_signature", type = "boolean", default = true,
      help = "refuse a second body under one signature, which does not cover the body",
    },
    { name = "save_sender_box", type = "boolean", default = true, help = "show our answers in the account's own inbox" },
    { name = "commercial", type = "boolean", default = false, help = "use the commercial interface messages/reply/biz" },
    { name = "api_base", type = "url", default = "https://m.api.weibo.com", help = "for a stand-in or a proxy" },
    { name = "commercial_base", type = "url", default = "https://c.api.weibo.com", help = "where the commercial interface lies" },
    { name = "oauth_base", type = "url", default = "https://api.weibo.com", help = "where codes become tokens" },
    { name = "file_base", type = "url", default = "https://upload.api.weibo.com", help = "where files of messages lie" },
  },

  hosts = { "setting:api_base", "setting:commercial_base", "setting:oauth_base", "setting:file_base" },

  capabilities = {
    kinds = { "text", "image", "location", "card" }, text_limit = outbound.TEXT, media = true, reply_quota = windows.quota "weibo_cs",
    methods = { "GET", "POST" },
  },

  receive = receive,
  send = outbound.send,

  media = function(content, channel)
    local id, access = (content.fields or {}).media_id, api.token(channel)
    if type(id) ~= "string" or not id:find("^%d+$") then return nil, "the message names no file at Weibo", "media" end
    if not access then return nil, "access_token is not set", "misconfigured" end
    local answer, reason, code = http.get(api.base(channel.settings.file_base) .. "/2/mss/msget", {
      query = { access_token = access, fid = id }, into = "media", timeout = "30s",
    })
    if not answer then return nil, reason, code end
    if answer.media and not answer.media.content_type:find("json", 1, true) then return answer.media end
    return nil, no_file(answer), answer.status >= 500 and "network" or "media"
  end,

  --- A customer who signs in with Weibo on a page of ours: `{ code, redirect_uri? }`.
  login = function(request, channel)
    local s = channel.settings
    local redirect_uri = s.redirect_uri or request.redirect_uri
    if not s.app_key or not redirect_uri then return nil, "set app_key and redirect_uri", "misconfigured" end
    if type(request.code) ~= "string" or request.code == "" or #request.code > 512 then return nil, "the code is missing", "bad_code" end
    local found = api.exchange(channel, request.code, redirect_uri)
    if found.outcome == "ok" then return { external_id = found.value.openid } end
    if found.outcome == "later" or found.outcome == "unknown" then return nil, found.reason, "network" end
    local is_code = found.code == "21325" or found.code == "21323" or found.reason:find("grant", 1, true)
    return nil, found.reason, is_code and "bad_code" or found.outcome == "refused" and "refused" or "misconfigured"
  end,

  health = function(channel)
    local access = api.token(channel)
    if not access then return nil, "access_token is not set, and nobody has authorised the account" end
    local answer, reason, code = http.post(api.base(channel.settings.oauth_base) .. "/oauth2/get_token_info", {
      form = { access_token = access }, timeout = "5s",
    })
    local found = answer and api.read(answer) or api.unanswered(reason, code)
    if found.outcome ~= "ok" then return nil, found.reason end
    local left = tonumber(found.json.expire_in)
    if left and left < 86400 then return nil, "access_token ends within a day" end
    return true
  end,

  simulate = function(occasion, channel) return platform.requests(occasion, channel) end,

  calls = {
    --- Takes the account's code from Weibo's consent page, `{ code }`, and keeps the token.
    authorize = function(arguments, channel)
      local s = channel.settings
      if not s.app_key or not s.redirect_uri then return { ok = false, reason = "set app_key and redirect_uri" } end
      local found = api.exchange(channel, tostring(arguments.code or ""), s.redirect_uri)
      if found.outcome ~= "ok" then return { ok = false, reason = found.reason } end
      if s.account and found.value.openid ~= s.account then return { ok = false, reason = "the code belongs to another account" } end
      store.set("access_token", found.value.access_token, tonumber(found.value.expires_in) or 86400)
      return { ok = true, uid = found.value.openid }
    end,
  },
}
