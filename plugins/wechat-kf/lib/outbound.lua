-- SPDX-License-Identifier: Apache-2.0
-- Our messages as kf/send_msg takes them. Source: developer.work.weixin.qq.com/document/path/96427, state 2026-07.
local api = require "wechat.api"
local downgrade = require "downgrade"
local errors = require "wechat.errors"
local parts = require "parts"
local states = require "states"
local uploads = require "wechat.media"

local M = {}

-- Longest text in bytes.
M.TEXT_LIMIT = 2048
local MENU_ITEMS, MENU_ID, MENU_TEXT, MENU_HEAD, URL = 10, 64, 128, 1024, 2048

local function texts(words)
  local bodies = {}
  for index, part in ipairs(text.split(words, M.TEXT_LIMIT)) do bodies[index] = { msgtype = "text", text = { content = part } } end
  return bodies
end

--- A message in words; a file as a link, or why that cannot be.
local function downgraded(message)
  local words, reason = downgrade.text(message)
  if not words then return nil, { class = "give_up", reason = reason } end
  return texts(words)
end

--- A body, and after it what it does not say.
local function followed(body, words)
  local bodies = { body }
  if words ~= "" then for _, more in ipairs(texts(words)) do bodies[#bodies + 1] = more end end
  return bodies
end

local BODIES = {}

function BODIES.text(message) return texts(message.text) end

--- What WeCom does not take as its kind goes as a file, what it does not take at all as a link.
local function file(wanted)
  return function(message, upload)
    local id, kind = message.fields.media_id, wanted
    if not id then return downgraded(message) end
    if not uploads.fits(kind, id, uploads.WECOM_LIMITS) then kind = "file" end
    if not uploads.fits(kind, id, uploads.WECOM_LIMITS) then return downgraded(message) end
    local problem
    id, problem = upload(kind, id)
    if uploads.is_unfit(problem) then return downgraded(message) end
    if not id then return nil, problem end
    local bodies = { { msgtype = kind, [kind] = { media_id = id } } }
    if message.text ~= "" and message.text ~= message.fields.name then
      for _, body in ipairs(texts(message.text)) do bodies[#bodies + 1] = body end
    end
    return bodies
  end
end
BODIES.image, BODIES.voice, BODIES.video, BODIES.file = file "image", file "voice", file "video", file "file"

function BODIES.location(message)
  local f = message.fields
  if not (tonumber(f.latitude) and tonumber(f.longitude)) then return downgraded(message) end
  return followed({ msgtype = "location", location = {
    name = f.label or message.text, address = f.address, latitude = tonumber(f.latitude), longitude = tonumber(f.longitude),
  } }, downgrade.beside(message, { { f.label or message.text }, { f.address or "" } }))
end

function BODIES.card(message, upload)
  local f = message.fields
  if f.type == "business_card" and f.user_id then return { { msgtype = "business_card", business_card = { userid = f.user_id } } } end
  if f.type == "ca_link" and f.url then return { { msgtype = "ca_link", ca_link = { link_url = f.url } } } end
  local mini = f.type == "mini_program" and f.app_id and f.page_path
  -- Both kinds of card need a picture.
  if not f.thumb_media_id or not (mini or f.url and #f.url <= URL) then return downgraded(message) end
  if not uploads.fits("image", f.thumb_media_id, uploads.WECOM_LIMITS) then return downgraded(message) end
  local thumb, problem = upload("image", f.thumb_media_id)
  if not thumb then return nil, problem end
  local title = f.title or message.text
  if mini then
    return followed({ msgtype = "miniprogram", miniprogram = {
      appid = f.app_id, title = text.truncate(title, 64), thumb_media_id = thumb, pagepath = f.page_path,
    } }, downgrade.beside(message, { { title } }))
  end
  -- What is said beside the title describes the card where nothing else does.
  local words = f.description or f.title and message.text or ""
  return followed({ msgtype = "link", link = {
    title = text.truncate(title, 128), desc = text.truncate(words, 512), url = f.url, thumb_media_id = thumb,
  } }, downgrade.beside(message, { { title }, { words } }))
end

function BODIES.menu(message)
  local options, list = message.fields.options or {}, {}
  local tail = message.fields.tail
  if #options == 0 or #options > MENU_ITEMS or #message.text > MENU_HEAD or tail and #tail > MENU_HEAD then return downgraded(message) end
  for index, option in ipairs(options) do
    local id, words = tostring(option.id or option.text), tostring(option.text or option.id)
    if option.url then
      list[index] = { type = "view", view = { url = option.url, content = text.truncate(words, 1024) } }
    else
      -- An id that is cut would mean something else.
      if #id > MENU_ID then return downgraded(message) end
      list[index] = { type = "click", click = { id = id, content = text.truncate(words, MENU_TEXT) } }
    end
  end
  return { { msgtype = "msgmenu", msgmenu = { head_content = message.text, list = list, tail_content = tail } } }
end

--- The bodies of the calls for a message, in order.
function M.bodies(message, upload)
  local make = BODIES[message.kind]
  if not make then return nil, { class = "give_up", reason = "a message of kind " .. message.kind .. " cannot be sent here" } end
  local bodies, problem = make(message, upload)
  if not bodies then return nil, problem end
  if #bodies == 0 or bodies[1].msgtype == "text" and bodies[1].text.content == "" then
    return nil, { class = "give_up", reason = "there is nothing to send" }
  end
  return bodies
end

--- Our own id for a call, the same for each try: `msg_send_fail` names it.
---@param index integer which part
function M.message_id(id, index)
  id = id:gsub("[^%w%-]", "")
  if id == "" or #id > 27 then id = crypto.digest("sha256", id, "hex"):sub(1, 24) end
  return index > 1 and id .. "_" .. index or id
end

--- The state does not let us send: take a new session, tell of any other.
---@return table? outcome nil where the session is ours now
local function claim(channel, account, customer)
  local state, problem = states.get(channel, account, customer)
  if not state then return errors.outcome(problem or { class = "retry_later", reason = "no state told" }) end
  if state == 0 then
    local result = states.transfer(channel, account, customer, 1)
    if result.class == "lost" then result.class = "retry_later" end
    return result.class ~= "ok" and errors.outcome(result) or nil
  end
  if state == 1 then return retry("the session's state has just changed") end
  if state == 4 then return failed("the session has ended; the customer has to write again") end
  return failed("the session is with WeCom's own agents (" .. (states.NAMES[state] or state) .. ")")
end

--- Uses a welcome code if there is one; true where that sent the body.
local function said_at_entrance(channel, customer, body)
  if body.msgtype ~= "text" and body.msgtype ~= "msgmenu" then return false end
  local code = store.get("code:" .. customer)
  if not code then return false end
  store.remove("code:" .. customer)
  local copy = {}
  for name, value in pairs(body) do copy[name] = value end
  local result = states.say(channel, code, copy)
  -- Where the answer is lost the code may have been used: what follows then says why it cannot be said twice.
  return result.class == "ok" or result.class == "lost"
end

--- Sends a message; long texts in parts.
function M.send(message, channel)
  local account = states.account(channel, message.recipient)
  if not account then return failed("it is not known which service account this customer wrote to; set open_kfid") end
  local again, claimed = false, false
  local function upload(kind, id) return uploads.upload(channel, kind, id, again) end
  local bodies, problem = M.bodies(message, upload)
  if not bodies then return errors.outcome(problem) end

  local call
  function call(_, index)
    local body = bodies[index]
    body.touser, body.open_kfid, body.msgid = message.recipient, account, M.message_id(message.id, index)
    if index == 1 and said_at_entrance(channel, message.recipient, body) then return nil end
    local result = api.act(channel, "/cgi-bin/kf/send_msg", {}, { method = "POST", json = body, timeout = "10s" })
    if result.class == "ok" then return nil end
    if result.class == "lost" then return retry(result.reason), result.reason, "lost" end
    if result.code == 40007 and not again then
      again = true
      bodies, problem = M.bodies(message, upload)
      if not bodies then return errors.outcome(problem) end
      return call(nil, index)
    end
    if (result.code == 95018 or result.code == 95016) and not claimed then
      claimed = true
      local outcome = claim(channel, account, message.recipient)
      if outcome then return outcome end
      return call(nil, index)
    end
    return errors.outcome(result)
  end

  local outcome = parts.send(message, bodies, call)
  if outcome then return outcome end
  local ids = {}
  for index = 1, #bodies do ids[index] = M.message_id(message.id, index) end
  return sent(ids)
end

return M
