-- SPDX-License-Identifier: Apache-2.0
-- Acts as Weibo: the signed pushes it would make.
local push = require "push"
local simulated = require "simulated"

local M = {}

local DAYS = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" }
local MONTHS = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" }

--- `Mon Jul 16 18:09:20 +0800 2012`.
function M.date(seconds)
  local here = time.rfc3339(seconds + 8 * 3600)
  local year, month, day, clock = here:match("^(%d+)%-(%d+)%-(%d+)T(%d%d:%d%d:%d%d)")
  local weekday = DAYS[(seconds + 8 * 3600) // 86400 % 7 + 1]
  return weekday .. " " .. MONTHS[tonumber(month)] .. " " .. day .. " " .. clock .. " +0800 " .. year
end

local function signed(settings)
  local timestamp, nonce = tostring(time.milliseconds()), tostring(math.random(10000000, 99999999))
  return { signature = push.sign(settings.app_secret, timestamp, nonce), timestamp = timestamp, nonce = nonce }
end

--- The requests for an occasion: `{ kind, text, sender, data, event, copies, check = true }`.
function M.requests(occasion, channel)
  local s = channel.settings
  if occasion.check then
    local query = signed(s)
    query.echostr = "EchoStr-1158201444"
    return { { method = "GET", query = url.query(query), headers = {}, body = "" } }
  end
  local kind = occasion.kind or "text"
  local data, words = occasion.data or {}, occasion.text or ""
  if kind == "image" or kind == "voice" then
    data = { vfid = 8457494557, tovfid = math.tointeger(tonumber(occasion.media_id or 6834447113)) }
  elseif kind == "event" or kind == "enter" then
    kind = "event"
    data.subtype = occasion.event or "follow"
  end
  local body = json.encode {
    type = kind, receiver_id = math.tointeger(tonumber(occasion.account or s.account or 8458558095)),
    sender_id = math.tointeger(tonumber(simulated.number(occasion.sender or 3178678446, "3", 9))),
    created_at = M.date(occasion.at or time.now()), text = words, data = data,
  }
  local query = url.query(signed(s))
  local requests = {}
  for copy = 1, occasion.copies or 1 do
    requests[copy] = { method = "POST", query = query, headers = { ["content-type"] = "application/json" }, body = body }
  end
  return requests
end

return M
