-- SPDX-License-Identifier: Apache-2.0
-- Acts as WhatsApp: the signed web hooks it would post.
local webhook = require "meta_platform.webhook"

local M = {}

function M.request(value, settings)
  local body = json.encode(value)
  return {
    method = "POST", query = "", body = body,
    headers = { ["content-type"] = "application/json", ["x-hub-signature-256"] = webhook.signature(body, settings.app_secret) },
  }
end

--- A web hook with one change.
function M.envelope(value, settings, field)
  value.messaging_product = "whatsapp"
  value.metadata = value.metadata or { display_phone_number = "15550783881", phone_number_id = settings.phone_number_id }
  return M.request({ object = "whatsapp_business_account", entry = { { id = "102290129340398", changes = { { field = field or "messages", value = value } } } } }, settings)
end

local function message_of(occasion)
  local kind = occasion.kind or "text"
  local m = {
    from = occasion.sender or "16505551234", id = occasion.message_id or "wamid." .. crypto.random(24, "hex"),
    timestamp = tostring(occasion.at or time.now()), type = kind,
  }
  if kind == "text" then
    m.text = { body = occasion.text or "" }
  elseif kind == "image" then
    m.image = { id = occasion.media_id or "1003383421387256", mime_type = "image/jpeg", sha256 = "s", caption = occasion.text }
  elseif kind == "enter" then
    m.type = "request_welcome"
  end
  for name, value in pairs(occasion.fields or {}) do m[name] = value end
  return m
end

--- The requests for an occasion: `{ kind, text, sender, name, at, fields, copies, check = true }`; `kind = "status"` with `id`, `status`.
function M.requests(occasion, channel)
  local s = channel.settings
  if occasion.check then
    local query = { ["hub.mode"] = "subscribe", ["hub.verify_token"] = s.verify_token, ["hub.challenge"] = "1158201444" }
    return { { method = "GET", query = url.query(query), headers = {}, body = "" } }
  end
  local value
  if occasion.kind == "status" then
    value = { statuses = { { id = occasion.id or "wamid.0", status = occasion.status or "delivered", timestamp = tostring(time.now()), recipient_id = occasion.sender or "16505551234", errors = occasion.errors } } }
  else
    local m = message_of(occasion)
    value = { contacts = { { profile = { name = occasion.name or "Simulated" }, wa_id = m.from, user_id = occasion.user_id } }, messages = { m } }
  end
  local requests = {}
  for copy = 1, occasion.copies or 1 do requests[copy] = M.envelope(value, s) end
  return requests
end

return M
