-- SPDX-License-Identifier: Apache-2.0
-- Whether a customer may be written to now. Source: developers.facebook.com, "Messenger Platform policy", "WhatsApp: customer service
-- windows", 2026-07.
local M = {}

local HOUR = 3600
M.FREE, M.HUMAN = 24 * HOUR, 7 * 24 * HOUR
-- Tags other than HUMAN_AGENT are for their purpose only, at any time.
M.TAGS = { "HUMAN_AGENT", "ACCOUNT_UPDATE", "CONFIRMED_EVENT_UPDATE", "POST_PURCHASE_UPDATE" }

--- Whether a message may go out, and as what. The window is open while less than its length has passed since the customer wrote; a time
--- of theirs that lies in the future opens nothing.
---@param given { channel: "messenger"|"whatsapp", last_inbound?: integer, now: integer, sender_is_human_agent?: boolean, is_template?: boolean }
---@return { allowed: boolean, messaging_type?: string, tag?: string }
function M.decide(given)
  if given.channel == "whatsapp" and given.is_template then return { allowed = true } end
  local age = given.last_inbound and given.now - given.last_inbound
  if not age or age < 0 then return { allowed = false } end
  if given.channel == "whatsapp" then return { allowed = age < M.FREE } end
  if age < M.FREE then return { allowed = true, messaging_type = "RESPONSE" } end
  if age < M.HUMAN and given.sender_is_human_agent then
    return { allowed = true, messaging_type = "MESSAGE_TAG", tag = "HUMAN_AGENT" }
  end
  return { allowed = false }
end

local function key(customer) return "wrote:" .. customer end

--- Keeps when a customer wrote last. Events come out of order, and clocks differ a little.
---@param at integer seconds since 1970, of the platform
function M.opened(customer, at)
  local time_of = math.min(at, time.now())
  local known = store.get(key(customer))
  if not known or known < time_of then store.set(key(customer), time_of, M.HUMAN + 24 * HOUR) end
end

--- When a customer wrote last, if that is a few days ago at most.
---@return integer? seconds since 1970
function M.last_inbound(customer) return store.get(key(customer)) end

return M
