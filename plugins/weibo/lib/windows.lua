-- SPDX-License-Identifier: Apache-2.0
-- How long and how often a customer may be answered. Source: open.weibo.com/wiki, Send_Customer_Service_Message, 2026-07.
local M = {}

local HOURS = 3600 * 1000
local RULES = { weibo_cs = { length = 48 * HOURS }, weibo_mention = { length = 48 * HOURS, count = 1 } }

--- The quota that the desk keeps for a rule. Where Weibo does not count, only the time is kept.
function M.quota(rule)
  local r = RULES[rule]
  return r and { messages = r.count, window = r.length // 1000 } or nil
end

--- Whether an answer is allowed now.
---@param trigger integer? milliseconds since 1970 of what the customer did last
---@return { allow: boolean, reason: "ok"|"no_trigger"|"window_closed"|"quota_exhausted" }
function M.decide(rule, trigger, sent_since, now)
  local r = RULES[rule]
  if not r or not trigger then return { allow = false, reason = "no_trigger" } end
  local age = now - trigger
  if age < 0 or age >= r.length then return { allow = false, reason = "window_closed" } end
  if r.count and sent_since >= r.count then return { allow = false, reason = "quota_exhausted" } end
  return { allow = true, reason = "ok" }
end

-- Kept beyond the window, in seconds, so that its end can be told from never having written.
local LIFE = 7 * 86400

local function key(customer) return "window:" .. customer end

--- Keeps what an event of a customer opens or closes. A mention does not shorten what a message has opened.
---@param rule string? nil for what takes the right to answer away
---@param ends boolean
---@return boolean opened whether the rule's quota counts from now on
function M.keep(customer, rule, at, ends)
  if ends then
    store.remove(key(customer))
    return false
  end
  if not rule then return false end
  at = math.min(at, time.milliseconds())
  local known = store.get(key(customer))
  if known and known.at > at then return false end
  if known and rule == "weibo_mention" and M.decide(known.rule, known.at, known.sent, at).allow then return false end
  store.set(key(customer), { rule = rule, at = at, sent = 0 }, LIFE)
  return true
end

--- Whether a customer may be answered now, by what is kept.
function M.check(customer)
  local known = store.get(key(customer)) or {}
  return M.decide(known.rule or "weibo_cs", known.at, known.sent or 0, time.milliseconds())
end

--- Counts an answer.
function M.count(customer)
  local known = store.get(key(customer))
  if not known then return end
  known.sent = known.sent + 1
  store.set(key(customer), known, LIFE)
end

return M
