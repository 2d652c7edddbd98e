-- SPDX-License-Identifier: Apache-2.0
-- Our messages as Weibo takes them: text, position, and articles. Source: open.weibo.com/wiki, Send_Customer_Service_Message,
-- Send_Passive_Response_Message, C/2/messages/reply/biz, 2026-07.
local api = require "api"
local downgrade = require "downgrade"
local parts = require "parts"
local public_file = require "public_file"
local units = require "units"
local windows = require "windows"

local M = {}

-- Fewer than 300 characters.
M.TEXT = 299
local ARTICLES = 8

local function texts(words)
  local list = {}
  for index, part in ipairs(units.split(words, M.TEXT)) do list[index] = { type = "text", data = { text = part } } end
  return list
end

local function is_address(value) return type(value) == "string" and value:find("^https?://") ~= nil end

local function article(f)
  return { display_name = f.title or "", summary = f.description or "", image = f.thumb_url, url = f.url }
end

local PICTURES = { ["image/jpeg"] = true, ["image/png"] = true, ["image/gif"] = true }
local PICTURE = 5 << 20

--- An article needs its picture; a card without one becomes words with the link.
local function card(message)
  local given = type(message.fields.articles) == "table" and message.fields.articles or { {
    title = message.fields.title or message.text,
    description = message.fields.description or message.fields.title ~= message.text and message.fields.title and message.text or nil,
    thumb_url = public_file.thumb(message, PICTURES, PICTURE) or message.fields.thumb_url,
    url = message.fields.url,
  } }
  local articles = array {}
  for index, item in ipairs(given) do
    if index > ARTICLES or type(item) ~= "table" or not is_address(item.url) or not is_address(item.thumb_url) then return nil end
    articles[index] = article(item)
  end
  if not articles[1] then return nil end
  local list, shown = { { type = "articles", data = { articles = articles } } }, {}
  for _, item in ipairs(articles) do
    shown[#shown + 1] = { item.display_name }
    shown[#shown + 1] = { item.summary }
  end
  local more = downgrade.beside(message, shown)
  if more ~= "" then for _, part in ipairs(texts(more)) do list[#list + 1] = part end end
  return list
end

--- A picture as an article that shows it and opens it; Weibo fetches it by its address.
local function picture(message)
  local address = public_file.shown(message, PICTURES, PICTURE)
  if not address then return nil end
  local f = message.fields
  local title = message.text ~= "" and message.text or f.name or "图片"
  return { { type = "articles", data = { articles = array { article { title = title, thumb_url = address, url = address } } } } }
end

local function location(message)
  local f = message.fields
  if not tonumber(f.latitude) or not tonumber(f.longitude) then return nil end
  local list = { { type = "position", data = { longitude = tostring(f.longitude), latitude = tostring(f.latitude) } } }
  local words = {}
  for _, line in ipairs { message.text, f.label ~= message.text and f.label or "", f.address or "" } do
    if text.trim(line) ~= "" then words[#words + 1] = text.trim(line) end
  end
  if words[1] then for _, more in ipairs(texts(table.concat(words, "\n"))) do list[#list + 1] = more end end
  return list
end

--- The calls for a message, in order.
---@return table[]? bodies, string? reason
function M.bodies(message)
  local made = message.kind == "card" and card(message) or message.kind == "location" and location(message)
    or message.kind == "image" and picture(message)
  if made then return made end
  local words, reason = downgrade.text(message)
  if not words then return nil, reason end
  words = text.trim(words)
  return words ~= "" and texts(words) or {}
end

--- Answers within the push itself, which Weibo shows at once. `data` is JSON, percent-encoded once more.
---@param account string
---@param customer string
---@param body { type: string, data: table } as `bodies` gives it
---@return string json
function M.passive(account, customer, body)
  return json.encode {
    result = true, sender_id = account, receiver_id = customer, type = body.type, data = url.encode(json.encode(body.data)),
  }
end

local function address_of(settings)
  if settings.commercial then return api.base(settings.commercial_base) .. "/2/messages/reply/biz.json" end
  return api.base(settings.api_base) .. "/2/messages/reply.json"
end

local function outcome_of(found)
  if found.outcome == "later" then return retry(found.reason, tostring(found.code):find("^1002[234]$") and 600 or nil) end
  if found.outcome == "misconfigured" then return misconfigured(found.reason) end
  if found.outcome == "token" then return misconfigured("access_token: " .. found.reason) end
  -- Weibo has no way to ask whether it arrived; a second one would be shown twice.
  if found.outcome == "unknown" then return failed("the customer may have received it: " .. found.reason) end
  return failed(found.reason)
end

local REASONS = {
  no_trigger = "the customer has not written, or has unfollowed", window_closed = "the customer's last message is more than 48 hours old",
  quota_exhausted = "a mention may be answered once",
}

--- Sends a message; long texts in parts.
function M.send(message, channel)
  local s = channel.settings
  local decision = windows.check(message.recipient)
  if not decision.allow then return failed(decision.reason .. ": " .. REASONS[decision.reason]) end
  local access = api.token(channel)
  if not access then return misconfigured("access_token is not set, and nobody has authorised the account") end
  local bodies, reason = M.bodies(message)
  if not bodies then return failed(reason) end
  if #bodies == 0 then return failed("there is nothing to send") end
  local outcome = parts.send(message, bodies, function(body)
    local answer, problem, code = http.post(address_of(s), {
      query = { access_token = access }, timeout = "10s",
      form = {
        receiver_id = message.recipient, type = body.type, data = json.encode(body.data),
        save_sender_box = s.save_sender_box and "1" or "0",
      },
    })
    local found = answer and api.read(answer) or api.unanswered(problem, code)
    if found.outcome == "ok" and found.json.result == "true" then return nil end
    if found.outcome == "ok" then found = { outcome = "unknown", reason = "the answer holds no result" } end
    if found.outcome == "token" and not s.access_token then store.remove("access_token") end
    return outcome_of(found)
  end)
  if not outcome then windows.count(message.recipient) end
  return outcome or sent()
end

return M
