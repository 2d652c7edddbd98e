-- SPDX-License-Identifier: Apache-2.0
-- Acts as the other system: the signed requests it would post.
local signature = require "signature"

local M = {}

function M.request(value, settings)
  local body = type(value) == "string" and value or json.encode(value)
  local headers = signature.headers(settings.secret, body)
  headers["content-type"] = "application/json"
  return { method = "POST", query = "", headers = headers, body = body }
end

--- The requests for an occasion: `{ kind, text, sender, fields, profile, message_id, copies }`, `kind = "receipt"` with `id`, `status`.
function M.requests(occasion, channel)
  local value
  if occasion.kind == "receipt" then
    value = { receipts = { { id = occasion.id or "m", status = occasion.status or "delivered", reason = occasion.reason } } }
  else
    local kind, fields = occasion.kind or "text", occasion.fields or {}
    if kind == "image" and not fields.url then fields.url = (channel.settings.file_base or "https://shop.example.com") .. "/simulated.jpg" end
    if kind == "enter" then kind, fields.name = "event", "enter" end
    if kind == "event" and not fields.name then fields.name = occasion.event or "simulated" end
    value = { messages = { {
      id = occasion.message_id or crypto.random(12, "hex"), from = occasion.sender or "customer-1", kind = kind, text = occasion.text,
      fields = fields, at = time.now(), profile = occasion.profile,
    } } }
  end
  local requests = {}
  for copy = 1, occasion.copies or 1 do requests[copy] = M.request(value, channel.settings) end
  return requests
end

return M
