-- SPDX-License-Identifier: Apache-2.0
-- Our messages as WeChat takes them (custom/send), for mini programs and official accounts.
local api = require "wechat.api"
local downgrade = require "downgrade"
local errors = require "wechat.errors"
local template = require "wechat.template"
local uploads = require "wechat.media"

local M = {}

-- Longest text in bytes: of field reports, the documentation is silent.
M.TEXT_LIMIT = 2048
local PATH = "/cgi-bin/message/custom/send"
local DAY = 86400
local WINDOW = 2 * DAY

--- WeChat turns `<a …>` in a text into a link, also one that a customer or a shop's data brought in. A zero-width space breaks it.
function M.plain(words)
  return (words:gsub("<([aA]%s)", "<\u{200b}%1"))
end

local function body(message, kind, object)
  return { touser = message.recipient, msgtype = kind, [kind] = object }
end

local function text_bodies(message, words)
  local bodies = {}
  if not (message.fields and message.fields.markup == true) then words = M.plain(words) end
  for index, part in ipairs(text.split(words, M.TEXT_LIMIT)) do bodies[index] = body(message, "text", { content = part }) end
  return bodies
end

--- A message in words; a file as a link, or why that cannot be.
local function downgraded(message)
  local words, reason = downgrade.text(message)
  if not words then return nil, { class = "give_up", reason = reason } end
  return text_bodies(message, words)
end

--- Adds what is said beside a file or card, unless that shows it already.
local function with_words(message, bodies, shown)
  local words = message.text or ""
  if words == "" or words == shown or words == message.fields.name then return bodies end
  for _, part in ipairs(text_bodies(message, words)) do bodies[#bodies + 1] = part end
  return bodies
end

local BODIES = {}

function BODIES.text(message) return text_bodies(message, message.text) end

--- A file of this kind, made by `make(id)`; as a link where the platform does not take it.
local function file(message, kind, upload, make)
  local id = message.fields.media_id
  if not id or not uploads.fits(kind, id) then return downgraded(message) end
  local problem
  id, problem = upload(kind, id)
  if uploads.is_unfit(problem) then return downgraded(message) end
  if not id then return nil, problem end
  return make(id)
end

function BODIES.image(message, upload)
  return file(message, "image", upload, function(id)
    return with_words(message, { body(message, "image", { media_id = id }) })
  end)
end

--- Cards that only official accounts know: an article of ours, music, a coupon.
function M.official_card(message, upload)
  local f = message.fields
  if f.article_id then return { bodies = { body(message, "mpnewsarticle", { article_id = f.article_id }) } } end
  if f.card_id then return { bodies = { body(message, "wxcard", { card_id = f.card_id }) } } end
  if f.type ~= "music" or not f.thumb_media_id or not f.url then return nil end
  local id, problem = upload("thumb", f.thumb_media_id)
  if not id then return { problem = problem } end
  return { bodies = { body(message, "music", {
    title = f.title or message.text, description = f.description or "", musicurl = f.url, hqmusicurl = f.hq_url or f.url,
    thumb_media_id = id,
  }) } }
end

function BODIES.card(message, upload, platform)
  local f = message.fields
  if f.type == "mini_program" then
    if not f.thumb_media_id then
      -- A card needs a picture; a text link into the mini program does not.
      if not f.page_path then return downgraded(message) end
      local title = M.plain(f.title or message.text):gsub("[<>\"]", "")
      local appid = f.app_id and (' data-miniprogram-appid="' .. f.app_id:gsub('[<>"]', "") .. '"') or ""
      local path = f.page_path:gsub('[<>"]', "")
      return { body(message, "text", {
        content = '<a href="' .. (f.url or "https://mp.weixin.qq.com"):gsub('[<>"]', "") .. '"' .. appid
          .. ' data-miniprogram-path="' .. path .. '">' .. title .. "</a>",
      }) }
    end
    local id, problem = upload("image", f.thumb_media_id)
    if not id then return nil, problem end
    return with_words(message, { body(message, "miniprogrampage", {
      title = f.title or message.text, pagepath = f.page_path or "", thumb_media_id = id, appid = f.app_id,
    }) }, f.title or message.text)
  end
  local special = platform == "officialaccount" and M.official_card(message, upload)
  if special then return special.bodies, special.problem end
  -- What is said beside the title describes the card, or stands below one that has a description.
  local title, words = f.title or message.text, message.text or ""
  local description = f.description or words ~= title and words or ""
  if f.url and platform ~= "officialaccount" then
    return with_words(message, { body(message, "link", {
      title = title, description = description, url = f.url, thumb_url = f.thumb_url or "",
    }) }, description == words and words or title)
  end
  if f.url then
    return with_words(message, { body(message, "news", { articles = { {
      title = title, description = description, url = f.url, picurl = f.thumb_url or "",
    } } }) }, description == words and words or title)
  end
  return downgraded(message)
end

function BODIES.menu(message, _, platform)
  if platform ~= "officialaccount" then return downgraded(message) end
  local options = {}
  for index, option in ipairs(message.fields.options or {}) do
    -- A line of a menu can be tapped, and opens nothing.
    if option.url then return downgraded(message) end
    options[index] = { id = tostring(option.id or option.text), content = tostring(option.text or option.id) }
  end
  if #options == 0 then return downgraded(message) end
  local bodies = text_bodies(message, message.text or "")
  bodies[#bodies] = body(message, "msgmenu", {
    head_content = bodies[#bodies].text.content, list = options, tail_content = message.fields.tail,
  })
  return bodies
end

function BODIES.voice(message, upload, platform)
  if platform ~= "officialaccount" then return downgraded(message) end
  return file(message, "voice", upload, function(id)
    return with_words(message, { body(message, "voice", { media_id = id }) })
  end)
end

BODIES.location, BODIES.file = downgraded, downgraded

function BODIES.video(message, upload, platform)
  local f = message.fields
  if platform ~= "officialaccount" then return downgraded(message) end
  return file(message, "video", upload, function(id)
    local thumb, problem
    if f.thumb_media_id and uploads.fits("thumb", f.thumb_media_id) then
      thumb, problem = upload("thumb", f.thumb_media_id)
      if not thumb and not uploads.is_unfit(problem) then return nil, problem end
    end
    local title = f.title or message.text
    return with_words(message, { body(message, "video", {
      media_id = id, thumb_media_id = thumb or id, title = title, description = f.description,
    }) }, title)
  end)
end

--- The bodies of the calls for a message, in order.
---@param upload fun(kind: string, id: string): string?, table?
---@return table[]? bodies, table? problem
function M.bodies(message, platform, upload)
  local make = BODIES[message.kind]
  if not make then return nil, { class = "give_up", reason = "a message of kind " .. message.kind .. " cannot be sent here" } end
  local bodies, problem = make(message, upload, platform)
  if not bodies then return nil, problem end
  if bodies[1].msgtype == "text" and bodies[1].text.content == "" then
    return nil, { class = "give_up", reason = "there is nothing to send: no text, and nothing of it that this platform shows" }
  end
  return bodies
end

--- A session with a sub-merchant (客服子商户) is answered under its id, for as long as it can be answered.
function M.remember_business(message)
  local id = message.fields and message.fields.business_id
  if id then store.set("business:" .. message.sender, id, WINDOW) end
end

local function business_of(recipient) return store.get("business:" .. recipient) end

--- The body and path of the typing state.
function M.typing(recipient, on, platform)
  local path = platform == "officialaccount" and "/cgi-bin/message/custom/typing" or "/cgi-bin/message/custom/business/typing"
  return path, { touser = recipient, command = on and "Typing" or "CancelTyping", businessid = business_of(recipient) }
end

--- What a former try has not delivered: the file or card unless that was taken, and of the text what is left; `done` counts bytes, so
--- that another split does not matter.
local function rest_of(message, bodies, done, is_head_sent)
  local words, rest = {}, {}
  for _, part in ipairs(bodies) do
    if part.text then words[#words + 1] = part.text.content elseif not is_head_sent then rest[#rest + 1] = part end
  end
  for _, part in ipairs(text.split(table.concat(words):sub(done + 1), M.TEXT_LIMIT)) do
    if part ~= "" then rest[#rest + 1] = body(message, "text", { content = part }) end
  end
  return rest
end

--- Sends a message; long texts in parts. A repeated try goes on after the part that was taken.
---@param platform "miniprogram"|"officialaccount"
function M.send(message, channel, platform)
  local again = false
  local function upload(kind, id) return uploads.upload(channel, kind, id, again) end
  local bodies, problem = M.bodies(message, platform, upload)
  if not bodies then return errors.outcome(problem) end
  local progress, head = "sent_bytes:" .. message.id, "sent_head:" .. message.id
  local done = 0
  if bodies[2] and message.attempt > 1 then
    done = store.get(progress) or 0
    local is_head_sent = store.get(head) == true
    if done > 0 or is_head_sent then bodies = rest_of(message, bodies, done, is_head_sent) end
  end
  local business = business_of(message.recipient)
  local index = 1
  while index <= #bodies do
    local part = bodies[index]
    part.businessid = business
    local result = api.act(channel, PATH, {}, { method = "POST", json = part, timeout = "10s" })
    if result.code == 40007 and not again then
      -- The platform forgot the file (three days): upload it anew, once.
      again = true
      bodies, problem = M.bodies(message, platform, upload)
      if not bodies then return errors.outcome(problem) end
    elseif result.class == "split_or_shorten" and part.text and #part.text.content > 600 then
      M.split(bodies, index)
    elseif result.class ~= "ok" then
      if result.class == "window_closed" and channel.settings.template_id then
        return template.send(message, channel, platform, downgrade.words(message), result)
      end
      return M.stopped(message, result)
    else
      if bodies[2] and part.text then
        done = done + #part.text.content
        store.set(progress, done, DAY)
      elseif bodies[2] then
        store.set(head, true, DAY)
      end
      index = index + 1
    end
  end
  return sent()
end

--- The platform finds a part too long: two halves in its place.
function M.split(bodies, index)
  local whole = bodies[index]
  local parts = text.split(whole.text.content, #whole.text.content // 2 + 8)
  table.remove(bodies, index)
  for place, part in ipairs(parts) do
    table.insert(bodies, index + place - 1, { touser = whole.touser, msgtype = "text", text = { content = part } })
  end
end

--- A send whose answer was lost may have been delivered: it is repeated once at most.
function M.stopped(message, result)
  if result.class ~= "lost" then return errors.outcome(result) end
  if store.get("lost:" .. message.id) then
    return failed("the answer was lost twice; the customer may have received it: " .. result.reason)
  end
  store.set("lost:" .. message.id, true, DAY)
  return retry("the answer was lost: " .. result.reason)
end

return M
