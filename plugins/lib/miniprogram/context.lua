-- SPDX-License-Identifier: Apache-2.0
-- What must be kept to answer a customer: the ids of what they did last, by the rule of the window that it opened.
local windows = require "miniprogram.windows"

local M = {}

-- Kept for longer than any window, so that a late answer is told from one to somebody who never wrote.
local LIFE = 30 * 86400

local function key_of(customer)
  return "reply:" .. (#customer > 200 and crypto.digest("sha256", customer, "hex") or customer)
end

--- Keeps a context { rule, … } of something done at a time (milliseconds). An older or repeated one changes nothing.
---@param id? string of what was done, where the context does not hold it: platforms that tell seconds have several in one
function M.keep(customer, context, at, id)
  id = id or context.msg_id
  local key = key_of(customer)
  local all = store.get(key) or {}
  local old = all[context.rule]
  local is_repeated = old and old.at == at and (old.id or old.context.msg_id) == id
  if old and (old.at > at or is_repeated) then return end
  all[context.rule] = { at = at, sent = 0, context = context, id = id }
  store.set(key, all, LIFE)
end

--- The context to answer with now: the first of these rules that allows an answer; otherwise nil and why the best of them does not.
---@param rules string[] in order of preference
---@return table? context, "no_trigger"|"window_closed"|"quota_exhausted"|nil
function M.choose(customer, rules)
  local all = store.get(key_of(customer)) or {}
  local worst = "no_trigger"
  for _, rule in ipairs(rules) do
    local entry = all[rule]
    if entry then
      local allowed, why = windows.allow(rule, entry.at, entry.sent, math.max(entry.at, time.milliseconds()))
      if allowed then return entry.context end
      if why == "quota_exhausted" or worst == "no_trigger" then worst = why end
    end
  end
  return nil, worst
end

--- Counts an answer that the platform took.
function M.count(customer, rule)
  local key = key_of(customer)
  local all = store.get(key) or {}
  if not all[rule] then return end
  all[rule].sent = all[rule].sent + 1
  store.set(key, all, LIFE)
end

--- The kept context of one rule, whatever the time.
function M.get(customer, rule)
  local entry = (store.get(key_of(customer)) or {})[rule]
  return entry and entry.context
end

--- The outcome for a message that no window allows.
function M.refused(why)
  if why == "quota_exhausted" then return held("quota_exhausted: the answers to the customer's last message are used up") end
  if why == "no_trigger" then return held("no_trigger: the customer has not written here yet") end
  return failed("window_closed: the time to answer the customer is over")
end

return M
