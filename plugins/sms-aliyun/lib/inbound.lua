-- SPDX-License-Identifier: Apache-2.0
-- What Aliyun posts: lists of receipts (SmsReport) and of messages from customers (SmsUp). Nothing of it is signed.
local callback = require "sms.callback"
local consent = require "sms.consent"
local phone = require "sms.phone"

local M = {}

local function words(value) return type(value) == "string" and value or "" end

--- A message of a customer. `sequence_id` alone is not promised to be unique, so time and words are in its id as well.
function M.message(item)
  local number = words(item.phone_number)
  local sender = phone.e164(number, "86") or number
  if sender == "" or #sender > 100 then return nil end
  local sum = crypto.digest("sha1", table.concat({
    words(item.send_time), words(item.dest_code), words(item.content), words(item.sign_name),
  }, "\0"), "hex"):sub(1, 16)
  return consent.read {
    sender = sender, external_id = sender .. ":" .. words(item.sequence_id):sub(1, 64) .. ":" .. sum,
    kind = "text", text = words(item.content), sent_at = callback.beijing(item.send_time),
    profile = { phone = phone.e164(number, "86"), verified = { "phone" } },
    fields = { dest_code = item.dest_code, sign_name = item.sign_name },
  }
end

--- Where it is noted that a receipt has named a message, for one whose answer was lost.
function M.seen(name) return "receipt:" .. name end

--- Adds the receipts for a message of ours: by the platform's id, and by the name we gave it, under which a message is known whose
--- answer was lost.
function M.add_receipts(item, receipts)
  local good, name_of_ours = item.success == "true", words(item.out_id)
  if name_of_ours ~= "" and store.get("unsure:" .. name_of_ours) then store.set(M.seen(name_of_ours), true, 86400) end
  for _, name in ipairs { { "", words(item.biz_id) }, { "out:", words(item.out_id) } } do
    if name[2] ~= "" then
      receipts[#receipts + 1] = {
        external_id = name[1] .. name[2]:sub(1, 200), delivery = good and "delivered" or "failed",
        reason = not good and text.truncate(words(item.err_code) .. " " .. words(item.err_msg), 200) or nil,
      }
    end
  end
end

--- A whole body; nil where it is no JSON list or object.
---@return table[]? messages, table[]? receipts
function M.read(body)
  -- As texts: numbers keep their digits, whichever way the platform writes them.
  local value = json.decode(body, { scalars = "text" })
  if type(value) ~= "table" then return nil end
  local list = value[1] ~= nil and value or next(value) ~= nil and { value } or {}
  local messages, receipts = {}, {}
  for _, item in ipairs(list) do
    if type(item) ~= "table" then return nil end
    if item.content ~= nil then
      messages[#messages + 1] = M.message(item)
    elseif item.success ~= nil then
      M.add_receipts(item, receipts)
    end
  end
  return messages, receipts
end

return M
