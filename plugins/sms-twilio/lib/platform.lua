-- SPDX-License-Identifier: Apache-2.0
-- Acts as Twilio: the signed web hooks it would post.
local signature = require "signature"
local simulated = require "simulated"

local M = {}

--- A form as Twilio signs it.
function M.request(parameters, settings)
  local list = {}
  for name, value in pairs(parameters) do list[#list + 1] = { name, tostring(value) } end
  return {
    method = "POST", query = settings.public_url:match("%?(.*)$") or "", body = url.query(parameters),
    headers = {
      ["content-type"] = "application/x-www-form-urlencoded",
      ["x-twilio-signature"] = signature.compute(settings.auth_token, settings.public_url, list),
    },
  }
end

--- The requests for an occasion: `{ kind = "text"|"image"|"receipt", text, sender, to, status, sid, fields, copies }`.
function M.requests(occasion, channel)
  local s = channel.settings
  local kind = occasion.kind or "text"
  local p
  if kind == "receipt" then
    p = { MessageSid = occasion.sid or "SM0", MessageStatus = occasion.status or "delivered", From = s.from or "", To = simulated.number(occasion.sender or "+15005550001", "+1500", 7) }
  else
    p = {
      MessageSid = occasion.message_id or "SM" .. crypto.random(16, "hex"), From = simulated.number(occasion.sender or "+15005550001", "+1500", 7),
      To = occasion.to or s.from or "+15005550006", Body = occasion.text or "", NumMedia = 0, SmsStatus = "received",
    }
    if kind == "image" then
      p.NumMedia, p.MediaContentType0 = 1, "image/jpeg"
      p.MediaUrl0 = "https://api.twilio.com/2010-04-01/Accounts/" .. s.account_sid .. "/Messages/" .. p.MessageSid .. "/Media/ME0"
    end
  end
  p.AccountSid, p.ApiVersion = s.account_sid, "2010-04-01"
  for name, value in pairs(occasion.fields or {}) do p[name] = value end
  local requests = {}
  for copy = 1, occasion.copies or 1 do requests[copy] = M.request(p, s) end
  return requests
end

return M
