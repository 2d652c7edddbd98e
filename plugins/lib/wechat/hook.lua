-- SPDX-License-Identifier: Apache-2.0
-- The push end point of mini programs and official accounts: check of the address, opening, our message, the passive reply.
local check = require "wechat.check"
local messages = require "wechat.message"
local push = require "wechat.push"
local sending = require "wechat.send"
local template = require "wechat.template"

local M = {}

local SUCCESS = { body = "success" }

--- What wechat.push needs of the settings. Without a mode: secure where there is a key.
function M.config(settings, platform)
  local mode = settings.mode or (settings.encoding_aes_key and "secure" or "plain")
  return {
    platform = platform, mode = mode, format = settings.format, receive_id = settings.app_id,
    token = settings.token, encoding_aes_key = settings.encoding_aes_key, max_age = settings.max_age,
    previous_token = settings.previous_token, previous_encoding_aes_key = settings.previous_encoding_aes_key,
    previous_until = settings.previous_until,
  }
end

-- The account each channel belongs to, so that its message ids stand alone; remembered in the store for the other lanes.
local accounts = {}

local function account_of(channel, to)
  if channel.settings.original_id then return channel.settings.original_id end
  local known = accounts[channel.id] or store.get("account")
  if not known then
    known = to
    store.set("account", to)
  end
  accounts[channel.id] = known
  return known
end

--- Cloud hosting tries the address with this, unsigned and without a message in it.
local function is_container_check(request)
  if #request.body > 100 or request.raw_query:find("signature", 1, true) then return false end
  local value = json.decode(request.body)
  return type(value) == "table" and value.action == "CheckContainerPath"
end

--- The answer that carries a passive reply, in the format of the push, sealed unless the channel is plain.
function M.answer(words, format, config)
  if config.mode ~= "plain" then
    config.format = format
    words = push.reply(words, config).body
  end
  return { body = words, content_type = format == "json" and "application/json" or "text/xml" }
end

--- Takes a request. `passive(fields, format, message, channel)` may give a reply that goes back with the answer.
---@param passive? fun(fields: table, format: string, message: table, channel: Channel): string?
---@param know? fun(message: table, channel: Channel) adds what else the platform knows of the sender
function M.receive(request, channel, platform, passive, know)
  local config = M.config(channel.settings, platform)
  if request.method == "GET" then
    local echo, _, code = push.check(request.query, config)
    if not echo then return refuse(push.status(code), code) end
    return accept({}, { body = echo })
  end
  if is_container_check(request) then return accept({}, SUCCESS) end
  local opened, _, code = push.open(request, config)
  if not opened then return refuse(push.status(code), code) end
  local fields = opened.fields
  if not messages.is_complete(fields) then return refuse(push.status("bad_message"), "bad_message") end
  local message = messages.inbound(fields, account_of(channel, fields.ToUserName))
  if not message then
    local result = type(fields.Event) == "string" and fields.Event:lower() == "wxa_media_check" and check.inbound(fields)
    return accept(result and { result } or {}, SUCCESS)
  end
  sending.remember_business(message)
  check.annotate(message, channel)
  if know then know(message, channel) end
  local format = opened.plaintext:find("^[\xef\xbb\xbf]*%s*{") and "json" or "xml"
  local words = passive and passive(fields, format, message, channel)
  local answer = words and M.answer(words, format, config) or { body = "success" }
  answer.receipts = template.receipts(fields)
  return accept({ message }, answer)
end

return M
