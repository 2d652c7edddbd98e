-- SPDX-License-Identifier: Apache-2.0
-- What another system posts, in the shape of data/schema.json. A request is taken whole or, with what is wrong and where, not at all.
local M = {}

local KINDS = { text = true, image = true, voice = true, video = true, file = true, location = true, card = true, menu = true, event = true }
local DELIVERY = { delivered = true, read = true, failed = true }
local MOST = 500

--- Both `[]` and `{}` are empty tables; only as JSON do they differ.
local function is_empty(value, text) return next(value) == nil and json.encode(value) == text end

local function is_object(value) return type(value) == "table" and value[1] == nil and not is_empty(value, "[]") end

local function is_list(value) return type(value) == "table" and (value[1] ~= nil or is_empty(value, "[]")) end

--- An id as text: whole numbers are taken too, with all their digits.
local function id_of(value, most)
  if math.type(value) == "integer" then value = tostring(value) end
  if type(value) ~= "string" or value == "" or #value > most then return nil end
  return value
end

--- Seconds since 1970 from those, or from RFC 3339.
local function time_of(value)
  if math.type(value) == "integer" then return value >= 0 and value <= 253402300799 and value or nil end
  return type(value) == "string" and time.parse_rfc3339(value) or nil
end

local function quota_of(value)
  if value == nil then return nil end
  if not is_object(value) then return nil, "reply_window: must be an object" end
  local messages, seconds = value.messages, value.seconds
  if messages ~= nil and (math.type(messages) ~= "integer" or messages < 0 or messages > 100000) then return nil, "reply_window.messages: 0 to 100000" end
  if math.type(seconds) ~= "integer" or seconds < 1 or seconds > 31536000 then return nil, "reply_window.seconds: 1 to 31536000" end
  return { messages = messages, window = seconds }
end

--- One message.
---@return InboundMessage?, string? problem
function M.message(m)
  if not is_object(m) then return nil, "must be an object" end
  local id, from = id_of(m.id, 300), id_of(m.from, 300)
  if not id then return nil, "id: missing, or no text of 1 to 300 bytes" end
  if not from then return nil, "from: missing, or no text of 1 to 300 bytes" end
  if m.text ~= nil and type(m.text) ~= "string" then return nil, "text: must be a text" end
  if m.kind ~= nil and type(m.kind) ~= "string" then return nil, "kind: must be a text" end
  for _, name in ipairs { "fields", "profile" } do
    if m[name] ~= nil and not is_object(m[name]) then return nil, name .. ": must be an object" end
  end
  local at = time_of(m.at)
  if m.at ~= nil and not at then return nil, "at: must be RFC 3339 or seconds since 1970" end
  local quota, problem = quota_of(m.reply_window)
  if problem then return nil, problem end
  local kind, fields = m.kind or "text", m.fields or {}
  if kind == "text" and (m.text or "") == "" then return nil, "text: missing" end
  if kind == "event" and type(fields.name) ~= "string" then return nil, "fields.name: an event needs its name" end
  if not KINDS[kind] then
    fields.raw_kind, kind = kind:sub(1, 100), "unsupported"
  end
  -- Ids of files are the desk's own; another system names its files by address.
  fields.media_id, fields.thumb_media_id = nil, nil
  return {
    sender = from, external_id = id, kind = kind, text = m.text or "", fields = fields, profile = m.profile or {}, sent_at = at,
    reply_quota = quota,
  }
end

--- One receipt.
---@return table?, string? problem
function M.receipt(r)
  if not is_object(r) then return nil, "must be an object" end
  local id = id_of(r.id, 300)
  if not id then return nil, "id: missing, or no text of 1 to 300 bytes" end
  if not DELIVERY[r.status] then return nil, "status: delivered, read or failed" end
  local reason = type(r.reason) == "string" and text.truncate(r.reason, 200) or nil
  return { external_id = id, delivery = r.status, reason = r.status == "failed" and (reason or "failed") or nil }
end

local function list_of(value, name, read)
  if value == nil then return array {} end
  if not is_list(value) then return nil, name .. ": must be a list" end
  if #value > MOST then return nil, name .. ": at most " .. MOST end
  local out = array {}
  for index, item in ipairs(value) do
    local made, problem = read(item)
    if not made then return nil, name .. "[" .. index - 1 .. "]." .. problem end
    out[index] = made
  end
  return out
end

--- A whole body.
---@return { messages: InboundMessage[], receipts: table[] }?, string? problem
function M.read(body)
  local value = json.decode(body)
  if not is_object(value) then return nil, "the body is no JSON object" end
  local messages, problem = list_of(value.messages, "messages", M.message)
  if not messages then return nil, problem end
  local receipts
  receipts, problem = list_of(value.receipts, "receipts", M.receipt)
  if not receipts then return nil, problem end
  if value.messages == nil and value.receipts == nil and value.type ~= "ping" then
    return nil, "there are neither messages nor receipts, nor is it a ping"
  end
  return { messages = messages, receipts = receipts }
end

return M
