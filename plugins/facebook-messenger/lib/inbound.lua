-- SPDX-License-Identifier: Apache-2.0
-- Events of a page as our messages. Unknown ones keep their raw form. Source: developers.facebook.com, "Messenger webhook events", 2026-07.
local M = {}

M.QUOTA = { window = "24h" }

local function words(value) return type(value) == "string" and value or "" end
local function given(value) if type(value) == "string" and value ~= "" then return value end end
local function object(value) return type(value) == "table" and value or nil end

--- `id=101&label=Yes` of our buttons; others' data as it is.
local function pressed(payload, title)
  local data = words(payload)
  local ours = data:find("^ld=1&") and url.parse_query(data) or nil
  local id = ours and given(ours.id) or given(data)
  return { kind = "text", text = ours and given(ours.label) or given(title) or id or "", fields = { menu_id = id } }
end

local KINDS = { image = "image", audio = "voice", video = "video", file = "file" }

local function attachment(a)
  local payload = object(a.payload) or {}
  local kind = KINDS[a.type]
  if kind and given(payload.url) then
    return { kind = kind, text = "", fields = { media_url = payload.url, sticker_id = payload.sticker_id and tostring(payload.sticker_id) } }
  end
  local place = object(payload.coordinates)
  if a.type == "location" and place then
    return { kind = "location", text = given(a.title) or "", fields = { latitude = tonumber(place.lat), longitude = tonumber(place.long), url = given(a.url) } }
  end
  local product = object(payload.product) and object(payload.product.elements) and object(payload.product.elements[1])
  if product then
    return { kind = "card", text = given(product.title) or "", fields = { title = given(product.title), description = given(product.subtitle), thumb_url = given(product.image_url), product_id = product.id and tostring(product.id) } }
  end
  local link = given(payload.url) or given(a.url)
  if link and a.type ~= "template" then
    local title = given(a.title) or given(payload.title)
    return { kind = "card", text = title or link, fields = { title = title, url = link, type = "link", raw_kind = words(a.type) } }
  end
  return { kind = "unsupported", text = given(a.title) or "", fields = { raw_kind = words(a.type), raw = a } }
end

--- A message: its words and each of its attachments by themselves, in this order.
local function contents(m)
  local list = {}
  local attachments = object(m.attachments) or {}
  if object(m.quick_reply) then
    list[1] = pressed(m.quick_reply.payload, m.text)
  elseif given(m.text) then
    list[1] = { kind = "text", text = m.text, fields = {} }
  end
  for _, a in ipairs(attachments) do
    -- The preview of a link that stands in the words says nothing new.
    local repeats = object(a) and a.type == "fallback" and list[1] and given(a.url) and list[1].text:find(a.url, 1, true)
    if object(a) and not repeats then list[#list + 1] = attachment(a) end
  end
  if #list == 0 then list[1] = { kind = "unsupported", text = "", fields = { raw_kind = "message", raw = m } } end
  local reply_to = object(m.reply_to)
  for _, content in ipairs(list) do
    content.fields.message_id, content.fields.reply_to = m.mid, reply_to and given(reply_to.mid)
    content.fields.referral = object(m.referral)
  end
  return list
end

local function event(name, fields)
  fields.name = name
  return { kind = "event", text = "", fields = fields }
end

local READ = {}

function READ.message_edit(e)
  local told = event("edited", { message_id = given(e.mid), text = given(e.text), edits = e.num_edit })
  told.text = words(e.text)
  return { told }, e.mid, tostring(e.num_edit)
end
function READ.postback(p)
  local content = pressed(p.payload, p.title)
  content.fields.referral, content.fields.message_id = object(p.referral), given(p.mid)
  return { content }, nil, nil, given(p.mid)
end
function READ.reaction(r)
  local on = r.action ~= "unreact"
  return { event(on and "reaction" or "reaction_removed", { message_id = given(r.mid), emoji = given(r.emoji), reaction = given(r.reaction) }) }, r.mid, words(r.action) .. words(r.emoji)
end
function READ.referral(r) return { event("enter", { ref = given(r.ref), source = given(r.source), type = given(r.type), ad_id = given(r.ad_id) }) } end
function READ.optin(o) return { event("opt_in", { ref = given(o.ref) or given(o.payload), type = given(o.type), raw = o }) } end
function READ.account_linking(a) return { event(a.status == "unlinked" and "account_unlinked" or "account_linked", { code = given(a.authorization_code) }) } end
function READ.pass_thread_control(c) return { event("thread_given", { app_id = c.new_owner_app_id and tostring(c.new_owner_app_id), metadata = given(c.metadata) }) } end
function READ.take_thread_control(c) return { event("thread_taken", { app_id = c.previous_owner_app_id and tostring(c.previous_owner_app_id), metadata = given(c.metadata) }) } end
function READ.request_thread_control(c) return { event("thread_requested", { app_id = c.requested_owner_app_id and tostring(c.requested_owner_app_id), metadata = given(c.metadata) }) } end
-- Others, such as policy_enforcement or messaging_feedback, keep their name and raw form.

-- What opens the window anew: the customer did something in the conversation.
local OPENS = { message = true, postback = true, reaction = true, referral = true, optin = true, message_edit = true }
local KNOWN = { sender = true, recipient = true, timestamp = true, prior_message = true }

local function id_of(page, sender, at, name, ...)
  local parts = { page, sender, tostring(at), name }
  for _, part in ipairs { ... } do parts[#parts + 1] = part end
  return "event:" .. crypto.digest("sha256", table.concat(parts, "\0"), "hex"):sub(1, 40)
end

--- The name of what an event holds besides its sender and time.
function M.name_of(e)
  if object(e.message) then return "message" end
  local names = {}
  for name in pairs(e) do if type(name) == "string" and not KNOWN[name] then names[#names + 1] = name end end
  table.sort(names)
  return names[1]
end

-- The app that the page's own inbox (Meta Business Suite) writes by.
M.INBOX_APP = "263902037430900"

--- What somebody said to a customer in the page's own inbox, or by another app than ours: told as an event of that customer, for agents to
--- see, and never an input to rules. Nil for what we sent, or may have sent.
---@param app? string our app's id, of the settings
local function echo(e, page, app)
  local m, customer = e.message, object(e.recipient) and given(e.recipient.id)
  local writer = m.app_id ~= nil and tostring(m.app_id) or M.INBOX_APP
  local is_others = writer == M.INBOX_APP or app ~= nil and writer ~= app
  if not is_others or not customer or #customer > 200 or customer == page or not given(m.mid) then return nil end
  local content, at = contents(m)[1], math.tointeger(e.timestamp) or 0
  local told = event("platform_agent_message", { kind = content.kind, content = content.fields, app_id = m.app_id and writer or nil })
  told.text, told.sender, told.external_id, told.sent_at = content.text, customer, m.mid, at > 0 and at // 1000 or nil
  return told
end

--- The messages of one event; none where it is an echo of ours, a receipt or nobody's.
---@param e table
---@param page string
---@param app? string our app's id, to tell its echoes from those of others
---@return InboundMessage[] messages, boolean opens
function M.read(e, page, app)
  if object(e.message) and e.message.is_echo == true then return { echo(e, page, app) }, false end
  local sender = object(e.sender) and (given(e.sender.id) or given(e.sender.user_ref))
  local name = M.name_of(e)
  local value = name and object(e[name])
  if not sender or #sender > 200 or sender == page or not value or name == "read" or name == "delivery" then return {}, false end
  local at = math.tointeger(e.timestamp) or 0
  local list, external
  if name == "message" then
    list = value.is_deleted == true and { event("recalled", { message_id = given(value.mid) }) } or contents(value)
    external = value.is_deleted == true and "deleted:" .. words(value.mid) or given(value.mid)
    external = external or id_of(page, sender, at, name, json.encode(value))
  elseif READ[name] then
    local subject, detail, mid
    list, subject, detail, mid = READ[name](value)
    external = mid or id_of(page, sender, at, name, subject and tostring(subject) or json.encode(value), detail)
  else
    list = { event(name, { raw = value }) }
    external = id_of(page, sender, at, name, json.encode(value))
  end
  local messages = {}
  for index, content in ipairs(list) do
    messages[index] = {
      sender = sender, external_id = index == 1 and external or external .. ":" .. index, kind = content.kind, text = content.text,
      fields = content.fields, sent_at = at > 0 and at // 1000 or nil, reply_quota = OPENS[name] and M.QUOTA or nil,
    }
  end
  return messages, OPENS[name] == true
end

return M
