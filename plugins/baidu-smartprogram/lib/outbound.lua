-- SPDX-License-Identifier: Apache-2.0
-- Our messages as Baidu takes them: texts and pictures by address. Everything else is said in words.
local api = require "api"
local calls = require "miniprogram.calls"
local context = require "miniprogram.context"
local downgrade = require "downgrade"
local inbound = require "inbound"
local parts = require "miniprogram.parts"
local public_file = require "public_file"

local M = {}

-- Bytes of one text; the documentation names no limit, so this is a cautious one.
M.TEXT_LIMIT = 2000

--- 1 guest, 2 signed in: the push does not say, the login may have; unknown is 2.
local function user_type(openid) return store.get("user_type:" .. openid) or "2" end

local function base(message, kind)
  return { user_type = user_type(message.recipient), open_id = message.recipient, msg_type = kind }
end

local PICTURES = { ["image/jpeg"] = true, ["image/png"] = true, ["image/gif"] = true }

--- The forms of the calls for a message, in order.
---@return table[]? forms, string? reason
function M.forms(message)
  local address = message.kind == "image" and public_file.shown(message, PICTURES)
  if address then
    local form = base(message, "image")
    form.pic_url = address
    local forms = {}
    for index, part in ipairs(message.text ~= "" and text.split(message.text, M.TEXT_LIMIT) or {}) do
      forms[index] = base(message, "text")
      forms[index].content = part
    end
    forms[#forms + 1] = form
    return forms
  end
  local whole, reason = downgrade.text(message)
  if not whole then return nil, reason end
  local forms = {}
  for index, part in ipairs(text.split(whole, M.TEXT_LIMIT)) do
    forms[index] = base(message, "text")
    forms[index].content = part
  end
  return forms
end

--- Sends a message within the customer's window.
function M.send(message, channel)
  local forms, reason = M.forms(message)
  if not forms then return failed(reason) end
  if #forms == 0 or forms[1].content == "" then return failed("there is nothing to send: no text, and no picture with an address") end
  local result = parts.send(message, forms, function(form)
    local chosen, why = context.choose(message.recipient, { inbound.RULE })
    if not chosen then return { outcome = "closed", why = why } end
    local answer = api.send(channel, form)
    if answer.outcome == "ok" then context.count(message.recipient, inbound.RULE) end
    return answer
  end)
  if result.outcome == "closed" then return context.refused(result.why) end
  -- 90001 is the count of five, which the customer's next message sets anew.
  result.held = result.code == "90001"
  return calls.outcome(result)
end

return M
