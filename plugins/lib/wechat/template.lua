-- SPDX-License-Identifier: Apache-2.0
-- What may still be said after the reply window: a subscribe message (订阅消息) of a mini program, a template message (模板消息) of an
-- official account. The operator's settings say which template and what goes into its fields.
-- Source: "发送订阅消息", "发送模板消息", state 2026-07.
local api = require "wechat.api"
local errors = require "wechat.errors"

local M = {}

-- Longest values in characters, by the name of the field without its number.
local LIMIT = {
  thing = 20, number = 32, letter = 32, symbol = 5, character_string = 32, phone_number = 17, car_number = 8, name = 10,
  phrase = 5, amount = 14,
}

--- At most `count` characters; nothing is cut within a character.
local function cut(words, count)
  words = text.clean(words):gsub("[\r\n\t]+", " ")
  local length = utf8.len(words)
  if length <= count then return words end
  return words:sub(1, utf8.offset(words, count) - 1) .. "…"
end

--- `{"thing1":"{text}","time2":"{time}"}` filled with what the message says. Beijing time.
---@param pattern string JSON of the setting
---@param words string
---@param limited boolean cut to what subscribe messages take
---@return table? data, string? message
function M.data(pattern, words, limited)
  local value = json.decode(pattern)
  if type(value) ~= "table" or next(value) == nil then return nil, "the template's data is no JSON object with names" end
  local local_time = time.rfc3339(time.now() + 8 * 3600)
  local known = { text = words, time = local_time:sub(1, 10) .. " " .. local_time:sub(12, 16), date = local_time:sub(1, 10) }
  local data = {}
  for name, template in pairs(value) do
    if type(name) ~= "string" or type(template) == "table" then return nil, "the template's data is no JSON object with names" end
    local filled = tostring(template):gsub("{(%a+)}", known)
    local limit = limited and LIMIT[name:match("^([%a_]-)_?%d*$")] or 200
    data[name] = { value = cut(filled, limit) }
  end
  return data
end

--- Checks the setting before anybody waits for it.
function M.problem(settings)
  if not settings.template_id then return nil end
  local _, message = M.data(settings.template_data or "", "x", true)
  return message and "template_data: " .. message
end

local function words_of(message, plain)
  local words = text.trim(plain)
  return words ~= "" and words or message.fields and message.fields.title or message.kind
end

--- The path and body for a message.
---@param platform "miniprogram"|"officialaccount"
---@return string? path, table|string body_or_message
function M.request(message, settings, platform, plain)
  local data, problem = M.data(settings.template_data or "", words_of(message, plain), platform == "miniprogram")
  if not data then return nil, "template_data: " .. problem end
  local body = { touser = message.recipient, template_id = settings.template_id, data = data }
  if platform == "miniprogram" then
    body.page = settings.template_page
    body.miniprogram_state, body.lang = settings.template_state or "formal", settings.template_language or "zh_CN"
    return "/cgi-bin/message/subscribe/send", body
  end
  body.url = settings.template_url
  if settings.template_app_id then
    body.miniprogram = { appid = settings.template_app_id, pagepath = settings.template_page }
  end
  body.client_msg_id = message.id:sub(-32)
  return "/cgi-bin/message/template/send", body
end

--- Sends the notice in place of a message for which the window is closed. The outcome tells what became of the notice; where the
--- customer has allowed none, the message failed for the window.
---@param window table what custom/send answered
function M.send(message, channel, platform, plain, window)
  local path, body = M.request(message, channel.settings, platform, plain)
  if not path then return misconfigured(body) end
  local result = api.call(channel, path, {}, { method = "POST", json = body, timeout = "10s" })
  if result.class == "ok" then
    local id = result.json and result.json.msgid
    return sent(id and "notice:" .. tostring(id) or nil)
  end
  if result.class == "lost" then
    -- A one-time permission is used up by the first: a second notice is refused, not shown twice.
    return message.attempt > 1 and failed("the notice's answer was lost: " .. result.reason) or retry(result.reason)
  end
  if result.code == 43101 then return failed(window.reason .. "; and no notice was allowed: " .. result.reason) end
  return errors.outcome(result)
end

--- What the platform reports about notices, as receipts.
---@param f table fields of the push
---@return table[]
function M.receipts(f)
  local list = {}
  local event = type(f.Event) == "string" and f.Event:lower() or ""
  local function add(id, good, reason)
    if type(id) ~= "string" or id == "" then return end
    list[#list + 1] = {
      external_id = "notice:" .. id, delivery = good and "delivered" or "failed", reason = not good and reason or nil,
    }
  end
  if event == "templatesendjobfinish" then
    add(f.MsgID or f.MsgId, f.Status == "success", type(f.Status) == "string" and text.truncate(f.Status, 200) or "failed")
  elseif event == "subscribe_msg_sent_event" then
    local nested = type(f.SubscribeMsgSentEvent) == "table" and f.SubscribeMsgSentEvent or f
    local items = type(nested.List) == "table" and nested.List or {}
    for _, item in ipairs(items[1] and items or { items }) do
      add(item.MsgID, item.ErrorCode == "0", tostring(item.ErrorCode) .. " " .. tostring(item.ErrorStatus))
    end
  end
  return list
end

return M
