-- SPDX-License-Identifier: Apache-2.0
-- Events of LINE's web hook as our messages. Unknown ones keep their raw form.
local M = {}

local function optional(value) if type(value) == "string" and value ~= "" then return value end end
local function words(value) return type(value) == "string" and value or "" end

--- A file that lies at LINE; one at a third party is named and never fetched.
local function file(kind)
  return function(m)
    local provider = type(m.contentProvider) == "table" and m.contentProvider or {}
    local external = provider.type == "external"
    return { kind = kind, fields = {
      media_id = not external and optional(m.id) or nil, external_url = external and optional(provider.originalContentUrl) or nil,
      name = optional(m.fileName), byte_count = math.tointeger(m.fileSize), milliseconds = math.tointeger(m.duration),
      image_set = type(m.imageSet) == "table" and m.imageSet or nil,
    } }
  end
end

local KINDS = { image = file "image", video = file "video", audio = file "voice", file = file "file" }

function KINDS.text(m)
  return { kind = "text", text = words(m.text), fields = { quoted_message_id = optional(m.quotedMessageId), emojis = m.emojis } }
end

function KINDS.location(m)
  return { kind = "location", text = optional(m.title) or words(m.address), fields = {
    latitude = tonumber(m.latitude), longitude = tonumber(m.longitude), label = optional(m.title), address = optional(m.address),
  } }
end

--- A sticker's picture is not LINE's to hand out; its keywords say what it means.
function KINDS.sticker(m)
  local keywords = {}
  for index, word in ipairs(type(m.keywords) == "table" and m.keywords or {}) do keywords[index] = tostring(word) end
  return { kind = "unsupported", text = optional(m.text) or table.concat(keywords, ", "), fields = {
    raw_kind = "sticker", sticker_id = optional(m.stickerId), package_id = optional(m.packageId), raw = m,
  } }
end

local function message(m)
  if type(m) ~= "table" then return nil end
  local make = KINDS[m.type]
  local out = make and make(m) or { kind = "unsupported", fields = { raw_kind = words(m.type), raw = m } }
  out.fields.message_id, out.fields.quote_token = optional(m.id), optional(m.quoteToken)
  out.fields.read_token = optional(m.markAsReadToken)
  return out
end

--- `id=101&label=Yes` of our buttons; others' data as it is.
local function postback(p)
  if type(p) ~= "table" then return nil end
  local data = words(p.data)
  local ours = data:find("^ld=1&") and url.parse_query(data) or nil
  local id = ours and optional(ours.id) or data
  return { kind = "text", text = ours and optional(ours.label) or id, fields = {
    menu_id = id, parameters = type(p.params) == "table" and p.params or nil,
  } }
end

local NAMES = {
  follow = "follow", unfollow = "unfollow", join = "joined", leave = "left", memberJoined = "member_joined", memberLeft = "member_left",
  unsend = "recalled", videoPlayComplete = "video_watched", beacon = "beacon", accountLink = "account_linked", things = "things",
  membership = "membership", activated = "activated", deactivated = "deactivated", botSuspended = "bot_suspended",
  botResumed = "bot_resumed", module = "module", delivery = "delivery",
}

local COMMON = { type = true, mode = true, timestamp = true, source = true, webhookEventId = true, deliveryContext = true, replyToken = true }

local function event(e)
  local name = words(e.type)
  local fields = { name = NAMES[name] or name, event = name }
  for key, value in pairs(e) do if not COMMON[key] and fields[key] == nil then fields[key] = value end end
  if name == "unsend" and type(e.unsend) == "table" then fields.message_id = optional(e.unsend.messageId) end
  return { kind = "event", fields = fields }
end

--- Whose event it is: a user, or the group where the operator wants those.
function M.sender(source, groups)
  if type(source) ~= "table" then return nil end
  if source.type == "user" then return optional(source.userId) end
  if not groups then return nil end
  return source.type == "group" and optional(source.groupId) or source.type == "room" and optional(source.roomId) or nil
end

--- An event's message; nil for what is acknowledged and not kept: groups, events without a person, those that another module answers.
---@param e table
---@param destination string our bot's user id, so that ids stand alone
function M.read(e, destination, groups)
  if type(e) ~= "table" or type(e.type) ~= "string" or e.mode == "standby" then return nil end
  local sender = M.sender(e.source, groups)
  if not sender or #sender > 512 then return nil end
  local out
  if e.type == "message" then out = message(e.message) elseif e.type == "postback" then out = postback(e.postback) else out = event(e) end
  if not out then return nil end
  out.sender = sender
  local id = optional(e.webhookEventId)
  if not id then
    -- The web hook promises one; without it everything that a redelivery does not change.
    local copy = {}
    for name, value in pairs(e) do if name ~= "deliveryContext" and name ~= "replyToken" then copy[name] = value end end
    id = crypto.digest("sha256", json.encode(copy), "hex")
  end
  out.external_id = destination .. ":" .. id
  local milliseconds = math.tointeger(e.timestamp)
  out.sent_at = milliseconds and milliseconds // 1000
  if e.source.type ~= "user" then out.fields.author = optional(e.source.userId) end
  return out
end

return M
