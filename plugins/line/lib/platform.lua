-- SPDX-License-Identifier: Apache-2.0
-- Acts as LINE: the signed web hooks it would post.
local M = {}

M.DESTINATION = "U8e742f61d673b39c7fff3cecb7536ef0"

local function event_of(occasion, id)
  local kind = occasion.kind or "text"
  local e = {
    type = "message", mode = occasion.mode or "active", timestamp = time.milliseconds(), webhookEventId = id,
    source = occasion.source or { type = "user", userId = occasion.sender or "Usimulated0123456789abcdef01234567" },
    deliveryContext = { isRedelivery = false }, replyToken = occasion.reply_token or crypto.random(16, "hex"),
  }
  if kind == "text" then
    e.message = { type = "text", id = id, text = occasion.text or "" }
  elseif kind == "image" then
    e.message = { type = "image", id = occasion.media_id or id, contentProvider = { type = "line" } }
  elseif kind == "press" then
    e.type, e.postback = "postback", { data = occasion.data or "" }
  elseif kind == "event" then
    e.type = occasion.event or "follow"
    for name, value in pairs(occasion.fields or {}) do e[name] = value end
  else
    e.message = { type = kind, id = id }
    for name, value in pairs(occasion.fields or {}) do e.message[name] = value end
  end
  return e
end

--- A body as LINE signs it.
function M.request(body, channel)
  return {
    method = "POST", query = "", body = body,
    headers = {
      ["content-type"] = "application/json; charset=utf-8",
      ["x-line-signature"] = crypto.hmac("sha256", channel.settings.channel_secret, body, "base64"),
    },
  }
end

--- The requests for an occasion: `{ kind, text, sender, copies, check = true }`; `copies` are redeliveries.
function M.requests(occasion, channel)
  if occasion.check then return { M.request(json.encode { destination = M.DESTINATION, events = array {} }, channel) } end
  local e = event_of(occasion, occasion.message_id or crypto.random(13, "hex"))
  local requests = {}
  for copy = 1, occasion.copies or 1 do
    e.deliveryContext.isRedelivery = copy > 1
    requests[copy] = M.request(json.encode { destination = M.DESTINATION, events = { e } }, channel)
  end
  return requests
end

return M
