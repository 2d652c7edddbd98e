-- SPDX-License-Identifier: Apache-2.0
-- Kuaishou's web hook (orders, authorisations): signed with MD5(body, app_secret) in `kwaisign`, pushed up to 16 times until it is
-- answered with its own message_id.
local calls = require "miniprogram.calls"
local in_force = require "in_force"
local strict = require "miniprogram.strict"

local M = {}

local function answer(body, value, name)
  local id = strict.written(body, name, value[name])
  return { body = '{"result":1,"message_id":' .. id .. "}", content_type = "application/json" }
end

local function identity(value)
  local kind = type(value)
  if kind == "string" and value ~= "" and #value <= 400 then return value end
  if math.type(value) == "integer" then return tostring(value) end
  return nil
end

--- The customer an event is about, where its data says so.
local function customer_of(data)
  if type(data) ~= "table" then return nil end
  local id = calls.optional(data.open_id) or calls.optional(data.openId) or calls.optional(data.openid)
  return id and #id <= 512 and id or nil
end

local function event(value, id, app_id)
  local name = calls.optional(value.biz_type) or calls.optional(value.event) or "unknown"
  local at = strict.milliseconds(value.timestamp) or time.milliseconds()
  return {
    kind = "event", sender = customer_of(value.data) or "platform:" .. app_id, external_id = id, sent_at = at // 1000,
    fields = { name = "platform", key = name, data = value.data, raw_kind = name, at_ms = at, account = app_id },
  }
end

function M.receive(request, channel)
  local s = channel.settings
  if request.method ~= "POST" then return strict.refuse("bad_method") end
  local _, doubled = strict.parameters(request.raw_query)
  if doubled then return strict.refuse(doubled) end
  local signature = request.headers.kwaisign
  if not calls.optional(signature) then return strict.refuse("missing_param:kwaisign") end
  local is_genuine = false
  for _, secret in ipairs(in_force(s, "app_secret")) do
    if strict.same_hex(signature, crypto.digest("md5", request.body .. secret, "hex")) then is_genuine = true end
  end
  if not is_genuine then return strict.refuse("bad_signature") end
  local value, reason = strict.json(request.body)
  if not value then return strict.refuse(reason) end
  -- What is sealed for third parties cannot be opened: the cipher is not published. It is taken, so that it is not pushed again.
  if value.message_id == nil and identity(value.msgId) and value.encryptedMsg ~= nil then
    metric.count("sealed_events")
    return accept({}, answer(request.body, value, "msgId"))
  end
  local id = identity(value.message_id)
  if not id then return strict.refuse("missing_param:message_id") end
  if value.app_id ~= nil and tostring(value.app_id) ~= s.app_id then return strict.refuse("account_mismatch") end
  local messages = s.platform_events == "drop" and {} or { event(value, id, s.app_id) }
  return accept(messages, answer(request.body, value, "message_id"))
end

--- Acts as Kuaishou: `{ event, data, sender, message_id, copies }`.
function M.simulate(occasion, channel)
  local s = channel.settings
  local data = occasion.data or { open_id = occasion.sender or "f18a5991cd34a981ac37dce882649518", note = occasion.text }
  local body = json.encode {
    message_id = occasion.message_id or crypto.random(8, "hex"), app_id = s.app_id, timestamp = time.milliseconds(),
    event = occasion.event or "ORDER_STATUS", data = data,
  }
  local requests = {}
  for copy = 1, occasion.copies or 1 do
    requests[copy] = {
      method = "POST", query = "", body = body,
      headers = {
        ["content-type"] = "application/json", kwaisign = crypto.digest("md5", body .. s.app_secret, "hex"),
      },
    }
  end
  return requests
end

return M
