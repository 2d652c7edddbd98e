-- SPDX-License-Identifier: Apache-2.0
-- Who a customer is: sync_msg names an id alone. Their union id joins them with the same person in mini programs and official accounts.
-- Source: developer.work.weixin.qq.com/document/path/95159, state 2026-07.
local api = require "wechat.api"

local M = {}

-- Customers that are looked after at once; one call takes 100.
local MOST = 40
-- How long what is known is taken as it was; how long nobody asks for who is unknown, and where the call failed. In seconds.
local LIFE, UNKNOWN_LIFE, PAUSE = 7 * 86400, 86400, 60

local function key(customer) return "profile:" .. customer end
local function optional(value) if type(value) == "string" and value ~= "" then return value end end

--- Keeps an answer's customers, and those that it does not have; `known` gets them, too.
local function keep(wanted, listed, known)
  local found = {}
  for _, customer in ipairs(type(listed) == "table" and listed or {}) do
    if type(customer) == "table" and optional(customer.external_userid) then
      found[customer.external_userid] = {
        name = optional(customer.nickname), avatar = optional(customer.avatar), union_id = optional(customer.unionid),
      }
    end
  end
  for _, id in ipairs(wanted) do
    known[id] = found[id] or {}
    store.set(key(id), known[id], found[id] and LIFE or UNKNOWN_LIFE)
  end
end

--- Adds profiles to messages, asking once for those customers that are not known. Without an answer the messages are as good.
---
--- Each look into the store counts as a question to the host, of which one pull may not have too many: a long page leaves the rest
--- of its customers to their next message.
function M.add(channel, messages)
  local known, wanted, seen, count = {}, array {}, {}, 0
  for _, message in ipairs(messages) do
    local customer = message.sender
    if not message.profile and not seen[customer] and count < MOST then
      count = count + 1
      known[customer] = store.get(key(customer))
      if known[customer] == nil then wanted[#wanted + 1] = customer end
    end
    seen[customer] = true
  end
  if #wanted > 0 and not store.get("profiles_pause") then
    local result = api.call(channel, "/cgi-bin/kf/customer/batchget", {}, {
      method = "POST", json = { external_userid_list = wanted, need_enter_session_context = 0 }, timeout = "1s",
    })
    if result.class == "ok" then
      keep(wanted, result.json and result.json.customer_list, known)
    else
      store.set("profiles_pause", true, PAUSE)
      log.info("customers' names could not be asked for", { reason = tostring(result.code or result.class) })
    end
  end
  for _, message in ipairs(messages) do
    local profile = not message.profile and known[message.sender] or nil
    if profile and next(profile) then message.profile = profile end
  end
end

return M
