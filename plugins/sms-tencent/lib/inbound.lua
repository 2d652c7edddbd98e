-- SPDX-License-Identifier: Apache-2.0
-- What Tencent posts: a list of receipts, or one answer of a customer. Nothing of it is signed.
local consent = require "sms.consent"
local phone = require "sms.phone"

local M = {}

local function words(value) return type(value) == "string" and value or "" end

local function number_of(item)
  local mobile, nation = words(item.mobile), words(item.nationcode)
  if nation == "" then return phone.e164(mobile, "86") or mobile end
  return phone.e164(mobile, nation) or phone.e164("+" .. nation .. mobile) or mobile
end

--- An answer of a customer. It has no id: who, when and what together are one; the same words twice in a second are one message.
function M.message(item)
  local sender = number_of(item)
  if sender == "" or #sender > 100 then return nil end
  local at = math.tointeger(tonumber(words(item.time)))
  local sum = crypto.digest("sha1", table.concat({
    words(item.text), words(item.extend), words(item.sign), words(item.time),
  }, "\0"), "hex"):sub(1, 16)
  return consent.read {
    sender = sender, external_id = sender .. ":" .. (at or 0) .. ":" .. sum, kind = "text", text = words(item.text), sent_at = at,
    profile = { phone = phone.e164(sender), verified = { "phone" } }, fields = { extend = item.extend, sign_name = item.sign },
  }
end

--- A receipt for a message of ours.
function M.receipt(item)
  local id = words(item.sid)
  if id == "" then return nil end
  local good = item.report_status == "SUCCESS"
  return {
    external_id = id:sub(1, 200), delivery = good and "delivered" or "failed",
    reason = not good and text.truncate(words(item.errmsg) .. " " .. words(item.description), 200) or nil,
  }
end

--- A whole body; nil where it is no JSON list or object.
---@return table[]? messages, table[]? receipts
function M.read(body)
  local value = json.decode(body, { scalars = "text" })
  if type(value) ~= "table" then return nil end
  local list = value[1] ~= nil and value or next(value) ~= nil and { value } or {}
  local messages, receipts = {}, {}
  for _, item in ipairs(list) do
    if type(item) ~= "table" then return nil end
    if item.report_status ~= nil then
      receipts[#receipts + 1] = M.receipt(item)
    elseif item.text ~= nil then
      messages[#messages + 1] = M.message(item)
    end
  end
  return messages, receipts
end

return M
