-- SPDX-License-Identifier: Apache-2.0
-- Our messages to customers of the life account, and the template message (模板消息) of the mini program for all others.
local calls = require "miniprogram.calls"
local context = require "miniprogram.context"
local downgrade = require "downgrade"
local gateway = require "gateway"
local inbound = require "inbound"
local notice = require "miniprogram.notice"
local parts = require "miniprogram.parts"
local public_file = require "public_file"

local M = {}

-- Bytes of one text; no limit is documented, so this is a cautious one.
M.TEXT_LIMIT = 2000
local SEND, TEMPLATE = "alipay.open.public.message.custom.send", "alipay.open.app.mini.templatemessage.send"

--- A user_id has 16 digits and begins with 2088; everything else is an open_id.
function M.is_user_id(id) return id:find("^2088%d%d%d%d%d%d%d%d%d%d%d%d$") ~= nil end

local PICTURES = { ["image/jpeg"] = true, ["image/png"] = true }

local function article(f, words)
  local picture = public_file.thumb({ fields = f }, PICTURES) or f.thumb_url
  -- What is said beside the title describes the article where nothing else does.
  local title = f.title or words
  return { title = title, desc = f.description or words ~= title and words or "", image_url = picture, url = f.url, action_name = f.button }
end

local function add_texts(list, words)
  for _, part in ipairs(text.split(words, M.TEXT_LIMIT)) do list[#list + 1] = { msg_type = "text", text = { content = part } } end
end

--- Articles, after what is said beside them and stands in none of them.
local function with_articles(message, articles)
  local words, list = text.trim(message.text or ""), {}
  local is_said = words == ""
  for _, item in ipairs(articles) do is_said = is_said or item.title == words or item.desc == words end
  if not is_said then add_texts(list, words) end
  list[#list + 1] = { msg_type = "image-text", articles = articles }
  return list
end

--- The contents of the calls for a message, in order, without its recipient. A picture is an article that shows and opens it.
---@return table[]? contents, string? reason
function M.contents(message)
  local f = message.fields or {}
  if message.kind == "card" and type(f.articles) == "table" and f.articles[1] then
    local list = {}
    for index, item in ipairs(f.articles) do list[index] = article(item, "") end
    return with_articles(message, list)
  end
  if message.kind == "card" and type(f.url) == "string" and f.url:find("^%a+://") then
    return with_articles(message, { article(f, message.text) })
  end
  local picture = message.kind == "image" and public_file.shown(message, PICTURES)
  if picture then
    local title = message.text ~= "" and message.text or f.name or "图片"
    return { { msg_type = "image-text", articles = { { title = title, desc = "", image_url = picture, url = picture } } } }
  end
  local whole, reason = downgrade.text(message)
  if not whole then return nil, reason end
  local list = {}
  add_texts(list, whole)
  return list
end

--- One call, within a window that is open now.
local function deliver(channel, recipient, content)
  local chosen, why = context.choose(recipient, inbound.RULES)
  if not chosen then return { outcome = "closed", why = why } end
  local body = { chat = chosen.chat, event_type = chosen.event_type }
  for name, value in pairs(content) do body[name] = value end
  body[M.is_user_id(chosen.to_user_id) and "to_user_id" or "open_id"] = chosen.to_user_id
  local result = gateway.call(SEND, { biz_content = body }, channel)
  if result.outcome == "ok" then context.count(recipient, chosen.rule) end
  return result
end

--- The template message in place of what no window allows.
local function notify(message, channel)
  local s = channel.settings
  local data, reason = notice.fill(message, s)
  if not data then return misconfigured(reason) end
  local fields = {}
  for name, value in pairs(data) do fields[name] = { value = value } end
  local body = { user_template_id = s.template_id, page = s.template_page or "", data = json.encode(fields) }
  body[M.is_user_id(message.recipient) and "to_user_id" or "to_open_id"] = message.recipient
  return calls.outcome(gateway.call(TEMPLATE, { biz_content = body }, channel))
end

--- Sends a message.
function M.send(message, channel)
  local contents, reason = M.contents(message)
  if not contents then return failed(reason) end
  if #contents == 0 or (contents[1].text and contents[1].text.content == "") then
    return failed("there is nothing to send: no text, and nothing of it that Alipay shows")
  end
  local result = parts.send(message, contents, function(content) return deliver(channel, message.recipient, content) end)
  if result.outcome == "closed" or result.outcome == "window" then
    if channel.settings.template_id and result.why ~= "quota_exhausted" then return notify(message, channel) end
    if result.outcome == "closed" then return context.refused(result.why) end
  end
  return calls.outcome(result)
end

return M
