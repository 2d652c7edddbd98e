-- SPDX-License-Identifier: Apache-2.0
-- Acts as Messenger: the signed web hooks it would post.
local webhook = require "meta_platform.webhook"

local M = {}

--- JSON as Meta writes it: whatever is not ASCII as \uxxxx, in lower case.
function M.escaped(value)
  local out = {}
  for _, point in utf8.codes(json.encode(value)) do
    if point < 0x80 then
      out[#out + 1] = string.char(point)
    elseif point < 0x10000 then
      out[#out + 1] = string.format("\\u%04x", point)
    else
      point = point - 0x10000
      out[#out + 1] = string.format("\\u%04x\\u%04x", 0xd800 + (point >> 10), 0xdc00 + (point & 0x3ff))
    end
  end
  return table.concat(out)
end

function M.request(value, settings)
  local body = M.escaped(value)
  return {
    method = "POST", query = "", body = body,
    headers = { ["content-type"] = "application/json", ["x-hub-signature-256"] = webhook.signature(body, settings.app_secret) },
  }
end

local function event_of(occasion, page)
  local kind = occasion.kind or "text"
  local e = {
    sender = { id = occasion.sender or "4200000000000001" }, recipient = { id = page }, timestamp = occasion.at or time.milliseconds(),
  }
  local mid = occasion.message_id or "m_" .. crypto.random(24, "hex")
  if kind == "text" then
    e.message = { mid = mid, text = occasion.text or "" }
  elseif kind == "image" then
    e.message = { mid = mid, attachments = { { type = "image", payload = { url = occasion.url or "https://scontent.xx.fbcdn.net/simulated.jpg" } } } }
  elseif kind == "press" then
    e.message = { mid = mid, text = occasion.text or "", quick_reply = { payload = occasion.data or "" } }
  elseif kind == "enter" then
    e.referral = { ref = occasion.ref or "", source = "SHORTLINK", type = "OPEN_THREAD" }
  elseif kind == "message" then
    e.message = { mid = mid }
  else
    e[kind] = array {}
  end
  for name, value in pairs(occasion.fields or {}) do
    local target = e[kind] or e.message
    target[name] = value
  end
  return e
end

--- The requests for an occasion: `{ kind, text, sender, at, fields, copies, check = true }`; other kinds are named as Meta names them.
function M.requests(occasion, channel)
  local s = channel.settings
  if occasion.check then
    local query = { ["hub.mode"] = "subscribe", ["hub.verify_token"] = s.verify_token, ["hub.challenge"] = "1158201444" }
    return { { method = "GET", query = url.query(query), headers = {}, body = "" } }
  end
  local page = occasion.page or s.page_id
  local value = { object = "page", entry = { { id = page, time = time.milliseconds(), messaging = { event_of(occasion, page) } } } }
  local requests = {}
  for copy = 1, occasion.copies or 1 do requests[copy] = M.request(value, s) end
  return requests
end

return M
