-- SPDX-License-Identifier: Apache-2.0
-- How long and how often each platform lets us answer after what a customer did.
-- `seconds` nil: the same calendar day in China (UTC+8). `answers` nil: no limit that is known.
local M = {}

M.RULES = {
  alipay_follow = { seconds = 300 },
  alipay_click = { seconds = 300 },
  alipay_enter = { answers = 1 },
  alipay_chat = { seconds = 172800 },
  douyin_im_reply = { seconds = 86400, answers = 6 },
  douyin_im_enter = { seconds = 30, answers = 3 },
  douyin_im_authorize = { answers = 3 },
  douyin_minigame = { seconds = 172800, answers = 5 },
  douyin_legacy = { seconds = 172800, answers = 5 },
  baidu_cs = { seconds = 172800, answers = 5 },
}

local DAY = 86400000
local CHINA = 8 * 3600000

--- When a window ends, in milliseconds since 1970.
local function ending(rule, trigger)
  if rule.seconds then return trigger + rule.seconds * 1000 end
  return ((trigger + CHINA) // DAY + 1) * DAY - CHINA
end

--- Whether one more answer is allowed.
---@param name string of the rule
---@param trigger? integer when the customer last did what opens it, in milliseconds
---@param count integer answers since then
---@param now integer milliseconds
---@return boolean, "ok"|"no_trigger"|"window_closed"|"quota_exhausted"
function M.allow(name, trigger, count, now)
  local rule = M.RULES[name]
  if not trigger then return false, "no_trigger" end
  if now < trigger or now >= ending(rule, trigger) then return false, "window_closed" end
  if rule.answers and count >= rule.answers then return false, "quota_exhausted" end
  return true, "ok"
end

--- The `reply_quota` of a message that opens a window.
function M.quota(name, trigger)
  local rule = M.RULES[name]
  local seconds = rule.seconds or math.max(1, (ending(rule, trigger) - trigger) // 1000)
  return { messages = rule.answers, window = seconds }
end

return M
